"""A cross-encoder is a folder that is here, of one score a pair, and gives the same score whatever stands beside."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from matchgraph.errors import EncoderError
from matchgraph.vectors.encoder import SentenceEncoder
from matchgraph.vectors.reranker import CrossReranker
from tests.vectors.tiny import cross_encoder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return cross_encoder(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def copied(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "copied"))


TEXTS = ["sort mail into folders", "label photos " * 60, "write down recorded speech as text"]


def test_it_is_sentence_transformers_own_class_that_scores(tiny: Path) -> None:
    from sentence_transformers import CrossEncoder

    expected = CrossEncoder(str(tiny), local_files_only=True).predict([("sort mail", text) for text in TEXTS])
    assert CrossReranker(tiny).score("sort mail", TEXTS) == pytest.approx(expected, abs=1e-5)


def test_the_score_of_a_text_is_the_same_alone(tiny: Path) -> None:
    reranker = CrossReranker(tiny)
    together = reranker.score("sort mail", TEXTS)
    assert [reranker.score("sort mail", [text])[0] for text in TEXTS] == together.tolist()
    assert len(set(together.tolist())) == len(TEXTS)


def test_what_the_class_itself_saved_is_taken(tiny: Path, tmp_path: Path) -> None:
    from sentence_transformers import CrossEncoder

    CrossEncoder(str(tiny), local_files_only=True).save_pretrained(str(tmp_path / "saved"))
    saved = CrossReranker(tmp_path / "saved")
    assert saved.name == "saved"
    assert saved.score("sort mail", TEXTS).tolist() == CrossReranker(tiny).score("sort mail", TEXTS).tolist()


def test_a_folder_that_is_not_here_is_refused_and_nothing_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"no cross-encoder at .*nowhere: wanted a folder that is here"):
        CrossReranker(tmp_path / "nowhere")


def test_an_encoder_of_single_texts_is_no_cross_encoder() -> None:
    with pytest.raises(EncoderError, match=r"holds no cross-encoder.*scores no pairs"):
        CrossReranker(SentenceEncoder().folder)


@pytest.mark.parametrize("said", ["", "[]", "{", '{"architectures": null}', '{"architectures": ["BertModel"]}'])
def test_a_folder_that_does_not_say_so_is_no_cross_encoder(copied: Path, said: str) -> None:
    (copied / "config.json").write_text(said)
    with pytest.raises(EncoderError, match="holds no cross-encoder"):
        CrossReranker(copied)


def test_a_sentence_transformer_with_such_a_head_is_no_cross_encoder(copied: Path) -> None:
    (copied / "config_sentence_transformers.json").write_text(json.dumps({"model_type": "SentenceTransformer"}))
    with pytest.raises(EncoderError, match="holds no cross-encoder"):
        CrossReranker(copied)


def test_damaged_weights_are_named(copied: Path) -> None:
    (copied / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(EncoderError, match=r"copied cannot be loaded \(.*\): fetch it anew"):
        CrossReranker(copied).score("sort mail", TEXTS)


def test_pickled_weights_are_never_loaded(copied: Path) -> None:
    (copied / "model.safetensors").rename(copied / "pytorch_model.bin")
    with pytest.raises(EncoderError, match=r"cannot be loaded \(.*model.safetensors"):
        CrossReranker(copied).score("sort mail", TEXTS)


def test_a_model_of_several_numbers_a_pair_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="gives 3 numbers for a pair of texts: wanted a cross-encoder"):
        CrossReranker(cross_encoder(tmp_path / "three", labels=3)).score("sort mail", TEXTS)
