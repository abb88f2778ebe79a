"""What a long loop runs through, so that somebody may watch it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Track = Callable[[Iterable[Any]], Iterable[Any]]
