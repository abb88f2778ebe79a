"""The manifest: what it says is what it packs; anything that is no manifest is refused by name."""

import json
from dataclasses import replace

import pytest

from matchgraph.errors import SnapshotError
from matchgraph.snapshot.manifest import FORMAT, Manifest, digest_of, listed, manifest_in

FILES = listed({"b.npy": b"bb", "a.parquet": b"a"})
MANIFEST = Manifest(
    version="v000001",
    digest=digest_of(FILES),
    built_at="2026-11-21T00:00:00+00:00",
    today="2026-11-21",
    encoder={"name": "wörds", "digest": "00"},
    counts={"artifacts": 8},
    parameters={"search_floor": 0.1 + 0.2},
    inputs=[{"file": "eight.jsonl", "sha256": "00"}],
    files=FILES,
    made_by="matchgraph 0",
)


def test_a_manifest_comes_back_as_it_was_packed():
    assert manifest_in(MANIFEST.packed(), "here") == MANIFEST
    assert manifest_in(MANIFEST.packed(), "here").packed() == MANIFEST.packed()


def test_a_file_is_listed_with_its_digest_and_size():
    assert FILES["b.npy"]["bytes"] == 2
    assert FILES["b.npy"]["sha256"].startswith("3b64db95cb55c763391c707108489ae18b4112d783300de38e033b4c98c3deaf")


def test_the_digest_follows_from_names_and_contents_in_any_order():
    assert digest_of(dict(reversed(FILES.items()))) == digest_of(FILES)
    others = [
        {"b.npy": b"bb"},
        {"b.npy": b"bb", "a.parquet": b"A"},
        {"b.npy": b"bb", "A.parquet": b"a"},
        {"b.npy": b"a", "a.parquet": b"bb"},
    ]
    assert len({digest_of(listed(other)) for other in others} | {digest_of(FILES)}) == 5


@pytest.mark.parametrize("format", [0, FORMAT + 1, "1", None])
def test_another_format_is_refused_with_what_to_do(format):
    content = json.dumps(MANIFEST.to_dict() | {"format": format}).encode()
    with pytest.raises(SnapshotError, match=rf"here is of format .* reads format {FORMAT}: rebuild it"):
        manifest_in(content, "here")


WRONG = {
    "nothing": b"",
    "no JSON": b"{",
    "no text": b"\xff\xfe",
    "nested without end": b"[" * 100_000,
    "a list": b"[]",
    "a number": b"5",
    "null": b"null",
    "an empty object": b"{}",
    "only a format": b'{"format": 1}',
    "a field too many": json.dumps(MANIFEST.to_dict() | {"colour": "red"}).encode(),
    "files as a list": replace(MANIFEST, files=["a.parquet"]).packed(),
    "files as null": replace(MANIFEST, files=None).packed(),
    "a file without its size": replace(MANIFEST, files={"a": {"sha256": "00"}}).packed(),
    "a file without its digest": replace(MANIFEST, files={"a": {"bytes": 1}}).packed(),
    "a file whose size is a text": replace(MANIFEST, files={"a.npy": {"bytes": "1", "sha256": "00"}}).packed(),
    "a file as a number": replace(MANIFEST, files={"a": 5}).packed(),
    "an encoder in words": replace(MANIFEST, encoder="words").packed(),
    "no parameters": replace(MANIFEST, parameters=None).packed(),
    "a version that is a number": replace(MANIFEST, version=1).packed(),
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
def test_what_is_no_manifest_is_refused_by_name(content):
    with pytest.raises(SnapshotError, match="here"):
        manifest_in(content, "here")
