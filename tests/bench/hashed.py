"""A stand-in for an embedding model, given to both sides of a bench: numpy alone, cheap, and the same everywhere."""

from __future__ import annotations

import re
import zlib

import numpy as np

DIM, _WORDS = 384, 1 << 14
_TABLE = np.random.default_rng(7).standard_normal((_WORDS, DIM), np.float32)


def encode(texts: list[str]) -> np.ndarray:
    """Each word a fixed random direction, a text the sum of its words, of length 1."""
    rows = np.zeros((len(texts), DIM), np.float32)
    for row, text in enumerate(texts):
        words = re.findall(r"\w+", text.lower()) or [""]
        rows[row] = _TABLE[[zlib.crc32(word.encode()) % _WORDS for word in words]].sum(axis=0)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True).clip(1e-9)
