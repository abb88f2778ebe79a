"""Names to artifacts: the id, else a unique name or alias, else an error that offers what comes near."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import fuzz, utils
from rapidfuzz.distance import OSA

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.errors import QuestionError, UnknownArtifact

_LEAST = 2  # letters: one is near to everything
_NEAR = 80.0  # of 100: below it a suggestion is no help
_ONE_SLIP, _TELLING = 85.0, 4  # one letter wrong, missing, too many or swapped with the next; in names of so many


class Names:
    """Held by the engine: every id, name and alias of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.ids = catalogue.place
        self.called: dict[str, set[str]] = defaultdict(set)
        rows = zip(catalogue.ids, catalogue.texts("name"), catalogue.texts("aliases"), strict=True)
        for artifact_id, name, aliases in rows:
            for called in (artifact_id, name, *(aliases or ())):
                self.called[called.lower()].add(artifact_id)

    def resolve(self, name: str) -> str:
        """The id of the artifact that goes by that name."""
        if not isinstance(name, str):
            raise QuestionError(f"{name!r} names no artifact: wanted an id, a name or an alias.")
        if name in self.ids:
            return name
        meant = sorted(self.called.get(name.strip().lower(), ()))
        if len(meant) == 1:
            return meant[0]
        if meant:
            raise QuestionError(
                f"{name!r} is the name of {len(meant)} artifacts: say which by id: {', '.join(meant[:8])}."
            )
        raise UnknownArtifact(name, self.near(name))

    def near(self, name: str) -> tuple[str, ...]:
        """Up to three ids whose id, name or alias comes near."""
        ids = dict.fromkeys(min(self.called[called]) for called in near_names(name, self.called))
        return tuple(ids)[:3]


def near_names(name: str, known: Iterable[str]) -> list[str]:
    """Up to six of the known names that come near to one, nearest first.

    >>> near_names("gama", ["Gamma", "Delta"]), near_names("detla", ["Gamma", "Delta"])
    (['Gamma'], ['Delta'])
    """
    if len(name.strip()) < _LEAST:
        return []
    plain = utils.default_process(name)
    scored = [(_likeness(plain, utils.default_process(each)), each) for each in known]
    near = sorted((-likeness, each) for likeness, each in scored if likeness >= _NEAR)
    return [each for _, each in near[:6]]


def _likeness(name: str, known: str) -> float:
    """From 0 to 100: letter by letter, or as a part of a longer name. One word in common is not enough."""
    part = fuzz.partial_ratio(name, known) if len(name) < len(known) else 0.0
    slip = min(len(name), len(known)) >= _TELLING and OSA.distance(name, known, score_cutoff=1) == 1
    return max(fuzz.ratio(name, known), 0.9 * part, _ONE_SLIP * slip)
