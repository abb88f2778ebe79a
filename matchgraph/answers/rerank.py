"""A second look: the first candidates put in the order of a cross-encoder, where one is named."""

from __future__ import annotations

import numpy as np

from matchgraph.answers.scoring import Scored, Scorer
from matchgraph.answers.values import Reason
from matchgraph.vectors.reranker import Reranker

DEEP = 50  # candidates that are looked at, whatever k, so that a shorter list is a prefix of a longer one


def reranked(scorer: Scorer, query: str, found: Scored, reranker: Reranker) -> tuple[Scored, list[Reason]]:
    """The same artifacts, the first of them in the order of the reranker's scores, and for each of these why."""
    first = min(DEEP, len(found.places))
    texts = [_told(scorer, int(found.places[at]), int(found.best_row[at])) for at in range(first)]
    scores = reranker.score(query, texts)
    order = np.argsort(-scores, kind="stable")
    reasons = [
        Reason("rerank", f"cross-encoder {reranker.name}: {score:.3f}; the order is by this, the score is search's own")
        for score in scores[order].tolist()
    ]
    turned = np.concatenate([order, np.arange(first, len(found.places))])
    return Scored(*(getattr(found, name)[turned] for name in Scored.__slots__)), reasons


def _told(scorer: Scorer, place: int, row: int) -> str:
    """What the reranker reads of an artifact: its whole text, and the capability, job or remark that matched."""
    texts = scorer.texts
    whole, matched = texts.texts[texts.capabilities + place], texts.texts[row]
    return whole if matched in whole else f"{whole}. {matched}"
