"""`influencer-bot import` with a file of results."""

from pathlib import Path
from typing import Any

import pytest

from domain.partnership import Stage
from storage import partnerships, profiles, results
from storage.database import Database
from tests.shortlisting import store_creators
from tests.test_cli_import import Terminal

FILE = """date,handle,likes,clicks
2026-11-01,@anna,10,3
2026-11-02,@anna,12,-4
2026-11-02,@b,1,1
"""


@pytest.fixture
def terminal(database: Database, tmp_path: Path) -> Terminal:
    """A database with one partnership, with Anna."""
    made = Terminal(database, tmp_path)
    with made.writing() as tx:
        store_creators(tx, "anna")
        (anna,) = profiles.by_handle(tx, "anna")
        partnerships.create(tx, anna.creator_id, anna.id, None, None, Stage.LIVE)
    return made


def likes(terminal: Terminal) -> Any:
    with terminal.reading() as tx:
        return results.known(tx, [1])[1].totals.likes


def test_results_are_shown_asked_about_stored_listed_and_undone(terminal: Terminal) -> None:
    path = terminal.write(FILE, "results.csv")

    refused = terminal.run("import", path, typed="n\n")
    assert refused.exit_code == 1
    assert "1 of 3 rows attach to 1 partnerships" in refused.output
    assert likes(terminal) is None

    result = terminal.run("import", path, typed="y\n")
    assert result.exit_code == 0, result.output
    assert "Refused: row 3 has negative clicks (-4)" in result.output
    assert "1 dated result stored" in result.output
    assert likes(terminal) == 10

    assert "1 dated result stored" in terminal.run("imports").output
    left = terminal.run("imports", "--skipped", "1").output
    assert "3,has negative clicks (-4)" in left
    assert "4,has no partnership: @b is not on the list of creators" in left

    assert "1 results and 0 posts removed" in terminal.run("imports", "--undo", "1", "--yes").output
    assert likes(terminal) is None


def test_json_says_what_attached_and_what_did_not(terminal: Terminal) -> None:
    path = terminal.write(FILE, "results.csv")

    looked = terminal.json("import", path, "--dry-run")
    assert (looked["stored"], looked["attached"], likes(terminal)) == (False, 1, None)

    said = terminal.json("import", path)
    assert (said["stored"], said["readings"], said["left"], said["refused"]) == (True, 1, 1, 1)
    assert terminal.json("import", path)["already"] == 1


def test_what_is_missing_is_asked_for_by_its_option(terminal: Terminal) -> None:
    path = terminal.write("impressions,saves\n500,7\n", "results.csv")

    result = terminal.run("import", path, "--yes")
    assert result.exit_code == 1
    assert "--creator" in result.output

    done = terminal.run("import", path, "--yes", "--creator", "@anna", "--as-of", "2026-11-01")
    assert done.exit_code == 0, done.output
    assert "1 dated result stored" in done.output
