"""The reader's word as a floor under a model's: no verdict comes out looser than its own. Pure.

The reader seldom speaks, and where it finds a rule that forbids the act or binds it to a
condition, it is nearly always right; a model, or a text that the model obeys, can be talked into
anything. So what the reader insists on stays, and the model may only be stricter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.judging.judge import Shown
from knowledge.judging.quoting import excerpts
from knowledge.models import Bearing, Finding, Opinion

_STRICTNESS = {Bearing.CONDITION_OPEN: 1, Bearing.CONDITION_UNMET: 2, Bearing.FORBIDS: 2}
_RELIEF = frozenset({Bearing.PERMITS, Bearing.CONDITION_MET, Bearing.CONDITION_OPEN})

INSISTED = "The model set aside a rule that speaks clearly to this; the stricter reading counts."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Insisted:
    """A clause on which the reader insists, and its carve-outs, which it saw too."""

    finding: Finding
    shown: Shown

    @property
    def carve_outs(self) -> frozenset[str]:
        return frozenset(passage.id for passage in self.shown.unit.carve_outs)


def under(opinion: Opinion, reader: Opinion, shown: Sequence[Shown]) -> Opinion:
    """Return the model's opinion with all that the reader insists on, of what both were shown."""
    insisted = _insisted(reader, shown)
    if not insisted:
        return opinion
    relieved = frozenset[str]().union(*(one.carve_outs for one in insisted.values()))
    kept = [one for one in opinion.findings if not _loosens(one, insisted, relieved)]
    standing = {one.passage_id for one in kept if one.passage_id in insisted}
    added = [one.finding for name, one in insisted.items() if name not in standing]
    if not added and len(kept) == len(opinion.findings):
        return opinion
    note = " ".join(part for part in (opinion.note, INSISTED) if part)
    return replace(opinion, findings=(*kept, *added), note=note)


def _insisted(reader: Opinion, shown: Sequence[Shown]) -> dict[str, _Insisted]:
    units = {one.unit.clause.id: one for one in shown}
    return {
        finding.passage_id: _Insisted(finding=finding, shown=units[finding.passage_id])
        for finding in reader.findings
        if finding.bearing in _STRICTNESS and finding.passage_id in units
    }


def _loosens(finding: Finding, insisted: dict[str, _Insisted], relieved: frozenset[str]) -> bool:
    """Tell whether a finding says less than the reader of its clause, or lifts that clause."""
    theirs = insisted.get(finding.passage_id)
    if theirs is None:
        return finding.passage_id in relieved and finding.bearing in _RELIEF
    own = theirs.finding.bearing
    quoted = excerpts(finding.quotes, theirs.shown.unit)
    if not quoted or any(one.passage.id in theirs.carve_outs for one in quoted):
        return True
    return own is None or _rank(finding.bearing) < _rank(own)


def _rank(bearing: Bearing | None) -> int:
    return 0 if bearing is None else _STRICTNESS.get(bearing, 0)
