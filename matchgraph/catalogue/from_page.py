"""Comparison pages as rows of the catalogue format.

An artifact's row comes from the first page that tells of it; what a later page says otherwise is kept for its pair
alone (`published.py`), and reported. Every page can be put together again, byte for byte; one that could not be is
refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from matchgraph.catalogue.check import check, first_words
from matchgraph.catalogue.clean import clean
from matchgraph.catalogue.layout import DISPLAYED, NONE, SHOWN, TABLE, Page, PageSide, Position
from matchgraph.catalogue.page import read_page
from matchgraph.catalogue.published import (
    COUNTS,
    PARTS,
    PUBLISHED,
    SOURCE,
    fact_row,
    lead_key,
    own_words,
    page_of,
    wording,
)
from matchgraph.catalogue.records import Artifact, ArtifactType, Pricing
from matchgraph.catalogue.report import Ledger
from matchgraph.errors import CatalogueError

Written = dict[str, Any]

_TYPES = {shown: kind for kind, shown in DISPLAYED.items()}
_PRICINGS = {pricing.title(): pricing for pricing in Pricing}


def import_page(paths: str | Path | Iterable[str | Path], ledger: Ledger | None = None) -> list[Written]:
    """The catalogue rows of these pages, ready for `rebuild`."""
    listed = [paths] if isinstance(paths, str | Path) else paths
    return records_of([read_page(Path(path)) for path in listed], ledger)


def records_of(pages: Iterable[Page], ledger: Ledger | None = None) -> list[Written]:
    """One row for each artifact on the pages, in the order of their ids; `ledger` has what the pages disagree on."""
    distinct = list(dict.fromkeys(pages))
    ledger = ledger or Ledger()
    named = _ids(distinct)
    pairs = _pairs(distinct, named)
    first: dict[str, tuple[Page, Position]] = {}
    for (left, right), page in pairs.items():
        for position, artifact_id in zip(Position, (left, right), strict=True):
            seen = first.setdefault(artifact_id, (page, position))
            _note_differences(*seen, page, position, ledger)
    rows = {artifact_id: _row(artifact_id, *told, ledger) for artifact_id, told in first.items()}
    for (left, right), page in pairs.items():
        for one, other, side in ((left, right, page.left), (right, left, page.right)):
            if side.leads:
                rows[one]["facts"].setdefault(lead_key(other), fact_row(", ".join(side.leads)))
    plain = _checked(rows)
    for (left, right), page in pairs.items():
        rows[left]["facts"] |= own_words(page, plain[left], plain[right])
    _prove(pairs, _checked(rows))
    return [rows[artifact_id] for artifact_id in sorted(rows)]


def told_first(pages: Sequence[Page]) -> dict[str, str]:
    """The file of the first page that tells of each artifact, by its id."""
    named = _ids(pages)
    sides = ((side, page.file) for page in reversed(pages) for side in (page.left, page.right))
    return {named[side.name, side.type]: file for side, file in sides}


def _ids(pages: Sequence[Page]) -> dict[tuple[str, str], str]:
    """An id for each name and type: the name's slug, with the type where several would have the same."""
    known = sorted({(side.name, side.type) for page in pages for side in (page.left, page.right)})
    count = Counter(_slug(name) for name, _ in known)
    named = {each: _slug(each[0]) for each in known if count[_slug(each[0])] == 1}
    taken = set(named.values())
    for name, kind in known:
        base, number = f"{_slug(name)}-{_type(kind)}", 1
        while (name, kind) not in named:
            artifact_id = base if number == 1 else f"{base}-{number}"
            if artifact_id not in taken:
                named[name, kind] = artifact_id
                taken.add(artifact_id)
            number += 1
    return named


def _slug(name: str) -> str:
    return re.sub(r"[^\w]+", "-", name.lower()).strip("-")[:200] or "artifact"


def _type(shown: str) -> ArtifactType:
    return _TYPES.get(shown, ArtifactType.PRODUCT)


def _pairs(pages: Sequence[Page], named: dict[tuple[str, str], str]) -> dict[tuple[str, str], Page]:
    """The pages by the ids of their two sides; no two pages may have the same two in the same order."""
    pairs: dict[tuple[str, str], Page] = {}
    for page in pages:
        ids = named[page.left.name, page.left.type], named[page.right.name, page.right.type]
        other = pairs.setdefault(ids, page)
        if other is not page:
            raise CatalogueError(
                f"{page.file} has the two artifacts of {other.file}, {page.left.name!r} and {page.right.name!r}, "
                "but says something else of them: import one of the two pages."
            )
    return pairs


def _note_differences(seen: Page, at: Position, page: Page, position: Position, ledger: Ledger) -> None:
    """Write down what a page says otherwise than the first that told of the same artifact."""
    side, before = page.side(position), seen.side(at)
    for row in TABLE:
        if row.cell(side) != row.cell(before):
            done = f"{seen.file} has {row.cell(before)!r}; kept this one for this pair alone"
            ledger.mend(page.file, _line(page, row.field, position), _field(side, row.field), row.cell(side), done)
    if side.capabilities != before.capabilities:
        done = f"{seen.file} has others; kept these for this pair alone"
        line = _line(page, "capabilities", position)
        ledger.mend(page.file, line, _field(side, "capabilities"), "other capabilities", done)


def _field(side: PageSide, field: str) -> str:
    return f"{side.name} {field}"


def _line(page: Page, field: str, position: Position) -> int:
    """Which line of the page shows the field."""
    names = [row.field for row in page.rows]
    heading = 5 + len(names)
    if field != "capabilities":
        return 5 + names.index(field if field in names else "pricing")
    if position is Position.LEFT:
        return heading
    blocks = sum(1 + (each.unique is not None) + (each.vs_alternatives is not None) for each in page.left.capabilities)
    return heading + 1 + blocks + (page.left.decomposed > SHOWN)


def _row(artifact_id: str, page: Page, position: Position, ledger: Ledger) -> Written:
    """The artifact as a row of the catalogue format."""
    side = page.side(position)
    if side.type not in _TYPES:
        found, done = f"{side.type!r}, no known type", f"took it as {_type(side.type)}"
        ledger.mend(page.file, _line(page, "type", position), _field(side, "type"), found, done)
    price = "" if side.starting_price == NONE else clean(side.starting_price)
    name = clean(side.name)[:500].strip() or artifact_id
    row = {
        "artifact_id": artifact_id,
        "name": name,
        "type": str(_type(side.type)),
        "pricing": str(_PRICINGS.get(side.pricing, Pricing.UNKNOWN)),
        "source": SOURCE,
        "facts": _facts(side, price) | wording(side),
        "capabilities": _capabilities(side),
    }
    if price:
        row["pricing_detail"] = {"starting_price": price}
    if not row["capabilities"]:
        row["description"] = name
    return row


def _facts(side: PageSide, price: str) -> Written:
    stated: Written = {name: _number(str(getattr(side, name))) for name in COUNTS}
    stated |= {"capabilities": side.decomposed, "starting_price": price or None}
    return {f"{PUBLISHED}{name}": fact_row(value) for name, value in stated.items() if value is not None}


def _capabilities(side: PageSide) -> list[Written]:
    """The capabilities that say something, each once, named by their first words."""
    said: dict[str, Written] = {}
    for each in side.capabilities:
        texts = {part: clean(getattr(each, part) or "") for part in PARTS}
        if texts["description"] and texts["description"] not in said:
            named = {"name": first_words(texts["description"])} | texts
            said[texts["description"]] = {part: text for part, text in named.items() if text}
    return list(said.values())


def _number(shown: str) -> int | float | None:
    plain = shown.replace(",", "")
    return None if shown == NONE else float(plain) if "." in plain else int(plain)


def _checked(rows: dict[str, Written]) -> dict[str, Artifact]:
    """The artifacts that a rebuild will make of the rows."""
    ledger = Ledger()
    made = {artifact_id: check(row, SOURCE, 1, ledger) for artifact_id, row in rows.items()}
    return {artifact_id: artifact for artifact_id, artifact in made.items() if artifact is not None}


def _prove(pairs: dict[tuple[str, str], Page], made: dict[str, Artifact]) -> None:
    for (left, right), page in pairs.items():
        if left not in made or right not in made or page_of(made[left], made[right]) != page:
            raise CatalogueError(f"{page.file} has more text in one place than a catalogue keeps: shorten it first.")
