"""The whole road: a catalogue in, a snapshot of its match graph out."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from matchgraph.answers.asking import encode_queries
from matchgraph.answers.floor import floor_of, nonsense
from matchgraph.answers.learning import learn
from matchgraph.answers.scoring import Scorer
from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.changes import Changes, changes
from matchgraph.catalogue.read import Source, read
from matchgraph.catalogue.report import ReadReport
from matchgraph.catalogue.sources import files_of
from matchgraph.catalogue.track import Track
from matchgraph.engines.named import engine_named
from matchgraph.engines.runner import Each
from matchgraph.errors import SnapshotError
from matchgraph.graph.candidates import nearest_by_size
from matchgraph.graph.chance import chance_of
from matchgraph.graph.graph import LIKENESS, Graph, link
from matchgraph.graph.likeness import Likeness, by_hash
from matchgraph.graph.neighbours import Neighbours
from matchgraph.graph.plane import laid_out, tied_in
from matchgraph.graph.walks import walk_over_choices
from matchgraph.ranking.facts import measure_facts
from matchgraph.ranking.joins import measure_joins
from matchgraph.ranking.owners import owners_of
from matchgraph.ranking.rank import rank
from matchgraph.ranking.reference import Reference, reference_of
from matchgraph.ranking.weights import Weights, read_weights
from matchgraph.searches.evidence import Evidence
from matchgraph.searches.hits import read_hits
from matchgraph.searches.log import SearchLog, log_of
from matchgraph.searches.said import Said, said_by
from matchgraph.searches.searches import count
from matchgraph.snapshot.blocks import SharedOut, Worked
from matchgraph.snapshot.files import packed_table, sha256_of
from matchgraph.snapshot.forms import (
    ALIKE,
    FLOOR,
    GRAPH,
    LOOKUP,
    PLACES,
    RANKED,
    Alike,
    Ranked,
    learned_form,
    words_form,
)
from matchgraph.snapshot.manifest import Manifest, digest_of, in_words, listed
from matchgraph.snapshot.place import store_at
from matchgraph.snapshot.remote import RemoteStore
from matchgraph.snapshot.snapshot import Snapshot, packed, parameters_of, unpacked
from matchgraph.snapshot.stages import Stages, digest_of_parts
from matchgraph.snapshot.store import Store
from matchgraph.vectors.cache import VectorCache
from matchgraph.vectors.encoder import Encoder, SentenceEncoder
from matchgraph.vectors.lookup import EVERY_ROW, EVERY_ROW_UP_TO, Lookup, lookup_of
from matchgraph.vectors.recall import Looked, refuse_below
from matchgraph.vectors.texts import Texts, texts_of
from matchgraph.vectors.vectors import Vectors, embed
from matchgraph.vectors.words import Words, words_in

TrackStage = Callable[[str], Track]  # given a stage's name, what its long loops run through


@dataclass(frozen=True, slots=True)
class Cost:
    """What one stage took."""

    wall_s: float
    cpu_s: float  # in this process


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild did."""

    version: str
    published: bool  # False where the live snapshot already held exactly this
    digest: str
    counts: dict[str, Any]
    read: ReadReport
    encoded: int  # texts that the encoder was called for
    new_events: int  # taken from hit files
    changes: Changes | None  # since the snapshot before; None where there was none
    stages: dict[str, Cost] = field(default_factory=dict)
    held: tuple[str, ...] = ()  # stages that a rebuild before had made of the same
    worked: dict[str, Worked] = field(default_factory=dict)  # what an engine's workers did, by what was shared out

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return asdict(self) | {"read": self.read.to_dict()}

    def __str__(self) -> str:
        done = "published" if self.published else "unchanged, still"
        lost = f"; {in_words({'rows': self.read.rows_refused})} refused" if self.read.rows_refused else ""
        took = sum(cost.wall_s for cost in self.stages.values())
        encoded = in_words({"texts": self.encoded})
        moved = f"; {self.changes}" if self.changes else ""
        shared = _by_workers(self.worked.values())
        return f"{done} {self.version}: {in_words(self.counts)}{lost}{moved}; {encoded} encoded; {took:.1f} s{shared}"


def _by_workers(worked: Collection[Worked]) -> str:
    """What workers did, in words; nothing where there were none."""
    if not worked:
        return ""
    blocks, cpu_s, written = (sum(getattr(each, name) for each in worked) for name in ("blocks", "cpu_s", "bytes"))
    largest = max(each.peak_mb for each in worked)
    took = f"{blocks:,} blocks, {written / 1e6:,.0f} MB written, at most {largest:,.0f} MB of memory each"
    return f", and {cpu_s:.1f} CPU s on workers ({took})"


def rebuild(  # noqa: PLR0915 - a table of contents: one line a step
    catalogue: Source | Iterable[Source],
    *,
    store: str | Path | Store | RemoteStore = "store",
    hits: str | Path | Sequence[str | Path] = (),
    encoder: Encoder | str | None = None,
    weights: str | Path | None = None,
    today: date | None = None,
    strict: bool = False,
    same: str | Path | None = None,
    merge: bool = True,
    full: bool = False,
    exact: bool = False,
    new_reference: bool = False,
    log: str | Path | None = None,
    engine: str = "local",
    ray_address: str | None = None,
    workers: int | None = None,
    track: TrackStage = lambda _: iter,
) -> RebuildReport:
    """Rebuild the match graph of a catalogue and make it the live snapshot of the store.

    Only what follows from a change is made anew, and comes to what a rebuild of everything comes to; with `full`
    everything is made anew, and with `exact` every pair of artifacts is looked at, however many there are. What stands
    under several ids and is certainly one thing becomes one, unless not `merge`; `same` names a file of what people say
    of such ids. `today` is the day that ages are counted to. With `new_reference` the pools that ranks are compared
    against are drawn anew. `log` is where searches are kept if not in the store: postgresql://HOST/BASE for several
    hosts; MATCHGRAPH_LOG says the same for every command. A `store` may be a URL such as s3://bucket/folder; searches
    are never kept there. With the engine "ray" texts are encoded and neighbours looked for by at most so many `workers`
    of a Ray cluster, that of `ray_address` or one started here; it comes to the same.
    """
    encoder = SentenceEncoder(encoder) if isinstance(encoder, str) else encoder or SentenceEncoder()
    today, shares = today or datetime.now(UTC).date(), read_weights(Path(weights) if weights else None)
    sources = [catalogue] if isinstance(catalogue, str | Path | pd.DataFrame) else list(catalogue)
    place, watch = store_at(store) if isinstance(store, str | Path) else store, _Watch()
    with watch("read"):  # before the store is made: without a catalogue there is nothing to put in it
        records, report = read(sources, strict=strict, same=same, merge=merge, track=track("read"))
    with engine_named(engine, ray_address, workers) as runner, place.writing():
        with watch("searches"):
            searched = SearchLog(log_of(place.log, log))
            new_events = searched.take_in(read_hits([hits] if isinstance(hits, str | Path) else hits))
            events = [event.under(records.stands_for) for event in searched.events()]
            counted = count(events)
        with watch("embed"):
            kept, stages = VectorCache(place.cache, encoder.digest), Stages(place.stages)
            if full:
                kept.forget()
                stages.forget()
            shared_out = SharedOut(stages, runner)
            worded, (before, drawn) = records.wording(), _live(place)
            encoding = shared_out.of(encoder.digest) if runner else None
            vectors = embed(texts_of(worded).texts, encoder, kept, track=track("embed"), each=encoding)
            strange = encode_queries(nonsense(), encoder, kept)
            asked = embed(counted.queries(), encoder, kept, task="query", track=track("embed queries")).grid
            said = said_by(events, counted, asked, records.place, today)
            wording, told = _digests(worded, records, vectors, exact)
            sought = digest_of_parts(repr(events), today.isoformat(), *(rows.data for rows in (asked, *strange)))
        with watch("cells"):
            each = shared_out.of(wording)
            lookup, search_looked = _looked_up(stages, wording, vectors.grid, worded, exact, each)
            texts = texts_of(worded)  # not the one above, which has every text written
        with watch("words"):
            words = stages.once("words", [wording], lambda: words_in(worded), words_form(len(worded)))
        with watch("likeness"):
            abilities = vectors.grid[: texts.capabilities]
            likened = partial(_alike, worded, abilities, words, exact, track("likeness"), each)
            alike = stages.once("likeness", [wording], likened, ALIKE)
        with watch("graph"):
            graph = stages.once(
                "graph", [told, sought], lambda: link(records, alike.near, said.searches, said.joined), GRAPH
            )
        with watch("map"):
            places = _placed(stages, wording, texts, vectors, tied_in(records, graph))
        with watch("rank"):
            held = None if new_reference else drawn
            of = [told, sought, repr(shares), held.reference_id if held else ""]
            ranked = stages.once(
                "rank",
                of,
                partial(_ranked, records, graph, alike.near, said, counted.times_matched(), held, shares, today),
                RANKED,
            )
        scorer = cache(lambda: Scorer(texts, vectors.grid, words, lookup=lookup))
        with watch("learn"):
            learned = stages.once(
                "learn",
                [wording, sought],
                lambda: learn(scorer(), said),
                learned_form(len(worded)),
            )
        with watch("floor"):
            floor = stages.once("floor", [wording, sought], lambda: floor_of(scorer().knowing(learned), strange), FLOOR)
        with watch("publish"):
            snapshot = Snapshot(
                catalogue=records,
                vectors=vectors,
                words=words,
                scale=alike.scale,
                chance=alike.chance,
                graph=graph,
                ranking=ranked.ranking,
                reference=ranked.reference,
                weights=shares,
                floor=floor,
                learned=learned,
                asked=said.wishes,
                heard=said.evidence.table(),
                places=places,
                lookup=lookup,
            )
            made = _manifest(
                snapshot, sources, report, today, said.evidence, {"likeness": alike.looked, "search": search_looked}
            )
            refuse_below(place.where, alike.looked, search_looked)
            manifest, published = _published(place, packed(snapshot), made)
            stages.settle()
    return RebuildReport(
        version=manifest.version,
        published=published,
        digest=manifest.digest,
        counts=made.counts,
        read=report,
        encoded=vectors.encoded,
        new_events=new_events,
        changes=changes(before, records) if before else None,
        stages=watch.costs,
        held=tuple(stages.held),
        worked=shared_out.worked,
    )


def _digests(worded: Catalogue, records: Catalogue, vectors: Vectors, exact: bool) -> tuple[str, str]:
    """One digest of all that is told in words, its vectors and how they are looked at, and one of everything told."""
    words = worded.artifacts, worded.capabilities, worded.remarks
    of_vectors = vectors.encoder_digest, vectors.grid.data, str(exact)
    wording = digest_of_parts(*map(packed_table, words), *of_vectors)
    rest = records.artifacts, records.facts, records.links
    return wording, digest_of_parts(wording, *map(packed_table, rest))


def _looked_up(
    stages: Stages, wording: str, grid: np.ndarray, worded: Catalogue, exact: bool, each: Each
) -> tuple[Lookup | None, Looked]:
    """How search looks up rows; of few there is nothing to make or keep."""
    if exact or len(grid) <= EVERY_ROW_UP_TO:
        return None, EVERY_ROW
    return stages.once("cells", [wording], lambda: lookup_of(grid, texts_of(worded).texts, each), LOOKUP)


def _alike(records: Catalogue, abilities: np.ndarray, words: Words, exact: bool, track: Track, each: Each) -> Alike:
    """The likeness edges, and what they are measured by."""
    likeness = Likeness(records, abilities, words, each=each)
    near, looked = nearest_by_size(likeness, abilities, by_hash(records), track, exact=exact, each=each)
    return Alike(likeness.scale, near, chance_of(records, abilities), looked)


def _ranked(
    records: Catalogue,
    graph: Graph,
    near: Neighbours,
    said: Said,
    matched: dict[str, int],
    held: Reference | None,
    shares: Weights,
    today: date,
) -> Ranked:
    """The ranks, and what they are compared with."""
    found = measure_facts(records, today)
    owners, central = owners_of(records), walk_over_choices(said.searches.voiced)
    found |= measure_joins(records, graph, near, owners, said.searches, central)
    reference = reference_of(found, [near.copies, *owners.kin()], held)
    return Ranked(reference, rank(records, found, reference, shares, matched))


def _placed(stages: Stages, wording: str, texts: Texts, vectors: Vectors, tied: np.ndarray) -> np.ndarray:
    """Every artifact's place on the map."""
    of = [wording, digest_of_parts(tied.data)]
    return stages.once("map", of, lambda: laid_out(texts, vectors.grid, tied), PLACES)


def _live(place: Store | RemoteStore) -> tuple[Catalogue, Reference] | tuple[None, None]:
    """The catalogue of the live snapshot and what it ranks against, where there is one that can be read."""
    try:
        held = place.held()
        live = unpacked(held.manifest, held.files)
    except SnapshotError:  # none yet, of another format or damaged: then nothing is compared with it
        return None, None
    return live.catalogue, live.reference


def _published(place: Store | RemoteStore, files: dict[str, bytes], manifest: Manifest) -> tuple[Manifest, bool]:
    """The live manifest after publishing; a snapshot that would equal the live one is not written again."""
    try:
        live, _ = place.checked()
    except SnapshotError:  # there is none yet, or it is damaged: then a whole one takes its place
        return place.publish(files, manifest), True
    made = digest_of(listed(files)), manifest.parameters, manifest.encoder
    if (live.digest, live.parameters, live.encoder) == made:
        return live, False
    return place.publish(files, manifest), True


def _manifest(
    snapshot: Snapshot,
    sources: Sequence[Source],
    report: ReadReport,
    today: date,
    evidence: Evidence,
    looked: Mapping[str, Looked],
) -> Manifest:
    """The manifest but for what publishing adds to it."""
    paths = [source for source in sources if isinstance(source, str | Path)]
    files = files_of(paths)[0] if paths else []
    counts = {
        "artifacts": len(snapshot.catalogue),
        "capabilities": snapshot.catalogue.capabilities.num_rows,
        "facts": snapshot.catalogue.facts.num_rows,
        **{f"{kind} edges": number for kind, number in snapshot.graph.counts().items()},
        "real searches": evidence.tally.real,
    }
    return Manifest(
        version="",
        digest="",
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        today=today.isoformat(),
        encoder={"name": snapshot.vectors.encoder, "digest": snapshot.vectors.encoder_digest},
        counts=counts,
        parameters=parameters_of(snapshot),
        inputs=[{"file": file.name, "sha256": sha256_of(file)} for file in files],
        files={},
        made_by=f"matchgraph {version('matchgraph')}",
        quality={
            "rows_in": report.rows_in,
            "rows_kept": report.rows_kept,
            "rows_merged": report.rows_merged,
            "rows_refused": report.rows_refused,
            "weak_edge_share": _weak_share(snapshot),
            "evidence": evidence.to_dict(),
            **{name: asdict(each) for name, each in looked.items()},
        },
    )


def _weak_share(snapshot: Snapshot) -> float:
    edges = snapshot.graph.edges
    weak = edges.filter(pc.equal(edges["kind"], LIKENESS))["weak"].to_numpy()
    return round(float(np.mean(weak)), 4) if len(weak) else 0.0


class _Watch:
    """Held during a rebuild: what each stage took."""

    def __init__(self) -> None:
        self.costs: dict[str, Cost] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        _give_back()
        self.costs[stage] = Cost(round(time.perf_counter() - wall, 3), round(time.process_time() - cpu, 3))


def _give_back() -> None:
    """Let the system have what a stage has freed: Arrow would keep it, and so would glibc, for every thread apart."""
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
