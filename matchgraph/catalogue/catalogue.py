"""The catalogue: every artifact in the order of its id, held as five Arrow tables."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matchgraph.catalogue.columns import Column, begins_in, column_of, numbers_in
from matchgraph.catalogue.origin import SAME_AS
from matchgraph.catalogue.records import Artifact, Capability, Fact, FactStatus, Link

_JOINTS = re.compile(r"[\W_]+")
_texts = pa.list_(pa.string())
_LISTED = ("job", "inputs", "outputs", "aliases", "tags")
ARTIFACTS = pa.schema(
    [(name, pa.string()) for name in ("artifact_id", "name", "type", "description", "maker", "url", "license")]
    + [(name, pa.string()) for name in ("pricing", "pricing_detail", "source", "source_license")]
    + [(name, _texts) for name in _LISTED]
)
_UNWORDED = ("url", "license", "pricing", "pricing_detail", "source", "source_license")
CAPABILITIES = pa.schema(
    [(name, pa.string()) for name in ("artifact_id", "capability_id", "name", "description")]
    + [(name, pa.string()) for name in ("unique", "vs_alternatives")]
    + [(name, _texts) for name in ("intents", "best_for", "limitations", "requires", "input_types", "output_types")]
)
FACTS = pa.schema(
    [("artifact_id", pa.string()), ("key", pa.string()), ("number", pa.float64()), ("text", pa.string())]
    + [("flag", pa.bool_())]
    + [(name, pa.string()) for name in ("observed_at", "source", "status")]
)
LINKS = pa.schema([(name, pa.string()) for name in ("artifact_id", "kind", "target")])
REMARKS = pa.schema([(name, pa.string()) for name in ("artifact_id", "text")])


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Five tables, each sorted by `artifact_id`; capability row i belongs to artifact `owner[i]`.

    A remark is a line of an artifact's text that states no ability: search may find the artifact by it, nothing else
    knows of it.
    """

    artifacts: pa.Table
    capabilities: pa.Table
    stated: Callable[[str], pa.Table]  # the facts or the links: those of a snapshot are read when first asked for
    remarks: pa.Table

    def __len__(self) -> int:
        return int(self.artifacts.num_rows)

    def __iter__(self) -> Iterator[Artifact]:
        return (self.artifact(place) for place in range(len(self)))

    @cached_property
    def facts(self) -> pa.Table:
        """What sources state of the artifacts, in numbers, words and flags."""
        return self.stated("facts")

    @cached_property
    def links(self) -> pa.Table:
        """What sources state of how artifacts are joined."""
        return self.stated("links")

    @cached_property
    def ids(self) -> list[str]:
        """Every artifact's id, sorted."""
        return list(self.artifacts["artifact_id"].to_pylist())

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each id stands."""
        return {artifact_id: place for place, artifact_id in enumerate(self.ids)}

    @cached_property
    def stands_for(self) -> dict[str, str]:
        """By each id that was merged into an artifact, the id of that artifact."""
        keys = self.facts.select(["artifact_id", "key"]).filter(pc.starts_with(self.facts["key"], SAME_AS))
        rows = zip(keys["artifact_id"].to_pylist(), keys["key"].to_pylist(), strict=True)
        merged = {key.removeprefix(SAME_AS): artifact_id for artifact_id, key in rows}
        return {each: artifact_id for each, artifact_id in merged.items() if each not in self.place}

    @cached_property
    def offsets(self) -> np.ndarray:
        """Capabilities of artifact i are rows `offsets[i]` to `offsets[i + 1]`; each has at least one."""
        begins = begins_in(self.capabilities["artifact_id"])
        if len(begins) < len(self):  # of some artifact there is none
            return self._offsets(self.capabilities)
        return np.append(begins, self.capabilities.num_rows)

    @cached_property
    def owner(self) -> np.ndarray:
        """The artifact's place for each capability row."""
        return np.repeat(np.arange(len(self)), np.diff(self.offsets))

    @cached_property
    def remark_offsets(self) -> np.ndarray:
        """Remarks of artifact i are rows `remark_offsets[i]` to `remark_offsets[i + 1]`."""
        return self._offsets(self.remarks)

    def wording(self) -> Catalogue:
        """The catalogue without what no text and no likeness is made of: facts, links, licences, prices, addresses."""
        worded = self.artifacts.drop_columns(list(_UNWORDED))
        nothing = {"facts": nothing_of(FACTS), "links": nothing_of(LINKS)}
        return Catalogue(worded, self.capabilities, nothing.__getitem__, self.remarks)

    @cached_property
    def telling(self) -> np.ndarray:
        """Which capability rows tell an ability; those that only name a tag or a job do where there are no others."""
        named = [
            {_flat(text) for text in (*tags, *jobs)}
            for tags, jobs in zip(self.texts("tags"), self.texts("job"), strict=True)
        ]
        said = zip(self.owner.tolist(), self.capabilities["description"].to_pylist(), strict=True)
        telling = np.array([_flat(text) not in named[place] for place, text in said], bool)
        silent = ~np.logical_or.reduceat(telling, self.offsets[:-1]) if len(self) else np.zeros(0, bool)
        found: np.ndarray = telling | silent[self.owner]
        return found

    def abilities(self, place: int) -> np.ndarray:
        """The capability rows of an artifact that tell an ability."""
        first, last = self.offsets[place : place + 2].tolist()
        rows: np.ndarray = first + np.flatnonzero(self.telling[first:last])
        return rows

    def texts(self, column: str) -> list[Any]:
        """One column of the artifacts as Python values."""
        return list(self.artifacts[column].to_pylist())

    def column(self, name: str) -> Column:
        """One column of the artifacts, or else of the capabilities, by its distinct texts."""
        if name not in self._columns:
            table = self.artifacts if name in self.artifacts.schema.names else self.capabilities
            self._columns[name] = column_of(table[name])
        return self._columns[name]

    def observed(self, key: str) -> tuple[np.ndarray, pa.Table]:
        """The places of the artifacts of which a fact was seen, and a row of it for each."""
        if key not in self._observed:
            rows = self.facts.filter((pc.field("key") == key) & (pc.field("status") == FactStatus.OBSERVED.value))
            places = [self.place[artifact_id] for artifact_id in rows["artifact_id"].to_pylist()]
            self._observed[key] = np.array(places, np.int64), rows
        return self._observed[key]

    def artifact(self, place: int) -> Artifact:
        """The whole record of the artifact at that place."""
        row = self.artifacts.slice(place, 1).to_pylist()[0]
        row["pricing_detail"] = json.loads(row["pricing_detail"])
        facts = self._rows(self.facts, self._fact_offsets, place)
        links = self._rows(self.links, self._link_offsets, place)
        remarks = self._rows(self.remarks, self.remark_offsets, place)
        return Artifact(
            **row,
            facts={fact.pop("key"): _fact(fact) for fact in facts},
            links=tuple(Link(link["kind"], link["target"]) for link in links),
            capabilities=tuple(self.capability(row) for row in range(*self.offsets[place : place + 2])),
            remarks=tuple(remark["text"] for remark in remarks),
        )

    def capability(self, row: int) -> Capability:
        """The record of one capability row."""
        record = self.capabilities.slice(int(row), 1).to_pylist()[0]
        del record["artifact_id"]
        return Capability(**record)

    @cached_property
    def _columns(self) -> dict[str, Column]:
        return {}

    @cached_property
    def _observed(self) -> dict[str, tuple[np.ndarray, pa.Table]]:
        return {}

    @cached_property
    def _fact_offsets(self) -> np.ndarray:
        return self._offsets(self.facts)

    @cached_property
    def _link_offsets(self) -> np.ndarray:
        return self._offsets(self.links)

    def _offsets(self, table: pa.Table) -> np.ndarray:
        if not len(table):  # else every id would be looked at
            return np.zeros(len(self) + 1, np.int64)
        places = pc.index_in(table["artifact_id"], value_set=self.artifacts["artifact_id"].combine_chunks())
        return np.searchsorted(numbers_in(places), np.arange(len(self) + 1))

    def _rows(self, table: pa.Table, offsets: np.ndarray, place: int) -> list[dict[str, Any]]:
        start, stop = int(offsets[place]), int(offsets[place + 1])
        return list(table.slice(start, stop - start).drop_columns("artifact_id").to_pylist())


def _flat(text: str) -> str:
    return _JOINTS.sub(" ", text).strip().casefold()


def nothing_of(schema: pa.Schema) -> pa.Table:
    """A table of no rows; Arrow's own `empty_table` would import pandas first."""
    return pa.Table.from_arrays([pa.nulls(0, column.type) for column in schema], schema=schema)


def catalogue_of(artifacts: Iterable[Artifact]) -> Catalogue:
    """The catalogue of these artifacts, whatever order they came in; ids must be distinct."""
    ordered = sorted(artifacts, key=lambda artifact: artifact.artifact_id)
    stated = {
        "facts": _table(FACTS, (_fact_row(a, key, a.facts[key]) for a in ordered for key in sorted(a.facts))),
        "links": _table(LINKS, (_row(a, LINKS, link) for a in ordered for link in _distinct(a.links))),
    }
    return Catalogue(
        _table(ARTIFACTS, map(_artifact_row, ordered)),
        _table(CAPABILITIES, (_row(a, CAPABILITIES, c) for a in ordered for c in a.capabilities)),
        stated.__getitem__,
        _table(REMARKS, ({"artifact_id": a.artifact_id, "text": text} for a in ordered for text in a.remarks)),
    )


def _distinct(links: Sequence[Link]) -> list[Link]:
    return sorted(set(links), key=lambda link: (link.kind, link.target))


def _table(schema: pa.Schema, rows: Iterable[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=schema)


def _row(artifact: Artifact, schema: pa.Schema, record: object) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in schema.names if name != "artifact_id"}
    return {"artifact_id": artifact.artifact_id, **values}


def _artifact_row(artifact: Artifact) -> dict[str, Any]:
    row = _row(artifact, ARTIFACTS, artifact)
    return row | {"pricing_detail": json.dumps(artifact.pricing_detail, sort_keys=True, ensure_ascii=False)}


def _fact_row(artifact: Artifact, key: str, fact: Fact) -> dict[str, Any]:
    return {
        "artifact_id": artifact.artifact_id,
        "key": key,
        "number": fact.number,
        "text": fact.value if isinstance(fact.value, str) else None,
        "flag": fact.value if isinstance(fact.value, bool) else None,
        "observed_at": fact.observed_at,
        "source": fact.source,
        "status": fact.status,
    }


def _fact(row: dict[str, Any]) -> Fact:
    stated = [row[part] for part in ("number", "text", "flag") if row[part] is not None]
    return Fact(stated[0] if stated else None, row["observed_at"], row["source"], row["status"])
