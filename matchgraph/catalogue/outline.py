"""What a README or a page is made of: its title, its first words, and its sections with their points.

Markdown is read by markdown-it; HTML, in a file of its own or within Markdown, is first rewritten as Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from matchgraph.catalogue.clean import clean, shown

LONGEST_PROSE = 100_000  # characters of a text that is taken apart
_LONGEST_LINE = 4000  # characters; marks within a longer paragraph are left as they are

_BLOCK = re.compile(
    r"<(/?)(title|h[1-6]|li|p|div|br|hr|ul|ol|dl|dt|dd|table|tr|td|th|section|article|main|body|head|header|footer)"
    r"(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_PAGE = re.compile(r"\s*(<!doctype html|<html|<head|<body)", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
# A table of rows under a header: one that lays out a page holds paragraphs, lists or other tables.
_GRID = re.compile(
    r"<table\b[^<>]*>(?:[^<]|<(?!/?(?:table|p|div|ul|ol|li|dl|dt|dd|h[1-6]|br|hr|section|article)\b))*</table\s*>",
    re.IGNORECASE,
)
_HEADED = re.compile(r"<tr\b[^<>]*>\s*<th\b", re.IGNORECASE)
_PARTS = re.compile(r"</?(?:thead|tbody|tfoot|colgroup|col)\b[^<>]*>", re.IGNORECASE)
_OPENED = {"li": "\n- ", "dt": "\n- ", "dd": ": ", "td": " ", "th": " ", "tr": "\n- "}
_LINK = re.compile(r"""<a\s[^<>]*?href\s*=\s*["']?([^"'\s>]*)""", re.IGNORECASE)
_LINK_ENDS = re.compile(r"</a\s*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_EMOJI = re.compile(r"(?<![\w:]):[a-z][a-z_]{2,30}:(?![\w:])")  # pictures by name: :rabbit:
_WORD = re.compile(r"\w")
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_BLOCKS = MarkdownIt("commonmark").enable("table").disable("inline")  # the marks within a line are read by themselves


class Kind(StrEnum):
    """What a piece of a text is."""

    HEADING = "heading"
    POINT = "point"  # an item of a list
    ROW = "row"  # of a table
    PROSE = "prose"  # a paragraph
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Said:
    """One piece of a text, without its marks, and the lines of the source that it stands on, the first being 1."""

    kind: Kind
    text: str
    first: int
    last: int
    level: int = 0  # of a heading
    cells: tuple[str, ...] = ()  # of a row
    header: tuple[str, ...] = ()  # over the cells of a row
    leads: bool = False  # all of it leads elsewhere: links side by side, or one to a part of the text


@dataclass(slots=True)
class Section:
    """What stands under one heading; the first section of a text has none."""

    title: str = ""
    level: int = 0  # of its heading, 1 for the highest; 0 without one
    line: int = 1
    said: list[Said] = field(default_factory=list)

    @property
    def points(self) -> list[str]:
        """Items of lists and rows of tables."""
        return [each.text for each in self.said if each.kind in (Kind.POINT, Kind.ROW)]

    @property
    def prose(self) -> list[str]:
        """Paragraphs."""
        return [each.text for each in self.said if each.kind is Kind.PROSE]


@dataclass(frozen=True, slots=True)
class Outline:
    """A text taken apart."""

    title: str
    description: str
    sections: tuple[Section, ...]


def outline(text: str) -> Outline:
    r"""The parts of a Markdown, HTML or plain text.

    >>> outline("# Otter\n\nSorts mail.\n\n## What it does\n\n* flags spam").sections[-1].points
    ['flags spam']
    """
    text = text[:LONGEST_PROSE]
    written = _rewritten(text) if is_html(text) else _as_it_is(text)
    sections, title = [Section()], ""
    for said in _pieces(written):
        if said.kind is Kind.HEADING:
            title = title or said.text
            sections.append(Section(said.text, said.level, said.first))
        else:
            sections[-1].said.append(said)
    prose = (said for section in sections for said in section.prose)
    return Outline(title, next(prose, ""), tuple(each for each in sections if each.title or each.said))


def is_html(text: str) -> bool:
    """Whether the text is a page of HTML."""
    return _PAGE.match(shown(text[:5000]).lstrip("\ufeff")) is not None


@dataclass(frozen=True, slots=True)
class _Written:
    """A text as Markdown, and for each of its lines the first and the last line of the source."""

    text: str
    places: list[tuple[int, int]]

    def place(self, begin: int, end: int) -> tuple[int, int]:
        """The lines of the source that the lines from `begin` to before `end` come from."""
        within = self.places[begin : max(end, begin + 1)] or self.places[-1:]
        return within[0][0], max(last for _, last in within)


def _as_it_is(text: str) -> _Written:
    return _Written(text, [(line, line) for line in range(1, text.count("\n") + 2)])


def _rewritten(html: str, before: int = 0) -> _Written:
    """The headings, items and paragraphs of HTML as Markdown; other tags stay, for cleaning to remove."""
    html, lines, grid = shown(html), [""], _Grid()
    places: list[tuple[int, int]] = [(before + 1, before + 1)]
    line, at = before + 1, 0
    for tag in (*_BLOCK.finditer(html), None):
        end = tag.start() if tag else len(html)
        between = grid.between(html[at:end])
        if said := between.strip():
            begins = line + between[: between.index(said[0])].count("\n")
            first = places[-1][0] if lines[-1].strip(" -#") else begins
            places[-1] = (first, begins + said.count("\n"))
        lines[-1] += _SPACE.sub(" ", between)
        if tag:
            line += between.count("\n") + tag[0].count("\n")
            goes_on = tag[2].lower() == "br" and lines[-1].startswith("#")  # a heading of several lines
            head, *others = (" " if goes_on else grid.line(tag, html) or _line(tag)).split("\n")
            lines[-1] += head
            lines += others
            places += [(line, line)] * len(others)
            at = tag.end()
    # A line that begins with spaces would be read as code.
    return _Written("\n".join(each.strip() if each.startswith(" ") else each for each in lines), places)


@dataclass(slots=True)
class _Grid:
    """Held while a page is rewritten: how far its table of rows goes, and where in it the page is."""

    end: int = 0
    rows: int = 0
    cells: int = 0

    def between(self, text: str) -> str:
        """What stands between two tags; within a table without the tags of its parts."""
        return _PARTS.sub("", text).replace("|", "\\|") if self.end else text

    def line(self, tag: re.Match[str], html: str) -> str:
        """The tag as a part of a table of Markdown; nothing where it is none."""
        name, closes = tag[2].lower(), bool(tag[1])
        if name == "table" and not closes and (found := _GRID.match(html, tag.start())) and _HEADED.search(found[0]):
            self.end, self.rows = found.end(), 0
        elif self.end and tag.end() >= self.end:
            self.end = 0
        elif self.end and name == "tr":
            return self._row(closes)
        elif self.end and name in ("td", "th"):
            self.cells += not closes
            return "" if closes else "| "
        return ""

    def _row(self, closes: bool) -> str:
        if not closes:
            self.rows, self.cells = self.rows + 1, 0
            return "\n\n" if self.rows == 1 else "\n"
        return " |\n" + "|---" * self.cells + "|" if self.rows == 1 else " |"


def _line(tag: re.Match[str]) -> str:
    name = tag[2].lower()
    if tag[1]:
        return "" if name in ("td", "th", "dt", "dd") else "\n\n"
    if name == "title":
        return "\n\n# "
    return f"\n\n{'#' * int(name[1])} " if name[0] == "h" and name[1:].isdigit() else _OPENED.get(name, "\n\n")


def _pieces(written: _Written, within: bool = False) -> Iterator[Said]:
    """Each piece of the text, in its order; blocks of HTML within Markdown are taken apart too."""
    lists, kind = 0, Kind.PROSE
    table = _Table()
    known: dict[str, Any] = {}  # among them where links lead that are named at the end of a text
    for token in _BLOCKS.parse(written.text, known):
        if token.type in _LISTS:
            lists += token.nesting
        elif token.type == "html_block" and token.map and not within:
            # Lines of a block of HTML are lines of the source: only a whole page is rewritten before it is read.
            yield from _pieces(_rewritten(token.content, written.place(*token.map)[0] - 1), within=True)
        elif token.type in ("fence", "code_block") and token.map:
            yield Said(Kind.CODE, clean(token.content)[:_LONGEST_LINE], *written.place(*token.map))
        elif token.type in _TABLE:
            yield from table.turn(token, written)
        elif token.type in ("heading_open", "heading_close"):
            kind = Kind.HEADING if token.nesting > 0 else Kind.PROSE
            level = int(token.tag[1:])
        elif token.type == "inline":
            said, leads = _words(token.content, known)
            if table.row:
                table.cells.append(said)
            elif said and token.map:
                place = written.place(*token.map)
                is_point = lists and kind is Kind.PROSE
                shown_as = Kind.POINT if is_point else kind
                yield Said(shown_as, said, *place, level if kind is Kind.HEADING else 0, leads=leads)


_LISTS = ("bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close")
_TABLE = ("thead_open", "thead_close", "tr_open", "tr_close")


@dataclass(slots=True)
class _Table:
    """Held while the rows of a table go by."""

    row: bool = False
    is_head: bool = False
    cells: list[str] = field(default_factory=list)
    header: tuple[str, ...] = ()
    place: tuple[int, int] = (1, 1)

    def turn(self, token: Token, written: _Written) -> Iterator[Said]:
        """The row that ends with this token, where one does."""
        if token.tag == "thead":
            self.is_head = token.nesting > 0
        elif token.nesting > 0:
            self.row, self.cells = True, []
            self.place = written.place(*token.map) if token.map else self.place
        else:
            self.row, cells = False, tuple(self.cells)
            if self.is_head:
                self.header = cells
            elif said := ": ".join(filter(None, cells)):
                yield Said(Kind.ROW, said, *self.place, cells=cells, header=self.header)


def _words(content: str, known: dict[str, Any]) -> tuple[str, bool]:
    """A line without its marks, pictures and tags, and whether all of it leads elsewhere."""
    if len(content) > _LONGEST_LINE:
        return clean(content), False
    tokens = _MARKDOWN.parseInline(content, known)[0].children or []
    kept = []
    for token in tokens:
        if token.type in ("text", "code_inline"):
            kept.append(token.content)
        elif token.type in ("softbreak", "hardbreak") or (token.type == "html_inline" and _BREAK.match(token.content)):
            kept.append(" ")
    return clean(_EMOJI.sub(" ", "".join(kept))), _leads(tokens)


def _leads(tokens: list[Token]) -> bool:
    """Whether every word of a line stands in a link, and there are several, or one to a part of the same text."""
    targets, within = list[str](), ""
    for token in tokens:
        if token.type == "link_open":
            within = str(token.attrs.get("href", "")) or "?"
        elif token.type == "html_inline" and (opened := _LINK.match(token.content)):
            within = opened[1] or "?"
        elif token.type == "link_close" or (token.type == "html_inline" and _LINK_ENDS.match(token.content)):
            within = ""
        elif token.type in ("text", "code_inline") and _WORD.search(token.content):
            if not within:
                return False
            targets.append(within)
    return len(targets) > 1 or any(target.startswith("#") for target in targets)
