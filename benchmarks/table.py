"""One figure: what it must be, what it should be, what it is; and the table of them all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rich.console import Console
from rich.table import Table

Style = Literal["share", "ratio", "seconds", "milliseconds", "count"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured value beside its bounds, all in the unit of `style`; seconds for both times.

    `value` None is not defined for this material. With `at_most` smaller is better. A figure
    without `must` and `aim` is printed for the reader and holds whatever it is.
    """

    name: str
    value: float | None
    style: Style = "share"
    must: float | None = None
    aim: float | None = None
    baseline: float | None = None
    at_most: bool = False

    @property
    def holds(self) -> bool | None:
        """Whether the value meets what it must; None where nothing is asked of it."""
        return self._meets(self.must)

    @property
    def excels(self) -> bool | None:
        """Whether the value meets what we aim at; None where nothing is asked of it."""
        return self._meets(self.aim)

    def _meets(self, bound: float | None) -> bool | None:
        if bound is None:
            return None
        if self.value is None:
            return False
        return self.value <= bound if self.at_most else self.value >= bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Something that was not measured, and what it would need."""

    name: str
    why: str


Result = Figure | Skipped


def show(value: float | None, style: Style) -> str:
    """Return the value as people read it."""
    if value is None:
        return "-"
    match style:
        case "share":
            return f"{value:.3f}"
        case "ratio":
            return f"{value:.3f}x"
        case "seconds":
            return f"{value:.2f} s"
        case "milliseconds":
            return f"{value * 1000:.1f} ms"
        case "count":
            return f"{value:g}"


def print_table(results: Iterable[Result], console: Console) -> None:
    """Print the figures as one table, and a line for each thing skipped."""
    table = Table(title="Figures", title_justify="left")
    for heading in ("figure", "baseline", "must", "aim", "value", "held"):
        table.add_column(heading, justify="left" if heading in {"figure", "held"} else "right")
    skipped = []
    for result in results:
        if isinstance(result, Skipped):
            skipped.append(result)
        else:
            table.add_row(*_row(result))
    console.print(table)
    for one in skipped:
        console.print(f"skipped: {one.name} ({one.why})", markup=False)


def _row(figure: Figure) -> tuple[str, ...]:
    """Return the cells of a figure."""
    sign = "<= " if figure.at_most else ">= "
    bounds = ("" if b is None else sign + show(b, figure.style) for b in (figure.must, figure.aim))
    baseline = "" if figure.baseline is None else show(figure.baseline, figure.style)
    return (figure.name, baseline, *bounds, show(figure.value, figure.style), _held(figure))


def _held(figure: Figure) -> str:
    """Say what became of the bounds."""
    if figure.holds is False:
        return "NO"
    if figure.excels:
        return "aim"
    return "must" if figure.holds else ""
