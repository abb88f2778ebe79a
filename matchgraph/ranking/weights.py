"""How much each signal and each measure counts, for which types: one readable file says it all."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from matchgraph.catalogue.records import ArtifactType
from matchgraph.errors import QuestionError
from matchgraph.ranking.measures import KINDS

SIGNALS = ("adoption", "quality", "ecosystem", "match_graph", "freshness")


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares of the rank: `signals[type][signal]` sums to 1 a type, `measures[signal][measure]` to 1 a signal."""

    signals: dict[str, dict[str, float]]
    measures: dict[str, dict[str, float]]

    @property
    def signal_of(self) -> dict[str, str]:
        """The signal that each measure counts for."""
        return {name: signal for signal in SIGNALS for name in self.measures[signal]}


def read_weights(path: Path | None = None) -> Weights:
    """The weights of that file, or those that come with matchgraph."""
    source = path or Path(str(files("matchgraph.ranking") / "weights.toml"))
    try:
        stated = tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise QuestionError(f"the weights in {source} cannot be read: {error}") from error
    signals, measures = _tables(stated, "signals"), _tables(stated, "measures")
    _only("signals", signals, ("default", *ArtifactType))
    _only("measures", measures, SIGNALS)
    by_type = {kind: signals.get("default", {}) | signals.get(kind, {}) for kind in ArtifactType}
    for kind, shares in by_type.items():
        _only(f"signals.{kind}", shares, SIGNALS)
        if len(shares) < len(SIGNALS):
            missing = ", ".join(signal for signal in SIGNALS if signal not in shares)
            raise QuestionError(f"weights signals.{kind}: {missing} missing; wanted each of {', '.join(SIGNALS)}.")
    for signal in SIGNALS:
        _only(f"measures.{signal}", measures.get(signal, {}), tuple(KINDS))
    counted = [name for signal in SIGNALS for name in measures.get(signal, {})]
    twice = sorted({name for name in counted if counted.count(name) > 1})
    if twice:
        raise QuestionError(f"weights measures: {', '.join(twice)} counted under two signals; wanted each under one.")
    return Weights(
        {kind: _shares(f"signals.{kind}", shares) for kind, shares in by_type.items()},
        {signal: _shares(f"measures.{signal}", measures.get(signal)) for signal in SIGNALS},
    )


def _tables(stated: dict[str, Any], name: str) -> dict[str, dict[str, Any]]:
    tables = stated.get(name)
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise QuestionError(f"weights {name}: {tables!r}; wanted a table of tables, like [{name}.NAME].")
    return tables


def _only(name: str, stated: dict[str, Any], known: Sequence[str]) -> None:
    strange = sorted(set(stated) - set(known))
    if strange:
        raise QuestionError(f"weights {name}: {', '.join(strange)} unknown; wanted some of {', '.join(known)}.")


def _shares(name: str, stated: Any) -> dict[str, float]:
    """The weights as shares of 1."""
    if not isinstance(stated, dict) or not all(_countable(weight) for weight in stated.values()):
        raise QuestionError(f"weights {name}: {stated!r}; wanted names with numbers of 0 or more.")
    total = sum(stated.values())
    if not 0 < total < float("inf"):
        raise QuestionError(f"weights {name} add up to {total}; wanted at least one above 0.")
    return {key: weight / total for key, weight in stated.items()}


def _countable(weight: object) -> bool:
    return isinstance(weight, int | float) and not isinstance(weight, bool) and 0 <= weight < float("inf")
