"""Words in common: every weight by the formula, and the same ones in every run."""

from __future__ import annotations

import os
import subprocess
import sys
from math import log

import numpy as np
import pyarrow as pa
import pytest
from bm25s.stopwords import STOPWORDS_EN_PLUS
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.catalogue import Catalogue, catalogue_of
from matchgraph.catalogue.read import read
from matchgraph.catalogue.records import Artifact, ArtifactType, Capability
from matchgraph.vectors import words as room
from matchgraph.vectors.words import Vocabulary, Words, vocabulary_of, words_in, words_of

K1, B = 1.2, 0.75
VOCABULARY = ["mail", "photo", "speech", "spam", "label", "sort"]
SAYINGS = st.lists(st.lists(st.sampled_from(VOCABULARY), max_size=6).map(" ".join), min_size=1, max_size=6)


def saying(*texts: str) -> Catalogue:
    """One artifact a text; nothing else that it says is a word that counts."""
    return catalogue_of(
        Artifact(f"a{place}", "the", ArtifactType.MODEL, text, capabilities=(Capability(f"a{place}#", "the", "of"),))
        for place, text in enumerate(texts)
    )


def idf(artifacts: int, said_by: int) -> float:
    return log(1 + (artifacts - said_by + 0.5) / (said_by + 0.5))


def weight(texts: list[str], place: int, word: str) -> float:
    """BM25 by hand: idf * tf / (tf + k1 (1 - b + b * length / usual length))."""
    said = [text.split() for text in texts]
    often, usual = said[place].count(word), sum(map(len, said)) / len(said)
    rare = idf(len(said), sum(word in words for words in said))
    return rare * often / (often + K1 * (1 - B + B * len(said[place]) / usual)) if often else 0.0


# What a word is


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Sorting mails", ["sort", "mail"]),
        ("read_file", ["read", "file"]),
        ("read-file/v2.json", ["read", "file", "v2", "json"]),
        ("PostgreSQL", ["postgr", "sql", "postgresql"]),
        ("HTTPServer", ["http", "server", "httpserver"]),
        ("readFileText", ["read", "file", "text", "readfiletext"]),
        ("GPT4", ["gpt4"]),
        ("what is the of", []),
        ("please help me, I need mail", ["mail"]),
        ("画像 認識", ["画", "像", "認", "識"]),
        ("画像AI", ["画", "像", "ai"]),
        ("한국", ["한", "국"]),
        ("Почта", ["почта"]),
        ("naïve café", ["naïv", "café"]),
        ("😀 !!! ___", []),
        ("", []),
        ("mail\0mail", ["mail", "mail"]),
        ("mail\ud800mail", ["mail", "mail"]),
    ],
)
def test_names_are_split_and_words_brought_to_their_stems(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@settings(deadline=None)
@given(st.text(st.characters() | st.characters(categories=["Cs"]), max_size=60))
def test_any_text_has_words_or_none_and_no_word_is_empty(text: str) -> None:
    assert all(word and word == word.lower() for word in words_of(text))


@settings(deadline=None)
@given(st.lists(st.sampled_from([*VOCABULARY, "read_file", "PostgreSQL", "the", "画像"]), max_size=8))
def test_the_words_of_a_text_are_those_of_its_parts(parts: list[str]) -> None:
    assert words_of(" ".join(parts)) == [word for part in parts for word in words_of(part)]


# What a word weighs


def test_weights_are_those_of_the_formula() -> None:
    texts = ["mail mail spam", "spam photo", "photo", "speech label sort photo photo photo"]
    words = words_in(saying(*texts))
    assert sorted(words.place) == sorted({word for text in texts for word in text.split()})
    found = words.weights.toarray()
    for word, column in words.place.items():
        wanted = [weight(texts, place, word) for place in range(len(texts))]
        assert found[:, column].tolist() == pytest.approx(wanted, rel=1e-6)
        assert words.rarity[column] == pytest.approx(idf(4, sum(word in text.split() for text in texts)))


def test_two_texts_of_two_words_by_hand() -> None:
    # Both are as long as usual, so a word said once weighs idf / 2.2; "mail" is said by one of two: idf = log 2.
    words = words_in(saying("mail spam", "spam photo"))
    assert words.weights[0, words.place["mail"]] == pytest.approx(log(2) / 2.2)
    assert words.weights[0, words.place["spam"]] == pytest.approx(log(1.2) / 2.2)
    assert words.weights[1, words.place["mail"]] == 0


@settings(deadline=None)
@given(SAYINGS)
def test_weights_of_any_few_texts_are_those_of_the_formula(texts: list[str]) -> None:
    words = words_in(saying(*texts))
    wanted = [[weight(texts, place, word) for word in sorted(words.place)] for place in range(len(texts))]
    assert words.weights.shape == (len(texts), len(words.place))
    assert np.allclose(words.weights.toarray(), np.array(wanted).reshape(words.weights.shape), rtol=1e-6)


def test_everything_that_an_artifact_says_of_itself_counts() -> None:
    said = Artifact(
        "x",
        "nameword",
        ArtifactType.MODEL,
        "descriptionword",
        job=("jobword",),
        maker="makerword",
        aliases=("aliasword",),
        tags=("tagword",),
        capabilities=(Capability("x#1", "abilityword", "doingword", intents=("intentword",), best_for=("notword",)),),
    )
    kinds = ("name", "description", "job", "maker", "alias", "tag", "ability", "doing", "intent")
    assert sorted(words_in(catalogue_of([said])).place) == sorted(f"{kind}word" for kind in kinds)


def test_a_name_that_opens_its_description_is_counted_once() -> None:
    once, twice = (
        Artifact(f"{name}", "the", ArtifactType.MODEL, capabilities=(Capability(f"{name}#", *said),))
        for name, said in (("once", ("sort mail", "sort mail now")), ("twice", ("sort mail", "now sort mail")))
    )
    weights = words_in(catalogue_of([once, twice])).weights
    assert weights[0].sum() < weights[1].sum()


def test_a_name_that_is_part_of_a_longer_word_of_its_description_counts_too() -> None:
    ability = Capability("x#1", "test", "testimonials of users")
    words = words_in(catalogue_of([Artifact("x", "the", ArtifactType.MODEL, capabilities=(ability,))]))
    assert sorted(words.place) == ["test", "testimoni", "user"]


# What share of a question is answered


def test_a_word_said_without_end_answers_its_whole_share() -> None:
    words = words_in(saying("mail " * 100_000, "photo"))
    assert words.shares("mail")[0] == pytest.approx(1, abs=1e-3)


def test_a_word_said_once_in_a_text_of_usual_length_answers_1_of_2_2() -> None:
    # tf / (tf + k1) = 1 / 2.2, of a question that is that word alone.
    assert words_in(saying("mail spam", "photo spam")).shares("mail").tolist() == pytest.approx([1 / 2.2, 0])


def test_a_word_that_nobody_says_was_asked_for_too() -> None:
    words = words_in(saying("mail spam", "photo spam"))
    known, unknown = log(2), log(1 + 2.5 / 0.5)
    wanted = words.shares("mail") * known / (known + unknown)
    assert words.shares("mail zebra").tolist() == pytest.approx(wanted.tolist())


def test_only_unknown_words_or_none_are_answered_by_nobody() -> None:
    words = words_in(saying("mail spam", "photo spam"))
    for query in ("zebra xylophone", "", "the of", "😀"):
        assert words.shares(query).tolist() == [0, 0]


def test_a_word_asked_twice_counts_twice() -> None:
    words = words_in(saying("mail spam", "photo spam"))
    # mail (idf log 2) twice and photo (idf log 2) once: two thirds of what "mail" alone gets.
    assert words.shares("mail mail photo")[0] == pytest.approx(words.shares("mail")[0] * 2 / 3)


def test_the_order_of_the_words_asked_hardly_matters() -> None:
    words = words_in(saying("mail spam label", "photo spam", "sort photo"))
    assert words.shares("spam photo sort").tolist() == pytest.approx(words.shares("sort spam photo").tolist())


@settings(deadline=None)
@given(SAYINGS, st.lists(st.sampled_from([*VOCABULARY, "zebra", "the"]), max_size=8).map(" ".join))
def test_shares_are_between_nothing_and_all(texts: list[str], query: str) -> None:
    shares = words_in(saying(*texts)).shares(query)
    assert shares.shape == (len(texts),)
    assert ((shares >= 0) & (shares <= 1)).all()


@pytest.mark.parametrize("texts", [[""], ["", "of the"], ["", "mail"]])
def test_artifacts_that_say_nothing_weigh_nothing(texts: list[str]) -> None:
    words = words_in(saying(*texts))
    assert not words.weights.toarray()[0].any()
    assert words.shares("mail")[0] == 0
    assert words.common("mail", [0])[0] == []


# Which words are in common


def test_common_words_come_as_asked_and_the_most_telling_first() -> None:
    words = words_in(saying("sort mail label", "mail photo", "mail label"))
    # Said by one, two and three: sort, label, mail.
    assert words.common("Mails: sorting and LABELLED zebras", [0])[0] == ["sorting", "LABELLED", "Mails"]
    assert words.common("Mails: sorting and LABELLED zebras", [1])[0] == ["Mails"]
    assert words.common("zebra", [0])[0] == []


def test_equally_telling_words_come_in_the_order_of_the_alphabet_and_each_once() -> None:
    words = words_in(saying("sort mail label", "photo"))
    assert words.common("sort mail label sort", [0])[0] == ["label", "mail", "sort"]


def test_a_joined_name_is_in_common_by_any_of_its_parts() -> None:
    words = words_in(saying("reads sql tables", "photo"))
    assert words.common("PostgreSQL read_file", [0])[0] == ["PostgreSQL", "read"]


# The same in every run

SHOWN = """
import hashlib, sys
from matchgraph.catalogue.read import read
from matchgraph.vectors.words import words_in
words = words_in(read(sys.argv[1])[0])
parts = words.weights.data, words.weights.indices, words.weights.indptr, words.rarity, words.shares("sort mail photo")
said = [*(part.tobytes() for part in parts), repr(list(words.place.items())).encode()]
print(hashlib.sha256(b"".join(said)).hexdigest())
"""


def test_the_hash_seed_of_python_changes_nothing(catalogue_file) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", SHOWN, str(catalogue_file)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("0", "1", "2")
    ]
    digests = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert len(digests[0]) == 65
    assert digests[0] == digests[1] == digests[2]


def test_the_order_of_the_rows_changes_nothing(catalogue_file, tmp_path) -> None:
    shuffled = tmp_path / "shuffled.jsonl"
    shuffled.write_text("\n".join(catalogue_file.read_text().splitlines()[::-1]))

    def shown(words: Words) -> list[object]:
        return [words.weights.toarray().tolist(), words.rarity.tolist(), list(words.place.items())]

    assert shown(words_in(read(shuffled)[0])) == shown(words_in(read(catalogue_file)[0]))


def test_the_words_that_are_passed_over_are_those_of_bm25s_and_those_of_any_query() -> None:
    known = {word for word in STOPWORDS_EN_PLUS if "'" not in word}
    assert known | {"need", "want", "please", "help"} == room._STOP


@given(st.sets(st.text(st.characters(exclude_categories=("Cs",)))), st.text(st.characters(exclude_categories=("Cs",))))
def test_a_vocabulary_finds_every_word_where_it_stands_and_no_other(words: set[str], other: str) -> None:
    ordered = sorted(words)
    found = vocabulary_of(ordered)
    assert dict(found) == {word: place for place, word in enumerate(ordered)}
    assert (other in found) == (other in words)


def test_a_part_of_a_list_of_words_is_a_vocabulary_as_well() -> None:
    assert dict(Vocabulary(pa.array(["mail", "photo", "speech", "voice"])[1:3])) == {"photo": 0, "speech": 1}
