"""A row from outside becomes an `Artifact`, or is refused with reasons.

What a row cannot do without is its id, name, type and something to match on. Anything else that is wrong is left
out and said so, because one bad link should not cost its reader the artifact.
"""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from matchgraph.catalogue.clean import clean
from matchgraph.catalogue.records import (
    MOST_REMARKS,
    Artifact,
    ArtifactType,
    Capability,
    Fact,
    FactStatus,
    Link,
    LinkKind,
    Pricing,
    first_day,
)
from matchgraph.catalogue.report import Ledger

Row = Mapping[str, Any]
Record = TypeVar("Record")

_ENUMS = {"type": ArtifactType, "pricing": Pricing, "kind": LinkKind, "status": FactStatus}
_LARGEST = 10**300
_DEEPEST = 8
_SHOWN = 60  # characters of what was found
_DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?")


@dataclass(frozen=True, slots=True)
class _Kind(Generic[Record]):
    """One kind of record: how it is checked, what it cannot do without, which fields are lists of texts."""

    adapter: TypeAdapter[Record]
    fields: tuple[str, ...]
    vital: frozenset[str]
    lists: tuple[str, ...] = ()


_ARTIFACT = _Kind(
    TypeAdapter(Artifact),
    tuple(Artifact.__dataclass_fields__),
    frozenset({"artifact_id", "name", "type"}),
    ("job", "inputs", "outputs", "aliases", "tags", "remarks"),
)
_CAPABILITY = _Kind(
    TypeAdapter(Capability),
    tuple(Capability.__dataclass_fields__),
    frozenset({"capability_id", "name", "description"}),
    ("intents", "best_for", "limitations", "requires", "input_types", "output_types"),
)
_LINK = _Kind(TypeAdapter(Link), ("kind", "target"), frozenset({"kind", "target"}))
_FACT = _Kind(TypeAdapter(Fact), tuple(Fact.__dataclass_fields__), frozenset({"value", "status"}))


def check(row: object, file: str, line: int, ledger: Ledger) -> Artifact | None:
    """The artifact that the row tells of, or None when it was refused; `ledger` has the reasons."""
    if not isinstance(row, Mapping):
        ledger.refuse(file, line, [("row", _shown(row), "wanted an object with named fields")])
        return None
    return _Desk(file, line, ledger).artifact(row)


def check_facts(row: Row, file: str, line: int, ledger: Ledger) -> tuple[str, dict[str, Fact]]:
    """The id and the facts of a row that adds facts to an artifact told elsewhere."""
    desk = _Desk(file, line, ledger)
    written = row["artifact_id"]
    artifact_id = clean(written) if isinstance(written, str) else repr(written)
    return artifact_id, dict(desk.facts(row["facts"]))


class _Desk:
    """Held for one row: cleans its texts, brings known shorthands into one form, and checks each part by itself."""

    def __init__(self, file: str, line: int, ledger: Ledger) -> None:
        self.file, self.line, self.ledger = file, line, ledger

    def note(self, field: str, found: str, done: str) -> None:
        self.ledger.mend(self.file, self.line, field, found, done)

    def artifact(self, row: Row) -> Artifact | None:
        tidy = self.tidy(row, _ARTIFACT, "")
        artifact_id = str(tidy.get("artifact_id"))
        detail = tidy.pop("pricing_detail", {})
        tidy["pricing_detail"] = self.nested(detail if isinstance(detail, dict) else {"note": detail}, "pricing_detail")
        tidy["facts"] = dict(self.facts(tidy.get("facts")))
        tidy["links"] = list(self.links(tidy.get("links")))
        if len(remarks := tidy.get("remarks", [])) > MOST_REMARKS:
            self.note("remarks", f"{len(remarks)} remarks", f"kept the first {MOST_REMARKS}")
            tidy["remarks"] = remarks[:MOST_REMARKS]
        stated = tidy.get("capabilities")
        tidy["capabilities"] = list(self.capabilities(stated, artifact_id))
        described = tidy.get("description")
        if not tidy["capabilities"] and isinstance(described, str) and described:
            if stated:  # a row that states none is as it may be; only one that states them wrongly is mended
                self.note("capabilities", "no capability", "took the description as the only one")
            tidy["capabilities"] = list(self.capabilities([described], artifact_id))
        faults: list[tuple[str, str, str]] = []
        artifact = self.record(_ARTIFACT, tidy, "", faults)
        if artifact is not None and not artifact.capabilities:
            faults.append(("capabilities", "nothing", "wanted a description or at least one capability to match on"))
        if faults:
            self.ledger.refuse(self.file, self.line, [_as_written(fault, row) for fault in faults])
            return None
        return artifact

    def record(
        self, kind: _Kind[Record], tidy: dict[str, Any], where: str, faults: list[tuple[str, str, str]]
    ) -> Record | None:
        """The record of these fields; None where one it cannot do without is wrong, which `faults` then has."""
        while True:
            try:
                return kind.adapter.validate_python(tidy)
            except ValidationError as error:
                wrong = list(_wrong(error, where))
                faults += [told for told, path in wrong if path[0] in kind.vital]
                if any(path[0] in kind.vital for _, path in wrong):
                    return None
                # From the back, so that the places in a list stay what they were.
                for (name, found, wanted), path in sorted(wrong, key=lambda each: each[1][1:], reverse=True):
                    self.note(name, found, f"{wanted}; left out")
                    _leave_out(tidy, path)

    def part(self, kind: _Kind[Record], tidy: dict[str, Any], where: str) -> Record | None:
        """The record of one of a list; what is not one is left out, and said so."""
        faults: list[tuple[str, str, str]] = []
        record = self.record(kind, tidy, f"{where}.", faults)
        for name, found, wanted in faults:
            self.note(name, found, f"{wanted}; left it out")
        return record

    def facts(self, value: object) -> Iterator[tuple[str, Fact]]:
        if value is not None and not isinstance(value, Mapping):
            self.note("facts", _shown(value), "wanted names with values; left out")
        for key, stated in (value if isinstance(value, Mapping) else {}).items():
            name = self.text(str(key), "facts")
            fact = self.fact(stated, f"facts.{name}") if name else None
            if fact is not None:
                yield str(name), fact

    def fact(self, stated: object, where: str) -> Fact | None:
        """One fact; None when it states nothing, or nothing that can be."""
        full = isinstance(stated, Mapping) and ("value" in stated or "status" in stated)
        tidy = self.tidy(stated, _FACT, f"{where}.") if full and isinstance(stated, Mapping) else {"value": stated}
        written = tidy.get("observed_at")
        if written is not None and not (isinstance(written, str) and first_day(written)):
            self.note(where, f"observed_at {_shown(written)}", "wanted a date like 2026-05-01; left the date out")
            del tidy["observed_at"]
        tidy["value"] = value = self.plain(tidy.get("value"), where)
        if value is None or value == "":
            silent = tidy.get("status", FactStatus.OBSERVED) != FactStatus.OBSERVED
            return self.part(_FACT, tidy | {"value": None}, where) if silent else None
        if isinstance(value, float) and not math.isfinite(value):
            self.note(where, str(value), "wanted a number; left out")
            return None
        if isinstance(value, str) and _DAY.fullmatch(value) and not first_day(value):
            self.note(where, f"{value}, which is no day", "wanted a date like 2026-05-01; left out")
            return None
        return self.part(_FACT, tidy, where)

    def plain(self, value: Any, where: str) -> Any:
        """A fact's value as one number, flag or text; None for an empty list."""
        if value in ([], (), {}):
            return None
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
            return float(value) if abs(value) < _LARGEST else math.inf
        if isinstance(value, list | tuple | Mapping):
            flat = isinstance(value, list | tuple) and all(isinstance(part, str | int | float) for part in value)
            value = (
                ", ".join(map(str, value))
                if flat
                else json.dumps(self.nested(value, where), sort_keys=True, default=str)
            )
        return self.text(value, where)

    def links(self, value: object) -> Iterator[Link]:
        for place, stated in enumerate(_parts(value), 1):
            where = f"links.{place}"
            if not isinstance(stated, Mapping):
                self.note(where, _shown(stated), "wanted an object with kind and target; left it out")
                continue
            link = self.part(_LINK, self.tidy(stated, _LINK, f"{where}."), where)
            if link is not None:
                yield link

    def capabilities(self, value: object, artifact_id: str) -> Iterator[Capability]:
        """The capabilities, each once, with names, texts and ids of their own."""
        taken: set[str] = set()
        said: set[tuple[str, str]] = set()
        for place, stated in enumerate(_parts(value), 1):
            tidy = self.capability(stated, f"capabilities.{place}")
            if tidy is None:
                continue
            tidy["capability_id"] = _own_id(artifact_id, tidy, taken)
            record = self.part(_CAPABILITY, tidy, f"capabilities.{place}")
            if record is None:
                continue
            if (record.name, record.description) in said:
                self.note(f"capabilities.{place}", "said before", "kept it once")
                continue
            said.add((record.name, record.description))
            taken.add(record.capability_id)
            yield record

    def capability(self, stated: object, where: str) -> dict[str, Any] | None:
        """One capability in full form; None when it says nothing."""
        if isinstance(stated, str):
            stated = {"description": stated}
        if not isinstance(stated, Mapping):
            self.note(where, _shown(stated), "wanted an object or a text; left it out")
            return None
        tidy = self.tidy(stated, _CAPABILITY, f"{where}.")
        texts = {name: tidy[name] for name in ("name", "description") if isinstance(tidy.get(name), str) and tidy[name]}
        for name in ("name", "description"):
            if tidy.get(name) and not isinstance(tidy[name], str) and texts:
                self.note(f"{where}.{name}", _shown(tidy[name]), "wanted a text; left out")
                del tidy[name]
        if not tidy.get("name") and not tidy.get("description"):
            self.note(where, "an empty capability", "left it out")
            return None
        tidy["description"] = tidy.get("description") or tidy["name"]
        tidy["name"] = tidy.get("name") or first_words(str(tidy["description"]))
        return tidy

    def tidy(self, row: Row, kind: _Kind[Any], where: str) -> dict[str, Any]:
        """The known fields of a record with their texts cleaned; what is empty is absent."""
        unknown = [str(name) for name in row if name not in kind.fields]
        if unknown:
            many = "s" * (len(unknown) > 1)
            self.note(f"{where}{unknown[0]}", f"unknown field{many} {', '.join(unknown)[:_SHOWN]}", "left out")
        tidy = {name: self.text(row[name], f"{where}{name}") for name in kind.fields if row.get(name) is not None}
        tidy = {name: value for name, value in tidy.items() if value != "" or name in kind.vital}
        for name in kind.lists:
            if name in tidy:
                tidy[name] = self.texts(tidy[name], f"{where}{name}")
        for name in _ENUMS.keys() & tidy.keys():
            if isinstance(tidy[name], str):
                tidy[name] = _as_member(tidy[name], _ENUMS[name])
        return tidy

    def text(self, value: Any, field: str) -> Any:
        """A text cleaned; anything else as it came, for the check to judge."""
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        if not isinstance(value, str):
            return value
        return clean(value, lambda found, done: self.note(field, found, done))

    def texts(self, value: object, field: str) -> list[Any]:
        """A list of texts, each once and none empty; a text with semicolons is such a list too."""
        parts = value.split(";") if isinstance(value, str) else _parts(value)
        cleaned = [self.text(part, field) for part in parts]
        texts = dict.fromkeys(part for part in cleaned if isinstance(part, str) and part)
        return [*texts, *(part for part in cleaned if not isinstance(part, str))]

    def nested(self, value: Any, field: str, depth: int = 0) -> Any:
        """Free-form values with every text in them cleaned, no deeper than anybody reads."""
        if isinstance(value, Mapping | list | tuple) and depth == _DEEPEST:
            self.note(field, f"values nested more than {_DEEPEST} deep", "left out what lies deeper")
            return None
        if isinstance(value, Mapping):
            return {
                str(self.text(str(name), field)): self.nested(each, field, depth + 1) for name, each in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.nested(each, field, depth + 1) for each in value]
        if isinstance(value, float) and not math.isfinite(value):
            return str(value)
        known = value is None or isinstance(value, str | bytes | int | float)
        return self.text(value if known else str(value), field)


def _wrong(error: ValidationError, where: str) -> Iterator[tuple[tuple[str, str, str], tuple[Any, ...]]]:
    """Each fault as (field, found, wanted), and the path of what has to go: a field, or one of a list in it.

    People count from one, so the field does; the path counts as lists do.
    """
    seen = set()
    for fault in error.errors(include_url=False):
        path = fault["loc"][:2] if len(fault["loc"]) > 1 and isinstance(fault["loc"][1], int) else fault["loc"][:1]
        if path in seen:
            continue
        seen.add(path)
        found = "nothing" if fault["type"].startswith("missing") else _shown(fault["input"])
        name = where + ".".join(str(step + 1 if isinstance(step, int) else step) for step in path)
        yield (name, found, _wanted(str(path[0]), fault)), path


def _as_written(fault: tuple[str, str, str], row: Row) -> tuple[str, str, str]:
    """The fault with what stands in the row, where cleaning left nothing of it."""
    field, found, wanted = fault
    stated = row.get(field)
    left_empty = found == repr("") and isinstance(stated, str) and stated.strip()
    return (field, f"{_shown(stated)}, of which nothing is text", wanted) if left_empty else fault


def _wanted(field: str, fault: Any) -> str:
    if field in _ENUMS:
        members = [str(member) for member in _ENUMS[field]]
        near = difflib.get_close_matches(str(fault["input"]), members, n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        return f"wanted one of {', '.join(members)}{hint}"
    if fault["type"].startswith("missing") or fault["type"] == "string_too_short":
        return f"wanted {'an' if field[0] in 'aeiou' else 'a'} {field}"
    if field == "value":
        return "wanted a number, a text, or true or false"
    said = str(fault["msg"]).removeprefix("Input should be ")
    return "wanted " + said.replace("a valid string", "a text").replace("a valid ", "a ")


def _leave_out(tidy: dict[str, Any], path: tuple[Any, ...]) -> None:
    if len(path) == 1:
        tidy.pop(path[0])
    else:
        tidy[path[0]] = [part for place, part in enumerate(tidy[path[0]]) if place != path[1]]


def _as_member(text: str, members: Any) -> str:
    """The text as the enum writes it, where it differs only in case, or has spaces or underscores for hyphens."""
    plain = {str(member).replace("_", "-"): str(member) for member in members}
    return plain.get(re.sub(r"[\s_]+", "-", text.lower()), text)


def _parts(value: object) -> list[Any]:
    """A list as a list of its own; a single thing as a list of one; nothing as none."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def first_words(text: str) -> str:
    """A name for a capability whose source has none."""
    return " ".join(text.split()[:6]).rstrip(".,;:")[:120]


def _own_id(artifact_id: str, tidy: dict[str, Any], taken: set[str]) -> str:
    """`artifact#its-id-or-name`, with a number where an artifact has two of one name."""
    given = str(tidy.get("capability_id") or "").removeprefix(f"{artifact_id}#")
    slug = (
        given.replace("#", "-")[:60]
        or re.sub(r"[^\w]+", "-", str(tidy["name"]).lower()).strip("-")[:60]
        or "capability"
    )
    base = f"{artifact_id}#{slug}"
    number = 1
    while (own := base if number == 1 else f"{base}-{number}") in taken:
        number += 1
    return own
