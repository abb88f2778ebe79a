"""What a page says to its reader, of others or of its own parts is no ability; the same words of a tool are one."""

from __future__ import annotations

import pytest

import matchgraph as mg
from matchgraph.catalogue.decompose.found import Decomposed, Reason
from matchgraph.catalogue.outline import outline


def names(text: str) -> list[str]:
    return [each.name for each in mg.decompose(text).capabilities]


def reasons(found: Decomposed) -> dict[str, Reason]:
    return {each.text: each.reason for each in found.left}


@pytest.mark.parametrize(
    "call",
    [
        "Learn more about herons in the second pond.",
        "Share your thoughts in the pond thread.",
        "Browse the docs.",
        "Check out the otter gallery.",
        "Follow @otter for news.",
        "Join our chat and greet the heron.",
        "Star the repo if it sorted your letters.",
        "Open an issue if a letter is lost.",
        "See the second chapter for the rest.",
        "Visit our website.",
        "See Heron et al. 1912 for the reasons.",
        "Contribute a pond.",
        "Get it from the pond store.",
        "src/ponds/heron.py for counting herons",
    ],
)
def test_what_calls_to_the_reader_is_no_ability(call: str) -> None:
    found = mg.decompose(f"# Otter\n\nSorts letters.\n\n{call}\n")
    assert [each.name for each in found.capabilities] == ["Sort letters"]
    assert reasons(found) == {call: Reason.OTHER}


@pytest.mark.parametrize(
    "tool",
    [
        "Share letters with other ponds",
        "Learn vectors from pairs of ponds",
        "Follow links on a page",
        "See who is awake",
        "Join two tables",
        "Star a repository",
        "Browse the documentation of any package",
        "Open an issue",
    ],
)
def test_the_same_verbs_are_abilities_in_a_list_of_tools(tool: str) -> None:
    assert [each.quote for each in mg.decompose(f"# Otter\n\n## Tools\n\n- {tool}\n").capabilities] == [tool]


def test_a_note_in_brackets_sends_the_reader_elsewhere_and_does_nothing() -> None:
    assert names("Counts herons (see Otter et al. for the ponds).") == ["Count herons"]


@pytest.mark.parametrize(
    "bar",
    [
        "[Start](#start) • [Ponds](#ponds) • [Sort letters](https://pond.example)",
        "<a href='https://a.example'>Home</a> <a href='https://b.example'>🦦 Sort letters</a>",
        "[Sort letters](#sort)",
        "Docs | Demo | Sorts letters",
    ],
)
def test_a_bar_of_links_is_one_line_of_navigation(bar: str) -> None:
    found = mg.decompose(f"# Otter\n\n{bar}\n")
    assert (found.capabilities, [each.reason for each in found.left]) == ((), [Reason.OTHER])


def test_a_point_that_is_a_link_or_begins_with_one_may_state_an_ability() -> None:
    text = "## Features\n\n- [Sort letters](https://a.example)\n- [Heron](https://b.example) counts [eggs](https://c.example)"
    assert names(text) == ["Sort letters", "Count eggs"]


def test_what_others_do_or_lack_is_no_ability() -> None:
    text = """# Otter

Most mail tools sort letters by date. Sorting them by hand is tedious, and leads to errors.
Homegrown lists lead to dead links. Otter finds letters that are hard to read.

## Motivation

Herons lose letters, which creates a poor start of the day. Otter keeps every letter.

- Find nothing at night
"""
    found = mg.decompose(text)
    assert [each.name for each in found.capabilities] == ["Find letters that are hard", "Keep every letter"]
    assert {each.reason for each in found.left} == {Reason.MOTIVE}


def test_entries_of_a_list_of_other_things_are_none_of_its_abilities() -> None:
    found = mg.decompose(
        "# Ponds\n\nA curated list of ponds.\n\n## North\n\n- [Otter](https://o.example) - Sorts letters."
    )
    assert found.capabilities == ()
    assert reasons(found)["Otter - Sorts letters."] is Reason.OTHER


@pytest.mark.parametrize(
    "option",
    [
        "- `--sort N`: sort letters by N",
        "- `pond` (string, required): find letters of it",
        "| Command | Option | Meaning |\n|---|---|---|\n| sort | `-q`, `--quiet` | hide all letters |",
        "Parameters:\n\n- `pond`: list letters of it",
        "## Options\n\n- `pond`: list letters of it",
    ],
)
def test_options_of_a_command_are_parameters(option: str) -> None:
    found = mg.decompose(f"## Tools\n\n{option}\n")
    assert found.capabilities == ()
    assert Reason.PARAMETER in reasons(found).values()


def test_a_paragraph_that_leads_to_a_list_says_what_it_lists() -> None:
    text = "# Otter\n\nIt is new.\n\nWith it you can:\n\n- switch ponds on and off\n- see who swam where\n"
    assert names(text) == ["Switch ponds on and off", "See who swam where"]


def test_a_group_of_tools_is_called_what_it_likes() -> None:
    text = "## Tools\n\n### Pond history\n\n- Lists swims\n\n### Licence\n\n- Sorts letters\n"
    found = mg.decompose(text)
    assert [each.name for each in found.capabilities] == ["List swims"]
    assert reasons(found)["Sorts letters"] is Reason.LICENCE


def test_a_task_that_is_done_is_an_ability_and_one_to_do_is_none() -> None:
    found = mg.decompose("## Features\n\n- [x] Sort letters\n- [ ] Count herons\n")
    assert [each.name for each in found.capabilities] == ["Sort letters"]
    assert reasons(found) == {"[ ] Count herons": Reason.OTHER}


def test_a_call_of_the_api_is_its_method_and_path() -> None:
    found = mg.decompose("| Method | Path | Does |\n|---|---|---|\n| GET | /ponds | List ponds |")
    assert [(each.name, each.description) for each in found.capabilities] == [("GET /ponds", "List ponds")]


def test_a_tool_is_called_without_its_arguments() -> None:
    assert names("## Tools\n\n- `sort(pond: str, top: int = 3)`: Sorts letters of a pond.") == ["sort()"]


@pytest.mark.parametrize(
    "text",
    [
        "Sorts letters in 4 s (target 9 s).",
        "Sorts 40 letters >= 30 letters.",
        "- Small: 3 kB of letters",
        "| | Otter | Heron |\n|---|---|---|\n| Sorts letters | ✅ | ❌ |",
    ],
)
def test_figures_beside_a_limit_and_ticks_in_a_table_are_facts(text: str) -> None:
    found = mg.decompose(text)
    assert (found.capabilities, {each.reason for each in found.left}) == ((), {Reason.FACT})


def test_a_table_of_names_alone_is_no_table_of_ticks() -> None:
    assert names("| Tool |\n|---|\n| Sorts letters |") == ["Sort letters"]


def test_a_heading_of_two_lines_is_one_title() -> None:
    assert outline("<h2><img src='otter.png'><br/>\nOtter mail</h2>\n\nSorts letters.").title == "Otter mail"
