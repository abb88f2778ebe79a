"""Answers of language models, held by what was asked: one small JSON file each, so that no question is paid twice."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from matchgraph.catalogue.decompose.llm.reply import Reply, ReplyError, reply_of


class Replies:
    """A folder of answers; one that is damaged counts as none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> Reply | None:
        """The answer held under that key."""
        try:
            return reply_of((self.folder / f"{key}.json").read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ReplyError):
            return None

    def put(self, key: str, reply: Reply) -> None:
        """Hold an answer; it is whole or not there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        beside = self.folder / f".{key}.{os.getpid()}.part"
        beside.write_text(reply.model_dump_json(), encoding="utf-8")
        beside.replace(self.folder / f"{key}.json")


def key_of(*parts: object) -> str:
    """The key of a question: its words, the model, the version of the prompt."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
