"""Pages: every answer as Markdown and HTML, and no text of the catalogue can be more than text."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

import matchgraph as mg
from matchgraph.answers.align import Ability, SharedAbility
from matchgraph.answers.values import Answer, Reason
from matchgraph.pages.render import render
from tests.conftest import TODAY, WordEncoder, eight

HOSTILE = [
    "<script>alert(1)</script>",
    "a | b | c",
    "a\\| b \\",
    "`code` and ```",
    "**bold** _em_ # head",
    "[here](javascript:alert(1)) ![pic](x)",
    "two\n\nparagraphs\n| a | b |\n|---|---|",
    "\n# a heading\n- a list",
    "'single' \"double\" &amp; <b>bold</b>",
    "</table></section><h1>x</h1>",
    "~~~ a fence",
    "- an item",
    "+ an item",
    "1. an item",
    "---",
    "===",
    "# a heading",
    "{{ 7 * 7 }} {% raw %}",
    "\u202eright to left",
]
BLOCKS = {"section", "h2", "h3", "p", "ul", "ol", "li", "strong", "span", "data"}
TAGS = BLOCKS | {"table", "thead", "tbody", "tr", "th", "td"}


class Html(HTMLParser):
    """What a browser makes of a fragment: its tags, that they close, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(markdown: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)


def kinds(markdown: str) -> list[str]:
    """What stands in the document: the blocks and, inside their texts, whatever is not plain text."""
    found = []
    for token in parsed(markdown):
        found.append(token.type)
        found += [child.type for child in token.children or () if child.type not in ("text", "softbreak")]
    return found


def shown(markdown: str) -> str:
    """All text that a reader of the rendered Markdown sees."""
    return " ".join(child.content for token in parsed(markdown) for child in token.children or ())


def single(text: str) -> str:
    return " ".join(text.split())


def opened(rows: list[dict[str, object]], store: Path) -> mg.MatchGraph:
    mg.rebuild(pd.DataFrame(rows), store=store, encoder=WordEncoder(), today=TODAY)
    return mg.open(store, encoder=WordEncoder())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> mg.MatchGraph:
    """The small world, opened once: nothing here changes it."""
    return opened(eight(), tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def answers(world: mg.MatchGraph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    queries = tmp_path_factory.mktemp("queries") / "queries.jsonl"
    queries.write_text('{"query": "sort mail", "gold": ["mail-sorter"], "family": "mail"}\n')
    return {
        "search": world.search("sort mail"),
        "nothing": world.search("xqzv blorf"),
        "similar": world.similar("mail-sorter"),
        "recommend": world.recommend("mail-sorter"),
        "compare": world.compare("mail-sorter", "mail-server-tool"),
        "explain": world.explain("mail-sorter"),
        "evaluate": world.evaluate([queries]),
    }


EVERY = ["search", "nothing", "similar", "recommend", "compare", "explain", "evaluate"]


@pytest.mark.parametrize("name", EVERY)
def test_every_answer_has_a_text(answers: dict[str, Answer], name: str) -> None:
    assert render(answers[name]) == render(answers[name], "text") == str(answers[name])


@pytest.mark.parametrize("name", EVERY)
def test_every_answer_has_an_html_fragment_of_known_tags(answers: dict[str, Answer], name: str) -> None:
    page = render(answers[name], "html")
    found = Html(page)
    assert found.tags[0] == "section"
    assert set(found.tags) <= TAGS
    assert page.endswith("\n")


@pytest.mark.parametrize("name", EVERY)
def test_every_answer_has_a_markdown_page_without_html(answers: dict[str, Answer], name: str) -> None:
    page = render(answers[name], "markdown")
    assert not {"html_block", "html_inline", "code_block", "fence"} & set(kinds(page))
    assert page == page.strip() + "\n"


def test_a_list_shows_every_item_with_its_reasons(answers: dict[str, Answer]) -> None:
    for name in ("search", "similar", "recommend"):
        for form in ("markdown", "html"):
            page = render(answers[name], form)
            text = shown(page) if form == "markdown" else Html(page).text
            for item in answers[name]:
                assert item.name in text
                assert all(reason.text in text for reason in item.reasons)


def test_an_empty_list_shows_its_note(answers: dict[str, Answer]) -> None:
    note = answers["nothing"].note
    assert note in shown(render(answers["nothing"], "markdown"))
    assert note in Html(render(answers["nothing"], "html")).text


def test_a_comparison_shows_every_sentence_and_both_ranks(answers: dict[str, Answer]) -> None:
    answer = answers["compare"]
    for text in (shown(render(answer, "markdown")), Html(render(answer, "html")).text):
        assert all(str(sentence) in text for sentence in answer.verdict.sentences)
        assert f"{answer.left.rank:.1f}" in text
        assert f"{answer.right.rank:.1f}" in text
        assert "not stated" in text  # the licence of the right one


def test_a_signal_of_which_nothing_is_known_is_not_shown_as_a_number(answers: dict[str, Answer]) -> None:
    rows = [line for line in render(answers["compare"], "markdown").splitlines() if line.startswith("| Freshness")]
    assert rows == ["| Freshness | does not apply | not known |"]


def test_an_explanation_shows_every_line_capability_and_edge(answers: dict[str, Answer]) -> None:
    answer = answers["explain"]
    for text in (shown(render(answer, "markdown")), Html(render(answer, "html")).text):
        assert all(f"{line.points:.1f}" in text for line in answer.rank_lines)
        assert all(ability.description in text for ability in answer.capabilities)
        assert all(edge.other in text for edge in answer.edges)


def test_a_link_that_another_declares_is_not_shown_as_its_own(answers: dict[str, Answer]) -> None:
    # The mail server tool requires the mail sorter; the sorter requires nothing.
    for text in (shown(render(answers["explain"], "markdown")), Html(render(answers["explain"], "html")).text):
        assert "trained on mail-corpus" in single(text)
        assert "requires mail-server-tool" not in single(text)
        assert "mail-server-tool" in text


def hostile(answers: dict[str, Answer], bad: str) -> dict[str, Answer]:
    """Every answer with that text wherever a text of the catalogue may stand."""
    ability = Ability("x#y", bad, bad)
    reasons = (Reason("capability", bad, 0.5), Reason("words", bad))
    compared, explained = answers["compare"], answers["explain"]
    sides = {"name": bad, "maker": bad, "license": bad}
    lists = {
        name: replace(
            answers[name], note=bad, items=(replace(answers[name][0], artifact_id=bad, name=bad, reasons=reasons),) * 2
        )
        for name in ("search", "similar", "recommend")
    }
    alignment = replace(
        compared.alignment,
        shared=(SharedAbility(ability, ability, 0.9, 0.001),),
        only_left=(ability,),
        only_right=(ability,),
    )
    return lists | {
        "compare": replace(
            compared,
            left=replace(compared.left, **sides),
            right=replace(compared.right, **sides),
            alignment=alignment,
            verdict=replace(compared.verdict, sentences=(bad, bad)),
        ),
        "explain": replace(
            explained,
            name=bad,
            description=bad,
            rank_lines=tuple(replace(line, raw=bad, source=bad, status="observed") for line in explained.rank_lines),
            edges=tuple(replace(edge, other=bad) for edge in explained.edges),
            capabilities=(ability,),
        ),
    }


def harmless(answers: dict[str, Answer]) -> dict[str, Answer]:
    return hostile(answers, "harmless")


@pytest.mark.parametrize("bad", HOSTILE)
def test_a_hostile_text_stays_text_in_html(answers: dict[str, Answer], bad: str) -> None:
    for name, answer in hostile(answers, bad).items():
        found = Html(render(answer, "html"))
        assert found.tags == Html(render(harmless(answers)[name], "html")).tags, name
        assert bad.strip() in found.text


@pytest.mark.parametrize("bad", HOSTILE)
def test_a_hostile_text_stays_text_in_markdown(answers: dict[str, Answer], bad: str) -> None:
    plain = bad.replace("&amp;", "&")
    for name, answer in hostile(answers, plain).items():
        page = render(answer, "markdown")
        assert kinds(page) == kinds(render(harmless(answers)[name], "markdown")), name
        assert single(plain) in single(shown(page)), name


@pytest.mark.parametrize("bad", HOSTILE)
def test_no_text_can_break_a_markdown_table(answers: dict[str, Answer], bad: str) -> None:
    changed = hostile(answers, bad)
    for name, columns in (("compare", 3), ("explain", 5)):
        found = kinds(render(changed[name], "markdown"))
        rows = found.count("tr_open")
        assert found.count("table_open") == 1, name
        assert found.count("th_open") == columns
        assert found.count("td_open") == (rows - 1) * columns
        assert rows == kinds(render(answers[name], "markdown")).count("tr_open")


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_a_hostile_catalogue_makes_harmless_pages(tmp_path: Path, form: str) -> None:
    bad = {
        "name": "&lt;script&gt;alert(1)&lt;/script&gt; | `x` [l](javascript:1)",
        "description": "~~~ &lt;img src=x onerror=alert(1)&gt; | sorts *mail*",
        "license": "MIT | <b>x</b> \\",
        "maker": "# <Acme> | *",
        "facts": {"accuracy\n\n| a | b |": 0.9, "released": "2024 | <script>", "stars": 900},
    }
    graph = opened([eight()[0] | bad, *eight()[1:]], tmp_path)
    tables = {"explain": 5, "compare": 3}
    for name, answer in {
        "explain": graph.explain("mail-sorter"),
        "compare": graph.compare("mail-sorter", "letter-sorter"),
        "search": graph.search("sort incoming mail"),
        "similar": graph.similar("letter-sorter"),
    }.items():
        page = render(answer, form)
        if form == "html":
            assert set(Html(page).tags) <= TAGS
            continue
        found = kinds(page)
        assert not {"html_block", "html_inline", "link_open", "image", "code_inline", "fence", "em_open"} & set(found)
        assert found.count("table_open") == (name in tables)
        assert found.count("td_open") == max(found.count("tr_open") - 1, 0) * tables.get(name, 0)


def test_the_query_in_a_note_is_escaped(world: mg.MatchGraph) -> None:
    answer = world.search("xqzv<script>alert(1)</script>")
    if answer.items:
        answer = replace(answer, items=(), note=f"No match for {answer.query!r}.")
    assert "script" not in Html(render(answer, "html")).tags
    assert "html_inline" not in kinds(render(answer, "markdown"))


def test_what_is_no_answer_has_no_page() -> None:
    with pytest.raises(TypeError, match="no page for Answer"):
        render(Answer(), "html")
