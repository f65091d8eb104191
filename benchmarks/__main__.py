"""All figures with one command: `python -m benchmarks`; each beside its alternative."""

import argparse
import os
import platform
import tempfile
from pathlib import Path

from benchmarks import (
    find,
    forecast,
    imports,
    memory,
    plan,
    ranking,
    reading,
    search,
    sentiment,
    start_up,
)

PARTS = (
    "find", "import", "search", "memory", "start-up", "ranking", "reading", "sentiment",
    "forecast", "plan",
)  # fmt: skip


def _keep_bytecode(folder: Path) -> None:
    """All processes find what Python compiled before, as where the bot is installed."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--creators", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS)
    parser.add_argument("--exports", type=Path, help="folder of real exports to rank, too")
    parser.add_argument("--posts", type=Path, nargs="+", default=(), help="files of dated posts")
    given = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _keep_bytecode(folder)
        if "start-up" in given.only:
            start_up.run(folder)
        if "ranking" in given.only:
            ranking.run(folder, given.exports)
        if "reading" in given.only:
            reading.run(folder, given.exports)
        if "sentiment" in given.only:
            sentiment.run()
        if "forecast" in given.only:
            forecast.run(given.posts)
        if "plan" in given.only:
            plan.run(10_000)
        for count in given.creators:
            if "find" in given.only:
                find.run(count, folder)
            if "import" in given.only:
                imports.run(count, folder)
            if "search" in given.only:
                search.run(count, folder)
            if "memory" in given.only:
                memory.run(count, folder)


if __name__ == "__main__":
    main()
