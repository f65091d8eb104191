"""PostgreSQL's own programs, `pg_dump` and `pg_restore`, as backups need them."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy.engine import URL

from bot.redaction import redact


class ToolFailed(Exception):
    """A program is missing, or failed; the message is a sentence for the person."""


def dump(url: URL, to: Path) -> None:
    """Write all tables as of one moment into a file, beside whoever reads or writes.

    Raises:
        ToolFailed: it could not be done; there is no file then.
    """
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={to}")


def load(url: URL, file: Path) -> None:
    """Put a dump into an empty database, whole or not at all.

    Raises:
        ToolFailed: it could not be done; the database is as empty as before.
    """
    _run("pg_restore", url, "--no-owner", "--no-privileges", "--single-transaction",
         "--exit-on-error", str(file))  # fmt: skip


def _run(program: str, url: URL, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise ToolFailed(
            f"{program} is not here: install PostgreSQL's client programs, of the server's "
            "version or a newer one."
        )
    where = url.set(drivername="postgresql", password=None).render_as_string()
    password = {"PGPASSWORD": url.password} if url.password else {}
    done = subprocess.run(  # noqa: S603  no shell, and every argument is ours
        [found, f"--dbname={where}", *arguments],
        env={**os.environ, **password}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        said = redact(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "no reason")
        raise ToolFailed(f"{program} failed: {said}")
