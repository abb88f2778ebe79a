"""The weights file: shares that sum to one, or an error that says what is wrong with it."""

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from matchgraph.catalogue.records import ArtifactType
from matchgraph.errors import QuestionError
from matchgraph.ranking.measures import KINDS
from matchgraph.ranking.weights import SIGNALS, read_weights

OWN = (files("matchgraph.ranking") / "weights.toml").read_text()
STANDS_STILL = {"model", "fine-tune", "dataset", "benchmark", "prompt"}


def altered(tmp_path: Path, old: str, new: str) -> Path:
    """Our own weights with one line changed."""
    assert OWN.count(old) == 1
    path = tmp_path / "weights.toml"
    path.write_text(OWN.replace(old, new))
    return path


def test_our_own_weights_sum_to_one_for_every_type_and_signal():
    weights = read_weights()
    assert set(weights.signals) == set(ArtifactType)
    for shares in (*weights.signals.values(), *weights.measures.values()):
        assert sum(shares.values()) == pytest.approx(1)
        assert min(shares.values()) >= 0


def test_our_own_weights_name_every_measure_there_is():
    named = [name for shares in read_weights().measures.values() for name in shares]
    assert sorted(named) == sorted(KINDS)


def test_what_does_not_go_stale_is_not_weighed_by_freshness():
    weights = read_weights()
    assert {kind for kind in ArtifactType if weights.signals[kind]["freshness"] == 0} == STANDS_STILL
    # The five hundredths that freshness would have counted go to the other four: .28 / .95 and so on.
    assert weights.signals["model"]["adoption"] == pytest.approx(0.28 / 0.95)


def test_weights_are_relative(tmp_path):
    tenfold = altered(tmp_path, "usage = 0.30", "usage = 3")
    text = tenfold.read_text()
    for old, new in (("dependents = 0.35", "dependents = 3.5"), ("stars = 0.15", "stars = 1.5")):
        text = text.replace(old, new)
    tenfold.write_text(text.replace("contributors = 0.20", "contributors = 2"))
    assert read_weights(tenfold).measures["adoption"] == pytest.approx(read_weights().measures["adoption"])


def test_a_type_may_have_its_own_weight_of_one_signal(tmp_path):
    weights = read_weights(altered(tmp_path, "[signals.prompt]", "[signals.agent]\nquality = 0.64\n[signals.prompt]"))
    assert weights.signals["agent"]["quality"] == pytest.approx(0.64 / 1.32)
    assert weights.signals["agent"]["adoption"] == pytest.approx(0.28 / 1.32)
    assert {k: v for k, v in weights.signals.items() if k != "agent"} == {
        k: v for k, v in read_weights().signals.items() if k != "agent"
    }


def test_a_measure_may_be_left_out(tmp_path):
    weights = read_weights(altered(tmp_path, "chosen = 0.42", ""))
    assert weights.measures["match_graph"] == pytest.approx(
        {"central": 0.30 / 0.58, "breadth": 0.20 / 0.58, "hard_to_replace": 0.08 / 0.58}
    )


WRONG = {
    "a negative weight": ("adoption = 0.28", "adoption = -1", "default|model|adoption"),
    "a weight that is no number": ("adoption = 0.28", "adoption = nan", "nan"),
    "a weight without end": ("adoption = 0.28", "adoption = inf", "inf"),
    "a weight in words": ("adoption = 0.28", 'adoption = "much"', "much"),
    "a weight that is yes": ("adoption = 0.28", "adoption = true", "True"),
    "a negative measure": ("stars = 0.15", "stars = -0.1", "adoption"),
    "a measure that is no number": ("stars = 0.15", "stars = nan", "adoption"),
    "a measure without end": ("stars = 0.15", "stars = inf", "adoption"),
    "weights that overflow": ("usage = 0.30", "usage = 1e308\nmore = 1e308", "adoption"),
    "a signal that is missing": ("freshness = 0.05", "", "freshness missing"),
    "a signal that there is not": ("freshness = 0.05", "freshness = 0.05\nfame = 1", "fame unknown"),
    "a signal of a type that there is not": ("[signals.model]", "[signals.model]\nfame = 1", "model.*fame"),
    "measures that are missing": ("[measures.freshness]\nlast_change = 1", "", "measures.freshness"),
    "measures of no signal": ("[measures.freshness]", "[measures.fame]\nx = 1\n[measures.freshness]", "fame"),
    "a measure that there is not": ("stars = 0.15", "stras = 0.15", "stras"),
    "a type that there is not": ("[signals.model]", "[signals.modle]", "modle"),
    "measures that sum to zero": ("last_change = 1", "last_change = 0", "freshness"),
    "a signal with no measure": ("last_change = 1", "", "freshness"),
    "a measure counted twice": ("contributors = 0.20", "contributors = 0.20\nlast_change = 1", "last_change counted"),
    "no TOML": ("[signals.default]", "[signals.default", "cannot be read"),
    "a type that is no table": ("[signals.model]\nfreshness = 0", "[signals]\nmodel = 0", "model"),
    "measures that are no table": ("[measures.freshness]\nlast_change = 1", "[measures]\nfreshness = 1", "freshness"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), WRONG.values(), ids=WRONG.keys())
def test_wrong_weights_are_refused_by_what_is_wrong(tmp_path, old, new, says):
    with pytest.raises(QuestionError, match=says):
        read_weights(altered(tmp_path, old, new))


def test_weights_of_a_type_that_sum_to_zero_are_refused(tmp_path):
    nothing = "\n".join(f"{signal} = 0" for signal in SIGNALS)
    with pytest.raises(QuestionError, match=r"signals.cli add up to 0"):
        read_weights(altered(tmp_path, "[signals.prompt]", f"[signals.cli]\n{nothing}\n[signals.prompt]"))


@pytest.mark.parametrize("text", ["", "signals = 5", "signals = []", "[signals]\ndefault = 1", "measures = 5"])
def test_a_file_without_the_two_tables_is_no_weights(tmp_path, text):
    path = tmp_path / "weights.toml"
    path.write_text(text)
    with pytest.raises(QuestionError):
        read_weights(path)


@pytest.mark.parametrize("name", ["missing.toml", "folder", "binary.toml"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(QuestionError, match=name):
        read_weights(tmp_path / name)


def test_our_own_file_is_plain_toml():
    assert set(tomllib.loads(OWN)) == {"signals", "measures"}
