"""Random acts of five workspaces: does a word of one ever reach another?

    nice -n 15 python -m benchmarks.tenants --file counts.jsonl --acts 100000

Each line of the file is one world: five workspaces, a few hundred random acts, and a look at every
row of the database at its end. Run it again and it goes on where it stopped; several may add to
one file. Ends with 1 when a word was where it does not belong.
"""

import argparse
import json
import logging
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bot.clock import Clock
from storage.database import Database
from storage.migrate import migrate
from tests import postgres
from tests.tenant_acts import Driver
from tests.tenants import five

BACKENDS = ("sqlite", "postgresql")
EACH = 500


def main() -> int:
    """Do what is missing, add it to the file, and say what all of it comes to."""
    asked = _arguments()
    logging.getLogger().setLevel(logging.INFO)
    while True:
        done = _read(asked.file)
        left = [one for one in asked.backend if _acts(done, one) < asked.acts / len(asked.backend)]
        if not left:
            break
        backend = min(left, key=lambda one: _acts(done, one))
        line = _world(backend, random.SystemRandom().randrange(2**32))
        with asked.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        if line["crossings"]:
            print(json.dumps(line["crossings"], indent=1))
    done = _read(asked.file)
    for backend in BACKENDS:
        print(f"{backend}: {_acts(done, backend):,} acts in "
              f"{sum(one['backend'] == backend for one in done):,} worlds")  # fmt: skip
    looked, crossed = (sum(one["looked_at"] for one in done),
                       sum(len(one["crossings"]) for one in done))  # fmt: skip
    kinds = sum((Counter(one["kinds"]) for one in done), Counter())
    print(f"{looked:,} things looked at, {crossed} with a word of another workspace; {dict(kinds)}")
    return 1 if crossed else 0


def _world(backend: str, seed: int) -> dict[str, Any]:
    began = time.process_time()
    with (
        tempfile.TemporaryDirectory() as folder,
        _database(backend, Path(folder)) as url,
        five(url, Path(folder)) as world,
    ):
        driver = Driver(world, seed)
        driver.begin(world.tenants)
        for _ in range(EACH):
            driver.act()
        world.settle()
        world.search_database()
        statuses = Counter(
            str(one.status) for each in world.tenants for one in each.slack.deliveries
        )
    return {
        "backend": backend,
        "seed": seed,
        "acts": EACH,
        "kinds": dict(driver.counts),
        "statuses": dict(statuses),
        "looked_at": world.watch.looked_at,
        "crossings": [str(one) for one in world.watch.found],
        "cpu_seconds": round(time.process_time() - began, 1),
    }


@contextmanager
def _database(backend: str, folder: Path) -> Iterator[str]:
    """A migrated database; on PostgreSQL as the role that row-level security holds back."""
    if backend == "sqlite":
        yield f"sqlite:///{folder / 'bot.db'}"
        return
    base = Path(tempfile.gettempdir()) / f"tenants-{os.getpid()}"
    base.mkdir(exist_ok=True)
    owner = postgres.postgres_url(base, postgres.postgres_template(base, "tenants", _migrated))
    yield postgres.as_app(owner)
    postgres.drop_database(owner)


def _migrated(url: str) -> None:
    database = Database(postgres.as_app(url), Clock().now, owner_url=url)
    migrate(database)
    database.close()


def _read(file: Path) -> list[dict[str, Any]]:
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _acts(done: list[dict[str, Any]], backend: str) -> int:
    return sum(one["acts"] for one in done if one["backend"] == backend)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, required=True, help="where the counts are kept")
    parser.add_argument("--acts", type=int, default=100_000, help="of all backends together")
    parser.add_argument("--backend", nargs="+", choices=BACKENDS, default=list(BACKENDS))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
