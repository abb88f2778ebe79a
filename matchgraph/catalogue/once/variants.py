"""Versions and sizes of one family: things of one maker whose names differ in nothing else. They stay apart.

The rule asks for much rather than for little. Two makers never have one family, nor do two kinds of thing; what tells a
language, a task or the data of a fine-tune stands in the name and keeps two apart. In software only a number tells a
version, as `pro` or `mini` may be another product.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

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
_LETTERS = listed("n s m l x t b h g")  # sizes: nano, small, medium, ... tiny, base, huge, giant
_NUMBER = re.compile(
    r"v?\d{1,4}(?:\.\d+)*|v\d+[a-z]?|(?:\d+x|[a-z])?\d+(?:\.\d+)?[bmk]|\d-?bit|\d{6}|20\d{6}"
    r"|[bdlx]\d{1,3}(?:\.\d+)?|(?:patch|window)\d+|\d+x\d+[a-z]?"
)
_SIZED = re.compile(r"([a-z]+?)v?\d{1,2}(?:\.\d+)*")  # small3.1
_VERSION = re.compile(r"v\d{1,3}(?:\.\d+)*")
_COUNT = re.compile(r"\d{1,2}(?:\.\d+)*")
# Words with a version or size behind them: llama3 and yolov8m begin a name, mail2 ends that of software, k2.5 and
# resnet101 stand anywhere in that of a model.
_FIRST = re.compile(r"([a-z][a-z0-9]*?[a-z]{2})v?(\d{1,3}(?:\.\d+)*)([nsmlx]?)")
_LAST = re.compile(r"([a-z]{3,})([2-9])")
_LETTERED = re.compile(r"([a-z])\d(?:\.\d+)?")
_DEEP = re.compile(r"([a-z]*(?:net|next|nest))(\d{2,3})")
_SPLIT = re.compile(r"[^\w.]+|_+|(?<!\d)\.|\.(?!\d)")
_WHERE = re.compile(r"\(\S+/\S+\)")  # the repository, in brackets behind the name
_OWNED = re.compile(r"\s*@?([\w.-]+)/([\w./-]+)\s*")
_LISTED_UNDER = re.compile(r"[\w-]+:([\w.-]+)/[^/]+")
_LIBRARY = re.compile(r"https?://(?:www\.)?(ollama\.com)/library/[^/]+/?")
_UNOWNED = re.compile(r"hf:[^/]+|https?://huggingface\.co/[^/]+/?")  # given by the hub: one name there is one maker's

Stem = tuple[str, ...]
Family = tuple[Kind, str, Stem]


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
    families: dict[Family, list[_Member]] = defaultdict(list)
    shelved: dict[Family, list[_Member]] = defaultdict(list)
    columns = (catalogue.ids, *(catalogue.texts(each) for each in ("name", "type", "maker", "url")))
    for artifact_id, name, type_, maker, url in zip(*columns, strict=True):
        kind = kind_of(ArtifactType(type_))
        made_by, strict = _maker(artifact_id, name, kind, maker, url)
        stem, which = _taken_apart(name, kind, strict)
        if made_by:
            (shelved if strict else families)[kind, made_by, stem].append(_Member(artifact_id, name, which))
    for family, members in shelved.items():
        for stem, member in _sized(family, members):
            families[*family[:2], stem].append(member)
    named = ((family[1:], members) for family, members in families.items() if any(len(word) > 1 for word in family[2]))
    found = (each for (maker, stem), members in named for each in _of_family(maker, stem, members))
    return sorted(found, key=lambda each: each.artifact_id)


def _sized(family: Family, members: list[_Member]) -> Iterator[tuple[Stem, _Member]]:
    """The members with the size among what tells them apart, where one of them has a number as well.

    A size alone may be another maker's: the small heron beside heron 2, but hardly heron 2 small.
    """
    kind, _, stem = family
    several = any(each.which for each in members)
    for each in members:
        wide, which = _taken_apart(each.name, kind, strict=False) if several else (stem, each.which)
        yield wide, replace(each, which=which)


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
    if kind is Kind.MODEL and any(_UNOWNED.fullmatch(each or "") for each in (artifact_id, url)):
        return "huggingface.co", False
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
        if place and _tells(word, kind, strict):
            which.append(word)
        elif parts := _parted(word, kind, strict, first=not place, last=place == len(words) - 1):
            stem.append(parts[0])
            which += parts[1:]
        else:
            stem.append(word)
    return tuple(stem), tuple(which)


def _parted(word: str, kind: Kind, strict: bool, *, first: bool, last: bool) -> list[str]:
    """A word and the version or size behind it; nothing where there is none, or the number may be another task."""
    if kind is Kind.DATA:
        return []
    model = kind is Kind.MODEL
    if model and not first and (lettered := _LETTERED.fullmatch(word)):
        return [lettered[1], word]
    found = _FIRST.fullmatch(word) if first else _DEEP.fullmatch(word) if model else None
    if not found and last and not model:
        found = _LAST.fullmatch(word)
    parts = [part for part in found.groups() if part] if found else []
    return parts if len(parts) < 3 or (model and not strict) else []  # the third is a letter for a size


def _tells(word: str, kind: Kind, strict: bool) -> bool:
    """Whether a word tells which version or size of a thing of that kind it is."""
    if kind is Kind.MODEL:
        sized = _SIZED.fullmatch(word)
        known = _NUMBER.fullmatch(word) or word in _FORMS or (sized and sized[1] in _SIZES)
        return bool(known) or (not strict and word in _SIZES | _STAGES | _LETTERS)
    if kind is Kind.DATA:
        return bool(_VERSION.fullmatch(word))  # a year or a number may be another task
    return bool(_VERSION.fullmatch(word) or _COUNT.fullmatch(word))
