"""The jobs that artifacts are sorted by: a short list in `jobs.txt`, and which of them a source states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# Fields of work that sources put in front of a task, and one that they put before what has no name of its own.
_FIELD = re.compile(
    r"(?:natural language processing|computer vision|multimodal|audio|tabular|speech|(?:.* )?other) (.+)"
)
_APART = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Job:
    """What somebody gets something done for: a verb and its object, what goes in and what comes out."""

    verb: str
    object: str
    takes: str  # empty where it needs nothing
    gives: str
    labels: tuple[str, ...]  # what sources call it

    def __str__(self) -> str:
        return f"{self.verb} {self.object}"


@cache
def vocabulary() -> tuple[Job, ...]:
    """Every job, in the order of the file."""
    lines = files(__package__).joinpath("jobs.txt").read_text(encoding="utf-8").splitlines()
    return tuple(_job(line) for line in lines if line.strip() and not line.startswith("#"))


def job_called(text: str) -> str | None:
    """The job that goes by that label, or whose words these are.

    >>> job_called("Natural Language Processing Summarization"), job_called("Summarize texts")
    ('summarize texts', 'summarize texts')
    """
    label = _plain(text)
    found = _FIELD.fullmatch(label)
    return _labels().get(label) or (_labels().get(found[1]) if found else None)


def stated_jobs(jobs: Iterable[str], tags: Iterable[str]) -> tuple[str, ...]:
    """What a source states as jobs, outright or by tags; in the words of the vocabulary where it has them."""
    own = [job_called(each) or each for each in jobs]
    return tuple(dict.fromkeys((*own, *filter(None, map(job_called, tags)))))


@cache
def _labels() -> dict[str, str]:
    """By label, the words of its job."""
    return {label: str(job) for job in vocabulary() for label in (_plain(str(job)), *job.labels)}


def _job(line: str) -> Job:
    verb, what, way, labels = (part.strip() for part in line.split("|"))
    takes, gives = (part.strip() for part in way.split(">"))
    return Job(verb, what, takes, gives, tuple(_each(labels)))


def _each(labels: str) -> Iterator[str]:
    return (label.strip() for label in labels.split(";") if label.strip())


def _plain(text: str) -> str:
    return _APART.sub(" ", text.casefold()).strip()
