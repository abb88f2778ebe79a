"""The vocabulary of jobs is short, each label means one job, and a source's words find it."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.catalogue.jobs.vocabulary import job_called, stated_jobs, vocabulary
from matchgraph.catalogue.quantities import listed

KINDS = listed(
    "text image audio video table data document number label list vector model program service page file place map "
    "name address message mail payment action state game device graph series structure shape mask boxes points marks"
)


def test_there_are_about_two_hundred_jobs_each_once() -> None:
    assert 180 <= len(vocabulary()) <= 220
    assert len({str(job) for job in vocabulary()}) == len(vocabulary())


def test_a_label_means_one_job() -> None:
    labels = Counter(label for job in vocabulary() for label in (str(job), *job.labels))
    assert [label for label, count in labels.items() if count > 1] == []


def test_a_label_is_written_as_tags_are_compared() -> None:
    for job in vocabulary():
        for label in job.labels:
            assert job_called(label) == str(job), label
            assert label == " ".join(label.lower().split())


def test_every_job_says_what_comes_out_in_the_few_words_there_are_for_it() -> None:
    assert {job.gives for job in vocabulary()} <= KINDS
    assert {job.takes for job in vocabulary()} <= KINDS | {""}


@pytest.mark.parametrize(
    ("said", "job"),
    [
        ("Text-Classification", "classify texts"),
        ("Computer Vision Object Detection", "find objects in images"),
        ("text-classification-other-hate-speech-detection", "find toxic texts"),
        ("Classify Texts", "classify texts"),
        ("classification of otters", None),
        ("other", None),
        ("", None),
    ],
)
def test_what_sources_call_a_job_finds_it(said: str, job: str | None) -> None:
    assert job_called(said) == job


def test_a_job_in_words_of_its_own_stays_as_it_is_stated() -> None:
    found = stated_jobs(["otter counting", "OCR"], ["ocr", "brown", "summarization"])
    assert found == ("otter counting", "read text in images", "summarize texts")


@given(st.text())
def test_any_text_means_a_job_or_none(text: str) -> None:
    assert job_called(text) in {None, *map(str, vocabulary())}
