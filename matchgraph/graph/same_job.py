"""How likely two artifacts do the same job: a small frozen model over what any snapshot can say of a pair.

    log odds = bias + sum of weight * evidence

The evidence is symmetric and each weight has the sign that sense demands, so the probability never falls when two
artifacts become more alike. That a dataset does not do the job of a model is no estimate but what is meant by the
words: its weight is stated, not fitted. Likeness counts by its logarithm, relative to the logarithm of how many
artifacts there are: the more there are, the nearer the nearest stranger.

What the probability is conditional on: the evidence of this one pair, and nothing else. Neither how the pair came up
(typed in, or among the nearest of a list) nor what other pairs there are enters it. It says how often pairs with
such evidence were labelled as doing one job where the model was fitted, in catalogues of some hundred to some ten
thousand artifacts; `fitted` has the labels and how well the numbers held on held-back artifacts. Two limits follow.
Where someone picks pairs by the answer (as many true ones as false ones, say), no number here is the share of true
ones among them. And "same job" is as wide as the labels were: things one could take instead of each other, not
everything on one shelf.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.records import MATERIAL
from matchgraph.errors import QuestionError
from matchgraph.graph.likeness import Likeness
from matchgraph.vectors.grid import products

FOR = ("likeness", "cover", "whole", "same_job")
AGAINST = ("other_job", "other_kind")
EVIDENCE = FOR + AGAINST

_FEWEST = 200  # artifacts; in a smaller world "usual" is known too badly to count on


@dataclass(frozen=True, slots=True)
class SameJob:
    """The frozen model: one weight an evidence, and what they were fitted on."""

    bias: float
    weights: Mapping[str, float]  # by the names of EVIDENCE; at least 0 for FOR, at most 0 for AGAINST
    fitted: Mapping[str, Any] = field(default_factory=dict)

    def terms(self, evidence: np.ndarray) -> np.ndarray:
        """What each evidence adds to the log odds: float64 (pairs, EVIDENCE)."""
        terms: np.ndarray = evidence * np.array([self.weights[name] for name in EVIDENCE])
        return terms

    def probability(self, evidence: np.ndarray) -> np.ndarray:
        """The probability that the two of each pair do the same job, float64."""
        sums: np.ndarray = expit(self.bias + self.terms(evidence).sum(axis=1))
        return sums

    def toml(self) -> str:
        """The model as the text that `read_same_job` reads."""
        tables = {"weights": self.weights, "fitted": {k: v for k, v in self.fitted.items() if not _is_table(v)}}
        tables |= {f"fitted.{name}": table for name, table in self.fitted.items() if _is_table(table)}
        lines = [f"bias = {self.bias!r}"]
        for name, table in tables.items():
            lines += ["", f"[{name}]", *(f"{key} = {_written(value)}" for key, value in table.items())]
        return "\n".join(lines) + "\n"


def evidence_of(
    catalogue: Catalogue, wholes: np.ndarray, likeness: Likeness, left: int, right: np.ndarray
) -> np.ndarray:
    """The evidence for one artifact with each of some others, each named once: float64 (pairs, EVIDENCE).

    `wholes` are the grid rows of whole texts, one an artifact. A job stated by neither or by one only is no evidence.
    """
    parts, alike = likeness.beside(left, right)
    jobs = [set(stated) for stated in catalogue.artifacts["job"].take(right).to_pylist()]
    mine = set(catalogue.artifacts["job"][left].as_py())
    kinds = [kind in MATERIAL for kind in catalogue.artifacts["type"].take(right).to_pylist()]
    material = catalogue.artifacts["type"][left].as_py() in MATERIAL
    columns = (
        np.log1p(np.maximum(alike[0], 0)) / math.log(max(len(catalogue), _FEWEST)),
        np.clip((parts.cover[0] + parts.covered[0]) / 2, 0, 1),
        np.clip(products(wholes[[left]], wholes[right])[0], 0, 1),
        [bool(mine & stated) for stated in jobs],
        [bool(mine and stated and not mine & stated) for stated in jobs],
        [kind != material for kind in kinds],
    )
    return np.stack([np.asarray(column, np.float64) for column in columns], axis=1)


@cache
def read_same_job(path: Path | None = None) -> SameJob:
    """The model in that file, or the one that comes with matchgraph."""
    source = path or Path(str(files("matchgraph.graph") / "same_job.toml"))
    try:
        stated = tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise QuestionError(f"the same-job model in {source} cannot be read: {error}") from error
    bias, weights = stated.get("bias"), stated.get("weights")
    if bias is None or not _finite(bias):
        raise QuestionError(f"{source} bias: {bias!r}; wanted a number.")
    if not isinstance(weights, dict) or set(weights) != set(EVIDENCE):
        raise QuestionError(f"{source} weights: {weights!r}; wanted one number for each of {', '.join(EVIDENCE)}.")
    for name, weight in weights.items():
        if not _finite(weight) or (weight < 0 if name in FOR else weight > 0):
            wanted = "0 or more" if name in FOR else "0 or less"
            raise QuestionError(f"{source} weights.{name}: {weight!r}; wanted a number of {wanted}.")
    fitted = stated.get("fitted", {})
    return SameJob(float(bias), {name: float(weights[name]) for name in EVIDENCE}, fitted)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _written(value: object) -> str:
    """A number as it is, a text in quotes."""
    return repr(value) if isinstance(value, int | float) else f'"{value}"'
