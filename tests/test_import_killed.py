"""A worker killed in the middle of an import, by the operating system and not by itself."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.running import running
from storage import imports, profiles
from tests.importing import Bench
from tests.slack import Slack

ROWS = 5_000


def test_an_import_killed_on_the_command_line_is_ended_by_the_server(
    slack: Slack, tmp_path: Path
) -> None:
    file = tmp_path / "big.csv"
    lines = [f"@p{n},Person {n},{n + 1_000},Gaming" for n in range(ROWS)]
    file.write_text("handle,name,followers,category\n" + "\n".join(lines), encoding="utf-8")
    database = slack.bot.services.database
    environment = {
        **os.environ,
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "DATA_DIR": str(slack.data_dir / "data"),
        "SLACK_BOT_TOKEN": "",
    }
    options = ["--platform", "x", "--as-of", "unknown", "--json"]
    worker = subprocess.Popen(
        [sys.executable, "-m", "bot", "import", str(file), *options],
        env=environment, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    done = _wait_for_rows(slack, worker)
    worker.send_signal(signal.SIGKILL)
    worker.wait()

    with slack.reading() as tx:
        (run, _, _), *_ = imports.recent(tx)
        assert run.state == "storing", "it was killed too late to tell anything"
        assert 0 < done <= run.rows_done < ROWS
        assert profiles.by_handle(tx, "p1") == []
    with slack.writing() as tx:  # time passes until its lease lapses
        tx.session.connection().execute(text("UPDATE imports SET leased_until = NULL"))
    slack.tick()

    with slack.reading() as tx:
        (run, _, _), *_ = imports.recent(tx)
        report = imports.report_of(run)
        assert run.state == "published"
        assert (report.created, report.seen, report.rows) == (ROWS, 0, ROWS)
        assert len(profiles.by_handle(tx, "p1")) == 1


def test_an_import_whose_server_was_killed_goes_on_as_soon_as_the_server_starts_again(
    slack: Slack,
) -> None:
    """Its lease lasts for a minute, but no other server can be there to hold it."""
    database = slack.bot.services.database
    if not database.is_sqlite:
        pytest.skip("several servers may share PostgreSQL: there the lease lapses first")
    settings = slack.bot.settings
    bench = Bench(database, settings.data_dir)
    rows = [f"@p{n},Person {n},{n + 1_000},2%,Gaming,,,,2026-02-01" for n in range(20)]
    import_id = bench.queue(bench.write(rows))
    with bench.writing() as tx:  # as a server leaves it that is killed in the middle
        assert imports.take(tx, import_id, imports.holder_name("killed", server=True))
    slack.tick()
    assert bench.run(import_id).state == "storing", "somebody may still be at work"

    with running(settings) as (_, stopping):
        until = time.monotonic() + 30
        while bench.run(import_id).finished_at is None and time.monotonic() < until:
            stopping.wait(0.02)

    assert bench.run(import_id).state == "published"
    assert bench.counts(import_id)[0] == len(rows)


def test_an_import_of_the_command_line_goes_on_beside_a_server_that_starts(slack: Slack) -> None:
    database = slack.bot.services.database
    bench = Bench(database, slack.bot.settings.data_dir)
    import_id = bench.queue(bench.write(["@p1,Person,1000,2%,Gaming,,,,2026-02-01"]))
    with bench.writing() as tx:
        assert imports.take(tx, import_id, imports.holder_name("terminal", server=False))

    imports.end_leases_of_servers(database)

    with bench.reading() as tx:
        assert imports.abandoned(tx) == []
    assert bench.importer().carry_on(import_id) is None


def _wait_for_rows(slack: Slack, worker: "subprocess.Popen[bytes]") -> int:
    """Until the worker has written something; gives how many profiles."""
    until = time.monotonic() + 60
    while time.monotonic() < until and worker.poll() is None:
        with slack.reading() as tx:
            found = imports.recent(tx)
        if found and found[0][0].rows_done:
            return found[0][0].rows_done
    raise AssertionError("the worker wrote nothing")
