"""What a verdict may say: each sentence a template, typed slots, and what has to hold for it to be said.

`said` is the only way to a sentence, and it lets none through that does not hold. The predicates read the snapshot, not
the comparison that wants to speak, so they can be asked again at any time: `holds(record, sentence)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from matchgraph.answers.record import Record, words_of_name
from matchgraph.answers.relation import COMPARABLE, SAME_JOB, Relation, hedge
from matchgraph.answers.wording import a, listed, percent, upwards
from matchgraph.ranking.weights import SIGNALS

Slot = str | float | int | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: what it claims, of what, and the words that follow from both."""

    claim: str
    slots: dict[str, Slot]
    text: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        shown = {name: listed(slot) if isinstance(slot, tuple) else slot for name, slot in self.slots.items()}
        object.__setattr__(self, "text", _CLAIMS[self.claim].words.format(**shown))

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class _Claim:
    words: str
    holds: Callable[[Record, Mapping[str, Any]], bool]


def said(record: Record, claim: str, **slots: Slot) -> tuple[Sentence, ...]:
    """The sentence if it holds, else nothing."""
    sentence = Sentence(claim, slots)
    return (sentence,) if holds(record, sentence) else ()


def holds(record: Record, sentence: Sentence) -> bool:
    """Whether what a sentence claims is so."""
    return _CLAIMS[sentence.claim].holds(record, sentence.slots)


def _counts(record: Record, slots: Mapping[str, Any]) -> bool:
    """Whether the shares of capabilities with a counterpart are as stated, whichever way round the two are named."""
    offsets, place = record.snapshot.catalogue.offsets, record.snapshot.catalogue.place
    met = {record.left: record.alignment.left_met, record.right: record.alignment.right_met}
    one, other = record.ids[slots["left"]], record.ids[slots["right"]]
    for each, count, total in ((one, "met", "of"), (other, "met_back", "of_back")):
        size = int(offsets[place[each] + 1] - offsets[place[each]])
        if slots[total] != size or slots[count] != round(met[each] * size):
            return False
    return one != other


def _is(*relations: Relation) -> Callable[[Record, Mapping[str, Any]], bool]:
    def check(record: Record, slots: Mapping[str, Any]) -> bool:
        return record.relation in relations and _counts(record, slots) and _in_order(record, slots)

    return check


def _in_other_words(record: Record) -> bool:
    """Whether less than half of either one has a counterpart in the other."""
    return max(record.alignment.left_met, record.alignment.right_met) < 0.5


def _hedged(record: Record, slots: Mapping[str, Any]) -> bool:
    """Whether a denial is as sure as the chance of the same job lets it be."""
    return bool(slots["hedge"] == hedge(record.same_job))


def _in_order(record: Record, slots: Mapping[str, Any]) -> bool:
    return bool(slots["left"] == record.names[record.left] and slots["right"] == record.names[record.right])


def _ranks(record: Record, slots: Mapping[str, Any], high: str, low: str) -> bool:
    """Whether both ranks are as stated."""
    one, other = record.ids[slots[high]], record.ids[slots[low]]
    return (
        one != other
        and slots["high"] == f"{record.rows[one]['rank']:.1f}"
        and slots["low"] == f"{record.rows[other]['rank']:.1f}"
    )


def _leads(record: Record, slots: Mapping[str, Any]) -> bool:
    return bool(slots["signals"]) and record.ahead_on(record.ids[slots["side"]]) == slots["signals"]


def _largest(record: Record, slots: Mapping[str, Any]) -> bool:
    winner = record.ids[slots["winner"]]
    gaps = signal_gaps(record, winner)
    points = gaps[slots["signal"].replace(" ", "_")]
    return points == max(gaps.values()) and points > 0 and slots["points"] == f"{points:.1f}"


def signal_gaps(record: Record, winner: str) -> dict[str, float]:
    """By how many printed points each signal speaks for one of the two."""
    gaps: dict[str, float] = dict.fromkeys(SIGNALS, 0.0)
    for each in (record.left, record.right):
        for line in record.snapshot.ranking.lines_of(each):
            gaps[line["signal"]] += line["points"] if each == winner else -line["points"]
    return {name: round(points, 1) for name, points in gaps.items()}


def _robust(record: Record, slots: Mapping[str, Any]) -> bool:
    share, leader = record.chances.robust, record.leader
    if share is None or record.chances.flip is None or record.ids[slots["winner"]] != leader:
        return False
    return bool(slots["share"] == percent(share if leader == record.left else 1 - share))


def _flip(record: Record, slots: Mapping[str, Any]) -> bool:
    flip = record.chances.flip
    return (
        record.leader is not None
        and flip is not None
        and slots["moved"] == upwards(flip.moved)
        and slots["taken_from"] == tuple(map(words_of_name, flip.taken_from))
        and slots["given_to"] == words_of_name(flip.given_to)
    )


def _side_of(record: Record, name: str) -> str:
    return "left" if record.ids[name] == record.left else "right"


def _meets(record: Record, slots: Mapping[str, Any]) -> bool:
    if record.need is None:
        return False
    met = record.need.met_by(_side_of(record, slots["side"]))
    return (slots["met"], slots["of"], slots["parts"]) == (len(met), len(record.need.parts), met)


def _meets_none(record: Record, slots: Mapping[str, Any]) -> bool:
    return record.need is not None and not record.need.met_by(_side_of(record, slots["side"]))


def _fits(record: Record) -> str | None:
    better = record.need.better if record.need else None
    return None if better is None else record.left if better == "left" else record.right


def _jobs(record: Record, slots: Mapping[str, Any]) -> bool:
    jobs = {record.names[each]: record.jobs(each) for each in (record.left, record.right)}
    return all(jobs.values()) and jobs == {
        slots["left"]: slots["left_jobs"],
        slots["right"]: slots["right_jobs"],
    }


def _types(record: Record, slots: Mapping[str, Any]) -> bool:
    kinds = {record.names[each]: a(record.rows[each]["type"]) for each in (record.left, record.right)}
    stated = {slots["left"]: slots["left_type"], slots["right"]: slots["right_type"]}
    return kinds == stated and len(set(kinds.values())) == 2


def _searched(record: Record, slots: Mapping[str, Any]) -> bool:
    return all(
        slots[count] == record.matched.get(record.ids[slots[side]], 0)
        for side, count in (("left", "left_count"), ("right", "right_count"))
    ) and any(record.matched.values())


_SHARED = "{met} of {of} capabilities of {left} have a counterpart in {right}, {met_back} of {of_back} the other way"

_CLAIMS = {
    # how they stand to one another
    "same job": _Claim(
        f"They do much the same job: {_SHARED}.",
        lambda record, slots: not _in_other_words(record) and _is(Relation.SUBSTITUTE)(record, slots),
    ),
    "same job in other ways": _Claim(
        f"They do the same job in ways of their own: {_SHARED}.",
        lambda record, slots: _in_other_words(record) and _is(Relation.SUBSTITUTE)(record, slots),
    ),
    "covers": _Claim(f"{{left}} does most of what {{right}} does, not the other way: {_SHARED}.", _is(Relation.COVERS)),
    "covered by": _Claim(
        f"{{right}} does most of what {{left}} does, not the other way: {_SHARED}.", _is(Relation.COVERED_BY)
    ),
    "complement": _Claim(f"They work together rather than replace each other: {_SHARED}.", _is(Relation.COMPLEMENT)),
    "overlap": _Claim(f"They overlap in part: {_SHARED}.", _is(Relation.OVERLAPS)),
    "unrelated": _Claim(
        f"They {{hedge}}are not alternatives: {_SHARED}.",
        lambda record, slots: _hedged(record, slots) and _is(Relation.UNRELATED)(record, slots),
    ),
    "chance of the same job": _Claim(
        "The chance that people would call it the same job is {chance}.",
        lambda record, slots: (
            # Among few artifacts the chance is known too badly to be set against what the capabilities show.
            not (record.relation in COMPARABLE and record.same_job < SAME_JOB)
            and slots["chance"] == percent(record.same_job)
        ),
    ),
    "jobs": _Claim("{left} is for {left_jobs}; {right} is for {right_jobs}.", _jobs),
    "declares": _Claim(
        "{source} states: {kind} {target}.",
        lambda record, slots: (
            (record.ids[slots["source"]], slots["kind"].replace(" ", "_"), record.ids[slots["target"]])
            in record.declared
        ),
    ),
    # who ranks higher
    "ranks higher": _Claim(
        "{winner} ranks higher, {high} against {low} of 100; the chance that it is truly above {other} is {chance}.",
        lambda record, slots: (
            record.leader == record.ids[slots["winner"]]
            and _ranks(record, slots, "winner", "other")
            and slots["chance"] == percent(record.chance_above(record.leader))
        ),
    ),
    "too close": _Claim(
        "Too close to call: {left} ranks {high} and {right} {low} of 100, and the chance that the first is truly above"
        " is {chance}.",
        lambda record, slots: (
            record.comparable
            and record.leader is None
            and _ranks(record, slots, "left", "right")
            and slots["chance"] == percent(record.chance_above(record.ids[slots["left"]]))
        ),
    ),
    "largest part": _Claim(
        "The largest part of the gap is {signal}, {points} points.",
        lambda record, slots: record.leader == record.ids[slots["winner"]] and _largest(record, slots),
    ),
    "leads": _Claim("{side} leads on {signals}.", _leads),
    "level": _Claim(
        "Neither leads on any signal of which something is observed in both.",
        lambda record, _: (
            record.comparable and bool(record.chances.leads) and not any(lead.ahead for lead in record.chances.leads)
        ),
    ),
    "not known": _Claim(
        "Nothing is observed of the {signals} of either.",
        lambda record, slots: bool(slots["signals"]) and record.silent() == slots["signals"],
    ),
    "robust": _Claim("{winner} stays ahead under {share} of all weightings of the signals.", _robust),
    "flips": _Claim("To move {moved} of the weight from {taken_from} to {given_to} would turn the order.", _flip),
    "never flips": _Claim(
        "No weighting of the signals turns the order.",
        lambda record, _: record.leader is not None and record.chances.flip is None,
    ),
    # why there is no winner
    "unlike types": _Claim(
        "No winner: {left} is {left_type} and {right} {right_type}; ranks compare within a type.", _types
    ),
    "no rivals": _Claim(
        "No winner: ranks say which of two that do the same job to take, and these two {hedge}do not.",
        lambda record, slots: (
            _hedged(record, slots) and record.relation not in COMPARABLE and record.same_job < SAME_JOB
        ),
    ),
    "no choice": _Claim(
        "No winner: one of them works with the other, so there is no choice to make between them.",
        lambda record, _: record.relation is Relation.COMPLEMENT and record.same_job >= SAME_JOB,
    ),
    "forced": _Claim(
        "Forced: {left} ranks {high} of 100 and {right} {low}, each for what it is; the two numbers answer different"
        " questions.",
        lambda record, slots: not record.comparable and _ranks(record, slots, "left", "right"),
    ),
    # what was needed
    "meets": _Claim(
        "{side} meets {met} of {of} parts of the need: {parts}.",
        lambda record, slots: bool(slots["parts"]) and _meets(record, slots),
    ),
    "meets none": _Claim("Nothing here shows that {side} meets any part of the need.", _meets_none),
    "fits better": _Claim(
        "For this need {winner} fits better: only it is known to meet {parts}.",
        lambda record, slots: (
            record.need is not None
            and _fits(record) == record.ids[slots["winner"]]
            and bool(slots["parts"])
            and record.need.only(_side_of(record, slots["winner"])) == slots["parts"]
        ),
    ),
    "fits as well": _Claim(
        "For this need neither fits better.", lambda record, _: record.need is not None and _fits(record) is None
    ),
    "need turns": _Claim(
        "By rank {leader} is ahead; the need turns the order.",
        lambda record, slots: (
            record.leader == record.ids[slots["leader"]] and _fits(record) not in (None, record.leader)
        ),
    ),
    # what people chose
    "never chosen": _Claim(
        "No real search has ended in either of them.", lambda record, _: not any(record.matched.values())
    ),
    "chosen": _Claim("Real searches that ended in {left}: {left_count:,}; in {right}: {right_count:,}.", _searched),
}
