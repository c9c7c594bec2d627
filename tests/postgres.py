"""A PostgreSQL of our own for a while, from the binaries that the system has installed.

It lives in a temporary directory, listens on a socket in there and nowhere else, so it meets no
other server and needs no free port, and it is gone when the block ends or this process dies.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

NAME = "linshuo"

#: Nothing is asked to survive a power cut in a test; a benchmark keeps the server's defaults.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresMissing(Exception):
    """No PostgreSQL server is installed here."""


def binaries() -> Path:
    """The directory of initdb and postgres, the newest there is. Raises PostgresMissing."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"),
        key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0,
        reverse=True,
    )
    if on_path := shutil.which("postgres"):
        found.append(Path(on_path))
    if pg_config := shutil.which("pg_config"):
        bindir = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=True)
        found.append(Path(bindir.stdout.strip()) / "postgres")
    for path in found:
        if path.exists() and (path.parent / "initdb").exists():
            return path.parent
    raise PostgresMissing("no PostgreSQL server found; on Debian: apt-get install postgresql")


@contextlib.contextmanager
def temporary_postgres(*, careful: bool = False, **options: str) -> Iterator[str]:
    """Run a fresh server with an empty database and yield its address.

    `careful` keeps fsync on, for measurements; `options` are server settings
    (`shared_buffers="512MB"`). Raises PostgresMissing, or CalledProcessError with what initdb said.
    """
    bin_ = binaries()
    settings = {"listen_addresses": "", "timezone": "UTC", "max_connections": "100"}
    settings |= ({} if careful else CARELESS) | options
    with contextlib.ExitStack() as stack:
        # Root's own TMPDIR may be closed to the user that the server runs as.
        root = os.getuid() == 0
        home = Path(tempfile.mkdtemp(prefix="linshuo-pg-", dir="/tmp" if root else None))
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        user = _unprivileged(home)
        data = home / "data"
        initdb = [bin_ / "initdb", "-D", data, "-U", NAME, "--auth=trust", "--no-sync"]
        initdb += ["--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run(initdb, check=True, capture_output=True, text=True, cwd=home, user=user)
        # Where there is setpriv (Linux), the kernel ends the server if the tests are killed.
        leash = ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []
        server = [*leash, bin_ / "postgres", "-D", data, "-k", home]
        for name, value in settings.items():
            server += ["-c", f"{name}={value}"]
        log = stack.enter_context((home / "log").open("wb"))
        process = subprocess.Popen(
            server, stdout=log, stderr=log, cwd=home, user=user, start_new_session=True,
        )  # fmt: skip
        stack.callback(_stop, process)
        _wait(bin_, home, process)
        subprocess.run([bin_ / "createdb", "-h", home, "-U", NAME, NAME], check=True, cwd=home)
        yield f"postgres://{NAME}@/{NAME}?host={home}"


def _unprivileged(home: Path) -> str | None:
    """PostgreSQL refuses to run as root; give the directory to somebody harmless, by name."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in known else "nobody"
    shutil.chown(home, user)
    return user


def _wait(bin_: Path, home: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        ready = [bin_ / "pg_isready", "-q", "-h", home, "-U", NAME, "-d", "postgres"]
        if subprocess.run(ready, cwd=home, check=False).returncode == 0:
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)  # nothing to wait on: the server has no way to call back
    log = (home / "log").read_text(errors="replace")
    raise RuntimeError(f"PostgreSQL did not start:\n{log}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGQUIT)  # at once; nobody needs what is in it
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
