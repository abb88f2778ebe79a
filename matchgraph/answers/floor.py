"""The score that nonsense reaches, so that a question about nothing here gets "no match"."""

from __future__ import annotations

import random
import string
from collections.abc import Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from matchgraph.answers.scoring import Scorer

_QUERIES = 100
_SHARE = 0.99  # of nonsense queries stay below the floor


def nonsense() -> list[str]:
    """The same hundred queries of random letters every time."""
    dice = random.Random("matchgraph nonsense")  # noqa: S311 - no secret
    return [" ".join(_letters(dice) for _ in range(dice.randint(1, 6))) for _ in range(_QUERIES)]


def floor_of(scorer: Scorer, asked: Sequence[np.ndarray]) -> float:
    """The best score that almost no nonsense passes; `asked` holds the grid rows of `nonsense()`."""
    with threadpool_limits(1, user_api="openmp"):  # threads that share one query wait longer for one another than work
        best = [scorer.score(query, rows, 1).score for query, rows in zip(nonsense(), asked, strict=True)]
    return round(float(np.quantile([score[0] if len(score) else 0.0 for score in best], _SHARE)), 6)


def _letters(dice: random.Random) -> str:
    return "".join(dice.choice(string.ascii_lowercase) for _ in range(dice.randint(3, 9)))
