"""A comparison page of the classic layout, read line by line; any damage is named with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

from matchgraph.catalogue import layout
from matchgraph.catalogue.layout import (
    AXES,
    BACKED,
    CLOSING,
    NONE,
    SHOWN,
    SIDE_BY_SIDE,
    TABLE,
    Page,
    PageCapability,
    PageSide,
    Position,
)
from matchgraph.errors import CatalogueError

_LONGEST = 80  # characters of what was found
_ONE = "capability"
_UNFIT = re.compile(r"[\r\ud800-\udfff]")
_LISTS = {layout.listed(axes): axes for size in range(1, len(AXES) + 1) for axes in combinations(AXES, size)}


def read_page(source: str | Path) -> Page:
    """The page in that file, or in that text where it has more lines than one."""
    if isinstance(source, str) and "\n" in source:
        return _Reader(source, "page").page()
    try:
        raw = Path(source).read_bytes()
        return _Reader(raw.decode("utf-8"), str(source)).page()
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise CatalogueError(f"{source} line {line}: found a byte that is not UTF-8; wanted UTF-8 text.") from error
    except (OSError, ValueError) as error:  # a ValueError for a name that no file can have
        raise CatalogueError(f"no page at {str(source)!r}: {error}; name the file of a comparison page.") from error


def parse_page(text: str, file: str) -> Page:
    """The page that the text is; `file` is where it came from."""
    return _Reader(text, file).page()


def _pairs(header: str) -> Iterator[tuple[str, str]]:
    """Every two names that the table's first row can be read as."""
    middle = header.removeprefix("| Feature | ").removesuffix(" |")
    for bar in re.finditer(r"(?= \| )", middle):
        left, right = middle[: bar.start()], middle[bar.start() + 3 :]
        if layout.header(left, right) == header and left.strip() and right.strip():
            yield left, right


def _side(name: str, cells: dict[str, Any]) -> PageSide:
    """What the table says of one of the two."""
    numbers = {row: int(cells[row]) for row in ("rank", "decomposed")}
    return PageSide(name=name, **cells | numbers)


class _Reader:
    """Held for one page: goes down its lines, and says which one is not what the layout has there."""

    def __init__(self, text: str, file: str) -> None:
        self.file, self.lines, self.at = file, text.split("\n"), 0
        if unfit := _UNFIT.search(text):
            place = text.count("\n", 0, unfit.start())
            raise self.wrong(unfit[0], "plain text, each line ended by a line feed alone", place)

    def page(self) -> Page:
        """The whole page."""
        names = self.names()
        self.expect(layout.RULE)
        cells = dict(self.table())
        left, right = (_side(name, {row: both[at] for row, both in cells.items()}) for at, name in enumerate(names))
        if (left.name, left.type) == (right.name, right.type):
            raise self.wrong(f"{left.name}, {left.type}, on both sides", "two different artifacts", 4)
        left = self.capabilities(left, before=layout.heading(right))
        right = self.capabilities(right, before=layout.VERDICT)
        page = self.headline(replace(layout.ruled(left, right), file=self.file))
        self.expect(layout.VERDICT)
        page = self.verdict(page)
        for line in CLOSING:
            self.expect(line)
        if self.lines[self.at :] not in ([], [""]):
            raise self.wrong(self.take("the end of the page"), "the end of the page")
        return replace(page, ending="\n" * len(self.lines[self.at :]))

    def names(self) -> tuple[str, str]:
        """Both names, which title and table must agree on: either may hold what separates them in the other."""
        title = self.take("a title like 'A vs B'")
        if " vs " not in title:
            raise self.wrong(title, "a title like 'A vs B'")
        wanted = f"the subtitle {SIDE_BY_SIDE!r} or one that ends in {BACKED!r}"
        subtitle = self.take(wanted)
        if subtitle != SIDE_BY_SIDE and not subtitle.endswith(BACKED):
            raise self.wrong(subtitle, wanted)
        wanted = "a first row like '| Feature | A | B |', with the two names of line 1"
        header = self.take(wanted)
        pairs = list(_pairs(header))
        for pair in pairs:
            if layout.title(*pair) == title:
                return pair
        for pair in pairs:
            if all(f"{name} Capabilities" in self.lines for name in pair):  # so it is the title that is wrong
                raise self.wrong(title, repr(layout.title(*pair)), 0)
        raise self.wrong(header, wanted)

    def table(self) -> Iterator[tuple[str, tuple[str, str]]]:
        """The cells of each row."""
        for each in TABLE:
            if each.field == "starting_price" and not self.next.startswith(f"| {each.label} |"):
                yield each.field, (NONE, NONE)
                continue
            wanted = f"'| {each.label} | ... | ... |', each cell {each.wanted}"
            line = self.take(wanted)
            cells = line.removeprefix(f"| {each.label} | ").removesuffix(" |").split(" | ")
            found = [match[1] for cell in cells if (match := each.pattern.fullmatch(cell))]
            if len(cells) != 2 or len(found) != 2 or layout.row(each.label, *cells) != line:
                raise self.wrong(line, wanted)
            if each.field == "starting_price" and found == [NONE, NONE]:
                raise self.wrong(line, "a starting price for at least one side, or no such row")
            yield each.field, (found[0], found[1])

    def capabilities(self, side: PageSide, before: str) -> PageSide:
        """The side with its capabilities; `before` is the line that follows them."""
        self.expect(layout.heading(side))
        shown, blocks = min(side.decomposed, SHOWN), []
        ends = {before, layout.rest(side)}
        for place in range(shown):
            wanted = f"the description of capability {place + 1} of {shown} (the table counts {side.decomposed})"
            line = self.take(wanted)
            if not line.strip() or line in ends or line.startswith((layout.UNIQUE.rstrip(), layout.VERSUS.rstrip())):
                raise self.wrong(line, wanted)
            after = ends if place == shown - 1 else set()  # a name may open like a claim
            blocks.append(PageCapability(line, self.claim(layout.UNIQUE, after), self.claim(layout.VERSUS, after)))
        side = replace(side, capabilities=tuple(blocks))
        if (counted := layout.rest(side)) is not None:
            one = f"+1 more {_ONE}"  # not by the layout's rule, but what careful pages print
            found = self.expect(counted, *([one] if side.decomposed == SHOWN + 1 else []))
            side = replace(side, more=_ONE) if found == one else side
        return side

    def claim(self, opening: str, ends: set[str | None]) -> str | None:
        """The text of a line that opens so, if that is what comes next and not one of the `ends`."""
        if not self.next.startswith(opening.rstrip()) or self.next in ends:
            return None
        line = self.take(opening)
        if not line.startswith(opening) or not line.removeprefix(opening).strip():
            raise self.wrong(line, f"a text after {opening!r}")
        return line.removeprefix(opening)

    def headline(self, page: Page) -> Page:
        """The page with whom its subtitle ranks higher."""
        praised = [page.winner] if page.winner else list(Position)
        choices = [replace(page, headline=each) for each in (None, *praised)]
        for choice in choices:
            if layout.subtitle(choice) == self.lines[1]:
                return choice
        wanted = " or ".join(repr(layout.subtitle(choice)) for choice in choices)
        raise self.wrong(self.lines[1], f"{wanted} by the ranks in the table", 1)

    def verdict(self, page: Page) -> Page:
        """The page with what its verdict says."""
        winners = [page.winner] if page.winner else [None, *Position]
        choices = [replace(page, winner=each, first=layout.leads_first(each)) for each in winners]
        wanted = " or ".join(repr(layout.score(choice)) for choice in choices)
        line = self.take(wanted)
        for choice in choices:
            if line == layout.score(choice):
                return choice
            if line.startswith(f"{layout.score(choice)} "):
                return self.leads(choice, line)
        raise self.wrong(line, f"{wanted}, alone or with who leads on what")

    def leads(self, page: Page, line: str) -> Page:
        """The page with the axes that its verdict gives each side."""
        for first in (page.first, page.first.other):
            names = [re.escape(page.side(each).name) for each in (first, first.other)]
            sentence = rf" {names[0]} leads on ([a-z, ]+), while {names[1]} is stronger on ([a-z, ]+)\."
            found = re.fullmatch(sentence, line.removeprefix(layout.score(page)))
            one, other = (_LISTS.get(part) for part in found.groups()) if found else (None, None)
            if one and other and not set(one) & set(other):
                given = {first: one, first.other: other}
                left, right = (replace(page.side(each), leads=given[each]) for each in Position)
                return replace(page, left=left, right=right, first=first)
        loser, winner = page.side(page.first).name, page.side(page.first.other).name
        wanted = f"'{loser} leads on ..., while {winner} is stronger on ...'"
        raise self.wrong(line, f"{wanted}, each axis once, in the order of the table: {layout.listed(AXES)}")

    @property
    def next(self) -> str:
        """The line that comes next; empty after the last."""
        return self.lines[self.at] if self.at < len(self.lines) else ""

    def take(self, wanted: str) -> str:
        """The next line, whatever it says."""
        if self.at == len(self.lines):
            self.at += 1
            raise self.wrong("the end of the page", wanted)
        self.at += 1
        return self.lines[self.at - 1]

    def expect(self, *choices: str) -> str:
        """The next line, which must be one of these."""
        wanted = " or ".join(map(repr, choices))
        line = self.take(wanted)
        if line not in choices:
            raise self.wrong(line, wanted)
        return line

    def wrong(self, found: str, wanted: str, place: int | None = None) -> CatalogueError:
        """What is wrong with the line at that place, or with the one taken last."""
        number = self.at if place is None else place + 1
        shown = repr(found if len(found) <= _LONGEST else f"{found[: _LONGEST - 3]}...")
        return CatalogueError(f"{self.file} line {number}: found {shown}; wanted {wanted}.")
