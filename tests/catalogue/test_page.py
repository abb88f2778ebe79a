"""Reading comparison pages: whatever the grammar allows is read, and any damage is named with its line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.catalogue.layout import DISPLAYED, PageCapability, Position
from matchgraph.catalogue.page import read_page
from matchgraph.catalogue.records import ArtifactType
from matchgraph.errors import CatalogueError
from matchgraph.pages.classic import written
from tests.catalogue.page_texts import Half, halves, page_text, pages

LEFT = Half("Otter v1.2", rank=41, count=3, leads=("ecosystem",))
RIGHT = Half("Big Lake", "Dataset", rank=60, count=11, axes=("1", "1", "0", "0"), leads=("adoption", "quality"))
TEXT = page_text(LEFT, RIGHT)
SEEDS = sorted((Path(__file__).parents[2].parent / "shared" / "pages").glob("*.txt"))


def line_of(text: str, line: str) -> int:
    return text.split("\n").index(line) + 1


def test_a_page_is_read_into_what_it_says() -> None:
    page = read_page(TEXT)
    assert (page.left.name, page.right.name) == ("Otter v1.2", "Big Lake")
    assert (page.left.type, page.left.rank, page.left.adoption, page.left.quality) == ("Model", 41, "1", "0")
    assert (page.right.type, page.right.decomposed, len(page.right.capabilities)) == ("Dataset", 11, 8)
    assert page.left.capabilities[0] == PageCapability(
        "Thing number 0 of many that Otter v1.2 does", "only 0", "better 0"
    )
    assert (page.headline, page.winner, page.first) == (Position.RIGHT, Position.RIGHT, Position.LEFT)
    assert (page.left.leads, page.right.leads) == (("ecosystem",), ("adoption", "quality"))
    assert page.ending == ""


def test_every_type_has_a_display_form_of_its_own() -> None:
    assert len(set(DISPLAYED.values())) == len(ArtifactType)
    assert {DISPLAYED[ArtifactType(kind)] for kind in ("mcp-server", "app", "fine-tune", "api", "cli", "agent")} == {
        "MCP Server",
        "Web App",
        "Fine-tune",
        "API",
        "CLI",
        "Agent",
    }


@settings(max_examples=100, deadline=None)
@given(pages(halves()))
def test_a_page_read_and_written_is_the_page(text: str) -> None:
    assert written(read_page(text)) == text


@pytest.mark.parametrize(("left", "right"), [(70, 30), (30, 70), (50, 50)])
@pytest.mark.parametrize("count", [1, 7, 8, 9, 40])
@pytest.mark.parametrize("leads", [1, 2, 3])
def test_either_winner_any_count_and_any_list_come_back(left: int, right: int, count: int, leads: int) -> None:
    axes = ("adoption", "quality", "ecosystem", "match graph")
    text = page_text(
        replace(LEFT, rank=left, count=count, leads=axes[:leads]),
        replace(RIGHT, rank=right, pricing="Paid", price="$20 a month", leads=axes[leads:]),
    )
    page = read_page(text)
    assert written(page) == text
    assert (page.left.leads, page.right.leads) == (axes[:leads], axes[leads:])
    assert (page.left.starting_price, page.right.starting_price) == ("\u2014", "$20 a month")


def test_lists_of_three_put_a_comma_between_the_first_two() -> None:
    text = page_text(replace(LEFT, leads=("adoption", "quality", "match graph")), replace(RIGHT, leads=("ecosystem",)))
    assert "Otter v1.2 leads on adoption, quality and match graph, while Big Lake is stronger on ecosystem." in text
    assert read_page(text).left.leads == ("adoption", "quality", "match graph")


@pytest.mark.parametrize("name", ["A vs B", "x | y", " vs ", "vs", "a  |  b", "Model Capabilities", "größe-2.0", "|"])
def test_names_may_hold_what_separates_names(name: str) -> None:
    for pair in ((replace(LEFT, name=name), RIGHT), (RIGHT, replace(LEFT, name=name))):
        page = read_page(page_text(*pair))
        assert (page.left.name, page.right.name) == (pair[0].name, pair[1].name)


def test_a_heading_that_opens_like_a_claim_is_still_the_heading() -> None:
    text = page_text(
        replace(LEFT, count=1, blocks=(("It swims", None, None),)), replace(RIGHT, name="Unique: lake", count=0)
    )
    page = read_page(text)
    assert (page.left.capabilities, page.right.name) == ((PageCapability("It swims"),), "Unique: lake")
    assert written(page) == text


def test_one_name_may_stand_on_both_sides_when_the_types_differ() -> None:
    text = page_text(replace(LEFT, name="Otter"), replace(RIGHT, name="Otter"))
    assert written(read_page(text)) == text
    with pytest.raises(CatalogueError, match="line 5: found 'Otter, Model, on both sides'; wanted two different"):
        read_page(page_text(replace(LEFT, name="Otter"), replace(LEFT, name="Otter", rank=3)))


def test_a_page_is_read_from_text_and_from_a_file_alike(tmp_path: Path) -> None:
    file = tmp_path / "otter.txt"
    file.write_text(TEXT, encoding="utf-8", newline="")
    assert read_page(file) == read_page(str(file)) == read_page(TEXT)
    assert read_page(file).file == str(file)


@pytest.mark.parametrize("source", ["", "nowhere.txt", Path("nowhere.txt"), Path("/"), "a\0b", "x" * 5000])
def test_what_is_no_file_is_said_so(source: str | Path) -> None:
    with pytest.raises(CatalogueError, match="no page at"):
        read_page(source)


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.txt"
    file.write_bytes(TEXT.encode().replace(b"only 1", b"only \xff"))
    number = line_of(TEXT, "Unique: only 1")
    with pytest.raises(CatalogueError, match=rf"bad\.txt line {number}: found a byte that is not UTF-8"):
        read_page(file)


def damage(old: str, new: str) -> Callable[[str], str]:
    def done(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return done


BLOCK = "Thing number 2 of many that Otter v1.2 does\nUnique: only 2\nvs alternatives: better 2\n"
DAMAGES = [
    ("title", 1, damage("Otter v1.2 vs Big Lake", "Otter v1.2 and Big Lake")),
    ("name in the title", 1, damage("Otter v1.2 vs Big Lake", "Otter v1.3 vs Big Lake")),
    ("no title", 2, lambda text: text.partition("\n")[2]),
    ("subtitle", 2, damage("ranks higher at 60", "ranks high at 60")),
    ("subtitle of another sort", 2, damage("Capability-level comparison", "A comparison")),
    ("subtitle of the loser", 2, damage("Big Lake ranks higher at 60", "Otter v1.2 ranks higher at 60")),
    ("rank in the subtitle", 2, damage("higher at 60/100 vs", "higher at 61/100 vs")),
    ("name in the table", 3, damage("| Feature | Otter v1.2 |", "| Feature | Otter v1.3 |")),
    ("first row", 3, damage("| Feature |", "| Features |")),
    ("rule", 4, damage("|---|---|---|", "|---|---|")),
    ("no type", 5, damage("| Type | Model | Dataset |\n", "")),
    ("empty type", 5, damage("| Type | Model |", "| Type |  |")),
    ("a cell too many", 5, damage("| Type | Model | Dataset |", "| Type | Model | Dataset | Agent |")),
    ("a cell too few", 5, damage("| Type | Model | Dataset |", "| Type | Model |")),
    ("rank beyond 100", 6, damage("| 41/100 |", "| 141/100 |")),
    ("rank without its scale", 6, damage("| 41/100 |", "| 41 |")),
    ("axis in words", 7, damage("| Adoption | 1 |", "| Adoption | high |")),
    ("a row of another label", 8, damage("| Quality | 0 | 1 |", "| Ecosystem | 0 | 1 |")),
    ("price row without a price", 12, damage("| Capa", "| Starting Price | \u2014 | \u2014 |\n| Capa")),
    ("count", 12, damage("3 decomposed", "three decomposed")),
    ("padded count", 12, damage("3 decomposed", "03 decomposed")),
    ("times matched", 13, damage("| Times Matched | 0 |", "| Times Matched | many |")),
    ("heading", 14, damage("Otter v1.2 Capabilities", "Otter Capabilities")),
    ("a description gone", 15, damage("Thing number 0 of many that Otter v1.2 does\n", "")),
    ("claims out of order", 17, damage("Unique: only 0\nvs alternatives: better 0", "vs alternatives: x\nUnique: y")),
    ("empty claim", 16, damage("Unique: only 0\n", "Unique: \n")),
    ("one block too few", 21, damage(BLOCK, "")),
    ("one block too many", 24, damage("Big Lake Capabilities", "And one more thing\nBig Lake Capabilities")),
    ("count of the rest", 49, damage("+3 more capabilities", "+4 more capabilities")),
    ("no count of the rest", 49, damage("+3 more capabilities\n", "")),
    ("no verdict", 50, damage("Verdict\n", "")),
    ("rank in the verdict", 51, damage("Big Lake scores higher at 60", "Big Lake scores higher at 59")),
    ("winner", 51, damage("Big Lake scores", "Otter v1.2 scores")),
    ("axis that is none", 51, damage("leads on ecosystem", "leads on beauty")),
    ("axes out of order", 51, damage("adoption and quality", "quality and adoption")),
    ("axis on both lists", 51, damage("leads on ecosystem", "leads on adoption")),
    ("half a second sentence", 51, damage(", while Big Lake is stronger on adoption and quality", "")),
    ("closing question", 52, damage("Need something different?", "Need anything?")),
    ("arrow", 53, damage("graph \u2192", "graph ->")),
    ("cut short", 53, lambda text: text.rpartition("\n")[0]),
    ("text after the end", 54, lambda text: f"{text}\nmore"),
    ("blank line after the end", 54, lambda text: f"{text}\n\n"),
    ("carriage returns", 1, lambda text: text.replace("\n", "\r\n")),
    ("blank line", 3, damage("| Feature", "\n| Feature")),
]  # fmt: skip


@pytest.mark.parametrize(("line", "broken"), [each[1:] for each in DAMAGES], ids=[each[0] for each in DAMAGES])
def test_damage_is_named_with_its_line(line: int, broken: Callable[[str], str]) -> None:
    assert broken(TEXT) != TEXT
    with pytest.raises(CatalogueError, match=rf"^page line {line}: found .*; wanted ") as raised:
        read_page(broken(TEXT))
    assert "\n" not in str(raised.value)


def refused_or_back(text: str) -> None:
    """Whatever the text is, reading either gives the clear error or a page that is written as it was."""
    refusal = ""
    try:
        back = written(read_page(text))
    except CatalogueError as error:
        back, refusal = text, str(error)
    assert back == text
    assert not refusal or "no page at" in refusal or re.match(r"page line \d+: found .*; wanted ", refusal)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([(LEFT, RIGHT), (RIGHT, LEFT), (LEFT, replace(RIGHT, rank=41))]), st.data())
def test_lines_dropped_swapped_or_doubled_are_refused_or_come_back(
    pair: tuple[Half, Half], data: st.DataObject
) -> None:
    lines = page_text(*pair).split("\n")
    one, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    without = [*lines[:one], *lines[one + 1 :]]
    swapped = list(lines)
    swapped[one], swapped[other] = lines[other], lines[one]
    for changed in (without, swapped, [*lines[:other], lines[one], *lines[other:]]):
        refused_or_back("\n".join(changed))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.integers(0, len(TEXT)), st.integers(0, 40))
def test_anything_written_over_a_page_is_refused_or_comes_back(new: str, at: int, gone: int) -> None:
    refused_or_back(TEXT[:at] + new + TEXT[at + gone :])


@pytest.mark.skipif(not SEEDS, reason="no reference pages beside the repository")
@pytest.mark.parametrize("file", SEEDS, ids=lambda file: file.stem)
def test_a_reference_page_read_and_written_is_the_page(file: Path) -> None:
    assert written(read_page(file)).encode() == file.read_bytes()
