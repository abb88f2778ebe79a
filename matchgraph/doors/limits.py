"""Limits of facts as a shell or a web address states them: `stars=1000`, `released=2024-06`."""

from __future__ import annotations

from collections.abc import Iterable

from matchgraph.answers.facets import Limit
from matchgraph.catalogue.records import first_day
from matchgraph.errors import QuestionError


def limits_of(stated: Iterable[str]) -> dict[str, Limit]:
    """Fact by fact, the number or the day it is limited to.

    >>> limits_of(["stars=1000", "released=2024-06"])
    {'stars': 1000.0, 'released': '2024-06'}
    """
    limits: dict[str, Limit] = {}
    for text in stated:
        key, _, value = text.partition("=")
        try:
            limits[key.strip()] = value.strip() if "-" in value and first_day(value.strip()) else float(value)
        except ValueError as error:
            wanted = "wanted a fact and a number, like stars=1000, or a day, like released=2024-06"
            raise QuestionError(f"{text!r}: {wanted}") from error
    return limits
