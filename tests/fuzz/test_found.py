"""What once broke a reader is read or refused; and so is each sound example that fuzzing begins with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.readers import READERS, survives

FOUND = sorted((Path(__file__).parent / "found").iterdir())


@pytest.mark.parametrize("name", READERS)
def test_every_reader_bears_its_examples_and_the_halves_of_them(name: str) -> None:
    for seed in READERS[name].seeds:
        survives(READERS[name].reads, seed)
        survives(READERS[name].reads, seed[: len(seed) // 2])


def test_what_once_broke_a_reader_is_read_or_refused() -> None:
    code = (
        "import sys, pathlib; from tests.fuzz.readers import READERS, survives\n"
        "for path in map(pathlib.Path, sys.argv[1:]):\n"
        "    print(path.name, flush=True)\n"
        "    survives(READERS[path.name.partition('-')[0]].reads, path.read_bytes())\n"
        "print('all')"
    )  # in a process of its own, because one of them ended it
    root = str(Path(__file__).parents[2])
    environment = os.environ | {"PYTHONPATH": root}
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, FOUND)],
        check=False,
        capture_output=True,
        text=True,
        cwd=root,
        env=environment,
    )
    assert done.stdout.splitlines()[-1:] == ["all"], (done.stdout, done.stderr)
