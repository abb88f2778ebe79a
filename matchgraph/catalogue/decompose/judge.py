"""Whether a line may state an ability, by the signs of `signs.toml`; what is none is told with the reason."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from matchgraph.catalogue.decompose.asides import is_of_others, is_to_reader
from matchgraph.catalogue.decompose.found import Reason
from matchgraph.catalogue.decompose.lines import Line
from matchgraph.catalogue.decompose.topics import REASONS, Topic
from matchgraph.catalogue.outline import Kind

_PARAMETERS = re.compile(
    r"\b(parameters?|arguments?|options?|types?|default|required|variables?|fields?|keys?|flags?)\b"
)
_OPTION = re.compile(r"-{1,2}[A-Za-z]")
_WORD = re.compile(r"[^\W\d_]{2}")
_NUMBERS = re.compile(r"\b(accuracy|f1|score|params|size|bleu|latency|price|version|speed|downloads)\b")

_BEGINS_WITH_A_FIGURE = re.compile(r"\W{0,3}\d")
_FIGURE = re.compile(r"(?<![\w.])[\d.,]*\d%?(?!\w)")
LONGEST_LINE = 2_000  # characters; what goes on longer without a stop is no sentence
_MOST_FIGURES = 0.4  # share of the words
_FEWEST_FIGURES = 2  # cells of a row


def is_limit(line: Line) -> bool:
    """Whether the line says what the thing cannot do."""
    return line.topic is Topic.LIMITS or _says(line.text, "what it cannot do")


def is_suited(line: Line) -> bool:
    """Whether the line says what the thing is best for."""
    return _says(line.text, "what it is best for")


def is_intent(line: Line) -> bool:
    """Whether the line is something that people ask for."""
    return line.topic is Topic.ASKED or _says(line.text, "what people ask it")


def refused(line: Line) -> Reason | None:
    """Why the line is no ability, whatever it says; None where it may be one."""
    reason = _by_its_form(line)
    if reason is not None:
        return reason
    found = (reason for reason, pattern in _signs("always").items() if pattern.search(line.text))
    said = next(map(Reason, found), None) or _beside(line)
    return said or REASONS.get(line.topic)


def _by_its_form(line: Line) -> Reason | None:
    """Why what looks as the line does is none."""
    if line.kind is Kind.CODE:
        return Reason.CODE
    if len(line.text) > LONGEST_LINE:
        return Reason.TOO_LONG
    if line.leads:
        return Reason.OTHER
    options = any(_OPTION.match(cell) for cell in line.cells[:2])
    if options or (line.header and _PARAMETERS.search(line.header[0].lower())):
        return Reason.PARAMETER
    numbers = any(_NUMBERS.search(title.lower()) for title in line.header)
    many = len(_FIGURE.findall(line.text)) > _MOST_FIGURES * len(line.text.split())
    return Reason.FACT if numbers or many or _is_of_figures(line) else None


def _beside(line: Line) -> Reason | None:
    """What a line is that is no item of a list of abilities, and speaks to its reader or of others."""
    if line.topic is Topic.ABILITIES and line.kind is not Kind.PROSE:
        return None
    if is_to_reader(line.text):
        return Reason.OTHER
    return Reason.MOTIVE if is_of_others(line.text) else None


def _is_of_figures(line: Line) -> bool:
    """Whether half of the cells of a row begin with a figure, two at least, or all but one are ticks and crosses."""
    if any(line.cells[1:]) and not any(_WORD.search(cell) for cell in line.cells[1:]):
        return True
    figures = sum(_BEGINS_WITH_A_FIGURE.match(cell) is not None for cell in line.cells)
    return figures >= _FEWEST_FIGURES and 2 * figures >= len(line.cells)


def is_motive(line: Line, title: str) -> bool:
    """Whether the line stands where a text says why its thing was made, and does not begin with what it is called."""
    return line.topic is Topic.MOTIVES and not (title and line.text.lower().startswith(f"{title.lower()} "))


def before_fact(text: str) -> str | None:
    """What a line says before it states a fact; None where it states none.

    >>> before_fact("Reads letters, trained on 40 hours of speech."), before_fact("It reads letters.")
    ('Reads letters, ', None)
    """
    fact = _signs("unless_able")[Reason.FACT].search(text)
    return None if fact is None else text[: fact.start()]


def is_praise(text: str) -> bool:
    """Whether a line praises.

    >>> is_praise("The ultimate otter!"), is_praise("It reads letters.")
    (True, False)
    """
    return _signs("unless_able")[Reason.MARKETING].search(text) is not None


def _says(text: str, condition: str) -> bool:
    return _signs("conditions")[condition].search(text) is not None


@cache
def _signs(kind: str) -> dict[str, re.Pattern[str]]:
    """The signs of a kind, in the order in which they are asked."""
    stated = tomllib.loads((files(__package__ or "") / "signs.toml").read_text(encoding="utf-8"))
    return {name: re.compile("|".join(signs), re.IGNORECASE) for name, signs in stated[kind].items()}
