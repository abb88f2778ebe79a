"""What the status page says of a snapshot's quality: each figure with its name, its unit and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_ROWS = {
    "rows_in": ("Rows read", "all that the inputs held"),
    "rows_kept": ("Rows kept", "each is an artifact here"),
    "rows_merged": ("Rows merged", "they told of an artifact that another row tells of"),
    "rows_refused": ("Rows refused", "they could not be read as artifacts; the report of the rebuild has why"),
}
_WEAK = "kept because one of the two has no stronger edge"
_WEIGHT = "a choice counts for less the older it is and the likelier its place was looked at"
_WORTH = "so many choices of equal weight would tell as much"
_CURVE = "how likely a result is looked at where it stood, so that the first is not favoured"
_HALF = "after so long a choice counts half"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as a person reads it."""

    name: str
    value: str  # with its unit
    meaning: str  # half a sentence


def figures(quality: Mapping[str, Any]) -> tuple[Figure, ...]:
    """The figures that a manifest states of its snapshot, and of the searches that it heard."""
    told = [Figure(name, f"{quality[key]:,}", why) for key, (name, why) in _ROWS.items() if key in quality]
    if "weak_edge_share" in quality:
        told.append(Figure("Weak edges", f"{quality['weak_edge_share']:.2%} of likeness edges", _WEAK))
    return (*told, *_of_searches(quality.get("evidence", {})))


def _of_searches(said: Mapping[str, Any]) -> tuple[Figure, ...]:
    """What the choices are worth; nothing where nobody chose anything."""
    if not said or not said["searches"]["real"]:
        return ()
    return (
        Figure("Weight of choices", f"{said['weight']:,.1f} in all", _WEIGHT),
        Figure("Worth of choices", f"{said['effective_size']:,.1f} equal choices", _WORTH),
        Figure("Places in a list", str(said["position_curve"]), _CURVE),
        Figure("Age of choices", f"half after {said['half_life_days']:g} days", _HALF),
    )
