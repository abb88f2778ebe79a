"""A mapping from outside, read field by field; what nobody took is left over, and can be told."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from matchgraph.catalogue.records import first_day

_EMPTY: tuple[object, ...] = (None, "", [], {})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:.*)?")


def _text(value: object) -> str | None:
    """The text, or the finite number as one; None for anything else, and for a text that says nothing."""
    endless = isinstance(value, float) and not math.isfinite(value)
    if endless or isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


class Fields:
    """Held while one mapping is read. A field of another kind than is asked for counts as not taken."""

    def __init__(self, stated: object) -> None:
        self.stated: Mapping[str, Any] = stated if isinstance(stated, Mapping) else {}
        self._taken: set[str] = set()
        self._inside: dict[str, Fields] = {}

    def text(self, *names: str) -> str | None:
        """The first of these fields that is a text, or a finite number as a text."""
        for name in names:
            if text := _text(self.stated.get(name)):
                self._taken.add(name)
                return text
        return None

    def texts(self, name: str) -> list[str]:
        """The texts of a list, or the one text that stands for a list of one."""
        value = self.stated.get(name)
        listed = value if isinstance(value, list) else [value]
        texts = [text for part in listed if (text := _text(part))]
        if texts and len(texts) == len(listed):
            self._taken.add(name)
        return texts

    def count(self, *names: str) -> float | int | None:
        """The first of these fields that is a number, and none below nothing."""
        for name in names:
            value = self.stated.get(name)
            if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < math.inf:
                self._taken.add(name)
                return value
        return None

    def flag(self, name: str) -> bool | None:
        """The field where it is true or false."""
        value = self.stated.get(name)
        if isinstance(value, bool):
            self._taken.add(name)
            return value
        return None

    def day(self, *names: str) -> str | None:
        """The day of the first of these fields that states one as ISO writes it, with or without a time."""
        for name in names:
            text = _text(self.stated.get(name)) or ""
            if _DAY.fullmatch(text) and first_day(text):
                self._taken.add(name)
                return text[:10]
        return None

    def inside(self, name: str) -> Fields:
        """The fields of a mapping within; what is left of them is left of this one."""
        if isinstance(self.stated.get(name), Mapping):
            self._taken.add(name)
        return self._inside.setdefault(name, Fields(self.stated.get(name)))

    def each(self, name: str) -> list[Fields]:
        """The mappings of a list, or of a list of one; what is left of the first is left of this one."""
        value = self.stated.get(name)
        listed = value if isinstance(value, list) else [value]
        found = {place: Fields(part) for place, part in enumerate(listed, 1) if isinstance(part, Mapping)}
        if found and len(found) == len(listed):
            self._taken.add(name)
        self._inside |= {f"{name}.{place}": fields for place, fields in found.items()}
        return list(found.values())

    def take(self, name: str) -> Any:
        """The field, whatever it is."""
        self._taken.add(name)
        return self.stated.get(name)

    def left(self) -> Iterator[tuple[str, Any]]:
        """The fields that hold something and that nobody took."""
        for name, value in self.stated.items():
            if name not in self._taken and value not in _EMPTY:
                yield str(name), value
        for name, fields in self._inside.items():
            yield from ((f"{name}.{inner}", value) for inner, value in fields.left())
