"""The texts that stand for an artifact, each by hand."""

from __future__ import annotations

import numpy as np
import pytest

from matchgraph.catalogue.catalogue import Catalogue, catalogue_of
from matchgraph.catalogue.records import Artifact, ArtifactType, Capability
from matchgraph.vectors.texts import capability_text, texts_of, whole_text


def two() -> Catalogue:
    """A sorter with two capabilities and two jobs, and a corpus with one capability and none."""
    sorter = Artifact(
        "mail-sorter",
        "mail_sorter",
        ArtifactType.MCP_SERVER,
        "Sorts mail.",
        job=("mail sorting", "spam"),
        capabilities=(Capability("s#1", "sort", "Sort mail."), Capability("s#2", "flag_spam", "Mark bad mail.")),
    )
    corpus = Artifact("a-corpus", "Corpus", ArtifactType.DATASET, capabilities=(Capability("c#1", "train", "Learn."),))
    return catalogue_of([sorter, corpus])


def test_texts_are_capabilities_then_wholes_then_jobs_in_the_order_of_the_ids() -> None:
    assert texts_of(two()).texts == [
        "train: Learn.",
        "Sort mail.",
        "flag spam: Mark bad mail.",
        "Corpus. dataset",
        "mail sorter. mcp server. mail sorting, spam. Sorts mail",
        "mail sorting",
        "spam",
    ]


def test_every_text_knows_its_artifact() -> None:
    texts = texts_of(two())
    assert texts.owner.tolist() == [0, 1, 1, 0, 1, 1, 1]
    assert texts.owner_of(np.array([6, 0, 3, 2])).tolist() == [1, 0, 0, 1]
    assert (texts.capabilities, texts.wholes) == (3, 2)


def test_the_texts_of_an_artifact_stand_together() -> None:
    rows, sizes = texts_of(two()).rows_of(np.array([1, 0]))
    assert rows.tolist() == [1, 2, 4, 5, 6, 0, 3]
    assert sizes.tolist() == [5, 2]


def test_a_catalogue_without_jobs_has_no_third_block() -> None:
    texts = texts_of(catalogue_of([next(iter(two()))]))
    assert texts.texts == ["train: Learn.", "Corpus. dataset"]
    assert texts.owner.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("name", "description", "text"),
    [
        ("sort", "Sort mail.", "Sort mail."),
        ("sort_mail", "Sort mail: into folders", "Sort mail: into folders"),
        ("Sort-Mail", "sort, mail!", "sort, mail!"),
        ("flag_spam", "Mark bad mail.", "flag spam: Mark bad mail."),
        ("tools/read.file", "Text of a file.", "tools read file: Text of a file."),
        ("--dry-run", "Shows what would be done.", "dry run: Shows what would be done."),
        ("画像", "画像を認識する", "画像を認識する"),
        ("", "Sort mail.", "Sort mail."),
        ("sort", "sort", "sort"),
    ],
)
def test_the_name_stands_in_front_unless_the_description_opens_with_it(name: str, description: str, text: str) -> None:
    assert capability_text(name, description) == text


@pytest.mark.parametrize(
    ("name", "description"),
    [("AI", "Aircraft are found in photos."), ("R", "Runs scripts."), ("test", "Testimonials.")],
)
def test_a_description_that_opens_with_a_longer_word_does_not_open_with_the_name(name: str, description: str) -> None:
    assert capability_text(name, description) == f"{name}: {description}"


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (("mail-sorter", "mcp-server", ["a", "b"], "It sorts."), "mail sorter. mcp server. a, b. It sorts"),
        (("x", "model", [], ""), "x. model"),
        (("v1.5", "model", [], "One... Two."), "v1 5. model. One... Two"),
        (("...", "model", [], "Dots."), "model. Dots"),
    ],
)
def test_the_whole_is_name_kind_jobs_and_description(parts: tuple[str, str, list[str], str], text: str) -> None:
    assert whole_text(*parts) == text
