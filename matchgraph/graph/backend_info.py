"""What networkx asks of every backend when it is imported itself: only names, so that it costs nothing."""

from __future__ import annotations

from typing import Any

_SAME = "On arrays; results as networkx's own."
_PARTS = "On arrays; the same parts, in the order of their first nodes."
HELD = {
    "pagerank": _SAME,
    "degree_centrality": _SAME,
    "in_degree_centrality": _SAME,
    "out_degree_centrality": _SAME,
    "core_number": f"{_SAME} Graphs without directions only.",
    "connected_components": _PARTS,
    "number_connected_components": _SAME,
    "is_connected": _SAME,
    "weakly_connected_components": _PARTS,
    "number_weakly_connected_components": _SAME,
    "is_weakly_connected": _SAME,
    "strongly_connected_components": _PARTS,
    "number_strongly_connected_components": _SAME,
    "is_strongly_connected": _SAME,
    "modularity": _SAME,
    "louvain_communities": "The best of several runs, the same whatever the seed and the order of nodes and edges.",
}


def get_info() -> dict[str, Any]:
    """What the backend is called, and which functions of networkx it holds."""
    return {
        "backend_name": "matchgraph",
        "project": "matchgraph",
        "package": "matchgraph",
        "short_summary": "The match graph's measures, on arrays.",
        "functions": {name: {"additional_docs": docs} for name, docs in HELD.items()},
    }
