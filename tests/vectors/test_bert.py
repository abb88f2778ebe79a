"""The model without torch: read from the same files, or left to torch where anything in them is not known."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from matchgraph.vectors.bert import Bert, bert_in
from matchgraph.vectors.encoder import SentenceEncoder


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The packaged model in another folder, its weights by a link."""
    copy = tmp_path / "model"
    shutil.copytree(SentenceEncoder().folder, copy, copy_function=os.symlink)
    for file in copy.rglob("*.json"):
        content = file.read_bytes()
        file.unlink()
        file.write_bytes(content)
    return copy


def changed(file: Path, **settings: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | settings))


@pytest.fixture(scope="module")
def bert() -> Bert:
    found = bert_in(SentenceEncoder().folder)
    assert found is not None
    return found


def test_vectors_are_float32_rows_of_length_one(bert: Bert) -> None:
    rows = bert.encode(["sort mail", "", "find faces"])
    assert (rows.dtype, rows.shape) == (np.float32, (3, 384))
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(3), abs=1e-6)


def test_a_query_has_the_same_bits_in_any_company(bert: Bert) -> None:
    together = bert.encode(["sort mail", "write down what is said in a meeting", "sort mail"])
    assert together[0].tobytes() == together[2].tobytes() == bert.encode(["sort mail"])[0].tobytes()


def test_a_query_is_read_to_the_length_of_the_model(bert: Bert) -> None:
    assert len(bert.tokens("mail " * 1000)) == bert.form.longest == 256


def test_the_prompt_of_queries_stands_in_front_of_each(bert: Bert, copied: Path) -> None:
    changed(copied / "config_sentence_transformers.json", prompts={"query": "find: ", "document": "text: "})
    prompted = bert_in(copied)
    assert prompted is not None
    assert prompted.tokens("mail") == bert.tokens("find: mail")
    changed(copied / "1_Pooling" / "config.json", include_prompt=False)
    assert bert_in(copied) is None


def test_the_first_token_can_stand_for_the_whole(bert: Bert, copied: Path) -> None:
    changed(copied / "1_Pooling" / "config.json", pooling_mode_cls_token=True, pooling_mode_mean_tokens=False)
    first = bert_in(copied)
    assert first is not None
    assert first.form.pool == "cls"
    assert not np.allclose(first.encode(["mail"]), bert.encode(["mail"]), atol=1e-2)


@pytest.mark.parametrize(
    ("file", "settings"),
    [
        ("config.json", {"model_type": "mpnet"}),
        ("config.json", {"hidden_act": "relu"}),
        ("config.json", {"position_embedding_type": "relative_key"}),
        ("config.json", {"num_hidden_layers": 7}),
        ("config.json", {"num_attention_heads": 7}),
        ("1_Pooling/config.json", {"pooling_mode_max_tokens": True}),
        ("1_Pooling/config.json", {"pooling_mode": "lasttoken"}),
        ("sentence_bert_config.json", {"do_lower_case": True}),
        ("sentence_bert_config.json", {"max_seq_length": None}),
    ],
)
def test_a_model_of_another_kind_is_left_to_torch(copied: Path, file: str, settings: dict[str, object]) -> None:
    changed(copied / file, **settings)
    assert bert_in(copied) is None


def _another_module(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_text())
    modules[2]["type"] = "sentence_transformers.models.Dense"
    (folder / "modules.json").write_text(json.dumps(modules))


def _cut_weights(folder: Path) -> None:
    weights = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors").write_bytes(weights[: len(weights) // 2])


@pytest.mark.parametrize(
    "harm",
    [
        _another_module,
        _cut_weights,
        lambda folder: (folder / "tokenizer.json").unlink(),
        lambda folder: (folder / "tokenizer.json").write_text("{}"),
        lambda folder: (folder / "modules.json").write_text("[]"),
        lambda folder: (folder / "config.json").write_text("no JSON"),
    ],
    ids=["another module", "cut weights", "no tokenizer", "empty tokenizer", "no modules", "no JSON"],
)
def test_a_folder_that_cannot_be_read_so_is_left_to_torch(copied: Path, harm: Callable[[Path], object]) -> None:
    harm(copied)
    assert bert_in(copied) is None
