"""What one line gives: capabilities, or the reason why it has none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from matchgraph.catalogue.claims import sentences_of
from matchgraph.catalogue.decompose.actions import Action, actions_of, names_in, partner_of
from matchgraph.catalogue.decompose.found import Found, Reason
from matchgraph.catalogue.decompose.judge import before_fact, is_motive, is_praise, refused
from matchgraph.catalogue.decompose.lines import Line
from matchgraph.catalogue.decompose.spoken import verbs_in
from matchgraph.catalogue.decompose.things import named
from matchgraph.catalogue.decompose.topics import Topic
from matchgraph.catalogue.outline import Kind

_LEAD = re.compile(r"(?P<name>[^:.]{2,60}?)(?::\s+|\s+[-\u2013\u2014]\s+)(?P<rest>\S.*)", re.DOTALL)
_SYMBOLS = re.compile(r"^[^\w/.({\"'-]+")  # in front of a name: emoji, ticks
_SIGNATURE = re.compile(
    r"(?P<name>[\w.]+)\([^()]*\)(?:\s*->\s*[\w.\[\], ]+?)?(?::\s+|\s+[-\u2013\u2014]\s+)(?P<rest>\S.*)", re.DOTALL
)
_REFERENCE = re.compile(r"\((?:see|cf\.?|as in)\b[^()]*(?:\)|$)", re.IGNORECASE)
_IDENTIFIER = re.compile(
    r"[/\w.-]*(?:\w[_./-]\w|[a-z][A-Z])[\w./{}-]*(?:\([^()]*\))?|(?:GET|POST|PUT|PATCH|DELETE) \S+"
)
_OFFERED = re.compile(
    r"\b(?:can|used (?:for|to|as)|designed (?:for|to)|able to|capable of|intended (?:for|to)|meant (?:for|to)|enabl\w+"
    r"|allow\w*|supports?|provid\w+|offers?|lets|helps?|suitable for|useful for|dedicated to|speciali[sz]\w* in"
    r"|for \w+(?: \w+)? tasks?)\b",
    re.IGNORECASE,
)
_BY_OTHERS = re.compile(
    r"^(?:we|our|i|my|the authors?|authors|participants?|annotators?|each|every|they|these|those|there|both|most|one"
    r"|two|three|he|she|people|researchers|however|moreover|since|because|although|if|when|as|in|compared|unlike)\b",
    re.IGNORECASE,
)
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_FEWEST_CELLS = 2  # of a row that has more than a method and its path
_FEWEST_WORDS, _FEWEST_WORDS_AFTER_A_NAME, _MOST_WORDS_OF_A_NAME = 2, 3, 6


def capabilities_in(line: Line, partner: str, title: str = "") -> tuple[list[Found], Reason | None]:
    """The capabilities of a line, or why it has none; `partner` is what the thing, called `title`, works with."""
    reason = refused(line)
    if reason is None and is_motive(line, title):
        reason = Reason.MOTIVE
    if reason is not None:
        return [], reason
    if line.kind is Kind.PROSE:
        bare = _without_its_name(line.text, title)
        found, reason = _of_sentence(line, bare, partner)
        whole = len(found) == 1 and bare != line.text
        return [replace(each, description=line.text) for each in found] if whole else found, reason
    name, said = _lead(line)
    if said and (_IDENTIFIER.fullmatch(name) or name.endswith("()")):
        return [_found(line, name, said)], None
    found, reason = _of_sentence(line, said, partner)
    listed = line.topic is Topic.ABILITIES or (name and len(said.split()) >= _FEWEST_WORDS_AFTER_A_NAME)
    if reason is Reason.VAGUE and listed and len(line.text.split()) >= _FEWEST_WORDS:
        found, reason = [_found(line, name or named("", said), said)], None
    if len(found) == 1 and name and (len(name.split()) > 1 or " " not in found[0].name):
        return [_found(line, name, said)], None
    return found, reason


def _as_sentences(cells: Sequence[str]) -> str:
    """Cells one after another, each but the last with a stop."""
    said = [cell for cell in cells if cell]
    return " ".join([cell if cell.endswith((".", "!", "?")) else f"{cell}." for cell in said[:-1]] + said[-1:])


def _lead(line: Line) -> tuple[str, str]:
    """What a point or row calls its line, and the rest of it."""
    if len(line.cells) > _FEWEST_CELLS and line.cells[0] in _METHODS:
        return " ".join(line.cells[:2]), _as_sentences(line.cells[2:])
    if len(line.cells) > 1 and line.cells[0]:
        return line.cells[0], _as_sentences(line.cells[1:])
    if called := _SIGNATURE.fullmatch(line.text):
        return f"{called['name']}()", called["rest"]
    led = _LEAD.fullmatch(line.text)
    if led and len(led["name"].split()) <= _MOST_WORDS_OF_A_NAME and len(led["rest"].split()) > 1:
        return led["name"].strip(), led["rest"].strip()
    return "", line.text


def _without_its_name(text: str, title: str) -> str:
    """The sentence from its verb on, where it begins with what the thing is called: "Otter 2 small reads letters"."""
    rest = text[len(title) :].lstrip() if title and text.lower().startswith(f"{title.lower()} ") else ""
    first = next(verbs_in(rest), None)
    return rest if first is not None and first[0] == 0 and rest[: first[1]].endswith("s") else text


def _of_sentence(line: Line, said: str, partner: str) -> tuple[list[Found], Reason | None]:
    if _is_told_to_do(line):
        return [], Reason.ORDER
    said = _SYMBOLS.sub("", said)
    if names := names_in(said):
        return [_found(line, name, said) for name in names], None
    stated = _stated(_REFERENCE.sub("", said))
    first = next(sentences_of(stated), "")
    actions = actions_of(first) if first else []
    if not actions:
        fact = not stated or before_fact(said) is not None
        return [], Reason.FACT if fact else Reason.MARKETING if is_praise(said) else Reason.VAGUE
    if len(actions) == 1:
        return [_found(line, named(actions[0].verb, actions[0].thing), said)], None
    known = partner_of(said) or partner
    return [_found(line, named(each.verb, each.thing), _told(each, known)) for each in actions], None


def _is_told_to_do(line: Line) -> bool:
    """Whether a sentence tells its reader what to do: far down in a text, or before an example."""
    settled = line.kind is not Kind.PROSE or line.opens or line.topic is Topic.ABILITIES
    if settled and not line.text.endswith(":"):
        return False
    first = next(verbs_in(line.text), None)
    return first is not None and first[0] == 0 and not line.text[: first[1]].endswith("s")


def _stated(said: str) -> str:
    """The part of a sentence that may state an ability: of a fact, what it is offered for, or what is said before."""
    others, before = _BY_OTHERS.search(said), before_fact(said)
    if not others and before is None:
        return said
    if offered := _OFFERED.search(said):
        return said[offered.start() :]
    return "" if others or before is None else before


def _told(action: Action, partner: str) -> str:
    """An action with what it is done with, where its own words do not say so."""
    words = action.words[:1].upper() + action.words[1:]
    known = set(re.findall(r"\w{3,}", words.lower()))
    return words if not partner or known & set(re.findall(r"\w{4,}", partner.lower())) else f"{words} ({partner})"


def _found(line: Line, name: str, description: str) -> Found:
    return Found(_SYMBOLS.sub("", name) or name, description, line.text, line.first, line.last, line.section)
