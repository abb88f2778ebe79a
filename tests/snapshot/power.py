"""What may be on a disk after the power went: all that was synced, and any part of the rest in any order."""

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from matchgraph.snapshot.disk import Disk

Step = tuple[str, Path, Path | bytes | None]


class RecordingDisk(Disk):
    """A disk that remembers every step taken below a folder."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def make(self, folder: Path) -> None:
        super().make(folder)
        self.steps.append(("make", folder, None))

    def write(self, path: Path, content: bytes) -> None:
        super().write(path, content)
        self.steps.append(("write", path, content))

    def sync(self, path: Path) -> None:
        super().sync(path)
        self.steps.append(("sync", path, None))

    def rename(self, old: Path, new: Path) -> None:
        super().rename(old, new)
        self.steps.append(("rename", old, new))

    def remove(self, path: Path) -> None:
        super().remove(path)
        self.steps.append(("remove", path, None))


@dataclass(eq=False)
class Node:
    """A file or a folder: how it is, how it surely is on disk, and for a folder what may yet be."""

    content: bytes | None = None  # None for a folder
    synced: bytes = b""
    names: dict[str, "Node"] = field(default_factory=dict)
    synced_names: dict[str, "Node"] = field(default_factory=dict)
    unsynced: list[dict[str, "Node | None"]] = field(default_factory=list)  # each of them happens as one

    def change(self, names: dict[str, "Node | None"]) -> None:
        self.unsynced.append(names)
        _apply(self.names, names)

    def sync(self) -> None:
        self.synced = self.content or b""
        self.synced_names, self.unsynced = dict(self.names), []

    def put(self, path: Path, dice: Random) -> None:
        """Write one of the states that this may be in."""
        if self.content is not None:
            half = self.content[: dice.randrange(len(self.content) + 1)]
            torn = [self.synced, half, bytes(len(self.content)), self.content]
            path.write_bytes(self.synced if self.synced == self.content else dice.choice(torn))
            return
        path.mkdir()
        names = dict(self.synced_names)
        for change in dice.sample(self.unsynced, dice.randrange(len(self.unsynced) + 1)):
            _apply(names, change)
        for name, node in names.items():
            node.put(path / name, dice)


def _apply(names: dict[str, Node], change: dict[str, Node | None]) -> None:
    for name, node in change.items():
        if node is None:
            names.pop(name, None)
        else:
            names[name] = node


def after_the_power_went(root: Path, steps: list[Step], where: Path, dice: Random) -> None:
    """Write to `where` what the folder `root` may hold if the power goes after these steps."""
    top = Node()

    def at(path: Path) -> Node:
        node = top
        for part in path.relative_to(root).parts:
            node = node.names[part]
        return node

    for what, path, more in steps:
        if what == "sync":
            if path.is_relative_to(root):
                at(path).sync()
            continue
        folder = at(path.parent)
        if what in ("make", "write"):
            folder.change({path.name: Node(more if isinstance(more, bytes) else None)})
        elif what == "remove":
            folder.change({path.name: None})
        elif what == "rename" and isinstance(more, Path):
            assert path.parent == more.parent, "a rename between folders is two changes"
            folder.change({path.name: None, more.name: folder.names[path.name]})
    top.put(where, dice)
