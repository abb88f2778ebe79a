"""Notebooks run from clean in a kernel of their own, and what they then show.

`python -m tests.notebooks` writes what they show into them; `tests/test_readme.py` compares.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
EVERY = sorted((ROOT / "notebooks").glob("*.ipynb"))
_TOOK = re.compile(r"\d+\.\d s$", re.MULTILINE)
_AT = re.compile(r"(?<= at )0x[0-9a-f]+")


def executed(path: Path, store: Path) -> Any:
    """The notebook after a run from top to bottom; what it calls "store" is that store."""
    book = nbformat.read(path, as_version=4)
    written = [cell.source for cell in book.cells]
    for cell in book.cells:
        cell.source = cell.source.replace('"store"', repr(str(store)))
    NotebookClient(book, timeout=300, record_timing=False, resources={"metadata": {"path": str(ROOT)}}).execute()
    for cell, source in zip(book.cells, written, strict=True):
        cell.source = source
        if cell.cell_type == "code":
            cell.outputs = [_settled(output, store) for output in cell.outputs if output.get("name") != "stderr"]
    return book


def told(book: Any) -> list[str]:
    """What it says in plain text, output by output."""
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    return [output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs]


def pictures(book: Any) -> list[str]:
    """Its pictures, as base64."""
    outputs = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    return [output.data["image/png"] for output in outputs if "image/png" in output.get("data", {})]


def _settled(output: Any, store: Path) -> Any:
    """The output without what is another on every run."""

    def plain(text: str) -> str:
        return _AT.sub("0x0", _TOOK.sub("12.3 s", text.replace(str(store), "store")))

    if "text" in output:
        output.text = plain(output.text)
    for kind, content in output.get("data", {}).items():
        if kind.startswith("text/"):
            output.data[kind] = plain(content)
    return output


def write() -> None:
    """Put what the notebooks show into them."""
    with tempfile.TemporaryDirectory() as folder:
        for path in EVERY:
            book = executed(path, Path(folder) / "store")
            book.metadata = {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
            }
            nbformat.write(book, path)


if __name__ == "__main__":
    write()
