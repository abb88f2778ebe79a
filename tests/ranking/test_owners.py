"""Who stands behind an artifact: its maker, the account of its address, or nobody known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.catalogue.catalogue import catalogue_of
from matchgraph.ranking.owners import account_of, crowd, owners_of
from tests.ranking.worlds import made


@pytest.mark.parametrize(
    ("url", "account"),
    [
        ("https://github.com/Acme/mail-sorter", "github.com/acme"),
        ("http://www.github.com/acme/other?tab=readme", "github.com/acme"),
        ("https://github.com/acme", "github.com/acme"),
        ("https://hub.example/datasets/acme/letters", "hub.example/acme"),
        ("https://hub.example/datasets/letters", None),  # everybody's datasets are there
        ("https://packages.example/project/mail-kit/", None),
        ("https://acme.example/", None),
        ("not an address", None),
        ("https://[broken/acme", None),
        ("", None),
        (None, None),
    ],
)
def test_the_account_of_an_address(url, account):
    assert account_of(url) == account


def test_an_owner_is_known_by_maker_and_account():
    owners = owners_of(
        catalogue_of(
            [
                made("a", maker=" Acme  Labs ", url="https://github.com/acme/a"),
                made("b", maker="ACME labs"),
                made("c", url="https://github.com/Acme/c"),
                made("d"),
            ]
        )
    )
    names = [owners.names(place) for place in range(4)]
    assert names == [{"acme labs", "github.com/acme"}, {"acme labs"}, {"github.com/acme"}, set()]
    makers, accounts = owners.kin()
    assert (makers[0] == makers[1], len(set(makers))) == (True, 3)
    assert (accounts[0] == accounts[2], len(set(accounts))) == (True, 3)


def test_those_who_share_a_name_are_one_even_through_a_third():
    named = [frozenset("ab"), frozenset("cd"), frozenset("bc"), frozenset("e")]
    assert [crowd(named[:2]), crowd(named[:3]), crowd(named)] == [2, 1, 2]
    assert crowd([]) == 0


@given(st.lists(st.frozensets(st.sampled_from("abcdefgh"), min_size=1, max_size=3), max_size=12), st.randoms())
def test_a_crowd_is_the_number_of_connected_parts_in_any_order(named, dice):
    import networkx as nx

    drawn = nx.Graph()
    for place, names in enumerate(named):
        drawn.add_edges_from((place, name) for name in names)
    shuffled = dice.sample(named, len(named))
    assert crowd(named) == crowd(shuffled) == nx.number_connected_components(drawn)
