"""Where the stores at URLs of these tests are."""

from collections.abc import Iterator

import pytest

from tests.snapshot.places import SERVER, s3_server


@pytest.fixture(scope="session")
def s3() -> Iterator[None]:
    """A server that speaks S3, started once."""
    if not SERVER.exists():
        pytest.skip("no S3 server here: `make test` brings one")
    with s3_server():
        yield


@pytest.fixture(params=["memory", "s3"])
def place_kind(request: pytest.FixtureRequest) -> str:
    """The kind of place that a store at a URL is in."""
    if request.param == "s3":
        request.getfixturevalue("s3")
    return str(request.param)
