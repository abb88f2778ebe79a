"""Names: the id, else a unique name or alias, else what comes near."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import matchgraph as mg
from matchgraph.answers.resolve import Names
from matchgraph.catalogue.read import read
from matchgraph.errors import QuestionError, UnknownArtifact
from tests.conftest import artifact, eight


def names(*rows: dict[str, object]) -> Names:
    return Names(read(pd.DataFrame(rows))[0])


@pytest.fixture(scope="module")
def here() -> Names:
    return names(*eight())


@pytest.mark.parametrize("name", ["mail-sorter", "Mail Sorter", "mail sorter", "SORTER", "  Sorter ", "MAIL-SORTER"])
def test_an_id_a_name_or_an_alias_in_any_case_will_do(here: Names, name: str) -> None:
    assert here.resolve(name) == "mail-sorter"


def test_an_id_goes_before_the_same_word_as_a_name() -> None:
    here = names(artifact("clip", "model", "Acme", ["see"]), artifact("other", "model", "Beta", ["see"], name="clip"))
    assert here.resolve("clip") == "clip"


def test_ids_that_differ_only_in_case_are_told_apart() -> None:
    here = names(
        artifact("CLIP", "model", "Acme", ["see"], name="One"), artifact("clip", "model", "Beta", ["see"], name="Two")
    )
    assert (here.resolve("CLIP"), here.resolve("clip")) == ("CLIP", "clip")
    with pytest.raises(QuestionError, match=r"'Clip' is the name of 2 artifacts: say which by id: CLIP, clip\."):
        here.resolve("Clip")


def test_a_name_of_several_is_refused_with_their_ids() -> None:
    here = names(
        artifact("b-2", "model", "Acme", ["see"], name="Eye"),
        artifact("a-1", "model", "Beta", ["see"], name="Other", aliases=["EYE"]),
    )
    with pytest.raises(QuestionError, match=r"'eye' is the name of 2 artifacts: say which by id: a-1, b-2\."):
        here.resolve("eye")


def test_a_name_and_alias_of_one_artifact_are_not_two() -> None:
    assert names(artifact("a", "model", "Acme", ["see"], name="Eye", aliases=["eye", "EYE"])).resolve("eye") == "a"


@pytest.mark.parametrize(
    ("typo", "meant"),
    [("mail-sortr", "mail-sorter"), ("Image Labeler", "image-labeller"), ("speach writer", "speech-writer")],
)
def test_a_typo_is_met_by_what_it_may_mean(here: Names, typo: str, meant: str) -> None:
    with pytest.raises(UnknownArtifact, match=f"no artifact '{typo}' in this snapshot. Did you mean {meant}") as caught:
        here.resolve(typo)
    assert caught.value.near[0] == meant
    assert len(caught.value.near) <= 3


def test_what_is_only_far_alike_is_not_offered(here: Names) -> None:
    assert here.near("mail-sortr") == ("mail-sorter",)
    assert here.near("photo-frame") == ()


def test_a_long_name_is_cut_where_it_is_refused(here: Names) -> None:
    with pytest.raises(UnknownArtifact) as caught:
        here.resolve("x" * 10_000)
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize("name", [None, 5, b"mail-sorter"])
def test_a_name_that_is_no_text_is_refused(here: Names, name: object) -> None:
    with pytest.raises(QuestionError, match="names no artifact: wanted an id, a name or an alias"):
        here.resolve(name)


@pytest.mark.parametrize("name", ["zzzzqqqq", "", "   ", "\0", "\ud800", "?!"])
def test_where_nothing_is_near_nothing_is_offered(here: Names, name: str) -> None:
    with pytest.raises(UnknownArtifact) as caught:
        here.resolve(name)
    assert caught.value.near == ()
    unnamed = "an empty name is no artifact's: wanted an id, a name or an alias."
    assert str(caught.value) == (f"no artifact {name!r} in this snapshot." if name.strip() else unnamed)


def test_a_single_letter_is_near_to_nothing(here: Names) -> None:
    assert here.near("a") == ()


def test_a_very_long_name_is_refused_as_any_other(here: Names) -> None:
    with pytest.raises(UnknownArtifact):
        here.resolve("mail sorter " * 1000)


def test_what_is_offered_can_be_asked_for(here: Names) -> None:
    for near in here.near("mail"):
        assert here.resolve(near) == near


def test_the_engine_takes_names_wherever_it_asks_for_an_artifact(world: mg.MatchGraph, tmp_path: Path) -> None:
    assert world.explain("SORTER") == world.explain("mail-sorter")
    assert world.compare("sorter", "Letter Sorter") == world.compare("mail-sorter", "letter-sorter")
    assert world.times_matched("sorter") == 0
    assert world.record(query="sort", shown=["Sorter", "Photo Tagger"], chosen="SORTER").shown == (
        "mail-sorter",
        "photo-tagger",
    )
