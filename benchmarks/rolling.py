"""An upgrade while people work: `python -m benchmarks.rolling --next ../newer-checkout`.

Run from the older release, whose servers begin. Servers of the newer one are started beside them:
the first migrates the tables. Then the old ones are killed one by one. All the while digests fall
due, people vote and numbered posts are decided on; in the end Slack and database are compared.
"""

import argparse
import json
import tempfile
import threading
from pathlib import Path

from sqlalchemy import text

from tests.fleet.checks import look
from tests.fleet.fleet import Fleet, fleet
from tests.fleet.own_postgres import OwnPostgres
from tests.fleet.scene import WEEK, Scene, in_background

DIGESTS, CARDS = 30, 8


def version(here: Fleet) -> str:
    """Of the tables."""
    with here.database.looking() as session:
        found = session.connection().execute(text("SELECT version_num FROM alembic_version"))
        return str(found.scalar())


def upgrade(here: Fleet, newer: Path) -> dict[str, object]:
    """From three servers of this release to three of the newer one."""
    here.start()
    here.wait_until_up(3, 120)
    scene = Scene(here.slack, here.database)
    voters = scene.approvers(4)
    scene.schedule_digests(DIGESTS, scene.channels("weekly", 10))
    scene.post_shortlist(scene.channels("list", 1)[0], voters, CARDS)
    numbered, ended, before = scene.channels("numbered", 2), threading.Event(), version(here)
    busy = [
        in_background(lambda: scene.vote(lambda: True, 1.0)),
        in_background(lambda: scene.write_numbered(numbered, lambda: not ended.is_set(), 0.2)),
    ]
    here.processes.kill(2)
    here.move_clock(WEEK)
    here.processes.start(2, newer)
    here.wait_until_up(3, 120)
    between = version(here)
    for place in (0, 1):
        here.processes.kill(place)
        here.processes.start(place, newer)
        here.wait_until_up(3, 120)
    busy[0].join()
    ended.set()
    busy[1].join()
    here.slack.wait_for(here.is_idle, "nothing is left to do", 400)
    found = look(scene, 1, DIGESTS)
    return {"from": before, "to": between, **found._asdict()}


def main() -> None:
    """Upgrade once and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rolling", description=__doc__)
    parser.add_argument("--next", type=Path, required=True, help="a checkout of the newer release")
    given = parser.parse_args()
    postgres = OwnPostgres()
    try:
        with tempfile.TemporaryDirectory() as name, fleet("http", postgres.url, Path(name)) as here:
            try:
                print(json.dumps(upgrade(here, given.next.resolve())))
            finally:
                for place in here.processes.places:
                    print(here.processes.log(place).read_text(encoding="utf-8")[-1500:])
    finally:
        postgres.stop()


if __name__ == "__main__":
    main()
