"""The capabilities that a language model finds in a text, each of which has to quote the lines that state it.

What the model says is believed only as far as the text bears it out. A quote has to stand in the text word by word, in
lines that are not left out as installation, licence, praise, order and the like, and the name has to be in its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from matchgraph.catalogue.decompose.conditions import condition_in
from matchgraph.catalogue.decompose.found import Decomposed, Found, Left, Reason, shortened
from matchgraph.catalogue.decompose.judge import is_praise, refused
from matchgraph.catalogue.decompose.lines import Line
from matchgraph.catalogue.decompose.llm.endpoint import EndpointError
from matchgraph.catalogue.decompose.llm.model import Model
from matchgraph.catalogue.decompose.llm.prompt import questions_of
from matchgraph.catalogue.decompose.llm.reply import Claimed
from matchgraph.catalogue.decompose.merge import Alike, merged
from matchgraph.catalogue.decompose.rules import Reading

_WORD = re.compile(r"\w{3,}")
_SPACE = re.compile(r"\s+")
_STEM = 5  # letters by which words are told to be of one family
_FEWEST_WORDS = 2  # of a quote
_MOST_LINES = 3  # that a quote runs over
_BORNE_OUT = 0.5  # share of the words of a name that have to stand in its quote
_SMALL = {"the", "and", "for", "with", "from", "into", "that", "this", "its", "your"}


def by_model(reading: Reading, rules: Decomposed, model: Model, alike: Alike | None = None) -> Decomposed:
    """What the model finds and the text bears out; what the rules found, with a notice, where the model fails."""
    claimed: list[Claimed] = []
    try:
        for question in questions_of(reading.lines):
            claimed += model.ask(question).capabilities
    except EndpointError as error:
        return rules.noticed(f"{model.name} gave no answer to build on: {error}. This is what the rules found.")
    found, unborne = list[Found](), list[Left]()
    for claim in claimed:
        borne = _borne_out(claim, reading.lines)
        if isinstance(borne, Found):
            found.append(borne)
        else:
            unborne.append(borne)
    if not found:
        empty = f"{model.name} told of {len(claimed)} capabilities, of which the text bears out none. "
        return _with(rules, rules.capabilities, unborne).noticed(empty + "This is what the rules found.")
    kept, folded = merged(found, alike)
    said = (
        f"{len(kept)} capabilities by {model.name}, {len(unborne)} refused; the rules found {len(rules.capabilities)}."
    )
    return _with(rules, kept, [*unborne, *folded]).noticed(said)


def _borne_out(claim: Claimed, lines: Sequence[Line]) -> Found | Left:
    """The claim as a capability, with the lines of its quote; or why it is refused."""
    quote = _plain(claim.quote)
    runs = list(_runs(quote, lines)) if len(quote.split()) >= _FEWEST_WORDS else []
    if not runs:
        return Left(claim.name, 0, 0, Reason.UNSUPPORTED, f"the text does not say {shortened(quote)!r}")
    run = next((run for run in runs if not any(map(_bears_nothing, run))), None)
    if run is None:
        why = next(filter(None, map(_bears_nothing, runs[0])))
        return Left(claim.name, runs[0][0].first, runs[0][-1].last, Reason.UNSUPPORTED, f"its quote is {why}")
    first, last = run[0].first, run[-1].last
    if _share(claim.name, quote) < _BORNE_OUT:
        return Left(claim.name, first, last, Reason.UNSUPPORTED, f"{shortened(quote)!r} does not say so")
    description = _plain(claim.description) if _share(claim.description, quote) >= _BORNE_OUT else quote
    intents = tuple(text for text in claim.intents if _is_said(text, lines))
    limitations = tuple(text for text in claim.limitations if _is_said(text, lines))
    return Found(claim.name, description, quote, first, last, run[0].section, intents, (), limitations)


def _runs(quote: str, lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """The neighbouring lines that the quote begins and ends in, wherever it stands."""
    for place in range(len(lines)):
        text = ""
        for end in range(place + 1, min(place + _MOST_LINES, len(lines)) + 1):
            before, text = len(text), f"{text} {_plain(lines[end - 1].text)}".strip()
            at = text.find(quote)
            if at >= 0:
                if at < len(_plain(lines[place].text)) and at + len(quote) > before:
                    yield lines[place:end]
                break


def _is_said(text: str, lines: Sequence[Line]) -> bool:
    return any(not any(map(refused, run)) for run in _runs(_plain(text), lines))


def _bears_nothing(line: Line) -> str | None:
    """Why nothing that the line says can bear a capability out; None where it can."""
    if (reason := refused(line)) is not None:
        return f"left out as {reason}"
    if is_praise(line.text):
        return f"left out as {Reason.MARKETING}"
    condition = condition_in(line)
    return f"of its {condition.replace('_', ' ')}" if condition else None


def _share(said: str, quote: str) -> float:
    """The share of the words of a text that stand in the quote, in whatever form."""
    words = _stems(said)
    return len(words & _stems(quote)) / len(words) if words else 0.0


def _stems(text: str) -> set[str]:
    return {word.removesuffix("s")[:_STEM] for word in _WORD.findall(text.lower()) if word not in _SMALL}


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _with(rules: Decomposed, found: Sequence[Found], more: Sequence[Left]) -> Decomposed:
    left = sorted([*rules.left, *more], key=lambda each: (each.first, each.last))
    return Decomposed(rules.title, rules.description, tuple(found), tuple(left), rules.notices)
