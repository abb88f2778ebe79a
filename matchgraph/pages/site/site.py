"""The pages of the site, each a whole HTML document made from one snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from matchgraph.answers.compare import ROWS, Comparison
from matchgraph.answers.recommend import MODES, Mode, RecommendAnswer
from matchgraph.answers.relation import Relation, hedge
from matchgraph.answers.search import SearchAnswer
from matchgraph.catalogue.licenses import LicenseClass
from matchgraph.catalogue.records import Pricing
from matchgraph.engine import MatchGraph
from matchgraph.pages.plain import clipped
from matchgraph.pages.site.cards import best_of, card, cards, counted_types, starting_points, strongest_pairs
from matchgraph.pages.site.filters import Filters
from matchgraph.pages.site.links import Links
from matchgraph.pages.site.manual import examples, manual
from matchgraph.pages.site.method import PART_WORDS, signal_blocks, weight_rows
from matchgraph.pages.site.numbers import METHOD_NUMBERS
from matchgraph.pages.site.portrait import portrait
from matchgraph.pages.site.quality import figures
from matchgraph.pages.site.shelf import filled
from matchgraph.ranking.weights import SIGNALS
from matchgraph.searches.events import Channel

PER_PAGE = 60  # artifacts of a type on one page
LONGEST_QUERY = 500  # characters
RESULTS, MORE, MOST_RESULTS = 10, 20, 50  # of a search: at first, with each asking for more, and at most
_RELATION = {"same job", "same job in other ways", "covers", "covered by", "complement", "overlap", "unrelated"} | {
    "chance of the same job",
    "jobs",
    "declares",
}
_OF_NEED = {"meets", "meets none", "fits as well", "fits better", "need turns"}

_MODE_WORDS = dict(zip(MODES, ("the same job", "what stands next to the job", "something from elsewhere"), strict=True))


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was asked, what came of it, and the ticket by which a choice of it can be told."""

    query: str = ""
    filters: Filters = field(default_factory=Filters)
    without: tuple[str, ...] = ()  # parts of the score that are switched off
    k: int = RESULTS
    answer: SearchAnswer | None = None
    error: str | None = None
    ticket: str | None = None

    @property
    def for_more(self) -> str | None:
        """What an address states that asks the same for more results; None where there are no more."""
        if self.answer is None or len(self.answer) < self.k or self.k >= MOST_RESULTS:
            return None
        stated = {"q": self.query, **self.filters.stated(), "without": self.without}
        return urlencode({**stated, "k": min(self.k + MORE, MOST_RESULTS)}, doseq=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A recommendation as it was asked for, and what came of it."""

    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    must: Filters = field(default_factory=Filters)
    prefer: Filters = field(default_factory=Filters)
    avoid: Filters = field(default_factory=Filters)
    need: str = ""
    neither: tuple[str, ...] = ()
    mode: str = Mode.SAME_JOB
    to_replace: str = ""
    relax: tuple[str, ...] = ()
    seed: str = ""
    answer: RecommendAnswer | None = None
    error: str | None = None


class Site:
    """The pages of one snapshot; `links` says whether a server or a folder of files holds them."""

    def __init__(
        self, graph: MatchGraph, links: Links | None = None, *, counting: bool = False, programs: bool = False
    ) -> None:
        self.graph, self.links, self.counting, self.programs = graph, links or Links(), counting, programs

    def home(self, asked: Asked | None = None) -> str:
        """The search page, with its results where something was asked."""
        asked = asked or Asked()
        title = f"{clipped(asked.query, 60)} · search" if asked.query else "What should it do?"
        told = "Search AI models, datasets, packages, MCP servers and more by what they can do, with reasons."
        return self._page(
            "home",
            title,
            told,
            **self._search(asked),
            **self._choices,
            parts=PART_WORDS,
            starts=self._starts,
            types=self.types,
            counts=self.graph.manifest.counts,
        )

    def results(self, asked: Asked) -> str:
        """Only the results, to take the place of earlier ones."""
        return filled("results.html", links=self.links, **self._search(asked))

    def artifact(self, artifact_id: str) -> str:
        """The page of one artifact."""
        shown = portrait(self.graph, artifact_id)
        told = clipped(shown.artifact.description or shown.card.name, 155)
        title = f"{clipped(shown.card.name, 80)} ({shown.card.type})"
        return self._page("artifact", title, told, of=shown, signals=SIGNALS)

    def compare(self, comparison: Comparison, need: str = "", error: str | None = None) -> str:
        """The page of two: the relation first."""
        left, right = comparison.left, comparison.right
        sentences = comparison.verdict.sentences
        parts = {
            "relation": [each for each in sentences if each.claim in _RELATION],
            "of_need": [each for each in sentences if each.claim in _OF_NEED],
            "verdict": [each for each in sentences if each.claim not in _RELATION | _OF_NEED],
        }
        instead = self.graph.recommend(neither=(left.artifact_id, right.artifact_id), k=5)
        return self._page(
            "compare",
            f"{clipped(left.name, 60)} vs {clipped(right.name, 60)}",
            clipped(" ".join(map(str, parts["relation"])), 155),
            comparison=comparison,
            parts=parts,
            relation=_relation(comparison),
            rows=[row for row in ROWS if row not in ("rank", *SIGNALS)],
            signals=SIGNALS,
            need=need,
            error=error,
            instead=instead,
            seen=cards(self.graph.snapshot, [item.artifact_id for item in instead]),
        )

    def compare_form(self, left: str = "", right: str = "", error: str | None = None) -> str:
        """The page that asks which two."""
        told = "Put any two artifacts side by side: how they stand to one another, what both can do, what only one can."
        return self._page("pair", "Compare two", told, left=left, right=right, error=error, starts=self._pairs)

    def recommend(self, wanted: Wanted) -> str:
        """The page that asks what to take instead, with the answer where something was asked."""
        told = "Something different: what comes nearest, with the reasons for it and against it."
        spoken = [item.artifact_id for item in wanted.answer or ()]
        named = () if wanted.answer is None else (*wanted.answer.like, *wanted.answer.unlike)
        return self._page(
            "recommend",
            "Something different",
            told,
            wanted=wanted,
            modes=_MODE_WORDS,
            seen=cards(self.graph.snapshot, spoken),
            named=cards(self.graph.snapshot, named),
            starts=self._pairs,
            **self._choices,
        )

    def browse(self, type: str, page: int = 1) -> str:
        """The artifacts of a type, the highest rank first."""
        places = best_of(self.graph.snapshot, type)
        pages = max(1, -(-len(places) // PER_PAGE))
        shown = [card(self.graph.snapshot, int(place)) for place in places[(page - 1) * PER_PAGE : page * PER_PAGE]]
        told = f"{len(places):,} artifacts of type {type}, by rank."
        values = {"type": type, "shown": shown, "at": page, "pages": pages, "total": len(places), "types": self.types}
        return self._page("browse", f"{type.capitalize()}: {len(places):,} by rank", told, **values)

    def map(self) -> str:
        """The map; its points come by themselves."""
        told = "The match graph as a map: artifacts that can do similar things lie near each other."
        return self._page("map", "Map", told, data=self.links.map_data(self.graph.manifest.version), types=self.types)

    def method(self) -> str:
        """How ranks and verdicts are made, from the live weights and measures."""
        told = "How ranks, relations and verdicts are made: every weight, every measure, every bar."
        snapshot = self.graph.snapshot
        blocks, rows = signal_blocks(snapshot), weight_rows(snapshot)
        values = {"signals": SIGNALS, "blocks": blocks, "weights": rows, "numbers": METHOD_NUMBERS, "parts": PART_WORDS}
        return self._page("method", "How it is made", told, manifest=self.graph.manifest, **values)

    def status(self, tally: Mapping[Channel, tuple[int, int]] | None = None) -> str:
        """What the live snapshot holds, and how many searches there were."""
        told = "The live snapshot: what it holds, how good it is, and how many searches it has heard."
        lessons = self.graph.lessons()
        versions, made = self.graph.store.versions()[-10:], self.graph.manifest
        values = {"manifest": made, "figures": figures(made.quality), "lessons": lessons, "versions": versions}
        return self._page("status", "Status", told, **values, tally=tally)

    def manual(self, account: Mapping[str, Any]) -> str:
        """How programs ask, from the API's own account; its examples are about what is here."""
        pair = [each.artifact_id for each in next(iter(self._pairs), ())]
        told = "Search, compare and recommend over HTTP: every address of the JSON API, with what may be stated."
        place = account["servers"][0]["url"]
        operations = manual(account, examples(self.graph.snapshot, pair))
        return self._page("programs", "For programs", told, operations=operations, account=f"{place}/openapi.json")

    def counted(self, *, off: bool, refused: bool) -> str:
        """What of a visitor's choices is written down, and how to have it not."""
        told = "What is written down when you choose a result, and how to have it not written down."
        return self._page("counting", "What is counted", told, off=off, refused=refused)

    def message(self, title: str, text: str, near: tuple[str, ...] = ()) -> str:
        """A page that says what went wrong, and what may have been meant."""
        known = [artifact_id for artifact_id in near if artifact_id in self.graph.snapshot.catalogue.place]
        return self._page("message", title, text, text=text, near=list(cards(self.graph.snapshot, known).values()))

    def _page(self, name: str, title: str, told: str, **values: Any) -> str:
        return filled(
            f"{name}.html",
            links=self.links,
            here=name,
            title=title,
            told=told,
            version=self.graph.manifest.version,
            counting=self.counting,
            programs=self.programs,
            **values,
        )

    def _search(self, asked: Asked) -> dict[str, Any]:
        spoken = [item.artifact_id for item in asked.answer or ()]
        seen = cards(self.graph.snapshot, spoken)
        return {"asked": asked, "seen": seen, "longest": LONGEST_QUERY}

    @cached_property
    def _choices(self) -> dict[str, Any]:
        """What a form of conditions offers."""
        return {
            "known_types": list(self.types),
            "known_licenses": [str(each) for each in LicenseClass],
            "known_prices": [str(each) for each in Pricing if each is not Pricing.UNKNOWN],
        }

    @cached_property
    def types(self) -> dict[str, int]:
        """How many artifacts there are of each type, the most first."""
        return counted_types(self.graph.snapshot)

    @cached_property
    def _starts(self) -> list[str]:
        return starting_points(self.graph.snapshot)

    @cached_property
    def _pairs(self) -> list[tuple[Any, Any]]:
        """A few pairs to begin with: the strongest likeness edges between artifacts of different makers."""
        return strongest_pairs(self.graph.snapshot)


def _relation(comparison: Comparison) -> str:
    """The relation as the page's first words say it, no surer than its first sentence."""
    relation, same_job = comparison.verdict.relation, comparison.verdict.same_job
    return hedge(same_job) + relation if relation is Relation.UNRELATED else relation
