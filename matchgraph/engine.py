"""`MatchGraph`: a snapshot opened, with the questions as methods.

The room of a question is imported when it is asked, so that a search at the shell does not wait for the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property, partial
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Self, get_args

import numpy as np

from matchgraph.answers.asking import encode_queries, encode_query, readable
from matchgraph.answers.job import same_job_of
from matchgraph.answers.resolve import Names
from matchgraph.answers.scoring import PARTS, Scorer
from matchgraph.answers.search import Lots, SearchAnswer, search
from matchgraph.answers.similar import SimilarAnswer, similar
from matchgraph.answers.terms import Terms
from matchgraph.answers.where import Where
from matchgraph.catalogue.records import Artifact
from matchgraph.catalogue.track import Track
from matchgraph.errors import EncoderError, QuestionError
from matchgraph.graph.graph import networkx_of, with_queries
from matchgraph.graph.likeness import Likeness
from matchgraph.ranking.weights import SIGNALS
from matchgraph.searches.events import Channel, Outcome, SearchEvent
from matchgraph.searches.log import SearchLog, counted, log_of, times_matched
from matchgraph.snapshot.manifest import Manifest, in_words
from matchgraph.snapshot.snapshot import unpacked
from matchgraph.snapshot.store import Store
from matchgraph.vectors.cache import VectorCache
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
    from matchgraph.answers.lessons import Lessons
    from matchgraph.answers.recommend import RecommendAnswer
    from matchgraph.vectors.reranker import Reranker


class MatchGraph:
    """One snapshot, opened. Names may be ids, unique names or aliases wherever an artifact is asked for.

    With `expect` only the snapshot whose manifest has that sha256 is opened. As long as the graph is open nobody
    removes the snapshot; `close`, or leaving `with`, gives it free, and answers go on.
    """

    def __init__(
        self,
        store: str | Path = "store",
        *,
        version: str | None = None,
        encoder: Encoder | str | None = None,
        expect: str | None = None,
        log: str | Path | None = None,
    ) -> None:
        self.store = Store(store)
        self._log_at = log_of(self.store.log, log)
        held = self.store.held(version, expect)
        self.manifest, self.lease = held.manifest, held.lease
        self.snapshot = unpacked(held.manifest, held.folder)
        self._encoder = encoder

    def search(
        self,
        query: str,
        k: int = 10,
        where: Where | None = None,
        *,
        explore: float = 0.0,
        seed: int = 0,
        rerank: Reranker | str | Path | None = None,
        without: str | Iterable[str] = (),
    ) -> SearchAnswer:
        """Who can do this? With `explore`, that share of the places goes by lot to what is rarely shown.

        `rerank` names the folder of a cross-encoder that decides the order of the first 50; `without` switches parts
        of the score off: whole, best, words, hubs, chosen, said, clauses, adapter.
        """
        query = readable(query)
        if not query.strip():
            raise QuestionError("an empty query: say what the artifact should do.")
        if not isinstance(explore, Real):
            raise QuestionError(f"an exploration rate of {explore!r}: wanted a share from 0 to 1.")
        lots = Lots(explore, seed) if explore else None
        reranker = reranker_in(Path(rerank)) if isinstance(rerank, str | Path) else rerank
        scorer = self._scoring(without)
        return search(self.snapshot, scorer, query, encode_query(query, self.encoder), k, where, lots, reranker)

    def best(self, intent: str, where: Where | None = None, *, alternatives: int = 3) -> Best:
        """The one artifact for an intent, how sure that is, and what else would do."""
        from matchgraph.answers.best import TENTH, best_of

        found = self.search(intent, max(TENTH, alternatives + 1), where)
        matched = self.times_matched(found[0].artifact_id) if found.items else 0
        return best_of(self.snapshot, found, matched, alternatives)

    def similar(self, name: str, k: int = 10, where: Where | None = None) -> SimilarAnswer:
        """Who does what this one does?"""
        return similar(self.held, self.resolve(name), k, where)

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

    def diff(self, before: str) -> Diff:
        """Why did ranks move between an older version and this one?"""
        from matchgraph.answers.diff import diff

        held = self.store.held(before)
        return diff(unpacked(held.manifest, held.folder), self.snapshot, (before, self.manifest.version))

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
        if not isinstance(relax, str | Sequence):
            raise QuestionError(f"relax is {relax!r}: wanted the facets to give up, the first first.")
        if neither is not None and (isinstance(neither, str) or len(neither) != 2):
            raise QuestionError(f"neither is {neither!r}: wanted the two artifacts that were compared.")
        need = None if need is None else readable(need)
        if need is not None and not need.strip():
            raise QuestionError("an empty need: say what the artifact should do.")
        wanted = Wanted(
            tuple(self._resolved(like)),
            tuple(self._resolved(unlike)),
            None if to_replace is None else self.resolve(to_replace),
            None if neither is None else (self.resolve(neither[0]), self.resolve(neither[1])),
            need,
            None if need is None else encode_query(need, self.encoder),
            Mode(mode),
            k,
            seed,
        )
        terms = Terms(must, prefer, avoid, relax if isinstance(relax, str) else tuple(relax))
        return recommend(self.held, wanted, terms)

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

    def cover(self, needs: str | Sequence[str], *, where: Where | None = None) -> CoverAnswer:
        """Which artifacts, as few as can be, do all of this together?"""
        from matchgraph.answers.instead.cover import cover

        return cover(self.snapshot, self.scorer, needs, lambda text: encode_query(text, self.encoder), where)

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
        return pareto(self.snapshot, self._resolved(asked), by)

    def explain(self, name: str) -> Explanation:
        """Why does it stand where it stands?"""
        from matchgraph.answers.explain import explain

        artifact_id = self.resolve(name)
        return explain(self.snapshot, artifact_id, self.times_matched(artifact_id))

    def lessons(self) -> Lessons:
        """What has search learned from choices, and with what gain?"""
        from matchgraph.answers.lessons import lessons_of

        return lessons_of(self.snapshot.learned.report, self.manifest.quality.get("evidence", {}))

    def evaluate(
        self,
        queries: str | Path | Sequence[str | Path],
        *,
        scope: Scope = "open",
        split: str = "none",
        hits: str | Path | Sequence[str | Path] = (),
        without: str | Iterable[str] = (),
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
        every, past = read_labelled(_listed(queries)), _listed(hits)
        labelled = [each for each in every if each.gold]
        cache = VectorCache(self.store.cache, self.encoder.digest)
        asked = encode_queries([each.query for each in labelled], self.encoder, cache, track)
        if split == Split.NONE and not past:
            exams = [as_it_is(self.snapshot, len(labelled), self.log.events())]
        else:
            encode = partial(embed, encoder=self.encoder, cache=cache, task="query", track=track)
            teach = partial(learned_from, self.scorer, self.snapshot.catalogue.place, encode)
            exams = exams_of(Split(split), labelled, list(read_hits(past or _listed(queries))), teach)
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
        event = SearchEvent(
            readable(query),
            tuple(map(self.resolve, [shown] if isinstance(shown, str) else shown)),
            self.resolve(chosen) if chosen is not None else None,
            Outcome(outcome) if outcome is not None else None,
            actor,
            Channel(channel),
            explored=tuple(map(self.resolve, [explored] if isinstance(explored, str) else explored)),
        )
        return self.log.record(event)

    def times_matched(self, name: str) -> int:
        """How many real searches have ended in this one, up to now."""
        return times_matched(self._log_at, self.resolve(name))

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

    def networkx(self, *, queries: bool = False) -> nx.MultiDiGraph:
        """The match graph as networkx knows it, edges keyed by kind; with `queries` their kinds are nodes too."""
        drawn = networkx_of(self.snapshot.catalogue, self.snapshot.graph)
        return with_queries(drawn, self.snapshot.asked) if queries else drawn

    def frame(self, name: str) -> pd.DataFrame:
        """One of the tables as pandas.

        artifacts, capabilities, facts, links, edges, ranking, rank_lines, query_kinds (kinds of query and what was
        chosen for each) and evidence (how often each artifact was chosen and looked at, as weighed).
        """
        tables = {
            "artifacts": self.snapshot.catalogue.artifacts,
            "capabilities": self.snapshot.catalogue.capabilities,
            "facts": self.snapshot.catalogue.facts,
            "links": self.snapshot.catalogue.links,
            "edges": self.snapshot.graph.edges,
            "ranking": self.snapshot.ranking.table,
            "rank_lines": self.snapshot.ranking.lines,
            "query_kinds": self.snapshot.asked,
            "evidence": self.snapshot.heard,
        }
        if name not in tables:
            raise QuestionError(f"no table {name!r}: wanted one of {', '.join(tables)}.")
        found: pd.DataFrame = tables[name].to_pandas()
        return found

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder that the snapshot was made with; any other is refused."""
        made = self.manifest.encoder
        given = self._encoder or made["name"]
        encoder = SentenceEncoder(given) if isinstance(given, str) else given
        _same_encoder(self.manifest, encoder)
        return encoder

    @cached_property
    def scorer(self) -> Scorer:
        """What queries are compared with."""
        s = self.snapshot
        return Scorer(texts_of(s.catalogue), s.vectors.grid, s.words, s.learned, s.lookup)

    @cached_property
    def likeness(self) -> Likeness:
        """What artifacts are compared with."""
        s = self.snapshot
        return Likeness(s.catalogue, s.vectors.grid, s.words, s.scale)

    @property
    def held(self) -> Held:
        """What is held between questions for something different."""
        return self._held.at(self.snapshot)

    @cached_property
    def _held(self) -> Held:
        from matchgraph.answers.instead.held import Held

        return Held(self.snapshot, self.likeness, lambda: self.scorer)

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

    def _scoring(self, without: str | Iterable[str]) -> Scorer:
        """The scorer with some parts switched off."""
        if not without:
            return self.scorer
        parts = without.split(",") if isinstance(without, str) else without
        if not isinstance(parts, Iterable):
            raise QuestionError(f"without is {without!r}: wanted parts of the score, some of {', '.join(PARTS)}.")
        return self.scorer.without(str(part).strip() for part in parts)

    def _resolved(self, names: str | Sequence[str]) -> list[str]:
        if not isinstance(names, str | Sequence) or any(not isinstance(name, str) for name in names):
            raise QuestionError(f"{names!r} names no artifacts: wanted one id, name or alias, or a list of them.")
        listed = [names] if isinstance(names, str) else list(names)
        return list(dict.fromkeys(map(self.resolve, listed)))


def _listed(paths: str | Path | Sequence[str | Path]) -> list[str | Path]:
    return [paths] if isinstance(paths, str | Path) else list(paths)


def _same_encoder(manifest: Manifest, encoder: Encoder) -> None:
    made = manifest.encoder
    if encoder.digest != made["digest"]:
        raise EncoderError(
            f"this snapshot was made by encoder {made['name']!r} ({made['digest'][:12]}), the engine was given "
            f"{encoder.name!r} ({encoder.digest[:12]}): rebuild it, or open it with the encoder that made it."
        )
