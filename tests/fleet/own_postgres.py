"""A PostgreSQL of one's own, which can be restarted under load."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from tests import postgres

SETTINGS = {
    **postgres.SETTINGS,
    "synchronous_commit": "on",  # what was committed has to outlast the server
    "autovacuum": "on",
    "full_page_writes": "on",
}


class OwnPostgres:
    """A server and its database, whose files are kept in memory where there is room."""

    def __init__(self) -> None:
        installation = postgres._installation()
        if installation is None:
            raise RuntimeError(postgres.missing_reason())
        base = postgres.memory_folder() or Path(tempfile.gettempdir())
        self._folder = Path(tempfile.mkdtemp(prefix="pg-", dir=base))
        self._account: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            group = pwd.getpwnam("nobody").pw_gid
            self._account = {"user": "nobody", "group": group, "extra_groups": []}
            shutil.chown(self._folder, "nobody", group)
            if not postgres._everyone_may_read(installation / "bin" / "postgres"):
                installation = postgres._copy_program(installation, self._folder / "program")
        self._programs = installation / "bin"
        self._run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync",
                  "--no-instructions", "--username=postgres", f"--pgdata={self._data}")  # fmt: skip
        self._start()
        for line in (
            f"CREATE ROLE {postgres.ROLE} LOGIN",
            f"CREATE DATABASE fleet OWNER {postgres.ROLE}",
        ):
            self._execute(line)
        self.url = f"postgresql+psycopg://{postgres.ROLE}@/fleet?host={self._folder}"

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def restart(self, how: signal.Signals, pause: float) -> None:
        """Stop it and start it again. how: SIGINT (connections are cut) or SIGQUIT (a crash)."""
        self._server.send_signal(how)
        self._server.wait()
        time.sleep(pause)
        self._start()

    def stop(self) -> None:
        """Stop it for good and delete its files."""
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self) -> None:
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, "-k", self._folder, *settings],
                stdout=log, stderr=log, cwd=self._folder, stdin=subprocess.DEVNULL, **self._account,
            )  # fmt: skip
        until = time.monotonic() + 60
        while True:
            try:
                return self._execute("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def _execute(self, statement: str) -> None:
        where = f"host={self._folder} user=postgres dbname=postgres"
        with psycopg.connect(where, autocommit=True) as link:
            link.execute(statement)  # type: ignore[arg-type]

    def _run(self, program: str, *arguments: str) -> None:
        command = [self._programs / program, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self._folder,
                       stdin=subprocess.DEVNULL, **self._account)  # fmt: skip
