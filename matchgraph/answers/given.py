"""What a question is handed, looked at before anything is done with it: texts, pairs, whole numbers."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral
from pathlib import Path
from typing import Any

from matchgraph.errors import QuestionError

NAMES = "an id, name or alias, or several"

_LONGEST = 255  # bytes of one name in a path
_LENGTH = 80  # characters of a value that does not fit


def texts_given(given: Any, what: str, wanted: str) -> tuple[str, ...]:
    """The texts in their order; one alone is a list of one.

    >>> texts_given("clip", "like", "names"), texts_given(["clip", "vit"], "like", "names")
    (('clip',), ('clip', 'vit'))
    """
    found = (given,) if isinstance(given, str) else _listed(given, what, wanted)
    for each in found:
        if not isinstance(each, str):
            raise QuestionError(f"{what} has {as_found(each)} in it: wanted {wanted}.")
    return tuple(map(str, found))


def pairs_given(given: Any, what: str, wanted: str) -> tuple[tuple[str, str], ...]:
    """The pairs of texts in their order."""
    pairs = [texts_given(pair, what, wanted) for pair in _listed(given, what, wanted)]
    for pair in pairs:
        if len(pair) != 2:
            raise QuestionError(f"{what} names {_spoken(pair)}: wanted {wanted}.")
    return tuple((one, other) for one, other in pairs)


def whole_given(given: Any, what: str, least: int, most: int) -> int:
    """The whole number, where it lies between the two."""
    if not isinstance(given, Integral) or isinstance(given, bool) or not least <= int(given) <= most:
        raise QuestionError(f"{what} is {as_found(given)}: wanted {least} to {most}.")
    return int(given)


def seed_given(given: Any) -> int:
    """The seed of a draw: any whole number."""
    if not isinstance(given, Integral) or isinstance(given, bool):
        raise QuestionError(f"the seed is {as_found(given)}: wanted a whole number, the same for the same draw.")
    return int(given)


def path_given(given: Any, what: str, wanted: str) -> Path:
    """The path, where a file system could have it."""
    parts = Path(given).parts if isinstance(given, str | Path) else ()
    if not parts or any(len(part.encode("utf-8", "replace")) > _LONGEST for part in parts):
        raise QuestionError(f"{what} is {as_found(given)}: wanted {wanted}.")
    return Path(given)


def place_given(given: Any, what: str, wanted: str) -> Path | str:
    """The URL as it is, or else the path, where a file system could have it."""
    return given if isinstance(given, str) and "://" in given else path_given(given, what, wanted)


def as_found(value: Any) -> str:
    """A value as it is written, cut where it is long."""
    written = repr(value)
    return written if len(written) <= _LENGTH else written[: _LENGTH - 3] + "..."


def _spoken(names: tuple[str, ...]) -> str:
    """The names with commas, as none of the doors alone would write them."""
    said = ", ".join(names)
    return (said if len(said) <= _LENGTH else said[: _LENGTH - 3] + "...") or "nothing"


def _listed(given: Any, what: str, wanted: str) -> tuple[Any, ...]:
    """The parts of a list; a text, a mapping or a single thing is none."""
    if not isinstance(given, str | bytes | Mapping):
        try:
            return tuple(given)
        except TypeError:  # nothing that has parts
            pass
    raise QuestionError(f"{what} is {as_found(given)}: wanted {wanted}.")
