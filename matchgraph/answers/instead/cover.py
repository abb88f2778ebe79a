"""Which artifacts together can do all of this? The fewest, by what each need is met, and what they are together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from matchgraph.answers.align import Ability, ability
from matchgraph.answers.asking import readable
from matchgraph.answers.given import texts_given
from matchgraph.answers.instead.smallest import MOST_EXACT, smallest_cover
from matchgraph.answers.instead.stack import checks
from matchgraph.answers.need import Wish, nearness_to, parts_of_need, wish_of
from matchgraph.answers.scoring import Scorer
from matchgraph.answers.values import Listing, Reason
from matchgraph.answers.where import Where, allowed
from matchgraph.answers.wording import cut, listed
from matchgraph.catalogue.columns import numbers_in
from matchgraph.catalogue.records import MATERIAL
from matchgraph.errors import QuestionError
from matchgraph.snapshot.snapshot import Snapshot

_MOST_NEEDS = 50
_ALSO = 2  # others that would do, named beside the one that is taken
_ALONE = 0.75  # of the best score for a need, from what is taken for it alone
_BESIDE = 0.86  # the same from what is taken for others too, whole texts left out: what does several is about none
_DOUBTFUL = 0.01  # share of chance pairs from which a cosine is shown with it
_LINE = 110  # characters of a capability shown on one line of text; the value has all
_STEP = 100  # points of 1: search scores that differ by less than a hundredth do not tell two apart


@dataclass(frozen=True, slots=True)
class Meeting:
    """By what a need is met."""

    need: str
    capability: Ability
    cosine: float  # between the need and the capability
    chance: float  # share of chance pairs of capabilities that are as near
    score: float  # of the artifact for this need, as `search` scores it
    also: tuple[str, ...]  # ids of the next best that meet it, by the stricter rule for what does several things


@dataclass(frozen=True, slots=True)
class Member:
    """One artifact of the set."""

    artifact_id: str
    name: str
    type: str
    maker: str | None
    license: str | None
    score: float  # of the needs that it is taken for, added up
    meets: tuple[Meeting, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A need that nothing here meets, and what comes nearest."""

    need: str
    nearest: str | None  # id
    capability: Ability | None
    why: str

    def __str__(self) -> str:
        return f"{self.need}: {self.why}"


@dataclass(frozen=True, repr=False)
class CoverAnswer(Listing[Member]):
    """The smallest set that covers the needs, the member that covers most of them first."""

    needs: tuple[str, ...]
    uncovered: tuple[Uncovered, ...]
    together: tuple[Reason, ...]  # what the members declare, need, and where they clash
    exact: bool  # whether no smaller set covers as many of the needs

    def lines(self) -> list[str]:
        """The set as text: who does what, what is not covered, and what they are together."""
        said = [f"to {'; '.join(self.needs)}", *([self.note] if self.note else [])]
        for place, item in enumerate(self.items, start=1):
            said.append(
                f"{place:2}. {item.name} [{item.artifact_id}, {item.type}, {item.license or 'no licence stated'}]"
            )
            said += [f"      {reason.text}" for reason in item.reasons]
        return said + self.tail()

    def tail(self) -> list[str]:
        """What is not covered, and what the members are together."""
        said = [f"not covered: {each}" for each in self.uncovered]
        return said + [f"together: {reason.text}" for reason in self.together]


def cover(
    snapshot: Snapshot,
    scorer: Scorer,
    needs: str | Sequence[str],
    encode: Callable[[str], np.ndarray],
    conditions: Where | None,
) -> CoverAnswer:
    """The fewest artifacts that together meet the needs; of equally few the likeliest, then the higher ranked.

    A need is met as `compare` understands it, by a capability that comes nearly as near as any here and nearer than
    chance, of an artifact that search finds nearly as good for it as the best of all. What is taken for several needs
    has to be still nearer to the best, and to have a capability of its own for each: one text that is near to two
    wishes seldom grants both; only what is the best for each of them does both anyway. Datasets and benchmarks do no
    work: they are taken only where the conditions name their type. What goes another way than a need says meets it
    nowhere (`catalogue/direction.py`). `encode` gives the grid rows of a query.
    """
    wanted = _wanted(needs)
    ask = _Asked(snapshot, scorer.without(["remarks"]), _doers(snapshot, conditions))
    found = ask.needs(wanted, encode)
    met = [each for each in found if each.score.any()]
    missing = tuple(ask.uncovered(each) for each in found if not each.score.any())
    taken = _taken(snapshot, met)
    members = tuple(ask.member(place, [met[each] for each in mine]) for place, mine in taken.items())
    ordered = tuple(sorted(members, key=lambda member: (-len(member.meets), -member.score, member.artifact_id)))
    together = checks(snapshot.catalogue, [snapshot.catalogue.place[each.artifact_id] for each in ordered])
    exact = len(met) <= MOST_EXACT
    return CoverAnswer(ordered, _note(ordered, wanted, missing, exact), tuple(wanted), missing, together, exact)


@dataclass(frozen=True, eq=False, slots=True)
class _Near:
    """Of every artifact, the capability row that comes nearest to a need."""

    row: np.ndarray
    cosine: np.ndarray


@dataclass(frozen=True, eq=False, slots=True)
class _Need:
    """One need, and how every artifact stands to it."""

    text: str
    near: _Near
    own: _Near  # of the capabilities that no other of the needs is nearer to
    bar: float  # the least cosine
    score: np.ndarray  # as search scores it, 0 where the need is not met
    beside: np.ndarray  # where it is met by what may be taken for other needs too
    known: bool  # whether the need means anything here

    @property
    def points(self) -> np.ndarray:
        """The score in hundredths, at least 1 where the need is met."""
        return np.where(self.score > 0, np.maximum(1, np.rint(self.score * _STEP)), 0).astype(int)


class _Asked:
    """Held for one question: who may answer, and how each need is scored."""

    def __init__(self, snapshot: Snapshot, scorer: Scorer, among: np.ndarray) -> None:
        self.snapshot, self.scorer, self.among = snapshot, scorer, among
        self.names = snapshot.catalogue.texts("name")

    def needs(self, texts: Sequence[str], encode: Callable[[str], np.ndarray]) -> list[_Need]:
        """How every artifact stands to each need."""
        nearness, bars = zip(*(nearness_to(self.snapshot, text, encode) for text in texts), strict=True)
        asked = [encode(text) for text in texts]
        near = np.stack(nearness)
        relative = near / np.maximum(near.max(axis=1, keepdims=True), 1e-9)
        own = np.where(np.arange(len(near))[:, None] == relative.argmax(axis=0), near, -1.0)
        return [self._need(*each) for each in zip(texts, asked, near, own, bars, strict=True)]

    def _need(self, text: str, asked: np.ndarray, nearness: np.ndarray, own: np.ndarray, bar: float) -> _Need:
        near, mine = self._near(nearness), self._near(own)
        score, beside = np.zeros(len(near.cosine)), np.zeros(len(near.cosine), bool)
        places = np.flatnonzero(self.among & (near.cosine >= bar))
        best = self.scorer.score(text, asked, 1)
        known = bool(best.score[0] >= self.snapshot.floor)
        if known and len(places):
            found = self.scorer.every(text, asked, places)
            score[places] = np.where(found.score >= _ALONE * best.score[0], found.score, 0)
            parts, of_best = found.score - found.whole, best.score[0] - best.whole[0]
            beside[places] = (parts >= _BESIDE * of_best) & (mine.cosine[places] >= bar)
        return _Need(text, near, mine, bar, score, beside, known)

    def _near(self, nearness: np.ndarray) -> _Near:
        offsets = self.snapshot.catalogue.offsets
        cosine = np.maximum.reduceat(nearness, offsets[:-1])
        same = nearness == np.repeat(cosine, np.diff(offsets))
        row = np.minimum.reduceat(np.where(same, np.arange(len(nearness)), len(nearness)), offsets[:-1])
        return _Near(row, cosine)

    def member(self, place: int, mine: Sequence[_Need]) -> Member:
        """One of the set, with the needs that it is taken for."""
        columns = ["artifact_id", "name", "type", "maker", "license"]
        record = self.snapshot.catalogue.artifacts.slice(place, 1).select(columns).to_pylist()[0]
        meets = tuple(self._meeting(place, each, _by(each, place, alone=len(mine) == 1)) for each in mine)
        score = sum(each.score for each in meets)
        return Member(**record, score=score, meets=meets, reasons=tuple(map(_reason, meets)))

    def _meeting(self, place: int, need: _Need, by: _Near) -> Meeting:
        sure = np.where(need.beside, need.score, 0.0)
        order = np.lexsort((np.arange(len(sure)), -np.round(sure, 9)))[: _ALSO + 1]
        also = tuple(self.snapshot.catalogue.ids[each] for each in order if sure[each] and each != place)
        cosine, shown = float(by.cosine[place]), ability(self.snapshot, int(by.row[place]))
        chance = self.snapshot.chance.share_above(cosine)
        return Meeting(need.text, shown, cosine, chance, float(need.score[place]), also[:_ALSO])

    def uncovered(self, need: _Need) -> Uncovered:
        """What is said of a need that nothing meets."""
        if not self.among.any():
            return Uncovered(need.text, None, None, "no artifact here meets the conditions")
        place = int(np.argmax(np.where(self.among, need.near.cosine, -np.inf)))
        shown, cosine = ability(self.snapshot, int(need.near.row[place])), need.near.cosine[place]
        why = (
            "others here, that the conditions leave out, fit far better"
            if cosine >= need.bar
            else f"{need.bar:.2f} is wanted"
        )
        if not need.known:
            why = "the need comes no nearer to anything here than random letters do"
        text = f"nearest is {self.names[place]}, {shown.name!r} (cosine {cosine:.2f}: {why})"
        return Uncovered(need.text, self.snapshot.catalogue.ids[place], shown, text)


def _by(need: _Need, place: int, *, alone: bool) -> _Near:
    """The capability that a member meets a need by: for several needs, if it can be, each by its own."""
    return need.near if alone or need.own.cosine[place] < need.bar else need.own


def _reason(meeting: Meeting) -> Reason:
    doubt = f"; {meeting.chance:.0%} of chance pairs are as near" if meeting.chance >= _DOUBTFUL else ""
    others = f"; or {' or '.join(meeting.also)}" if meeting.also else ""
    short = cut(str(meeting.capability), _LINE)
    return Reason("meets", f"{meeting.need}: {short} (cosine {meeting.cosine:.2f}{doubt}{others})", meeting.score)


def _wanted(needs: str | Sequence[str]) -> list[str]:
    """The needs one by one, each once; what is no capability belongs to the conditions."""
    given = parts_of_need(needs) if isinstance(needs, str) else texts_given(needs, "needs", "a text each")
    texts = [" ".join(readable(each).split()) for each in given]
    wanted = list({text.casefold(): text for text in reversed(texts) if text}.values())[::-1]
    if not wanted or len(wanted) > _MOST_NEEDS:
        raise QuestionError(f"{len(wanted)} needs: name 1 to {_MOST_NEEDS}, like 'transcribe speech'.")
    for text in wanted:
        if wish_of(text) is not Wish.CAPABILITY:
            raise QuestionError(f"{text!r} is about the {wish_of(text)}, and no capability: say it as a condition.")
    return wanted


def _doers(snapshot: Snapshot, conditions: Where | None) -> np.ndarray:
    """Who may be a member: whatever does work, or has a type that the conditions name."""
    named = conditions.type if isinstance(conditions, Where) else ()
    doers = np.array([kind not in MATERIAL or kind in named for kind in snapshot.catalogue.texts("type")], bool)
    among = allowed(snapshot.catalogue, conditions)
    return doers if among is None else doers & among


def _taken(snapshot: Snapshot, needs: Sequence[_Need]) -> dict[int, tuple[int, ...]]:
    """The places of the smallest set, each with the needs that it is taken for."""
    if not needs:
        return {}
    points = np.stack([each.points for each in needs], axis=1)
    beside = np.stack([each.beside for each in needs], axis=1)
    able = np.flatnonzero(points.any(axis=1))
    ranks = np.rint(numbers_in(snapshot.ranking.table["rank"])[able] * 10).astype(int)
    return {int(able[row]): mine for row, mine in smallest_cover(points[able], beside[able], ranks).items()}


def _note(members: Sequence[Member], needs: Sequence[str], missing: Sequence[Uncovered], exact: bool) -> str:
    if not members:
        return "Nothing here meets any of these."
    whole = "all" if not missing else f"{len(needs) - len(missing)} of {len(needs)}"
    said = (
        f"{len(members)} artifacts cover {whole}; no fewer do." if exact else f"{len(members)} artifacts cover {whole}."
    )
    said = f"1 artifact covers {whole}." if len(members) == 1 else said
    weak = tuple(each.need for member in members for each in member.meets if each.chance >= _DOUBTFUL)
    it = "it" if len(weak) == 1 else "them"
    doubt = f" Look closely at {listed(weak)}: what meets {it} is not much nearer than chance." if weak else ""
    lacking = f" Not covered: {listed(tuple(each.need for each in missing))}." if missing else ""
    return said + doubt + lacking + ("" if exact else " Whether fewer would do was not looked into.")
