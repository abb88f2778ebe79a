"""What real READMEs do: doers in place of verbs, listed names, tables of HTML, links, usage, and names cut in time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import matchgraph as mg
from matchgraph.catalogue.decompose.found import Decomposed, Reason
from matchgraph.catalogue.decompose.things import named, split_things
from matchgraph.catalogue.outline import Kind, outline


def names(text: str) -> list[str]:
    return [each.name for each in mg.decompose(text).capabilities]


def reasons(found: Decomposed) -> dict[str, Reason]:
    return {each.text: each.reason for each in found.left}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A very fast letter linter and stamp formatter, written in C.", ["Lint letter", "Format stamp"]),
        ("Holt is a small stamp parser for Lua.", ["Parse stamp"]),
        ("A pond server.", []),
        ("A next generation pond tool.", []),
        ("A letter generation model.", ["Generate letter"]),
        ("Pond mail, and providing stamps for letters.", ["Provide stamps for letters"]),
    ],
)
def test_what_a_thing_is_called_after_is_what_it_does(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_the_own_name_of_a_thing_is_a_subject_whatever_its_letters() -> None:
    found = mg.decompose("# Holt 2 small\n\nHolt 2 small transcribes the songs of herons.")
    (each,) = found.capabilities
    assert each.name.startswith("Transcribe")
    assert each.description == "Holt 2 small transcribes the songs of herons."


def test_names_that_follow_their_kind_are_abilities_of_that_thing() -> None:
    found = mg.decompose("Pond mail (for herons) with endpoints: Find letters, Sort letters")
    assert [each.name for each in found.capabilities] == ["Find letters", "Sort letters"]
    assert all(each.description.startswith("Pond mail") for each in found.capabilities)
    found = mg.decompose("Pond mail with endpoints: 1. Find letters, 2. Sort letters")
    assert [each.name for each in found.capabilities] == ["1. Find letters", "2. Sort letters"]


def test_a_table_of_html_is_rows_under_a_header() -> None:
    head = "<tr><th>Endpoint</th><th>What it does</th></tr>"
    row = "<tr><td><code>GET /pond</code></td><td>List the\n letters | stamps of a pond</td></tr>"
    table = f"<table>\n<thead>{head}</thead>\n<tbody>{row}</tbody></table>"
    for text in (f"<html><h2>Calls</h2>{table}", f"# Pond\n\n## Calls\n\n{table}\n"):
        (said,) = [each for section in outline(text).sections for each in section.said]
        assert (said.kind, said.cells) == (Kind.ROW, ("GET /pond", "List the letters | stamps of a pond"))
        assert said.header == ("Endpoint", "What it does")
        assert names(text) == ["GET /pond"]


@pytest.mark.parametrize(
    "line",
    [
        "The team plans to add a song of otters.",
        "It used to count otters.",
        "~~Count otters~~ (removed in v2)",
        "Coming soon: counting of otters",
        "Counting of herons will be added by spring.",
        "Counting of herons is on our roadmap.",
        "Counting otters is no longer supported.",
    ],
)
def test_what_is_planned_or_gone_is_no_ability(line: str) -> None:
    found = mg.decompose(f"# Pond\n\n## Features\n\n- {line}\n- Counts builds that are in progress\n")
    assert [each.description for each in found.capabilities] == ["Counts builds that are in progress"]
    assert [each.reason for each in found.left] == [Reason.NOT_NOW]


def test_a_text_is_described_by_its_first_words_that_are_no_bar_of_links() -> None:
    bar = '<p><a href="https://pond.example/docs">Docs</a> | <a href="https://pond.example/chat">Chat</a> | Otters</p>'
    found = mg.decompose(f"# :otter: Pond\n\n{bar}\n\nA pond for letters<br/>and stamps.\n")
    assert (found.title, found.description) == ("Pond", "A pond for letters and stamps.")


@pytest.mark.parametrize("line", ["⚡ Super fast", "Small, simple and flexible", "Community driven", "Open source!"])
def test_a_point_of_praise_alone_is_no_ability(line: str) -> None:
    assert [each.reason for each in mg.decompose(f"# Pond\n\n## Features\n\n- {line}\n").left] == [Reason.MARKETING]


def test_cells_of_a_row_stand_as_sentences_with_one_stop_each() -> None:
    text = "## Tools\n\n| Tool | Does | Note |\n|-|-|-|\n| sort_pond | Sorts letters by topic. | Runs offline |\n"
    (found,) = mg.decompose(text).capabilities
    assert found.description == "Sorts letters by topic. Runs offline"


def test_a_table_that_lays_out_a_page_is_no_table_of_rows() -> None:
    text = "<html><table><tr><td><p>Sorts letters.</p></td><td><table><tr><th>x</th></tr></table></td></tr></table>"
    assert {each.kind for section in outline(text).sections for each in section.said} <= {Kind.PROSE, Kind.POINT}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Bug reports: https://pond.example/bugs", Reason.OTHER),
        ("Read the launch post", Reason.OTHER),
        ("Now you can use the holt command to run it:", Reason.ORDER),
        ("If you want to find other ponds, see the list.", Reason.ORDER),
        ("Find the shortest way between two ponds:", Reason.ORDER),
    ],
)
def test_links_and_usage_are_left_out_for_what_they_are(line: str, reason: Reason) -> None:
    found = mg.decompose(f"# Holt\n\nSorts letters.\n\n## First\n\nIt is new.\n\n## Second\n\nIt is blue.\n\n{line}")
    assert reasons(found)[line] is reason


def test_a_thing_that_is_called_like_a_licence_is_none() -> None:
    found = reasons(mg.decompose("- Apache Heron\n- Apache License 2.0\n- MIT License"))
    assert found["Apache Heron"] is not Reason.LICENCE
    assert found["Apache License 2.0"] is found["MIT License"] is Reason.LICENCE


@pytest.mark.parametrize(
    ("verb", "thing", "name"),
    [
        ("handle", "missing letters (written as NaN, NA", "Handle missing letters"),
        ("sort", "letters, designed", "Sort letters"),
        ("", "automatic letter decoding", "Decode letter"),
    ],
)
def test_a_name_ends_before_what_hangs_on_it(verb: str, thing: str, name: str) -> None:
    assert named(verb, thing) == name


def test_words_that_describe_one_thing_are_no_list() -> None:
    assert split_things("ragged, torn letters") == ["ragged, torn letters"]
    assert split_things("storage, retrieval and removal of letters") == [
        "storage of letters",
        "retrieval of letters",
        "removal of letters",
    ]


def test_what_goes_on_about_the_same_is_no_second_thing() -> None:
    assert names("Use it to sort letters, quickly turning them into stamps.")[0] == "Sort letters"


def test_the_same_points_with_other_small_words_are_one() -> None:
    assert len(names("## Features\n\n- Split letters by heading\n- Split your letters by their headings")) == 1


@given(st.lists(st.sampled_from(["<table>", "<tr>", "<th>", "<td>", "</td>", "</tr>", "</table>", "a|b", "\n", "<p>"])))
def test_broken_tables_break_nothing(parts: list[str]) -> None:
    text = "<html>" + "".join(parts)
    assert mg.decompose(text) == mg.decompose(text)


def test_tables_without_end_take_no_time() -> None:
    began = time.process_time()
    mg.decompose("<html>" + "<table><b>" * 9_000)
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    "text",
    [
        "| | cold | warm |\n|---|---|---|\n| sort all letters, seconds | 41 | 7.5 |",
        "| where | reads | takes |\n|---|---|---|\n| a boat, 2 oars | 4,000 letters | 9 min |",
        "## Measured\n\nIt sorts all 40 letters of a pond.",
        "Sorts a thousand letters in 3 CPU s.",
        "Finds a letter in 4 ms (p50).",
        "It is tested against a pond that sorts letters.",
    ],
)
def test_what_was_measured_is_a_fact_and_no_ability(text: str) -> None:
    found = mg.decompose(text)
    assert (found.capabilities, {each.reason for each in found.left}) == ((), {Reason.FACT})


def test_a_table_of_tools_with_a_number_each_is_no_table_of_figures() -> None:
    assert names("| no | tool | does |\n|---|---|---|\n| 1 | sort_letters | Sorts letters by pond |") != []


def test_a_folder_of_a_table_is_part_of_the_text() -> None:
    found = mg.decompose("| folder | holds |\n|---|---|\n| `ponds/` | reads and sorts letters |")
    assert (found.capabilities, [each.reason for each in found.left]) == ((), [Reason.OTHER])


@pytest.mark.parametrize(
    "text",
    [
        "An option, which counts for no letter.",
        "A pond remembers its sorter by name and goes on.",
        "With `--sort` says which letters come first.",
        "It takes your own.",
    ],
)
def test_a_deed_done_to_nothing_is_no_ability(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    ("verb", "thing", "name"),
    [
        ("measure", "ponds with what they learned and as if they had not", "Measure ponds with what they learned"),
        (
            "sort",
            "letters, stamps, boats, oars, nets and small green herons",
            "Sort letters, stamps, boats, oars, nets",
        ),
        ("see", "what a heron does. otter mail shows it", "See what a heron does"),
    ],
)
def test_a_name_that_is_cut_breaks_off_in_no_phrase(verb: str, thing: str, name: str) -> None:
    assert named(verb, thing) == name
