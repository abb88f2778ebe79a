"""Keys: made once, kept as hashes, good for what they were made for, gone when revoked."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from matchgraph.doors.cli import app
from matchgraph.doors.keys import Keys, Scope, keys_of
from matchgraph.errors import AccessError
from matchgraph.snapshot.place import store_at

SHELL = CliRunner()


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


def test_a_key_opens_what_it_was_made_for_and_nothing_else(keys: Keys) -> None:
    key, text = keys.make("reader", [Scope.READ])
    assert keys.admit(text, Scope.READ) == key
    with pytest.raises(AccessError, match=r"good for read, not for record") as refused:
        keys.admit(text, Scope.RECORD)
    assert refused.value.known


def test_an_admin_key_opens_everything(keys: Keys) -> None:
    _, text = keys.make("keeper", [Scope.ADMIN])
    for scope in Scope:
        assert keys.admit(text, scope) is not None


def test_the_file_holds_no_secret_and_is_for_its_owner_alone(keys: Keys) -> None:
    key, text = keys.make("reader", [Scope.READ])
    secret = text.split("_", 2)[2]
    assert secret not in keys.path.read_text()
    assert key.sha256 in keys.path.read_text()
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600


def test_without_any_key_reading_and_recording_are_open_and_keeping_is_not(keys: Keys) -> None:
    assert keys.admit(None, Scope.READ) is None
    assert keys.admit(None, Scope.RECORD) is None
    with pytest.raises(AccessError, match="matchgraph keys make"):
        keys.admit(None, Scope.ADMIN)


def test_once_there_was_a_key_one_is_needed_even_when_the_last_is_revoked(keys: Keys) -> None:
    key, text = keys.make("reader", [Scope.READ])
    keys.revoke(key.key_id)
    for shown in (None, text):
        with pytest.raises(AccessError):
            keys.admit(shown, Scope.READ)


def test_another_process_sees_a_key_revoked_at_once(keys: Keys) -> None:
    key, text = keys.make("reader", [Scope.READ])
    other = Keys(keys.path.parent)
    assert other.admit(text, Scope.READ)
    keys.revoke(key.key_id)
    with pytest.raises(AccessError, match="no key here"):
        other.admit(text, Scope.READ)


@given(st.text(max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_other_text_is_a_key(keys: Keys, shown: str) -> None:
    if not keys.path.exists():
        keys.make("reader", [Scope.READ])
    with pytest.raises(AccessError):
        keys.admit(shown, Scope.READ)


def test_a_key_with_a_letter_changed_is_none(keys: Keys) -> None:
    _, text = keys.make("reader", [Scope.READ])
    with pytest.raises(AccessError):
        keys.admit(text[:-1] + ("A" if text[-1] != "A" else "B"), Scope.READ)


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"key_id": "a"}]', '[{"scopes": ["all"]}]'])
def test_a_damaged_file_opens_nothing(keys: Keys, content: str) -> None:
    _, text = keys.make("reader", [Scope.READ])
    keys.path.write_text(content)
    with pytest.raises(AccessError, match="holds no keys"):
        keys.admit(text, Scope.READ)


def test_listening_beyond_the_machine_takes_a_key(keys: Keys) -> None:
    keys.check_host("127.0.0.1")
    with pytest.raises(AccessError, match="reached from other machines"):
        keys.check_host("0.0.0.0")  # noqa: S104 - that it is refused is the point
    keys.make("reader", [Scope.READ])
    keys.check_host("0.0.0.0")  # noqa: S104


def test_the_shell_makes_lists_and_revokes(store: Path) -> None:
    named = ["--store", str(store)]
    assert SHELL.invoke(app, ["keys", "list", *named]).stdout == f"no keys in {store}\n"
    made = SHELL.invoke(app, ["keys", "make", "a robot", "--scope", "read", "--scope", "record", *named])
    assert made.exit_code == 0
    key = Keys(store).admit(made.stdout.strip(), Scope.RECORD)
    listed = json.loads(SHELL.invoke(app, ["keys", "list", "--json", *named]).stdout)
    assert [(each["key_id"], each["name"], each["scopes"]) for each in listed] == [
        (key.key_id, "a robot", ["read", "record"])
    ]
    assert SHELL.invoke(app, ["keys", "revoke", key.key_id, *named]).exit_code == 0
    assert (
        SHELL.invoke(app, ["keys", "list", *named]).stdout
        == f"no keys in {store}: its doors stay closed until one is made\n"
    )


def test_no_key_is_made_to_what_is_no_store_or_for_nobody(tmp_path: Path, keys: Keys) -> None:
    made = SHELL.invoke(app, ["keys", "make", "a robot", "--store", str(tmp_path)])
    assert "no snapshot in" in str(made.exception)
    assert not (tmp_path / "keys.json").exists()
    with pytest.raises(AccessError, match="a key for nobody"):
        keys.make(" ", [Scope.READ])


def test_who_revokes_by_name_is_told_the_ids(keys: Keys) -> None:
    key, _ = keys.make("a robot", [Scope.READ])
    with pytest.raises(AccessError, match=f"no key with the id 'a robot' here; there is: {key.key_id} of a robot"):
        keys.revoke("a robot")


def test_there_are_no_keys_where_there_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(AccessError, match=r"no folder .* to keep keys in"):
        Keys(tmp_path / "none").make("reader", [Scope.READ])
    assert not (tmp_path / "none").exists()


def test_a_store_at_a_url_has_its_keys_in_a_folder_that_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ["keys", "make", "a robot", "--store", "s3://bucket/folder"]
    refused = SHELL.invoke(app, made)
    assert refused.exit_code == 1
    assert "s3://bucket/folder is no folder to keep keys in: let MATCHGRAPH_KEYS name one" in str(refused.exception)
    monkeypatch.setenv("MATCHGRAPH_KEYS", str(tmp_path))
    key = SHELL.invoke(app, made).stdout.strip()
    assert keys_of(store_at("s3://bucket/folder")).admit(key, Scope.READ).name == "a robot"
    with pytest.raises(AccessError, match="needed"):
        keys_of(store_at("s3://bucket/folder")).admit(None, Scope.READ)


def test_the_keys_of_a_store_on_a_disk_are_in_it_unless_another_folder_is_named(tmp_path, monkeypatch) -> None:
    assert keys_of(store_at(tmp_path)).path.parent == tmp_path
    monkeypatch.setenv("MATCHGRAPH_KEYS", str(tmp_path / "elsewhere"))
    assert keys_of(store_at(tmp_path)).path.parent == tmp_path / "elsewhere"
