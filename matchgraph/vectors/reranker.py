"""How well a text answers a query, by a cross-encoder that reads both at once; only where somebody names one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from matchgraph.errors import EncoderError

_ONE_SCORE = "ForSequenceClassification"  # how the architectures end that give a pair of texts a score


class Reranker(Protocol):
    """What scores texts for a query, higher for the better."""

    name: str

    def score(self, query: str, texts: Sequence[str]) -> np.ndarray:
        """One finite number a text, float64."""
        ...


class CrossReranker:
    """A sentence-transformers cross-encoder in a folder here; torch is loaded with the first query."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise EncoderError(f"no cross-encoder at {folder}: wanted a folder that is here; none is downloaded.")
        if not _is_cross_encoder(folder):
            raise EncoderError(
                f"{folder} holds no cross-encoder (its config.json names no ...{_ONE_SCORE}): an encoder of single "
                "texts scores no pairs; name the folder of a model such as sentence-transformers' CrossEncoder saves."
            )
        self.folder, self.name = folder, folder.name

    def score(self, query: str, texts: Sequence[str]) -> np.ndarray:
        """One number a text, float64, rounded to what no batch changes."""
        scores = self._model.predict([(query, text) for text in texts], show_progress_bar=False)
        if not np.isfinite(scores).all():
            raise EncoderError(
                f"the cross-encoder in {self.folder} gave a score that is not finite for {query[:60]!r}."
            )
        return np.asarray(scores, np.float64).round(5)

    @cached_property
    def _model(self) -> Any:
        """The loaded model, from local files alone."""
        from safetensors import SafetensorError
        from sentence_transformers import CrossEncoder
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        try:
            model = CrossEncoder(str(self.folder), local_files_only=True, model_kwargs={"use_safetensors": True}).eval()
        except (OSError, ValueError, RuntimeError, SafetensorError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise EncoderError(
                f"the cross-encoder in {self.folder} cannot be loaded ({reason}): fetch it anew."
            ) from error
        if model.num_labels != 1:
            raise EncoderError(
                f"the model in {self.folder} gives {model.num_labels} numbers for a pair of texts: "
                "wanted a cross-encoder that gives one, the higher the better."
            )
        return model


@lru_cache(maxsize=1)
def reranker_in(folder: Path) -> CrossReranker:
    """The cross-encoder of a folder, loaded once."""
    return CrossReranker(folder)


def _is_cross_encoder(folder: Path) -> bool:
    stated = _stated(folder / "config_sentence_transformers.json").get("model_type")
    if stated is not None:
        return bool(stated == "CrossEncoder")
    kinds = _stated(folder / "config.json").get("architectures") or []
    return any(str(kind).endswith(_ONE_SCORE) for kind in kinds)


def _stated(file: Path) -> dict[str, Any]:
    """What a file of settings says; nothing where it is none."""
    try:
        stated = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stated if isinstance(stated, dict) else {}
