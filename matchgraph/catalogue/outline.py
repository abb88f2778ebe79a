"""What a README or a page is made of: its title, its first words, and its sections with their points.

Markdown is read by markdown-it; HTML, in a file of its own or within Markdown, is first rewritten as Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

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
_OPENED = {"li": "\n- ", "dt": "\n- ", "dd": ": ", "td": " ", "th": " ", "tr": "\n- "}
_MARKDOWN = MarkdownIt("commonmark").enable("table")
_BLOCKS = MarkdownIt("commonmark").enable("table").disable("inline")  # the marks within a line are read by themselves


@dataclass(slots=True)
class Section:
    """What stands under one heading; the first section of a text has none."""

    title: str = ""
    level: int = 0  # of its heading, 1 for the highest; 0 without one
    points: list[str] = field(default_factory=list)  # items of lists and rows of tables
    prose: list[str] = field(default_factory=list)  # paragraphs


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
    if is_html(text):
        text = markdown_of(text)
    sections, title = [Section()], ""
    for kind, said, level in _lines(_BLOCKS.parse(text)):
        if kind == "heading":
            title = title or said
            sections.append(Section(said, level))
        elif kind == "point":
            sections[-1].points.append(said)
        else:
            sections[-1].prose.append(said)
    prose = (said for section in sections for said in section.prose)
    return Outline(title, next(prose, ""), tuple(each for each in sections if each.title or each.points or each.prose))


def is_html(text: str) -> bool:
    """Whether the text is a page of HTML."""
    return _PAGE.match(shown(text[:5000]).lstrip("\ufeff")) is not None


def markdown_of(html: str) -> str:
    """The headings, items and paragraphs of HTML as Markdown; other tags stay, for cleaning to remove."""
    flat = re.sub(r"\s+", " ", shown(html))
    lines = _BLOCK.sub(_line, flat).split("\n")
    return "\n".join(line.strip() if line.startswith(" ") else line for line in lines)


def _line(tag: re.Match[str]) -> str:
    name = tag[2].lower()
    if tag[1]:
        return "" if name in ("td", "th", "dt", "dd") else "\n\n"
    if name == "title":
        return "\n\n# "
    return f"\n\n{'#' * int(name[1])} " if name[0] == "h" and name[1:].isdigit() else _OPENED.get(name, "\n\n")


def _lines(tokens: Sequence[Token], within: bool = False) -> Iterator[tuple[str, str, int]]:
    """Each piece of text with what it is, a heading, a point or prose, and of which level. Code is none of these."""
    lists, row, cells = 0, False, list[str]()
    kind, level = "prose", 0
    for token in tokens:
        lists += token.nesting if token.type in ("bullet_list_open", "bullet_list_close") else 0
        lists += token.nesting if token.type in ("ordered_list_open", "ordered_list_close") else 0
        if token.type == "html_block" and not within:
            yield from _lines(_BLOCKS.parse(markdown_of(token.content)), within=True)
        elif token.type in ("tr_open", "tr_close"):
            row = token.type == "tr_open"
            if not row and (said := ": ".join(filter(None, cells))):
                yield "point", said, level
            cells = []
        elif token.type == "thead_open":
            kind = "header"
        elif token.type in ("thead_close", "heading_close"):
            kind = "prose"
        elif token.type == "heading_open":
            kind, level = "heading", int(token.tag[1:])
        elif token.type == "inline":
            said = _words(token.content)
            if row:
                cells += [said] if kind != "header" else []
            elif said:
                yield ("point" if lists and kind == "prose" else kind), said, level


def _words(content: str) -> str:
    """A line without its marks, pictures and tags."""
    if len(content) > _LONGEST_LINE:
        return clean(content)
    kept = []
    for token in _MARKDOWN.parseInline(content)[0].children or ():
        if token.type in ("text", "code_inline"):
            kept.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            kept.append(" ")
    return clean("".join(kept))
