"""Queries of one kind against the plain way: each query in its turn follows the first leader that is near enough."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchgraph.searches import kinds as room
from matchgraph.searches.events import Channel, SearchEvent
from matchgraph.searches.kinds import SAME_WISH, Kind, kinds_asked, kinds_of_query
from matchgraph.searches.public import askers
from matchgraph.vectors.grid import LENGTH, to_grid


def plainly(queries: list[str], grid: np.ndarray) -> dict[str, str]:
    """One query after the other."""
    leaders: list[int] = []
    found = {}
    for place in sorted(range(len(queries)), key=lambda place: queries[place]):
        for leader in leaders:
            if int(grid[place].astype(np.int64) @ grid[leader].astype(np.int64)) / LENGTH**2 >= SAME_WISH:
                found[queries[place]] = queries[leader]
                break
        else:
            leaders.append(place)
            found[queries[place]] = queries[place]
    return found


def around(degrees: list[float]) -> np.ndarray:
    turned = np.radians(degrees)
    return to_grid(np.stack([np.cos(turned), np.sin(turned)], axis=1))


def test_near_queries_are_one_kind_under_the_first_in_order():
    # cos 31.79 degrees = .85: b follows a at 20 degrees; c at 40 is too far from a, and b leads nobody.
    assert kinds_of_query(["c", "a", "b"], around([40, 0, 20])) == {"a": "a", "b": "a", "c": "c"}


def test_a_query_follows_the_first_leader_and_not_the_nearest():
    assert kinds_of_query(["a", "b", "c"], around([0, 40, 21])) == {"a": "a", "b": "b", "c": "a"}


def test_no_query_is_no_kind_and_one_stands_for_itself():
    assert kinds_of_query([], np.zeros((0, 0), np.int16)) == {}
    assert kinds_of_query(["a"], around([5])) == {"a": "a"}


@pytest.mark.parametrize("block", [1, 2, 7, 1_024])
@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), number=st.integers(1, 40), dim=st.integers(2, 5))
def test_blocks_find_what_the_plain_way_finds(block, seed, number, dim):
    dice = np.random.default_rng(seed)
    queries = [f"query {place:03}" for place in dice.permutation(number)]
    grid = to_grid(dice.standard_normal((number, dim)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "_BLOCK", block)
        assert kinds_of_query(queries, grid) == plainly(queries, grid)


@given(st.permutations(range(12)))
def test_the_order_of_the_queries_changes_no_kind(order):
    queries, grid = [f"query {place}" for place in range(12)], around([17 * place for place in range(12)])
    assert kinds_of_query([queries[place] for place in order], grid[list(order)]) == kinds_of_query(queries, grid)


def test_who_leads_is_of_its_own_kind():
    found = kinds_of_query([f"q{place:02}" for place in range(60)], around([6 * place for place in range(60)]))
    assert all(found[leader] == leader for leader in found.values())
    assert 1 < len(set(found.values())) < 60


# Kinds as they were asked


def asked(query: str, *actors: str | None, channel: Channel = Channel.HUMAN) -> list[SearchEvent]:
    return [SearchEvent(query, actor=actor, channel=channel) for actor in actors]


def kind_of_three(events: list[SearchEvent]) -> Kind:
    """a, b and c at 0, 10 and 25 degrees: b is in the middle."""
    (kind,) = kinds_asked(askers(events), {"a": "a", "b": "a", "c": "a"}, ["c", "a", "b"], around([25, 0, 10]))
    return kind


def test_the_leader_is_first_by_text_and_the_medoid_is_public_only_where_enough_asked_it():
    few = kind_of_three([*asked("a", "ada", "bob"), *asked("C", "ada", "cy", None)])
    assert (few.leader, few.public_text, few.queries, few.actors) == ("a", None, 3, 3)
    many = [event for query in "abc" for event in asked(query, *"vwxyz")]
    assert kind_of_three(many).public_text == "b"


def test_of_medoids_as_near_the_first_by_text_is_it():
    askers = {each: set("vwxyz") for each in "ab"}
    kinds = kinds_asked(askers, {"a": "a", "b": "a"}, ["b", "a"], around([0, 10]))
    assert [(kind.number, kind.public_text) for kind in kinds] == [(0, "a")]


@pytest.mark.parametrize(("actors", "public"), [(4, None), (5, "c")])
def test_words_are_public_once_five_actors_used_just_these(actors, public):
    same = asked("c", *(f"actor {n}" for n in range(actors)))
    others = [*asked("a", "x", "y", "z", "u"), *asked("b", *"vwxy")]
    kind = kind_of_three(same + others)
    assert (kind.public_text, kind.actors) == (public, actors + 6)


def test_one_that_asks_often_no_one_known_and_a_synthetic_one_make_no_words_public():
    many = [f"made {n}" for n in range(9)]
    events = [*asked("a", *["ada"] * 9), *asked("b", *[None] * 9), *asked("c", *many, channel=Channel.SYNTHETIC)]
    kind = kind_of_three(events)
    assert (kind.public_text, kind.actors) == (None, 1)


def test_actors_at_an_impossible_pace_make_no_words_public():
    at = datetime(2026, 11, 20, tzinfo=UTC)
    bots = [SearchEvent(f"q{n}", actor=f"bot {each}", at=at) for each in range(9) for n in range(40)]
    asks = [SearchEvent("a", actor=f"bot {each}", at=at) for each in range(9)]
    assert kind_of_three(asks).public_text == "a"
    assert kind_of_three(asks + bots).public_text is None
