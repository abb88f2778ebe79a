"""Texts in other languages than English: nothing is found in them, and that is said with every line."""

from __future__ import annotations

from pathlib import Path

import pytest

import matchgraph as mg
from matchgraph.catalogue.decompose.found import Decomposed, Reason
from tests.catalogue.decompose.texts import README

GERMAN = """# Teichpost

Teichpost ordnet eingehende Briefe und findet unerwünschte Werbung.

## Funktionen

- Ordnet Briefe in Körbe
- Findet Werbung in vielen Sprachen
- Schreibt jeden Abend einen Bericht für die Otter

## Installation

`pip install teichpost`
"""
CHINESE = "# 池塘邮件\n\n池塘邮件按主题整理信件。\n\n## 功能\n\n- 把信件放进篮子\n- 翻译消息\n"
FRENCH = "# Étang\n\nTrie les lettres par sujet.\n\n- Trie le courrier des loutres\n- Compte les hérons de la mare\n"


def unread(found: Decomposed) -> list[str]:
    return [each.text for each in found.left if each.reason is Reason.LANGUAGE]


@pytest.mark.parametrize(("text", "lines"), [(GERMAN, 4), (CHINESE, 3), (FRENCH, 3)])
def test_every_line_in_another_language_is_told_to_be_that(text: str, lines: int) -> None:
    found = mg.decompose(text)
    assert (found.capabilities, len(unread(found))) == ((), lines)
    assert f"! {lines} lines are in another language than English" in str(found)
    assert found.to_dict()["notices"] == list(found.notices) != []


def test_what_is_left_out_for_another_reason_keeps_it() -> None:
    found = mg.decompose(GERMAN + "\nInstallieren Sie das Paket mit `pip install teichpost`.\n")
    assert Reason.INSTALLATION in [each.reason for each in found.left]


def test_a_section_in_another_language_leaves_the_english_ones_alone() -> None:
    found = mg.decompose("# Otter\n\nSorts the letters of a pond.\n\nA friend to herons.\n\n## Auf Deutsch\n" + GERMAN)
    assert [each.name for each in found.capabilities] == ["Sort letters of a pond"]
    assert "A friend to herons." not in unread(found)
    assert "Findet Werbung in vielen Sprachen" in unread(found)


@pytest.mark.parametrize(
    "line",
    ["A kettle at the Café de la Mare.", "The μ and β of ponds.", "Grüße from a pond of herons.", "Reeds. São Paulo."],
)
def test_a_few_foreign_words_make_no_other_language(line: str) -> None:
    found = mg.decompose(f"# Otter\n\nSorts letters.\n\n{line}\n")
    assert (unread(found), found.notices) == ([], ())


def test_an_english_readme_has_no_notice() -> None:
    assert mg.decompose(README).notices == ()


def test_an_import_tells_of_lines_that_were_not_read_though_they_are_kept_as_remarks(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(GERMAN, encoding="utf-8")
    intake = mg.import_catalogue("text", tmp_path)
    assert "Ordnet Briefe in Körbe" in intake.artifacts[0].remarks
    (told,) = (each for each in intake.report.problems if Reason.LANGUAGE in each.field)
    assert told.wanted.endswith("of 4 rows")
