"""Where several processes of one server count together: files that end with the server.

Loaded before `bot.metrics`, for Prometheus' library looks once, when it is loaded, whether there
is such a folder.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.server_lock import ServerAlreadyRunning, ServerLock

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_PREFIX = "metrics-"


@contextmanager
def metrics_folder(data_dir: Path) -> Iterator[None]:
    """Have this process, and those that it starts, count in a folder of their own.

    Raises:
        OSError: it can't be made in `data_dir`.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    for left in data_dir.glob(f"{_PREFIX}*/"):
        with suppress(ServerAlreadyRunning, OSError), ServerLock(left / "counts"):
            shutil.rmtree(left)  # of a server that was killed
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=data_dir))
    with ServerLock(folder / "counts"):
        os.environ[VARIABLE] = str(folder)
        try:
            yield
        finally:
            del os.environ[VARIABLE]
            shutil.rmtree(folder, ignore_errors=True)
