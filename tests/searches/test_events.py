"""A search event says what happened, or is refused; queries are one where only case and spaces differ."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.errors import SearchLogError
from matchgraph.searches.events import Channel, Outcome, SearchEvent, query_key


@pytest.mark.parametrize("query", ["", " ", "\n\t "])
def test_a_search_without_words_is_refused(query):
    with pytest.raises(SearchLogError, match="without a query"):
        SearchEvent(query)


def test_what_was_chosen_must_have_been_shown():
    with pytest.raises(SearchLogError, match=r"'clip' was chosen but is not among the shown vit, bert"):
        SearchEvent("label photos", ("vit", "bert"), "clip")


def test_a_choice_may_be_told_without_what_was_shown():
    assert SearchEvent("label photos", chosen="clip").shown == ()


def test_a_search_may_end_without_a_choice():
    assert SearchEvent("label photos", ("vit", "bert")).chosen is None


def test_an_artifact_is_shown_once_in_a_search():
    with pytest.raises(SearchLogError, match="shown twice"):
        SearchEvent("label photos", ("vit", "bert", "vit"), "vit")


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_outcome_belongs_to_a_choice(outcome):
    assert SearchEvent("label photos", chosen="clip", outcome=outcome).outcome is outcome
    with pytest.raises(SearchLogError, match=f"outcome {outcome} of a search in which nothing was chosen"):
        SearchEvent("label photos", ("clip",), outcome=outcome)


def test_a_time_without_its_zone_is_refused():
    assert SearchEvent("label photos", at=datetime(2026, 5, 1, tzinfo=UTC)).at is not None
    with pytest.raises(SearchLogError, match=r"2026-05-01 00:00:00 has no time zone: wanted one like"):
        SearchEvent("label photos", at=datetime(2026, 5, 1))


def test_only_a_synthetic_search_is_not_real():
    real = {channel for channel in Channel if SearchEvent("label photos", channel=channel).real}
    assert real == {Channel.HUMAN, Channel.AGENT, Channel.API}


def test_an_event_cannot_be_changed():
    event = SearchEvent("label photos")
    with pytest.raises(FrozenInstanceError):
        event.query = "sort mail"


@pytest.mark.parametrize("written", ["sort mail", "Sort Mail", "  SORT   mail ", "sort\tmail\n"])
def test_queries_that_differ_in_case_and_spaces_have_one_key(written):
    assert query_key(written) == "sort mail"


@pytest.mark.parametrize("other", ["sortmail", "sort mails", "mail sort", "sort-mail"])
def test_queries_of_other_words_have_other_keys(other):
    assert query_key(other) != query_key("sort mail")


@given(st.text())
def test_the_key_of_a_key_is_the_key(query):
    assert query_key(query_key(query)) == query_key(query)
