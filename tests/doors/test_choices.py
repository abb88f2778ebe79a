"""The commands that help to choose say what the questions say."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.doors import cli
from tests.conftest import TODAY, WordEncoder, eight

Shell = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("built") / "store"
    mg.rebuild(pd.DataFrame(eight()), store=path, encoder=WordEncoder(), today=TODAY)
    return path


@pytest.fixture
def shell(built: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """The command line on that store, in this process and with an encoder that hashes words."""
    monkeypatch.setattr(importlib.import_module("matchgraph.engine"), "SentenceEncoder", WordEncoder)

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["matchgraph", *map(str, words), "--store", str(built)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def test_each_command_says_what_the_engine_says(shell: Shell, built: Path) -> None:
    graph = mg.open(built, encoder=WordEncoder())
    pairs = [("mail-sorter", "photo-tagger")]
    asked = {
        ("by-example", "sorter", "--unlike", "photo-tagger", "--strategy", "sum", "-k", 3): graph.by_example(
            "mail-sorter", "photo-tagger", strategy="sum", k=3
        ),
        ("by-example", "--target", "sorter", "--context", "sorter,photo-tagger", "--strategy", "discover"): (
            graph.by_example(target="mail-sorter", context=pairs, strategy="discover")
        ),
        ("like-but", "sorter", "--license", "copyleft", "--without", "torch"): graph.like_but(
            "mail-sorter", must=mg.where(license="copyleft"), without="torch"
        ),
        ("cover", "flag spam mail", "write down recorded speech"): graph.cover(
            ["flag spam mail", "write down recorded speech"]
        ),
        ("pareto", "sorter", "letter-sorter", "--by", "stars", "--by", "parameters"): graph.pareto(
            ["mail-sorter", "letter-sorter"], by=["stars", "parameters"]
        ),
        ("pareto", "sorter", "letter-sorter", "--by", "stars,parameters:most"): graph.pareto(
            ["mail-sorter", "letter-sorter"], by=["stars", "parameters:most"]
        ),
        ("pareto", "--query", "sort mail", "--by", "stars", "--type", "model"): graph.pareto(
            "sort mail", by="stars", where=mg.where(type="model")
        ),
    }
    for words, answer in asked.items():
        assert shell(*words) == (0, str(answer).rstrip("\n") + "\n", "")
        status, out, _ = shell(*words, "--json")
        assert (status, json.loads(out)) == (0, json.loads(json.dumps(answer.to_dict())))


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_what_follows_the_items_is_in_every_form(shell: Shell, form: str) -> None:
    _, out, _ = shell("cover", "flag spam mail", "zzzz yyyy", "--format", form)
    assert "not covered: zzzz yyyy" in out


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["by-example", "--context", "sorter"], 2, "wanted two artifacts"),
        (["by-example", "--context", "a,b,c"], 2, "wanted two artifacts"),
        (["by-example"], 1, "nothing to go by"),
        (["like-but", "sorter"], 1, "no condition"),
        (["cover", "MIT"], 1, "say it as a condition"),
        (["pareto"], 2, "one of the two"),
        (["pareto", "sorter", "--query", "mail"], 2, "one of the two"),
        (["pareto", "sorter", "mail-corpus", "--by", "rank"], 1, "several types"),
    ],
    ids=str,
)
def test_wrong_usage_and_questions_without_an_answer_are_clear(
    shell: Shell, words: list[str], status: int, says: str
) -> None:
    ended, out, err = shell(*words)
    assert (ended, out) == (status, "")
    assert says in err
