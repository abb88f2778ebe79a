"""What makes the stages of a rebuild: this code, and what it counts with. Elsewhere it has to be the same."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

from matchgraph.errors import EngineError

_COUNTED_WITH = ("numpy", "scipy", "pyarrow", "faiss-cpu", "bm25s")
_ENCODED_WITH = ("torch", "transformers", "sentence-transformers", "tokenizers")


@cache
def code_digest() -> str:
    """The digest of the code that makes the stages, and of what it counts with."""
    root = Path(__file__).parents[1]
    sources = sorted(path for path in root.rglob("*") if path.suffix in {".py", ".toml"})
    made = hashlib.sha256("\n".join(f"{name} {version(name)}" for name in _COUNTED_WITH).encode())
    for path in sources:
        for part in (str(path.relative_to(root)).encode(), path.read_bytes()):
            made.update(hashlib.sha256(part).digest())
    return made.hexdigest()


def versions() -> str:
    """What works here, in words."""
    python = ".".join(platform.python_version_tuple()[:2])
    # What follows a "+" says for which processor torch was built, which may be another on another node.
    counted = ", ".join(f"{name} {version(name).partition('+')[0]}" for name in (*_COUNTED_WITH, *_ENCODED_WITH))
    return f"Python {python}, matchgraph {version('matchgraph')} of code {code_digest()[:12]}, {counted}"


def refuse_other(wanted: str) -> None:
    """Raise where something else works here than what was asked to."""
    if versions() != wanted:
        raise EngineError(
            f"the worker on {platform.node()} runs {versions()}; the rebuild was begun with {wanted}: "
            "what they make would not fit together. Install the same on every node, then rebuild."
        )
