"""PostgreSQL's own tools for copying a database out and in.

Both functions raise Wrong, with what the tool said, when it is missing or refuses.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from linshuo.config.wrong import Wrong


def dump(database: dict[str, Any], into: Path, snapshot: str) -> None:
    """Copy the database as of an exported snapshot, in pg_dump's custom format."""
    _run("pg_dump", database, "--format=custom", f"--snapshot={snapshot}", f"--file={into}",
         "--no-owner", "--no-privileges")  # fmt: skip


def load(database: dict[str, Any], file: Path) -> None:
    """Fill an empty database with a copy, in one transaction: all of it or nothing."""
    _run("pg_restore", database, "--exit-on-error", "--single-transaction", "--no-owner",
         "--no-privileges", f"--dbname={database['NAME']}", str(file))  # fmt: skip


def _run(tool: str, database: dict[str, Any], *arguments: str) -> None:
    if shutil.which(tool) is None:
        raise Wrong(f"{tool} is not installed. On Debian: apt-get install postgresql-client")
    # By way of the environment, since a command line can be read by every user of the machine.
    wanted = {
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": database["NAME"],
        "PGSSLMODE": database["OPTIONS"].get("sslmode", ""),
    }
    environment = os.environ | {name: str(value) for name, value in wanted.items() if value}
    ran = subprocess.run(
        [tool, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise Wrong(f"{tool} said: {ran.stderr.strip()}")
