"""What stands in for catalogues and models that are not at hand: many made-up artifacts, and a cheap encoder."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from matchgraph.catalogue.track import Track
from matchgraph.vectors.encoder import SentenceEncoder, Task, carried
from tests.bench.rebuild import DATA, ROOT

LISTS = os.environ.get("MATCHGRAPH_SCALE_LISTS")  # a folder of package lists, as make_scale.py reads it

_NEAR = 50  # texts further down the list: what lists put together has much in common
_DIM, _WORDS, _BATCH = 384, 1 << 16, 4_096
_TURNS, _OWN = 2, 0.5


class StandIn:
    """A text is the sum of its words, and a word is near to those that it is said with: quick, and much like a model.

    Words of random directions, as hashing gives, have no neighbourhoods: no cells would find in them what they find in
    real embeddings. So each word is the sum of the texts of the pool that say it (random indexing, two rounds), and a
    part of its own.
    """

    name = "stand-in"
    digest = hashlib.sha256(b"stand-in 2").hexdigest()

    def __init__(self) -> None:
        dice = np.random.default_rng(1)
        said = counted(pool())
        self.table = dice.standard_normal((_WORDS, _DIM)).astype(np.float32)
        own = self.table.copy()
        for _ in range(_TURNS):
            self.table = unit(said.T @ unit(said @ self.table)).astype(np.float32)
        self.table += _OWN * unit(own)

    def encode(
        self, texts: Sequence[str], *, task: Task = "document", track: Track = iter
    ) -> Iterator[tuple[list[int], np.ndarray]]:
        for start in track(range(0, len(texts), _BATCH)):
            part = texts[start : start + _BATCH]
            yield list(range(start, start + len(part))), self._vectors(part)

    def _vectors(self, texts: Sequence[str]) -> np.ndarray:
        return np.asarray(counted(texts) @ self.table)


class PartlyReal:
    """The model itself for some texts, and the stand-in for all others: which of the two it is, the text says."""

    name = "model and stand-in"

    def __init__(self, real: Sequence[str]) -> None:
        model, self.real = SentenceEncoder(), frozenset(real)
        self.digest = hashlib.sha256(f"{model.digest} {StandIn.digest}".encode()).hexdigest()
        self._opened = carried(StandIn()), carried(model)

    def encode(
        self, texts: Sequence[str], *, task: Task = "document", track: Track = iter
    ) -> Iterator[tuple[list[int], np.ndarray]]:
        real = np.array([text in self.real for text in texts], bool)
        for said, opened in enumerate(self._opened):
            places = np.flatnonzero(real == said)
            if len(places):  # the model is not loaded for nothing
                for some, rows in opened().encode([texts[place] for place in places], task=task, track=track):
                    yield places[some].tolist(), rows


def counted(texts: Sequence[str]) -> sp.csr_matrix:
    """Which words each text says; short ones, which are said by all, count little."""
    words = [text.lower().split() or ["nothing"] for text in texts]
    flat = [word for each in words for word in each]
    columns = np.array([zlib.crc32(word.encode("utf-8", "surrogatepass")) % _WORDS for word in flat], np.int64)
    telling = np.array([min(len(word), 8) ** 2 for word in flat], np.float32)
    starts = np.concatenate([[0], np.cumsum([len(each) for each in words])])
    return sp.csr_matrix((telling, columns, starts), (len(texts), _WORDS))


def unit(rows: np.ndarray) -> np.ndarray:
    """The rows at length 1, but for those of no length."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths == 0, 1, lengths))


def written(path: Path, count: int) -> Path:
    """A catalogue of so many artifacts with one capability each."""
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(islice(listed(count) if LISTS else made_up(count), count))
    return path


def listed(count: int) -> Iterator[str]:
    """Packages of the lists at hand, in their own words."""
    command = [sys.executable, str(DATA / "make_scale.py"), str(LISTS), str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:
        yield from child.stdout or ()


def made_up(count: int) -> Iterator[str]:
    """Artifacts whose words are the beginning of one real text and the end of another of the same list."""
    words = [text.split() for text in pool()]
    dice = np.random.default_rng(2)
    begun, further = dice.integers(0, len(words), count), dice.integers(1, _NEAR, count)
    for number, (first, second) in enumerate(zip(begun, (begun + further) % len(words), strict=True)):
        one, other = words[first], words[second]
        yield line("made", number, " ".join(one[: (len(one) + 1) // 2] + other[len(other) // 2 :]))


def line(kind: str, number: int, text: str) -> str:
    """An artifact that says this of itself, as a catalogue tells it."""
    words = text.split()
    told = {
        "artifact_id": f"{kind}:{number:07}",
        "name": f"{words[0]} {number}",
        "type": "package",
        "description": text,
        "facts": {"download_rank": number + 1, "last_update": f"20{10 + number % 16}-{1 + number % 12:02}"},
        "capabilities": [{"name": " ".join(words[:6]), "description": text}],
    }
    return json.dumps(told) + "\n"


@cache
def pool() -> list[str]:
    """What real artifacts say that they can do: of the real catalogue, else of the starter one."""
    files = sorted((DATA / "catalogue").glob("[cp]*.jsonl.gz")) or sorted((ROOT / "data" / "catalogue").glob("*.jsonl"))
    rows = (json.loads(line) for file in files for line in (gzip.open if file.suffix == ".gz" else open)(file, "rt"))
    said = (each for row in rows for each in row["capabilities"])
    texts = dict.fromkeys(each if isinstance(each, str) else each.get("description") or each["name"] for each in said)
    return [text for text in texts if len(text.split()) >= 4]
