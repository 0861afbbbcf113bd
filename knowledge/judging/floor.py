"""The reader's word as a floor under a model's: no verdict comes out looser than its own. Pure.

The reader seldom speaks, and where it finds a rule that forbids the act or binds it to a
condition, it is nearly always right; a model, or a text that the model obeys, can be talked into
anything. So what the reader insists on stays, and the model may only be stricter. Nor does leave
count that a model gives past a stricter rule which the reader holds to be about as near.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from knowledge.judging.judge import Shown
from knowledge.judging.quoting import excerpts
from knowledge.models import Bearing, Finding, Opinion

_STRICTNESS = {Bearing.CONDITION_OPEN: 1, Bearing.CONDITION_UNMET: 2, Bearing.FORBIDS: 2}
_RELIEF = frozenset({Bearing.PERMITS, Bearing.CONDITION_MET, Bearing.CONDITION_OPEN})

_FAVOURABLE = frozenset({Bearing.PERMITS, Bearing.CONDITION_MET})
_ASIDE = frozenset({None, Bearing.LIFTED})

WITHDRAWN = "The model allowed this past a stricter rule that is as near, and that does not count."
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
    return replace(opinion, findings=(*kept, *added), note=_noted(opinion, INSISTED))


def favoured(opinion: Opinion) -> frozenset[str]:
    """Return the clauses that an opinion finds favourable without asking for anything more."""
    return frozenset(one.passage_id for one in opinion.findings if one.bearing in _FAVOURABLE)


def dismissed(opinion: Opinion) -> frozenset[str]:
    """Return the clauses that an opinion sets aside."""
    counted = {one.passage_id for one in opinion.findings if _rank(one.bearing)}
    set_aside = {one.passage_id for one in opinion.findings if one.bearing in _ASIDE}
    return frozenset(set_aside - counted)


def without(opinion: Opinion, doubtful: Collection[str]) -> Opinion:
    """Return the opinion without leave by these clauses, for a stricter one is as near."""
    if not doubtful:
        return opinion
    findings = tuple(
        _withdrawn(one) if one.passage_id in doubtful else one for one in opinion.findings
    )
    return replace(opinion, findings=findings, note=_noted(opinion, WITHDRAWN))


def _withdrawn(finding: Finding) -> Finding:
    if finding.bearing not in _FAVOURABLE:
        return finding
    return Finding(passage_id=finding.passage_id, applies=False, why="a stricter rule is as near")


def _noted(opinion: Opinion, note: str) -> str:
    return " ".join(part for part in (opinion.note, note) if part)


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
