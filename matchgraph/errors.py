"""One short tree of errors; every message says what was found, where, and what to do next.

MatchGraphError
|-- AccessError        a key is missing, not known, or not good for what was asked
|-- CatalogueError     a catalogue cannot be read, or strict reading met a bad row
|-- EngineError        where work was to be shared out to cannot be reached, or is not as it is here
|-- EncoderError       a model is missing, altered, or not the one the snapshot was made with
|-- SearchLogError     the search log cannot be read, or an event is not one
|-- SnapshotError      no snapshot, a damaged one, or one of another format
|-- UnknownArtifact    no artifact by that name here
`-- QuestionError      the question itself cannot be answered as asked
"""

_SHOWN = 80  # characters of a name that is not known


class MatchGraphError(Exception):
    """Anything matchgraph says no to."""


class AccessError(MatchGraphError):
    """A key is missing, not known, or not good for what was asked; `known` tells the last from the others."""

    def __init__(self, message: str, *, known: bool = False) -> None:
        super().__init__(message)
        self.known = known


class CatalogueError(MatchGraphError):
    """A catalogue cannot be read, or strict reading met a bad row."""


class EngineError(MatchGraphError):
    """Where work was to be shared out to cannot be reached, or is not as it is here."""


class EncoderError(MatchGraphError):
    """A model is missing, altered, or not the one the snapshot was made with."""


class SearchLogError(MatchGraphError):
    """The search log cannot be read, or an event is not one."""


class SnapshotError(MatchGraphError):
    """No snapshot, a damaged one, or one of another format."""


class UnknownArtifact(MatchGraphError):  # noqa: N818 - named for what it says, as the tree is
    """No artifact by that name here; `near` holds the ids that come closest."""

    def __init__(self, name: str, near: tuple[str, ...] = ()) -> None:
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        shown = name if len(name) <= _SHOWN else name[: _SHOWN - 3] + "..."
        unnamed = "an empty name is no artifact's: wanted an id, a name or an alias."
        super().__init__(f"no artifact {shown!r} in this snapshot.{hint}" if name.strip() else unnamed)
        self.near = near


class QuestionError(MatchGraphError):
    """The question itself cannot be answered as asked."""
