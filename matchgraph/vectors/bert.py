"""A BERT model as plain matrix products: the vector of a query within milliseconds of the start of a process.

Loading torch and sentence-transformers takes seconds, which whoever asks one question at the shell would wait for.
The weights and the tokenizer are the model's own files, read as they are; so there is nothing to export, to keep
beside a store or to fit to another machine. Vectors agree with torch's to the last digits of float32, which is less
than the grid's rounding but not nothing: what a rebuild keeps always comes from torch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import erf
from tokenizers import Tokenizer

_ROAD = ["Transformer", "Pooling"]  # what a model is made of; after it comes Normalize, or nothing
_POOLS = {"mean", "cls"}
_NAMES = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}  # as models said it for years
_NUMBERS = "F32"  # as safetensors calls float32


@dataclass(frozen=True, slots=True)
class Form:
    """What a model's settings say of it."""

    heads: int
    layers: int
    tiny: np.float32  # added to every variance
    pool: str  # mean, or cls: the first token's
    longest: int  # tokens
    prompt: str  # in front of every query


class Bert:
    """Held by an encoder: tokenizer, weights and form of one model.

    The rows of all tokens of all texts stand below one another, so nothing is filled up and each weight is read once;
    only where the rows of a text look at each other does each text go by itself.

    As in Devlin et al., "BERT" (2019); as a sentence encoder, Reimers and Gurevych, "Sentence-BERT" (2019).
    """

    def __init__(self, form: Form, tokenizer: Tokenizer, weights: Mapping[str, np.ndarray]) -> None:
        self.form, self._weights = form, weights
        self._tokenizer = tokenizer
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(form.longest)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """One unit row a query, float32."""
        tokens = [self.tokens(text) for text in texts]
        ends = np.cumsum([len(each) for each in tokens])
        spans = [slice(end - len(each), end) for each, end in zip(tokens, ends.tolist(), strict=True)]
        rows = self._through(tokens, spans)
        pooled = [rows[span].mean(axis=0) if self.form.pool == "mean" else rows[span.start] for span in spans]
        return np.stack([each / np.linalg.norm(each) for each in pooled])

    def tokens(self, query: str) -> list[int]:
        """The numbers of a query's tokens, cut to the length that the model reads."""
        return list(self._tokenizer.encode(self.form.prompt + query).ids)

    def _through(self, tokens: Sequence[Sequence[int]], spans: Sequence[slice]) -> np.ndarray:
        """One row a token, after all layers."""
        words = [word for each in tokens for word in each]
        places = [place for each in tokens for place in range(len(each))]
        rows = self._weights["embeddings.word_embeddings.weight"][words]
        rows = rows + self._weights["embeddings.position_embeddings.weight"][places]
        rows = self._even(rows + self._weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for layer in range(self.form.layers):
            rows = self._layer(rows, spans, f"encoder.layer.{layer}")
        return rows

    def _layer(self, rows: np.ndarray, spans: Sequence[slice], layer: str) -> np.ndarray:
        """The rows after one layer: each looks at all of its text, then is thought over by itself."""
        looked = self._dense(self._look(rows, spans, f"{layer}.attention.self"), f"{layer}.attention.output.dense")
        rows = self._even(rows + looked, f"{layer}.attention.output.LayerNorm")
        wide = self._dense(rows, f"{layer}.intermediate.dense")
        wide *= (1 + erf(wide * np.float32(0.5**0.5))) / 2
        return self._even(rows + self._dense(wide, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")

    def _look(self, rows: np.ndarray, spans: Sequence[slice], part: str) -> np.ndarray:
        """What each row sees in all rows of its text, head by head."""
        shape = len(rows), self.form.heads, -1
        query, key, value = (
            self._dense(rows, f"{part}.{name}").reshape(shape).swapaxes(0, 1) for name in ("query", "key", "value")
        )
        seen = np.empty_like(value)
        for span in spans:
            heed = query[:, span] @ key[:, span].swapaxes(1, 2) * np.float32(query.shape[2] ** -0.5)
            heed = np.exp(heed - heed.max(axis=2, keepdims=True))
            seen[:, span] = heed / heed.sum(axis=2, keepdims=True) @ value[:, span]
        return np.asarray(seen.swapaxes(0, 1).reshape(len(rows), -1))

    def _dense(self, rows: np.ndarray, part: str) -> np.ndarray:
        # The few rows are turned and not the many weights, which takes up to a third less; the product is the same.
        made = np.ascontiguousarray((self._weights[f"{part}.weight"] @ rows.T).T)
        return np.asarray(made + self._weights[f"{part}.bias"])

    def _even(self, rows: np.ndarray, part: str) -> np.ndarray:
        """The rows with mean 0 and variance 1, then weighed."""
        rows = rows - rows.mean(axis=1, keepdims=True)
        spread = np.sqrt(np.square(rows).mean(axis=1, keepdims=True) + self.form.tiny)
        return np.asarray(rows / spread * self._weights[f"{part}.weight"] + self._weights[f"{part}.bias"])


def bert_in(folder: Path) -> Bert | None:
    """The model of a sentence-transformers folder, or None where it is of a kind that only torch can run."""
    try:
        form = _form_in(folder)
        if form is None:
            return None
        bert = Bert(form, _tokenizer_in(folder / "tokenizer.json"), _weights_in(folder / "model.safetensors"))
        bert.encode([""])  # where a weight is missing, or of another shape, that is found out here
        return bert
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _tokenizer_in(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises no narrower one
        raise ValueError(f"{path}: {error}") from error


def _weights_in(path: Path) -> dict[str, np.ndarray]:
    """Every float32 array of a safetensors file, mapped: of the table of words only a query's own rows are read.

    The file: the length of a header, the header (JSON: type, shape and place of each array), the arrays.
    """
    content = np.asarray(np.memmap(path, np.uint8, "r"))
    start = 8 + int.from_bytes(content[:8].tobytes(), "little")
    header = json.loads(content[8:start].tobytes())
    return {
        name: content[start:][slice(*said["data_offsets"])].view(np.float32).reshape(said["shape"])
        for name, said in header.items()
        if said.get("dtype") == _NUMBERS
    }


def _form_in(folder: Path) -> Form | None:
    """What the settings say, where they say nothing that is not done here."""
    kinds = [module["type"].rsplit(".", 1)[-1] for module in _read(folder / "modules.json")]
    paths = [module["path"] for module in _read(folder / "modules.json")]
    if kinds[:2] != _ROAD or kinds[2:] not in ([], ["Normalize"]) or paths[0]:
        return None
    said, reads = _read(folder / "config.json"), _read(folder / "sentence_bert_config.json")
    plain = said["model_type"], said["hidden_act"], said.get("position_embedding_type", "absolute")
    if plain != ("bert", "gelu", "absolute") or said.get("is_decoder") or reads.get("do_lower_case"):
        return None
    pooling, prompt = _read(folder / paths[1] / "config.json"), _prompt_in(folder)
    modes = [_NAMES.get(name) for name, on in pooling.items() if name.startswith("pooling_mode_") and on]
    pool = pooling.get("pooling_mode") or (modes[0] if len(modes) == 1 else None)
    if pool not in _POOLS or (prompt and not pooling.get("include_prompt", True)):
        return None
    sizes = said["num_attention_heads"], said["num_hidden_layers"], np.float32(said["layer_norm_eps"])
    return Form(*sizes, pool, int(reads["max_seq_length"]), prompt)


def _prompt_in(folder: Path) -> str:
    path = folder / "config_sentence_transformers.json"
    return (_read(path).get("prompts") or {}).get("query") or "" if path.exists() else ""


def _read(path: Path) -> Any:
    return json.loads(path.read_bytes())
