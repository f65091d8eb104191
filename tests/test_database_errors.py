"""A database that fails says so in time, and nothing that people wrote gets into a log."""

import io
import logging
import time
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from storage import postgresql
from storage.database import Database, Unavailable

CANARY = "c4n4ry.person@example.com"


def logged(error: BaseException) -> str:
    """What a log would hold of it, with all errors that led to it."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    log = logging.Logger("canary")
    log.addHandler(handler)
    log.error("%s and %r", error, error, exc_info=error)
    return lines.getvalue()


def failure_of(database: Database, *statements: str, **values: Any) -> BaseException:
    """The error that the last of these statements ends in."""
    with pytest.raises(DBAPIError) as caught, database.writing(1) as tx:
        for statement in statements:
            tx.session.connection().execute(text(statement), values)
    return caught.value


def test_a_row_that_breaks_a_rule_is_in_no_log(database: Database) -> None:
    error = failure_of(
        database,
        "CREATE TEMPORARY TABLE people_of_a_test (email VARCHAR(80) UNIQUE NOT NULL, age INTEGER)",
        "INSERT INTO people_of_a_test VALUES (:email, 1)",
        "INSERT INTO people_of_a_test VALUES (:email, 2)",
        email=CANARY,
    )

    assert isinstance(error, IntegrityError)
    written = logged(error)
    assert "people_of_a_test" in written, "which rule was broken is said"
    assert "canary" not in written.lower().replace("test_database_errors", "")
    assert CANARY not in written


def test_a_missing_value_does_not_bring_the_rest_of_its_row_into_a_log(database: Database) -> None:
    error = failure_of(
        database,
        "CREATE TEMPORARY TABLE people_of_a_test (email VARCHAR(80), age INTEGER NOT NULL)",
        "INSERT INTO people_of_a_test VALUES (:email, NULL)",
        email=CANARY,
    )

    assert "age" in logged(error)
    assert CANARY not in logged(error)


def test_a_value_that_can_not_be_read_is_in_no_log(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite takes any text for a number and has no error to show.")
    error = failure_of(database, "SELECT CAST(CAST(:email AS text) AS integer)", email=CANARY)

    assert "invalid input syntax" in logged(error)
    assert CANARY not in logged(error)


def test_only_the_first_line_of_an_error_is_kept() -> None:
    said = postgresql.without_values(
        'duplicate key value violates unique constraint "people_email_key"\n'
        f"DETAIL:  Key (email)=({CANARY}) already exists.\nCONTEXT:  COPY people, line 1: {CANARY}",
        "23505",
    )
    assert said == 'duplicate key value violates unique constraint "people_email_key"'


def test_who_is_waited_for_in_slack_waits_for_no_slow_statement(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has no time-out for statements.")
    monkeypatch.setitem(
        postgresql.SETTINGS, "options", "-c lock_timeout=1800 -c statement_timeout=100"
    )
    impatient = Database(database.url.render_as_string(hide_password=False), database.now)
    slow = text("SELECT pg_sleep(0.4)")

    began = time.monotonic()
    with pytest.raises(Unavailable), impatient.reading(1, quick=True) as tx:
        tx.session.connection().execute(slow)
    with pytest.raises(OperationalError), impatient.writing(1, quick=True) as tx:
        tx.session.connection().execute(slow)
    assert time.monotonic() - began < 0.4 * 2
    for patient in (impatient.reading(1), impatient.writing(1)):
        with patient as tx:
            tx.session.connection().execute(slow)
    with impatient.reading(1, quick=True) as tx:  # patience ends with its transaction
        shown = tx.session.connection().execute(text("SHOW statement_timeout")).scalar()
    assert shown == "100ms"
    impatient.close()


def test_no_statement_takes_longer_than_slack_waits() -> None:
    assert postgresql.BUSY_SECONDS < postgresql.STATEMENT_SECONDS < 3
    assert postgresql.PATIENT_SECONDS > 60
