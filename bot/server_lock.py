"""Only one server works on a SQLite file; the operating system holds the lock."""

import contextlib
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCKED_BYTE = 1 << 20  # far behind the process number, which others may want to read


class ServerAlreadyRunning(Exception):
    """Another server has the database; the message is a sentence for the person."""


class ServerLock:
    """A lock beside the database that ends with the process, however that ends.

    It is a file of its own, `<database>.server`, so that the other commands, which only
    open the database, work beside the server. The file stays when the lock is released:
    removing it would let two servers lock two files of one name.
    """

    def __init__(self, database: Path) -> None:
        """Prepare the lock for a SQLite file; links lead to the same lock as their target."""
        self._database = database.resolve()
        self._file: int | None = None

    @property
    def path(self) -> Path:
        """The file that is locked."""
        return self._database.with_name(self._database.name + ".server")

    def acquire(self) -> None:
        """Take the lock, without waiting.

        Raises:
            ServerAlreadyRunning: another process has it, or this one by another ServerLock.
            OSError: the folder can't be written to.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(file)
        except OSError:
            holder = _holder(file)
            os.close(file)
            raise ServerAlreadyRunning(
                f"Another influencer-bot server{holder} is already running on {self._database}. "
                "Stop it first; to run several, use PostgreSQL (DATABASE_URL)."
            ) from None
        os.truncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        self._file = file

    def release(self) -> None:
        """Let the next server start; nothing happens when the lock is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()


def _lock(file: int) -> None:
    if sys.platform == "win32":
        os.lseek(file, LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _holder(file: int) -> str:
    """` (process 123)` when the holder has written its number, else nothing."""
    with contextlib.suppress(OSError, ValueError):
        os.lseek(file, 0, os.SEEK_SET)
        return f" (process {int(os.read(file, 20))})"
    return ""
