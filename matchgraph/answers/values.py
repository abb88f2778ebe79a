"""What every answer is: a frozen value with its reasons, as a dict, a table, a text or notebook HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from functools import singledispatch
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something stands where it stands. `points` is its part of the score, where it has one."""

    kind: str
    text: str
    points: float | None = None


@dataclass(frozen=True, repr=False)
class Answer:
    """Anything that a question gives back. `snapshot` is the version that all of it was made from."""

    snapshot: str | None = field(default=None, kw_only=True, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """The whole answer as plain JSON values."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    def lines(self) -> list[str]:
        """The answer as lines of text."""
        told = (each.name for each in fields(self) if each.name != "snapshot")
        return [f"{name}: {getattr(self, name)}" for name in told]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        import_module("matchgraph.pages.notebook")  # by name: a later stage, which registers with `in_notebook`
        return in_notebook(self)


Item = TypeVar("Item")


@dataclass(frozen=True, repr=False)
class Listing(Answer, Generic[Item]):
    """An answer that is a list, best first; empty where `note` says why."""

    items: tuple[Item, ...]
    note: str | None

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, place: int) -> Item:
        return self.items[place]

    def tail(self) -> list[str]:
        """What is said after the items."""
        return []

    def to_frame(self) -> pd.DataFrame:
        """The items as a table, one a row; the reasons as one text."""
        import pandas as pd

        return pd.DataFrame([_row(item) for item in self.items])


@singledispatch
def in_notebook(answer: Answer) -> str:
    """The answer as HTML for a notebook; `pages` registers what looks better than this."""
    return "<pre>" + escape(str(answer)) + "</pre>"


@in_notebook.register
def _table(answer: Listing) -> str:  # type: ignore[type-arg] # it is registered by the class alone
    head = f"<p>{escape(answer.note)}</p>" if answer.note else ""
    tail = "".join(f"<p>{escape(line)}</p>" for line in answer.tail())
    return head + (answer.to_frame().to_html(index=False, escape=True) if answer.items else "") + tail


def _row(item: Any) -> dict[str, Any]:
    row = {each.name: getattr(item, each.name) for each in fields(item)}
    return {name: _cell(value) for name, value in row.items()}


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return "; ".join(str(part.text if isinstance(part, Reason) else part) for part in value)
    if is_dataclass(value):
        return str(value)
    return value


def _plain(value: Any) -> Any:
    """The value as JSON knows it."""
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, bool | int | float | str) or value is None:
        return str(value) if isinstance(value, str) else value
    return str(value)
