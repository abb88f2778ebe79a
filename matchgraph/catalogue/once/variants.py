"""Versions and sizes of one family: things of one maker whose names differ in nothing else. They stay apart.

The rule asks for much rather than for little. Two makers never have one family, nor do two kinds of thing; what tells a
language, a task or the data of a fine-tune stands in the name and keeps two apart. In software only a number tells a
version, as `pro` or `mini` may be another product.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from matchgraph.catalogue.catalogue import Catalogue
from matchgraph.catalogue.once.marks import Kind, kind_of, repository_in
from matchgraph.catalogue.quantities import listed
from matchgraph.catalogue.records import ArtifactType

_SIZES = listed(
    "nano pico micro tiny mini small base medium big large huge giant xs xl xxl xsmall xlarge xxlarge lite light turbo "
    "flash pro plus max ultra"
)
_FORMS = listed("gguf ggml onnx gptq awq safetensors mlx openvino tflite hf quantized fp32 fp16 bf16 fp8 int8 int4 nf4")
_STAGES = listed("preview alpha beta rc exp experimental latest")
_NUMBER = re.compile(
    r"v?\d{1,4}(?:\.\d+)*|v\d+[a-z]?|(?:\d+x)?\d+(?:\.\d+)?[bmk]|a\d+(?:\.\d+)?b|\d-?bit|20\d{6}|[bdlx]\d{1,3}"
)
_VERSION = re.compile(r"v\d{1,3}(?:\.\d+)*")
_COUNT = re.compile(r"\d{1,2}(?:\.\d+)*")
_NUMBERED = re.compile(r"([a-z][a-z0-9]*?[a-z]{2})v?(\d{1,3}(?:\.\d+)*)")  # llama3, yolov8: what a name begins with
_SPLIT = re.compile(r"[^\w.]+|_+|(?<!\d)\.|\.(?!\d)")
_WHERE = re.compile(r"\(\S+/\S+\)")  # the repository, in brackets behind the name
_OWNED = re.compile(r"\s*@?([\w.-]+)/([\w./-]+)\s*")
_LISTED_UNDER = re.compile(r"[\w-]+:([\w.-]+)/[^/]+")
_LIBRARY = re.compile(r"https?://(?:www\.)?(ollama\.com)/library/[^/]+/?")

Stem = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """One artifact that is a version or size of what another is, the plainest of its family."""

    artifact_id: str
    of: str
    reason: str

    def to_dict(self) -> dict[str, str]:
        """The variant as plain JSON values."""
        return {"artifact_id": self.artifact_id, "of": self.of, "reason": self.reason}

    def __str__(self) -> str:
        return f"{self.artifact_id} is a variant of {self.of}: {self.reason}"


@dataclass(frozen=True, slots=True)
class _Member:
    artifact_id: str
    name: str
    which: Stem  # what tells it from others of its family

    @property
    def plainness(self) -> tuple[int, int, str]:
        return len(self.which), len(self.name), self.artifact_id


def variants(catalogue: Catalogue) -> list[Variant]:
    """Every artifact that is a version or size of what another is, with that one; in the order of their ids."""
    families: dict[tuple[Kind, str, Stem], list[_Member]] = defaultdict(list)
    columns = (catalogue.ids, *(catalogue.texts(each) for each in ("name", "type", "maker", "url")))
    for artifact_id, name, type_, maker, url in zip(*columns, strict=True):
        kind = kind_of(ArtifactType(type_))
        made_by, strict = _maker(artifact_id, name, kind, maker, url)
        stem, which = _taken_apart(name, kind, strict)
        if made_by and any(len(word) > 1 for word in stem):
            families[kind, made_by, stem].append(_Member(artifact_id, name, which))
    found = (each for (_, maker, stem), family in families.items() for each in _of_family(maker, stem, family))
    return sorted(found, key=lambda each: each.artifact_id)


def _of_family(maker: str, stem: Stem, family: list[_Member]) -> Iterator[Variant]:
    head = min(family, key=lambda each: each.plainness)
    for each in family:
        if each.which != head.which:
            told = " and ".join(" ".join(one.which) or "plain" for one in (each, head))
            yield Variant(each.artifact_id, head.artifact_id, f"{' '.join(stem)} of {maker}, {told}")


def _maker(artifact_id: str, name: str, kind: Kind, maker: str | None, url: str | None) -> tuple[str | None, bool]:
    """Who made it, as far as that is stated; and whether only numbers tell its versions, as nobody says who did."""
    owned, under = _OWNED.fullmatch(name), _LISTED_UNDER.fullmatch(artifact_id)
    repository = repository_in(url)
    if maker:
        return _letters(maker), False
    if owned:
        return _letters(owned[1]), False
    if repository:
        return _letters(repository.split("/")[1]), False
    if kind is Kind.MODEL and under:
        return _letters(under[1]), False
    library = _LIBRARY.fullmatch(url or "")
    return (library[1], True) if library else (None, True)


def _letters(maker: str) -> str:
    return "".join(letter for letter in maker.casefold() if letter.isalnum())


def _taken_apart(name: str, kind: Kind, strict: bool) -> tuple[Stem, Stem]:
    """The words of a name that its whole family has, and those that tell which of the family it is."""
    plain = _WHERE.sub("", name)
    owned = _OWNED.fullmatch(plain)
    words = [word for word in _SPLIT.split((owned[2] if owned else plain).casefold()) if word]
    stem, which = list[str](), list[str]()
    for place, word in enumerate(words):
        numbered = None if place or kind is Kind.DATA else _NUMBERED.fullmatch(word)
        if numbered:
            stem.append(numbered[1])
            which.append(numbered[2])
        else:
            (which if place and _tells(word, kind, strict) else stem).append(word)
    return tuple(stem), tuple(which)


def _tells(word: str, kind: Kind, strict: bool) -> bool:
    """Whether a word tells which version or size of a thing of that kind it is."""
    if kind is Kind.MODEL:
        return bool(_NUMBER.fullmatch(word)) or word in _FORMS or (not strict and word in _SIZES | _STAGES)
    if kind is Kind.DATA:
        return bool(_VERSION.fullmatch(word))  # a year or a number may be another task
    return bool(_VERSION.fullmatch(word) or _COUNT.fullmatch(word))
