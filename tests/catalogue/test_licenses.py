"""What a licence lets people do, from its name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchgraph.catalogue.licenses import LicenseClass, binds, grants, license_class, license_classes
from matchgraph.catalogue.spdx import category_of, expression_of, spdx_id


@pytest.mark.parametrize(
    "name",
    [
        "MIT",
        "mit license",
        "MIT-0",
        "Apache-2.0",
        "Apache License 2.0",
        "apache_2.0",
        "BSD-3-Clause",
        "ISC",
        "0BSD",
        "CC0-1.0",
        "CC-BY-4.0",
        "CC BY 4.0",
        "Unlicense",
        "BSL-1.0",
        "Zlib",
        "PostgreSQL",
        "PSF-2.0",
        "Public Domain",
        "CDLA-Permissive-2.0",
        "ODC-By-1.0",
    ],
)
def test_a_licence_that_only_asks_for_the_name_is_permissive(name: str):
    assert license_class(name) is LicenseClass.PERMISSIVE


@pytest.mark.parametrize(
    "name",
    [
        "GPL-3.0-only",
        "GPLv3",
        "gpl_2.0",
        "LGPL-2.1",
        "AGPL-3.0",
        "GNU AGPL v3",
        "MPL-2.0",
        "EPL-2.0",
        "EUPL-1.2",
        "CC-BY-SA-4.0",
        "CC BY-SA 3.0",
        "cc-by-4.0-sa",
        "ODbL-1.0",
        "SSPL-1.0",
    ],
)
def test_a_licence_that_binds_what_is_made_of_it_is_copyleft(name: str):
    assert license_class(name) is LicenseClass.COPYLEFT


@pytest.mark.parametrize(
    "name",
    [
        "GNU General Public License v3.0",
        "GNU Affero General Public License v3",
        "Mozilla Public License 2.0",
        "Eclipse Public License 2.0",
    ],
)
def test_a_copyleft_family_is_known_by_its_full_name_too(name: str):
    assert license_class(name) is LicenseClass.COPYLEFT


@pytest.mark.parametrize(
    "name",
    [
        "CC-BY-NC-4.0",
        "CC BY-NC-SA 4.0",
        "cc-by-nc-nd-4.0",
        "Non-Commercial",
        "research use only",
        "research-only",
        "Non-Commercial License",
        "NVIDIA Noncommercial License",
        "Creative Commons Attribution Non Commercial 4.0",
    ],
)
def test_a_licence_that_bars_trade_is_non_commercial(name: str):
    assert license_class(name) is LicenseClass.NON_COMMERCIAL


@pytest.mark.parametrize("name", ["proprietary", "Closed source", "All rights reserved", "Commercial License"])
def test_a_licence_that_grants_nothing_is_closed(name: str):
    assert license_class(name) is LicenseClass.CLOSED


@pytest.mark.parametrize(
    ("names", "strictest"),
    [
        ("MIT, GPL-2.0", LicenseClass.COPYLEFT),
        ("GPL-2.0 / MIT", LicenseClass.COPYLEFT),
        ("Apache-2.0 (code), CC-BY-NC-4.0 (weights)", LicenseClass.NON_COMMERCIAL),
        ("MIT; proprietary", LicenseClass.CLOSED),
        ("CC-BY-NC-4.0, proprietary", LicenseClass.CLOSED),
        ("Commercial License or CC-BY-NC-4.0", LicenseClass.CLOSED),
    ],
)
def test_of_several_licences_the_strictest_counts(names: str, strictest: LicenseClass):
    assert license_class(names) is strictest


@pytest.mark.parametrize(
    "name", [None, "", " ", "Gemma Terms of Use", "BSL-1.1", "see website", "UNLICENSED", "mitten"]
)
def test_a_licence_of_no_known_family_has_no_class(name: str | None):
    assert license_class(name) is None


@pytest.mark.parametrize(
    ("name", "spdx"),
    [
        ("mit", "MIT"),
        ("The MIT License", "MIT"),
        ("Apache 2", "Apache-2.0"),
        ("apache2", "Apache-2.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("BSD 3-Clause", "BSD-3-Clause"),
        ("BSD-3", "BSD-3-Clause"),
        ("CC BY-NC-SA 4.0", "CC-BY-NC-SA-4.0"),
        ("GPL-3.0", "GPL-3.0-only"),
        ("GPL-3.0+", "GPL-3.0-or-later"),
        ("GNU GPL v2 or any later version", "GPL-2.0-or-later"),
        ("GNU Affero General Public License v3.0", "AGPL-3.0-only"),
        ("lgpl-2.1-or-later", "LGPL-2.1-or-later"),
        ("MPLv2", "MPL-2.0"),
        ("Llama 2 Community License", None),
        ("", None),
    ],
)
def test_a_licence_is_known_in_other_spellings(name: str, spdx: str | None):
    assert spdx_id(name) == spdx


@pytest.mark.parametrize(
    ("expression", "freest", "choices"),
    [
        ("MIT OR GPL-3.0-only", LicenseClass.PERMISSIVE, 2),
        ("mit or gplv3 or later", LicenseClass.PERMISSIVE, 2),
        ("MIT AND GPL-3.0-only", LicenseClass.COPYLEFT, 1),
        ("MIT AND (Apache-2.0 OR LGPL-2.1-or-later)", LicenseClass.PERMISSIVE, 2),
        ("(MIT OR ISC) AND CC-BY-NC-4.0", LicenseClass.NON_COMMERCIAL, 1),
        ("GPL-2.0-only WITH Classpath-exception-2.0", LicenseClass.COPYLEFT, 1),
        ("Apache-2.0 WITH LLVM-exception", LicenseClass.PERMISSIVE, 1),
        ("MIT, Apache-2.0 OR GPL-2.0", LicenseClass.PERMISSIVE, 2),
    ],
)
def test_of_a_choice_the_freest_counts_and_of_what_binds_together_the_strictest(
    expression: str, freest: LicenseClass, choices: int
):
    assert license_class(expression) is freest
    assert len(license_classes(expression)) == choices


@pytest.mark.parametrize(
    "name", ["Apache-2.0, Commons-Clause", "FSL-1.1-MIT", "MIT (core), PolyForm Shield (platform)", "Elastic-2.0"]
)
def test_free_terms_with_a_rider_are_not_free(name: str):
    assert license_class(name) is None


@pytest.mark.parametrize("name", ["https://example.org/python-tools/LICENSE", "http://example.org/mit"])
def test_an_address_is_no_licence_unless_it_is_that_of_one(name: str):
    assert license_class(name) is None
    assert license_class("https://opensource.org/licenses/MIT") is LicenseClass.PERMISSIVE


def test_every_known_id_has_a_category_and_is_its_own_spelling():
    for spdx in ("MIT", "GPL-1.0-only", "LicenseRef-scancode-proprietary-license", "wxWindows"):
        assert spdx_id(spdx) == spdx
        assert category_of(spdx)


NAMES = ("MIT", "isc", "GPL-2.0-or-later", "gpl v3", "CC-BY-NC-4.0", "proprietary", "Elastic-2.0", "Gemma", "2", "+")
WORDS = st.sampled_from([*NAMES, " OR ", " and ", "(", ")", ",", "/", " WITH ", " or later", "http://a/mit", " "])


@given(st.lists(WORDS, max_size=40).map("".join), st.frozensets(st.sampled_from([*NAMES, *LicenseClass])))
def test_whatever_stands_there_is_read_or_left_open(text: str, names: frozenset[str]):
    expression_of(text)
    assert (license_class(text) is None) == (not license_classes(text))
    if binds(text, names) and expression_of(text) is not None:
        assert grants(text, names) or license_class(text) not in names  # nothing can be avoided that cannot be had


def operand(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(["MIT", "ISC", "GPL-3.0-only", "CC-BY-NC-4.0"])
    if not depth:
        return leaf
    joined = st.tuples(operand(depth - 1), st.sampled_from(["AND", "OR"]), operand(depth - 1))
    return leaf | joined.map(lambda each: f"({' '.join(each)})")


@given(operand(4), st.frozensets(st.sampled_from(["MIT", "ISC", "GPL-3.0-only", "CC-BY-NC-4.0"])))
def test_an_expression_is_granted_as_its_truth_table_says(text: str, names: frozenset[str]):
    truth = text
    for each in ("GPL-3.0-only", "CC-BY-NC-4.0", "MIT", "ISC"):
        truth = truth.replace(each, str(each in names))
    assert grants(text, names) == eval(truth.replace("AND", "and").replace("OR", "or"))  # noqa: S307 - our own text


def test_a_long_list_of_choices_is_read_in_no_time():
    assert license_class(" AND ".join(["(MIT OR GPL-3.0-only)"] * 15)) is LicenseClass.PERMISSIVE
    assert license_class("(" * 5000 + "MIT" + ")" * 5000) is LicenseClass.PERMISSIVE
