"""How near texts are to each other in meaning, by an encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from matchgraph.vectors.encoder import Encoder


def alike_by(encoder: Encoder) -> Callable[[Sequence[str]], np.ndarray]:
    """What gives the cosines of texts, float64 (texts, texts)."""

    def alike(texts: Sequence[str]) -> np.ndarray:
        rows: dict[int, np.ndarray] = {}
        for places, batch in encoder.encode(texts):
            rows |= dict(zip(places, batch.astype(np.float64), strict=True))
        every = np.stack([rows[place] for place in range(len(texts))])
        every /= np.linalg.norm(every, axis=1, keepdims=True)
        return np.asarray(every @ every.T)

    return alike
