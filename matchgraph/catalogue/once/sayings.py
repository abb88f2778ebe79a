"""What people say of ids: that they are one thing, or that they are not. It counts before anything that is found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from matchgraph.catalogue.yaml_text import YamlError, yaml_of
from matchgraph.errors import CatalogueError

_SHAPE = "wanted `same:` and `different:`, each a list of lists of ids"


@dataclass(frozen=True, slots=True)
class Sayings:
    """Groups of ids that are one thing each, the id to keep first; and groups of ids that are all different."""

    same: tuple[tuple[str, ...], ...] = ()
    different: tuple[tuple[str, ...], ...] = ()

    def apart(self) -> Iterator[tuple[str, str]]:
        """Every two ids that are said to be different."""
        for group in self.different:
            yield from combinations(group, 2)

    def ids(self) -> set[str]:
        """Every id that something is said of."""
        return {each for group in (*self.same, *self.different) for each in group}


def lines_of(path: str | Path, ids: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Ids, each with the line of a file of sayings on which it is first named."""
    text = Path(path).read_text(encoding="utf-8-sig")
    for artifact_id in ids:
        found = re.search(rf"(?<![\w:/.-]){re.escape(artifact_id)}(?![\w:/-])", text)
        yield artifact_id, text.count("\n", 0, found.start()) + 1 if found else 1


def sayings_in(path: str | Path) -> Sayings:
    """What a file says in YAML.

    same:
      - [app:otter-mail, pypi:otter-mail]
    different:
      - [app:heron, app:heron-browser]
    """
    try:
        told = yaml_of(Path(path).read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise CatalogueError(f"no file {path}: {_SHAPE}.") from error
    except (YamlError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}: {error}; {_SHAPE}.") from error
    told = {} if told is None else told
    if not isinstance(told, dict) or told.keys() - {"same", "different"}:
        found = ", ".join(map(str, told)) if isinstance(told, dict) else type(told).__name__
        raise CatalogueError(f"{path}: found {found[:80]}; {_SHAPE}.")
    return Sayings(*(tuple(_groups(path, word, told.get(word) or [])) for word in ("same", "different")))


def _groups(path: str | Path, word: str, listed: Any) -> Iterator[tuple[str, ...]]:
    for group in listed if isinstance(listed, list) else [listed]:
        ids = group if isinstance(group, list) else []
        if len(ids) < 2 or len(set(map(str, ids))) < len(ids) or not all(isinstance(each, str) for each in ids):
            raise CatalogueError(f"{path}: {word} has {str(group)[:80]!r}; wanted two ids or more, each once.")
        yield tuple(ids)
