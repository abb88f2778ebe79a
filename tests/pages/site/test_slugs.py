from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.pages.site.links import Links, file_name
from matchgraph.pages.site.slugs import pair_slug, slug, unpair, unslug

IDS = st.text(st.one_of(st.sampled_from("-/:.~vs aB"), st.characters()), min_size=1, max_size=40)


@given(IDS)
def test_a_slug_gives_its_id_back(artifact_id: str) -> None:
    assert unslug(slug(artifact_id)) == artifact_id


@given(IDS, IDS)
def test_two_ids_in_one_address_are_told_apart_whatever_they_hold(left: str, right: str) -> None:
    assert unpair(pair_slug(left, right)) == (left, right)


@given(IDS)
def test_a_slug_is_one_plain_part_of_an_address_and_no_way_out_of_a_folder(artifact_id: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*", slug(artifact_id))


@pytest.mark.parametrize(
    ("artifact_id", "written"),
    [("clip", "clip"), ("hf:openai/clip", "hf~~openai--clip"), ("../etc/passwd", "~2e.--etc--passwd"), ("vs", "~76s")],
)
def test_usual_ids_stay_readable(artifact_id: str, written: str) -> None:
    assert slug(artifact_id) == written


@pytest.mark.parametrize("written", ["", "a b", "~zz", "~e", "~ff", "ü"])
def test_what_no_id_is_written_as_is_none(written: str) -> None:
    assert unslug(written) is None


def test_a_pair_is_two() -> None:
    assert unpair("clip") is None
    assert unpair("-vs-clip") is None
    assert unpair("a-vs-b-vs-c") is None


def test_names_of_files_stay_short_and_distinct() -> None:
    one, other = "a" * 500, "a" * 499 + "b"
    assert len(file_name(one)) <= 180
    assert file_name(one) != file_name(other)
    assert file_name("clip") == "clip"


def test_a_copy_links_by_files_and_a_server_by_addresses() -> None:
    assert Links().artifact("hf:a/b") == "/artifact/hf~~a--b"
    assert Links("../", files=True).artifact("hf:a/b") == "../artifact/hf~~a--b.html"
    assert Links("", files=True).page("home") == "index.html"
    assert Links().page("home") == "/"
    assert Links().near("clip") == "/map#clip"
