"""`MatchGraph`: a snapshot opened, with the questions as methods.

The room of a question is imported when it is asked, so that a search at the shell does not wait for the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, cached_property, partial, wraps
from importlib import import_module
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar, get_args

import numpy as np

from matchgraph.answers.asking import encode_queries, encode_query, readable
from matchgraph.answers.given import (
    NAMES,
    as_found,
    pairs_given,
    path_given,
    place_given,
    seed_given,
    texts_given,
    whole_given,
)
from matchgraph.answers.job import same_job_of
from matchgraph.answers.resolve import Names
from matchgraph.answers.scoring import PARTS, Scorer
from matchgraph.answers.search import MOST, Lots, SearchAnswer, search
from matchgraph.answers.similar import SimilarAnswer, similar
from matchgraph.answers.terms import Terms
from matchgraph.answers.values import Answer
from matchgraph.answers.where import Where
from matchgraph.catalogue.records import Artifact
from matchgraph.catalogue.track import Track
from matchgraph.errors import EncoderError, MatchGraphError, QuestionError
from matchgraph.graph.likeness import Likeness
from matchgraph.ranking.weights import SIGNALS
from matchgraph.searches.events import Channel, Outcome, SearchEvent
from matchgraph.searches.log import SearchLog, counted, events_of, log_of, times_matched
from matchgraph.snapshot.manifest import Manifest, in_words
from matchgraph.snapshot.place import store_at
from matchgraph.snapshot.snapshot import unpacked
from matchgraph.vectors.cache import cache_in
from matchgraph.vectors.encoder import Encoder, SentenceEncoder
from matchgraph.vectors.reranker import reranker_in
from matchgraph.vectors.texts import texts_of

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from matchgraph.answers.best import Best
    from matchgraph.answers.compare import Comparison
    from matchgraph.answers.diff import Diff
    from matchgraph.answers.evaluate import Scope
    from matchgraph.answers.evaluation import Evaluation
    from matchgraph.answers.explain import Explanation
    from matchgraph.answers.instead.by_example import ByExampleAnswer
    from matchgraph.answers.instead.counterfactual import LikeButAnswer
    from matchgraph.answers.instead.cover import CoverAnswer
    from matchgraph.answers.instead.held import Held
    from matchgraph.answers.instead.pareto import ParetoAnswer
    from matchgraph.answers.job_tags import Jobs, JobTags
    from matchgraph.answers.lessons import Lessons
    from matchgraph.answers.recommend import RecommendAnswer
    from matchgraph.vectors.reranker import Reranker

P = ParamSpec("P")
A = TypeVar("A", bound=Answer)


def _named(ask: Callable[Concatenate[MatchGraph, P], A]) -> Callable[Concatenate[MatchGraph, P], A]:
    """The question, with answers that name the snapshot they are of."""

    @wraps(ask)
    def asked(graph: MatchGraph, /, *args: P.args, **given: P.kwargs) -> A:
        return replace(ask(graph, *args, **given), snapshot=graph.manifest.version)

    return asked


class MatchGraph:
    """One snapshot, opened. Names may be ids, unique names or aliases wherever an artifact is asked for.

    The store is a folder, or a URL such as s3://bucket/folder. With `expect` only the snapshot whose manifest has that
    sha256 is opened; with `exact` no index is taken from it, and every vector is looked at. As long as the graph is
    open nobody removes the snapshot from its folder; `close`, or leaving `with`, gives it free, and answers go on. One
    at a URL is read into memory, and may be removed at any time.
    """

    def __init__(
        self,
        store: str | Path = "store",
        *,
        version: str | None = None,
        encoder: Encoder | str | None = None,
        expect: str | None = None,
        exact: bool = False,
        log: str | Path | None = None,
    ) -> None:
        self.store = store_at(place_given(store, "the store", "the path of a folder, or a URL"))
        self._log_at = log_of(self.store.log, log)
        held = self.store.held(version, expect)
        self.manifest, self.lease = held.manifest, held.lease
        found = unpacked(held.manifest, held.files)
        self.snapshot = replace(found, lookup=None) if exact else found
        self._encoder = encoder

    @_named
    def search(
        self,
        query: str,
        k: int = 10,
        where: Where | None = None,
        *,
        explore: float = 0.0,
        seed: int = 0,
        rerank: Reranker | str | Path | None = None,
        without: str | Sequence[str] = (),
    ) -> SearchAnswer:
        """Who can do this? With `explore`, that share of the places goes by lot to what is rarely shown.

        `rerank` names the folder of a cross-encoder that decides the order of the first 50; `without` switches parts
        of the score off: whole, best, words, hubs, chosen, said, clauses, adapter, remarks.
        """
        query = readable(query)
        if not query.strip():
            raise QuestionError("an empty query: say what the artifact should do.")
        if not isinstance(explore, Real) or isinstance(explore, bool) or not 0 <= explore <= 1:
            raise QuestionError(f"an exploration rate of {as_found(explore)}: wanted a share from 0 to 1.")
        seed = seed_given(seed)
        lots = Lots(explore, seed) if explore else None
        if isinstance(rerank, str | Path) or not (rerank is None or hasattr(rerank, "score")):
            rerank = reranker_in(path_given(rerank, "rerank", "the folder of a cross-encoder"))
        scorer = self._scoring(without)
        return search(self.snapshot, scorer, query, encode_query(query, self.encoder), k, where, lots, rerank)

    @_named
    def best(self, intent: str, where: Where | None = None, *, alternatives: int = 3) -> Best:
        """The one artifact for an intent, how sure that is, and what else would do."""
        from matchgraph.answers.best import TENTH, best_of

        alternatives = whole_given(alternatives, "alternatives", 0, MOST - 1)
        found = self.search(intent, max(TENTH, alternatives + 1), where)
        matched = self.times_matched(found[0].artifact_id) if found.items else 0
        return best_of(self.snapshot, found, matched, alternatives)

    @_named
    def similar(self, name: str, k: int = 10, where: Where | None = None) -> SimilarAnswer:
        """Who does what this one does?"""
        return similar(self.held, self.resolve(name), k, where)

    @_named
    def compare(self, left: str, right: str, *, need: str | None = None, force: bool = False) -> Comparison:
        """This or that, and why? A `need` is what it is for, in parts between commas; `force` gives the score line."""
        from matchgraph.answers.compare import compare
        from matchgraph.answers.need import need_of
        from matchgraph.answers.record import Record

        one, other = self.resolve(left), self.resolve(right)
        if one == other:
            raise QuestionError(f"{one!r} is compared with itself: name two different artifacts.")
        places = self.snapshot.catalogue.place[one], self.snapshot.catalogue.place[other]
        wanted = None
        if need is not None:
            wanted = need_of(self.snapshot, places, readable(need), lambda text: encode_query(text, self.encoder))
        matched = {artifact_id: self.times_matched(artifact_id) for artifact_id in (one, other)}
        record = Record(self.snapshot, one, other, self.same_job(one, other), matched, wanted)
        return compare(record, force=force)

    def same_job(self, left: str, right: str) -> float:
        """The chance that people would call it the same job, whichever of the two is named first."""
        one, other = (self.snapshot.catalogue.place[self.resolve(name)] for name in (left, right))
        return float(same_job_of(self.snapshot, self.likeness, one, np.array([other]))[0])

    @_named
    def diff(self, before: str) -> Diff:
        """Why did ranks move between an older version and this one?"""
        from matchgraph.answers.diff import diff

        held = self.store.held(before)
        return diff(unpacked(held.manifest, held.files), self.snapshot, (before, self.manifest.version))

    @_named
    def recommend(
        self,
        like: str | Sequence[str] = (),
        unlike: str | Sequence[str] = (),
        *,
        to_replace: str | None = None,
        neither: tuple[str, str] | None = None,
        need: str | None = None,
        mode: str = "same-job",
        must: Where | None = None,
        prefer: Where | None = None,
        avoid: Where | None = None,
        relax: str | Sequence[str] = (),
        k: int = 5,
        seed: int = 0,
    ) -> RecommendAnswer:
        """Something different, the preferred first: for what is liked, replaced, turned down as a pair, or needed.

        Modes: same-job, adjacent (next to the job) and surprise (from elsewhere, drawn by the seed). Where fewer than
        k are left, the conditions on the facets in `relax` are given up, one after another.
        """
        from matchgraph.answers.instead.wanted import MODES, Mode, Wanted
        from matchgraph.answers.recommend import recommend

        if mode not in MODES:
            raise QuestionError(f"no mode {mode!r}: wanted one of {', '.join(MODES)}.")
        compared = "the two artifacts that were compared"
        pair = None if neither is None else pairs_given([neither], "`neither`", compared)[0]
        order = texts_given(relax, "relax", "the facets to give up, the first first")
        need = None if need is None else readable(need)
        if need is not None and not need.strip():
            raise QuestionError("an empty need: say what the artifact should do.")
        wanted = Wanted(
            self._resolved(like, "like"),
            self._resolved(unlike, "unlike"),
            None if to_replace is None else self.resolve(to_replace),
            None if pair is None else (self.resolve(pair[0]), self.resolve(pair[1])),
            need,
            None if need is None else encode_query(need, self.encoder),
            Mode(mode),
            k,
            seed_given(seed),
        )
        terms = Terms(must, prefer, avoid, order)
        return recommend(self.held, wanted, terms)

    @_named
    def by_example(
        self,
        like: str | Sequence[str] = (),
        unlike: str | Sequence[str] = (),
        *,
        target: str | None = None,
        context: Sequence[tuple[str, str]] = (),
        strategy: str = "average",
        where: Where | None = None,
        k: int = 10,
    ) -> ByExampleAnswer:
        """What do Qdrant's strategies give? With `unlike` they let unrelated things win: `recommend` does not."""
        from matchgraph.answers.instead.by_example import by_example, examples_of

        examples = examples_of(self.resolve, like, unlike, target, context)
        return by_example(self.snapshot, self.likeness, strategy, examples, where, k)

    @_named
    def like_but(
        self,
        name: str,
        *,
        must: Where | None = None,
        avoid: Where | None = None,
        without: str | Sequence[str] = (),
        k: int = 1,
    ) -> LikeButAnswer:
        """Like this one, but under these conditions: the nearest, and what is kept, lost and gained with it."""
        from matchgraph.answers.instead.counterfactual import like_but

        return like_but(self.snapshot, self.likeness, self.resolve(name), must, avoid, without, k)

    @_named
    def cover(self, needs: str | Sequence[str], *, where: Where | None = None) -> CoverAnswer:
        """Which artifacts, as few as can be, do all of this together?"""
        from matchgraph.answers.instead.cover import cover

        return cover(self.snapshot, self.scorer, needs, lambda text: encode_query(text, self.encoder), where)

    @_named
    def pareto(
        self, asked: str | Sequence[str], *, by: str | Sequence[str] = SIGNALS, where: Where | None = None
    ) -> ParetoAnswer:
        """What is not dominated, of what answers a query (a text) or of artifacts of one type (a list of names)?"""
        from matchgraph.answers.instead.pareto import AMONG, pareto, pareto_of_query

        if isinstance(asked, str):
            return pareto_of_query(self.snapshot, self.search(asked, AMONG, where), by)
        if where is not None:
            raise QuestionError(
                "conditions go with a query: of a list of names, leave out those that do not meet them."
            )
        return pareto(self.snapshot, self._resolved(asked, "what to choose from"), by)

    @_named
    def explain(self, name: str) -> Explanation:
        """Why does it stand where it stands?"""
        from matchgraph.answers.explain import explain

        artifact_id = self.resolve(name)
        return explain(self.snapshot, artifact_id, self.times_matched(artifact_id), self._jobs.of(artifact_id).tags)

    @_named
    def lessons(self) -> Lessons:
        """What has search learned from choices, and with what gain?"""
        from matchgraph.answers.lessons import lessons_of

        return lessons_of(self.snapshot.learned.report, self.manifest.quality.get("evidence", {}))

    @_named
    def evaluate(
        self,
        queries: str | Path | Sequence[str | Path],
        *,
        scope: Scope = "open",
        split: str = "none",
        hits: str | Path | Sequence[str | Path] = (),
        without: str | Sequence[str] = (),
        track: Track = iter,
    ) -> Evaluation:
        """How good is search on labelled queries, with what it learned and without, against plain baselines?

        With `hits` it learns from these instead. With a `split` it learns from them, or else from the queries
        themselves, but for a part held out, and is judged on that part. `without` switches parts of the score off.
        """
        from matchgraph.answers.evaluate import Scope, evaluate
        from matchgraph.answers.exams import Split, as_it_is, exams_of, learned_from
        from matchgraph.searches.hits import read_hits, read_labelled
        from matchgraph.vectors.vectors import embed

        if scope not in get_args(Scope):
            raise QuestionError(f"no scope {scope!r}: wanted one of {', '.join(get_args(Scope))}.")
        if split not in tuple(Split):
            raise QuestionError(f"no split {split!r}: wanted one of {', '.join(Split)}.")
        merged = self.snapshot.catalogue.stands_for
        every, past = [each.under(merged) for each in read_labelled(_listed(queries))], _listed(hits)
        labelled = [each for each in every if each.gold]
        cache = cache_in(self.store.cache, self.encoder.digest)
        asked = encode_queries([each.query for each in labelled], self.encoder, cache, track)
        if split == Split.NONE and not past:
            exams = [as_it_is(self.snapshot, len(labelled), (each.under(merged) for each in events_of(self._log_at)))]
        else:
            encode = partial(embed, encoder=self.encoder, cache=cache, task="query", track=track)
            teach = partial(learned_from, self.scorer, self.snapshot.catalogue.place, encode)
            taught = [each.under(merged) for each in read_hits(past or _listed(queries))]
            exams = exams_of(Split(split), labelled, taught, teach)
        unanswered = len(every) - len(labelled)
        return evaluate(
            self.snapshot.catalogue,
            self._scoring(without),
            labelled,
            asked,
            exams,
            scope,
            Split(split),
            unanswered,
            track,
        )

    def record(
        self,
        *,
        query: str,
        shown: str | Sequence[str] = (),
        explored: str | Sequence[str] = (),
        chosen: str | None = None,
        outcome: str | None = None,
        actor: str | None = None,
        channel: str = Channel.HUMAN,
    ) -> SearchEvent:
        """The search as it is now in the log: times matched counts it at once, the graph at the next rebuild.

        `explored` are those of the shown that search had drawn by lot.
        """
        if channel not in tuple(Channel):
            raise QuestionError(f"no channel {channel!r}: wanted one of {', '.join(Channel)}.")
        if outcome is not None and outcome not in tuple(Outcome):
            raise QuestionError(f"no outcome {outcome!r}: wanted one of {', '.join(Outcome)}.")
        if not (actor is None or isinstance(actor, str)):
            raise QuestionError(f"the actor is {as_found(actor)}: wanted a text that stands for who searched.")
        event = SearchEvent(
            readable(query),
            tuple(map(self.resolve, texts_given(shown, "shown", NAMES))),
            self.resolve(chosen) if chosen is not None else None,
            Outcome(outcome) if outcome is not None else None,
            actor,
            Channel(channel),
            explored=tuple(map(self.resolve, texts_given(explored, "explored", NAMES))),
        )
        return self.log.record(event)

    def times_matched(self, name: str) -> int:
        """How many real searches have ended in this one, up to now."""
        artifact_id = self.resolve(name)
        merged = [other for other, kept in self.snapshot.catalogue.stands_for.items() if kept == artifact_id]
        return sum(times_matched(self._log_at, each) for each in (artifact_id, *merged))

    def counted(self) -> dict[Channel, tuple[int, int]]:
        """By channel, how many searches the log holds, and in how many of them something was chosen."""
        return counted(self._log_at)

    def resolve(self, name: str) -> str:
        """The id of the artifact that goes by that id, name or alias."""
        return self.names.resolve(name)

    def artifact(self, name: str) -> Artifact:
        """The whole record of the artifact that goes by that id, name or alias."""
        catalogue = self.snapshot.catalogue
        return catalogue.artifact(catalogue.place[self.resolve(name)])

    def jobs(self, name: str) -> JobTags:
        """What is it for: the jobs that its source states, else one that is inferred and marked so."""
        return self._jobs.of(self.resolve(name))

    def networkx(self, *, queries: bool = False, simple: bool = False) -> nx.MultiDiGraph | nx.Graph:
        """The match graph as networkx knows it, edges keyed by kind; with `queries` their kinds are nodes too.

        A `simple` one has one edge without direction for all that joins two, as cores and communities want it.
        """
        from matchgraph.graph.drawn import networkx_of

        asked = self.snapshot.asked if queries else None
        return networkx_of(self.snapshot.catalogue, self.snapshot.graph, asked, simple=simple)

    def frame(self, name: str) -> pd.DataFrame:
        """One of the tables as pandas.

        artifacts, capabilities, facts, links, edges, ranking, rank_lines, remarks (lines of texts that state no
        ability), query_kinds (kinds of query and what was chosen for each) and evidence (how often each artifact was
        chosen and looked at, as weighed).
        """
        tables = {
            "artifacts": self.snapshot.catalogue.artifacts,
            "capabilities": self.snapshot.catalogue.capabilities,
            "facts": self.snapshot.catalogue.facts,
            "links": self.snapshot.catalogue.links,
            "edges": self.snapshot.graph.edges,
            "ranking": self.snapshot.ranking.table,
            "rank_lines": self.snapshot.ranking.lines,
            "remarks": self.snapshot.catalogue.remarks,
            "query_kinds": self.snapshot.asked,
            "evidence": self.snapshot.heard,
        }
        if not isinstance(name, str) or name not in tables:
            raise QuestionError(f"no table {name!r}: wanted one of {', '.join(tables)}.")
        found: pd.DataFrame = tables[name].to_pandas()
        return found

    @property
    def plot(self) -> Any:
        """Pictures, as figures of matplotlib: contributions, alignment, ego, map, history, learning_curve."""
        try:
            plots = import_module("matchgraph.pages.plots.plots")  # by name: a later stage
        except ModuleNotFoundError as error:
            raise MatchGraphError(f"pictures need {error.name}: pip install 'matchgraph[plot]'.") from error
        return plots.Plots(self)

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder that the snapshot was made with; any other is refused."""
        made = self.manifest.encoder
        given: Encoder | str = self._encoder or made["name"]
        if isinstance(given, str) or not hasattr(given, "digest"):
            given = SentenceEncoder(str(path_given(given, "the encoder", "a name, a folder or an encoder")))
        _same_encoder(self.manifest, given)
        return given

    @cached_property
    def scorer(self) -> Scorer:
        """What queries are compared with."""
        return self._made_scorer()

    @cached_property
    def _made_scorer(self) -> Callable[[], Scorer]:
        """The scorer once it is wanted; it refers to the snapshot alone, so that the engine goes with its last user."""
        s = self.snapshot
        return cache(lambda: Scorer(texts_of(s.catalogue), s.vectors.grid, s.words, s.learned, s.lookup))

    @cached_property
    def likeness(self) -> Likeness:
        """What artifacts are compared with."""
        s = self.snapshot
        return Likeness(s.catalogue, s.vectors.grid, s.words, s.scale)

    @cached_property
    def _jobs(self) -> Jobs:
        from matchgraph.answers.job_tags import Jobs

        return Jobs(self.snapshot)

    @property
    def held(self) -> Held:
        """What is held between questions for something different."""
        return self._held.at(self.snapshot)

    @cached_property
    def _held(self) -> Held:
        from matchgraph.answers.instead.held import Held

        return Held(self.snapshot, self.likeness, self._made_scorer)

    @cached_property
    def names(self) -> Names:
        """What artifacts are called."""
        return Names(self.snapshot.catalogue)

    @cached_property
    def log(self) -> SearchLog:
        """The store's search log."""
        return SearchLog(self._log_at)

    def close(self) -> None:
        """Hold the snapshot no longer: `gc` may remove it."""
        self.lease.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self.snapshot.catalogue)

    def __repr__(self) -> str:
        return f"<MatchGraph {self.manifest.version}: {in_words(self.manifest.counts)}>"

    def _scoring(self, without: str | Sequence[str]) -> Scorer:
        """The scorer with some parts switched off."""
        listed = [part for part in without.split(",") if part] if isinstance(without, str) else without
        parts = texts_given(listed, "without", f"parts of the score, some of {', '.join(PARTS)}")
        return self.scorer.without(part.strip() for part in parts) if parts else self.scorer

    def _resolved(self, names: str | Sequence[str], what: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(self.resolve, texts_given(names, what, NAMES))))


def _listed(paths: str | Path | Sequence[str | Path]) -> list[Path]:
    listed = paths if isinstance(paths, list | tuple) else [paths]
    return [path_given(path, "the file of searches", "a path, or several") for path in listed]


def _same_encoder(manifest: Manifest, encoder: Encoder) -> None:
    made = manifest.encoder
    if encoder.digest != made["digest"]:
        raise EncoderError(
            f"this snapshot was made by encoder {made['name']!r} ({made['digest'][:12]}), the engine was given "
            f"{encoder.name!r} ({encoder.digest[:12]}): rebuild it, or open it with the encoder that made it."
        )
