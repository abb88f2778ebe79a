"""The lines of a text, each with where it stands: points, rows of tables, and the sentences of paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matchgraph.catalogue.claims import sentences_of
from matchgraph.catalogue.decompose.asides import is_navigation
from matchgraph.catalogue.decompose.topics import Topic, topic_after, topics_of
from matchgraph.catalogue.outline import Kind, Outline, Said

_WORD = re.compile(r"\w+")
_MARK = re.compile(r"^\[(?:[xX]|!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION))\]\s+")  # done; an alert
_OPENING = 2  # sections with paragraphs
_AHEAD = 40  # words of markup that may stand between two words of one sentence


@dataclass(frozen=True, slots=True)
class Line:
    """One line that may state an ability."""

    text: str
    kind: Kind
    first: int  # lines of the source, from 1
    last: int
    topic: Topic
    section: str
    opens: bool = False  # whether it stands where a text says what its thing is: in its first two sections
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    leads: bool = False  # elsewhere, all of it


def lines_of(parts: Outline, source: str) -> Iterator[Line]:
    """Every line of a text, in its order."""
    written, spoken = source.split("\n"), 0
    for section, topic in topics_of(parts):
        spoken += bool(section.prose)
        opens, here = spoken <= _OPENING, topic
        for said in section.said:
            here = here if said.kind in (Kind.POINT, Kind.ROW) else topic
            for text, first, last in _pieces(said, written):
                yield Line(
                    text,
                    said.kind,
                    first,
                    last,
                    here,
                    section.title,
                    opens,
                    said.cells,
                    said.header,
                    leads_elsewhere(said),
                )
            if said.kind is Kind.PROSE:
                here = topic_after(said.text, topic)


def _pieces(said: Said, written: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """The parts of a piece that are judged one by one, with their lines."""
    text = _MARK.sub("", said.text)
    if said.kind is not Kind.PROSE or leads_elsewhere(said):
        yield text, said.first, said.last
        return
    trail = _Trail(written, said.first, said.last)
    for sentence in sentences_of(text):
        yield sentence, *trail.follow(sentence)


def leads_elsewhere(said: Said) -> bool:
    """Whether a piece is made of links, or of names of pages."""
    return said.leads or is_navigation(said.text)


class _Trail:
    """Held while the sentences of a paragraph are found again in its lines, one after the other."""

    def __init__(self, written: Sequence[str], first: int, last: int) -> None:
        lines = [(number, written[number - 1]) for number in range(first, min(last, len(written)) + 1)]
        self.words = [(word.lower(), number) for number, line in lines for word in _WORD.findall(line)]
        self.at, self.whole = 0, (first, last)

    def follow(self, sentence: str) -> tuple[int, int]:
        """The first and last line of the next sentence; those of the whole paragraph where its words are not found."""
        found = []
        for word in _WORD.findall(sentence.lower()):
            ahead = self.words[self.at : self.at + _AHEAD]
            step = next((step for step, (each, _) in enumerate(ahead) if each == word), None)
            if step is not None:
                self.at += step + 1
                found.append(self.words[self.at - 1][1])
        return (found[0], found[-1]) if found else self.whole
