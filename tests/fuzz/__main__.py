"""`make fuzz`: every reader on bytes that are bred for what they reach in it; what breaks one is kept as a file.

MATCHGRAPH_FUZZ_SECONDS is for all readers together. Names of readers as arguments: only these.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

SECONDS = int(os.environ.get("MATCHGRAPH_FUZZ_SECONDS", "600"))
FOUND = Path(os.environ.get("MATCHGRAPH_FUZZ_FOUND", Path(__file__).parents[2] / ".fuzz"))
_LIMITS = ["-rss_limit_mb=1000", "-timeout=20", "-max_len=20000", "-print_final_stats=1", "-verbosity=1"]


def breed(name: str, options: list[str]) -> None:
    """Feed one reader until the time is over, in a process that sees which lines of ours each input comes to."""
    import atheris

    with atheris.instrument_imports(include=["matchgraph"]):
        from tests.fuzz.readers import READERS, survives
    reads = READERS[name].reads
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(READERS[name].seeds):
            (Path(corpus) / str(number)).write_bytes(seed)
        atheris.Setup([sys.argv[0], *options, corpus], lambda content: survives(reads, content))
        atheris.Fuzz()


def main(names: list[str]) -> None:
    """Each reader in turn; an error at the end where one broke."""
    from tests.fuzz.readers import READERS

    names, broken = names or list(READERS), []
    FOUND.mkdir(exist_ok=True)
    for name in names:
        options = [*_LIMITS, f"-max_total_time={max(SECONDS // len(names), 1)}", f"-artifact_prefix={FOUND}/{name}-"]
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz", "--one", name, *options], check=False, capture_output=True
        )
        said = done.stderr.decode("utf-8", "replace") + done.stdout.decode("utf-8", "replace")
        tries = re.search(r"number_of_executed_units:\s*(\d+)", said)
        peak = re.search(r"peak_rss_mb:\s*(\d+)", said)
        reached = re.findall(r"cov: (\d+)", said)
        print(
            f"{name:10} {int(tries[1]) if tries else 0:9,} inputs, {reached[-1] if reached else '?'} places reached, "
            f"{peak[1] if peak else '?'} MB  {'sound' if done.returncode == 0 else 'BROKEN'}",
            flush=True,
        )
        if done.returncode:
            broken.append(name)
            (FOUND / f"{name}.log").write_text(said)
    if broken:
        raise SystemExit(f"broken: {', '.join(broken)}; inputs and logs lie in {FOUND}.")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        breed(sys.argv[2], sys.argv[3:])
    else:
        main(sys.argv[1:])
