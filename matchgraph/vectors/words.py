"""Words in common: BM25 over everything an artifact says of itself, as a share of what was asked."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pyarrow as pa
import scipy.sparse as sp
import Stemmer

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.vectors.texts import opens_with

_K1, _B = 1.2, 0.75
_LAST = 4_096  # words
_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_IDEOGRAPH = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])")
# What English says in any sentence (the list of bm25s, in whole words), and what is said in any query.
_STOP = frozenset(
    """
    a about above after again against ain all am an and any are aren as at be because been before being below
    between both but by can couldn d did didn do does doesn doing don down during each few for from further had hadn
    has hasn have haven having he help her here hers herself him himself his how i if in into is isn it its itself
    just ll m ma me mightn more most mustn my myself need needn no nor not now o of off on once only or other our
    ours ourselves out over own please re s same shan she should shouldn so some such t than that the their theirs
    them themselves then there these they this those through to too under until up ve very want was wasn we were
    weren what when where which while who whom why will with won wouldn y you your yours yourself yourselves
    """.split()  # noqa: SIM905 - as a list, one word a line, it would be longer than this file
)
_STEMMER = Stemmer.Stemmer("english")


@lru_cache(maxsize=1 << 18)
def _stem(word: str) -> str:
    return str(_STEMMER.stemWord(word))


def words_of(text: str) -> list[str]:
    """The stems of a text's words; joined names count whole and in parts.

    >>> words_of("Reads PostgreSQL tables with read_query")
    ['read', 'postgr', 'sql', 'postgresql', 'tabl', 'read', 'queri']
    """
    found: list[str] = []
    for word in _WORD.findall(_IDEOGRAPH.sub(r" \1 ", text)):
        parts = _HUMP.split(word)
        if len(parts) > 1:
            found += [_stem(part.lower()) for part in parts if len(part) > 1]
        if word.lower() not in _STOP:
            found.append(_stem(word.lower()))
    return found


@dataclass(frozen=True, eq=False)
class Vocabulary(Mapping[str, int]):
    """Words in the order of their letters; which of them a word is, is found by halving: no dictionary is made."""

    words: pa.StringArray

    def __getitem__(self, word: str) -> int:
        column = self._found(word)
        if column is None:
            raise KeyError(word)
        return column

    def __iter__(self) -> Iterator[str]:
        return iter(self.words.to_pylist())

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def _found(self) -> Callable[[str], int | None]:
        """Where a word stands, held for those asked for last: a search asks for each of its words several times."""
        return lru_cache(maxsize=_LAST)(self._halved)

    def _halved(self, word: str) -> int | None:
        letters = word.encode()
        column = bisect_left(range(len(self)), letters, key=self._letters)
        return column if column < len(self) and self._letters(column) == letters else None

    def _letters(self, column: int) -> bytes:
        text, ends = self._held
        return text[ends[column] : ends[column + 1]]

    @cached_property
    def _held(self) -> tuple[bytes, memoryview]:
        """All letters, and where those of each word begin: a value of Arrow's costs ten times as much as they."""
        words = pa.concat_arrays([self.words])  # one that begins with its buffers, though it be a slice
        _, ends, text = words.buffers()
        return text.to_pybytes() if text else b"", memoryview(ends).cast("i")


@dataclass(frozen=True, eq=False)
class Words:
    """BM25 weights, one row an artifact and one column a word; `rarity` is each word's idf."""

    weights: sp.csc_matrix  # float32, (artifacts, words)
    place: Vocabulary  # word -> column
    rarity: np.ndarray  # float64, (words,)
    documents: int  # that rarity was counted in

    def shares(self, query: str) -> np.ndarray:
        """Per artifact, the share of the query's word weight that it answers, 0 to 1, float64.

        1 would be every word of the query, each said without end; words that nobody says count as asked for too.
        """
        scores = np.zeros(self.weights.shape[0])
        asked = words_of(query)
        for word, times in Counter(asked).items():
            column = self.place.get(word)
            if column is not None:
                span = slice(self.weights.indptr[column], self.weights.indptr[column + 1])
                scores[self.weights.indices[span]] += times * self.weights.data[span].astype(np.float64)
        rarest = float(np.log(1 + (self.documents + 0.5) / 0.5))
        most = sum(self.rarity[self.place[word]] if word in self.place else rarest for word in asked)
        return scores / most if most else scores

    def common(self, query: str, artifacts: Sequence[int]) -> list[list[str]]:
        """For each artifact the query's words, as asked, that it says too; the most telling first."""
        telling: list[dict[str, float]] = [{} for _ in artifacts]
        for written in dict.fromkeys(_WORD.findall(query)):
            for column in {self.place[word] for word in words_of(written) if word in self.place}:
                for at in np.flatnonzero(self._says(column, np.asarray(artifacts))):
                    telling[at][written] = max(telling[at].get(written, 0.0), float(self.rarity[column]))
        return [sorted(each, key=lambda written: (-each[written], written)) for each in telling]

    def _says(self, column: int, artifacts: np.ndarray) -> np.ndarray:
        """Which of the artifacts say the word of a column."""
        said_by = self.weights.indices[slice(*self.weights.indptr[column : column + 2])]
        if not len(said_by):
            return np.zeros(len(artifacts), bool)
        found = np.minimum(np.searchsorted(said_by, artifacts), len(said_by) - 1)
        return np.asarray(said_by[found] == artifacts)


def vocabulary_of(words: Sequence[str]) -> Vocabulary:
    """The vocabulary of words that are in order."""
    return Vocabulary(pa.array(words, pa.string()))


def words_in(catalogue: Catalogue) -> Words:
    """The word weights of a catalogue: names, jobs, tags, descriptions, capabilities and their intents."""
    said: list[list[str]] = [[] for _ in range(len(catalogue))]
    for column in ("name", "maker", "description"):
        for place, text in enumerate(catalogue.texts(column)):
            said[place].append(text or "")
    for column in ("job", "tags", "aliases"):
        for place, texts in enumerate(catalogue.texts(column)):
            said[place] += texts
    columns = [catalogue.capabilities[column].to_pylist() for column in ("name", "description", "intents")]
    for owner, name, description, intents in zip(catalogue.owner, *columns, strict=True):
        said[owner] += [description] if opens_with(description, name) else [name, description]
        said[owner] += intents
    return _weigh([words_of(" \n ".join(texts)) for texts in said])


def _weigh(documents: list[list[str]]) -> Words:
    vocabulary = sorted({word for document in documents for word in document})
    place = {word: column for column, word in enumerate(vocabulary)}
    shape = (len(documents), len(vocabulary))
    if vocabulary:
        import bm25s

        bm25 = bm25s.BM25(method="lucene", k1=_K1, b=_B)
        numbered = [[place[word] for word in document] for document in documents]
        bm25.index((numbered, dict(place)), show_progress=False)
        parts = bm25.scores["data"], bm25.scores["indices"], bm25.scores["indptr"]
        weights = sp.csc_matrix(parts, shape)
    else:
        weights = sp.csc_matrix(shape, dtype=np.float32)
    said_by = np.diff(weights.indptr)
    rarity = np.log(1 + (len(documents) - said_by + 0.5) / (said_by + 0.5))
    return Words(weights, vocabulary_of(vocabulary), rarity, len(documents))
