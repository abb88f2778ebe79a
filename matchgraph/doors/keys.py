"""Keys to a store's doors: made once, shown once, kept as hashes, good for what they were made for."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from matchgraph.errors import AccessError
from matchgraph.snapshot.remote import RemoteStore
from matchgraph.snapshot.store import Store

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Scope(StrEnum):
    """What a key is good for; admin includes the others."""

    READ = "read"
    RECORD = "record"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Key:
    """One key as it is kept: its secret only as a hash, which suffices for one that was drawn and not thought up."""

    key_id: str
    name: str
    scopes: tuple[Scope, ...]
    sha256: str
    made_at: str

    def opens(self, scope: Scope) -> bool:
        """Whether the key is good for that."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


class Keys:
    """The keys in one folder. While there are none, reading and recording are open to whoever reaches the door."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "keys.json"
        self._read: tuple[tuple[int, int], dict[str, Key]] | None = None

    def every(self) -> dict[str, Key]:
        """The keys there are, by id; read anew when the file has changed."""
        try:
            state = self.path.stat()
        except FileNotFoundError:
            return {}
        stamp = (state.st_mtime_ns, state.st_size)
        if self._read is None or self._read[0] != stamp:
            self._read = stamp, _keys_in(self.path)
        return self._read[1]

    def make(self, name: str, scopes: Sequence[Scope]) -> tuple[Key, str]:
        """A new key, and the text that opens with it: this is the only time that anybody sees it."""
        if not scopes:
            raise AccessError(f"a key for nothing: wanted some of {', '.join(Scope)}.")
        if not name.strip():
            raise AccessError("a key for nobody: say whose it is.")
        key_id, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        made_at = datetime.now(UTC).isoformat(timespec="seconds")
        key = Key(key_id, name, tuple(dict.fromkeys(scopes)), _hash(secret), made_at)
        with self._writing():
            self._keep([*self.every().values(), key])
        return key, f"mg_{key_id}_{secret}"

    def revoke(self, key_id: str) -> Key:
        """The key that is no longer one."""
        with self._writing():
            keys = dict(self.every())
            if key_id not in keys:
                named = (f"{each.key_id} of {each.name}" for each in keys.values())
                raise AccessError(f"no key with the id {key_id!r} here; there is: {', '.join(named) or 'none'}.")
            gone = keys.pop(key_id)
            self._keep(list(keys.values()))
        return gone

    def admit(self, shown: str | None, scope: Scope) -> Key | None:
        """The key that was shown, good for that; None where no key is needed."""
        keys = self.every()
        if shown is None:
            if not self.path.exists() and scope is not Scope.ADMIN:
                return None
            raise AccessError(f"a key good for {scope} is needed: make one with `matchgraph keys make`.")
        key_id, _, secret = shown.removeprefix("mg_").partition("_")
        key = keys.get(key_id)
        if key is None or not hmac.compare_digest(key.sha256, _hash(secret)):
            raise AccessError("this is no key here: it was revoked, or is not written as it was made.")
        if not key.opens(scope):
            raise AccessError(f"this key is good for {', '.join(key.scopes)}, not for {scope}.", known=True)
        return key

    def check_host(self, host: str) -> None:
        """Refuse to listen beyond this machine while no key was ever made."""
        if host not in _LOOPBACK and not self.path.exists():
            raise AccessError(f"{host} is reached from other machines: make a key first with `matchgraph keys make`.")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        if not self.path.parent.is_dir():
            raise AccessError(
                f"no folder {self.path.parent} to keep keys in: rebuild a store first, or name it with --store."
            )
        with self.path.with_name("keys.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._read = None
            yield

    def _keep(self, keys: list[Key]) -> None:
        """Write them; once there was a key, the file stays, so that revoking the last one opens nothing."""
        draft = self.path.with_name("keys.json.draft")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as stream:
            stream.write(json.dumps([asdict(key) for key in keys], indent=1).encode())
            stream.flush()
            os.fsync(stream.fileno())
        draft.rename(self.path)


def keys_of(place: Store | RemoteStore) -> Keys:
    """The keys to a store's doors: in the folder that MATCHGRAPH_KEYS names, else with what it has on this disk."""
    named = os.environ.get("MATCHGRAPH_KEYS")
    return Keys(Path(named) if named else place.local)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _keys_in(path: Path) -> dict[str, Key]:
    try:
        rows = json.loads(path.read_bytes())
        keys = [Key(**row | {"scopes": tuple(map(Scope, row["scopes"]))}) for row in rows]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise AccessError(f"{path} holds no keys ({error}): restore it, or delete it and make them anew.") from error
    return {key.key_id: key for key in keys}
