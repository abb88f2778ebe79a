"""A PostgreSQL server of our own, where one is installed: a folder, a free port of this machine, nobody else's data."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, where it is installed."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = shutil.which("initdb")
    return installed[-1].parent if installed else Path(found).resolve().parent if found else None


@contextmanager
def server() -> Iterator[str]:
    """The address of a server that runs until the end; as root it runs as nobody, since it refuses to be root."""
    bin_folder = programs()
    assert bin_folder is not None
    who = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
    with TemporaryDirectory() as folder, socket.socket() as free:
        if who:
            shutil.chown(folder, **who)
        free.bind(("127.0.0.1", 0))
        port, data = free.getsockname()[1], f"{folder}/data"
        free.close()
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"

        def run(*command: str) -> None:
            subprocess.run(
                command, check=True, capture_output=True, cwd=folder, extra_groups=[] if who else None, **who
            )

        run(f"{bin_folder}/initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-locale")
        run(f"{bin_folder}/pg_ctl", "-D", data, "-o", options, "-w", "-l", f"{folder}/log", "start")
        try:
            yield f"postgresql://tester@127.0.0.1:{port}/postgres"
        finally:
            run(f"{bin_folder}/pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
