"""Names to artifacts: the id, else a unique name or alias, else an error that offers what comes near."""

from __future__ import annotations

from collections import defaultdict

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.near import near_names
from matchgraph.errors import QuestionError, UnknownArtifact


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
