"""What a licence lets people do, from its name."""

import pytest

from matchgraph.catalogue.licenses import LicenseClass, license_class


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
