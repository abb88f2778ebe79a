"""How good search is, as values: one score a system, population and family."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from matchgraph.answers.values import Listing


@dataclass(frozen=True, slots=True)
class Score:
    """One system on some queries of a family: means over the queries, each with the bounds of its 95% interval."""

    family: str
    population: str  # all; seen: of these a right answer was chosen before; unseen: of these none was
    system: str  # ours, ours as if nothing was learned, BM25, whole-text vectors, whole text and best capability
    queries: int
    candidates: int
    ndcg_10: float
    ndcg_10_low: float
    ndcg_10_high: float
    mrr_10: float
    mrr_10_low: float
    mrr_10_high: float
    recall_5: float
    recall_5_low: float
    recall_5_high: float
    recall_10: float
    recall_10_low: float
    recall_10_high: float
    hit_1: float
    hit_1_low: float
    hit_1_high: float
    over_cold: float  # nDCG@10 above that of matchgraph-cold on the same queries, and the paired interval of it
    over_cold_low: float
    over_cold_high: float


@dataclass(frozen=True, slots=True)
class Taught:
    """What search had learned when it was judged."""

    queries: int  # that it was judged on
    hits: int  # choices that it learned from
    fitted: str


@dataclass(frozen=True, repr=False)
class Evaluation(Listing[Score]):
    """The scores of every family, population and system."""

    scope: str
    split: str
    left_out: int  # queries without a right answer, or none of whose right answers is here
    learned: tuple[Taught, ...]

    def lines(self) -> list[str]:
        """The scores as a table."""
        where = f"{'family':20}{'population':12}{'system':17}{'queries':>7}{'among':>7}"
        head = f"{where}  nDCG@10 [95%]          MRR@10  R@5    R@10   hit@1  over cold [95%]"
        rows = [
            f"{s.family:20}{s.population:12}{s.system:17}{s.queries:7}{s.candidates:7}"
            f"  {s.ndcg_10:.3f} [{s.ndcg_10_low:.3f}, {s.ndcg_10_high:.3f}]   {s.mrr_10:.3f}   {s.recall_5:.3f}"
            f"  {s.recall_10:.3f}  {s.hit_1:.3f}  {s.over_cold:+.3f} [{s.over_cold_low:+.3f}, {s.over_cold_high:+.3f}]"
            for s in self.items
        ]
        return [head, *rows, *self.remarks()]

    def remarks(self) -> list[str]:
        """What search had learned, and which queries were left out."""
        taught = Counter((lesson.fitted, lesson.hits) for lesson in self.learned)
        said = [
            f"Search had learned {fitted} from {hits:,} choices{f', {times} times' if times > 1 else ''}."
            for (fitted, hits), times in taught.items()
        ]
        return [*said, *([self.note] if self.note else [])]
