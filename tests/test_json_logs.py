"""Logs as JSON: one event a line, with the reference that the person was shown."""

import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import tracing
from bot.logs import JsonFormatter
from bot.redaction import RedactingFilter
from handlers.answer import Answer
from handlers.context import Context
from handlers.payloads import Command
from tests.slack import Slack

CANARY = "c4n4ryV4lue0123456789"


class Lines:
    """Everything that is logged, as the handler writes it."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(JsonFormatter())
        self.handler.addFilter(RedactingFilter([CANARY]))

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    caught, root = Lines(), logging.getLogger()
    level = root.level
    root.addHandler(caught.handler)
    root.setLevel(logging.INFO)
    yield caught
    root.removeHandler(caught.handler)
    root.setLevel(level)


def breaks(command: Command, context: Context) -> Answer:
    raise ZeroDivisionError(f"a mistake with {CANARY}\nin two lines")


def test_the_reference_that_a_person_was_shown_leads_to_one_line_with_everything(
    slack: Slack, lines: Lines
) -> None:
    slack.bot.feature.commands["test"] = breaks

    shown = slack.command("ana", "test something private")

    found = re.search(r"\b[0-9a-f]{8}\b", slack.text_of(shown))
    assert found is not None
    [event] = [one for one in lines.events() if one.get("reference") == found[0]]
    assert event["level"] == "ERROR"
    assert (event["delivery"], event["name"], event["outcome"]) == ("command", "test", "broken")
    assert event["team"] == slack.bot.workspace_of("", event["team"]).team_id
    assert "ZeroDivisionError" in event["error"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", event["time"])
    assert CANARY not in lines.text
    assert "something private" not in lines.text


def test_what_a_job_logs_bears_its_number_and_kind(slack: Slack, lines: Lines) -> None:
    from storage import jobs

    def work(payload: dict[str, Any], context: Context) -> None:
        logging.getLogger("tests").info("at work")

    slack.bot.feature.jobs["test.work"] = work
    with slack.writing() as tx:
        jobs.add(tx, "test.work", "one")
    slack.settle()

    [event] = [one for one in lines.events() if one["message"] == "at work"]
    assert event["work"] == "test.work"
    assert event["workspace"] == slack.workspace_id
    assert isinstance(event["job"], int)
    assert "delivery" not in event


@given(st.text(), st.text())
def test_whatever_is_logged_is_one_line_that_can_be_read_back(message: str, cause: str) -> None:
    caught = Lines()
    caught.handler.filters.clear()
    logger = logging.Logger("test")
    logger.addHandler(caught.handler)
    try:
        raise ValueError(cause)
    except ValueError:
        logger.exception("%s", message)

    assert caught.text.isascii()
    assert caught.text.count("\n") == 1
    [event] = caught.events()
    assert event["message"] == message
    assert event["error"].endswith(f"ValueError: {cause}" if cause else "ValueError")


def test_facts_end_with_what_they_are_about() -> None:
    with tracing.at(delivery="command"):
        tracing.note(outcome="broken")
        assert dict(tracing.facts()) == {"delivery": "command", "outcome": "broken"}
        with tracing.at(job=3):
            assert dict(tracing.facts()) == {"job": 3}
        assert tracing.facts()["delivery"] == "command"
    tracing.note(lost=1)
    assert dict(tracing.facts()) == {}


CRASHES = f"""
import logging, threading, warnings
from bot import logs, metrics
logs.start("INFO", as_json=True, secrets=["{CANARY}"])
logging.getLogger("one").info("hello %s", "{CANARY}")
warnings.warn("old")
def fail(): raise OSError("{CANARY} in a thread")
thread = threading.Thread(target=fail); thread.start(); thread.join()
assert metrics.value("log_records_total", level="CRITICAL") == 1
raise ValueError("{CANARY} at the end")
"""


def test_warnings_and_crashes_are_events_like_others_and_counted() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", CRASHES],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[1],
    )

    events = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [one["level"] for one in events] == ["INFO", "WARNING", "CRITICAL", "CRITICAL"]
    assert [one["message"] for one in events[2:]] == ["a thread crashed", "crashed"]
    assert "OSError" in events[2]["error"]
    assert "ValueError" in events[3]["error"]
    assert ended.returncode == 1
    assert CANARY not in ended.stderr


def test_the_format_is_one_of_two(tmp_path: Path) -> None:
    from bot.settings import WrongSettings, load

    assert load(_env_file=None, log_format="JSON").log_format == "json"
    with pytest.raises(WrongSettings, match="LOG_FORMAT is wrong: it must be text or json"):
        load(_env_file=None, log_format="xml")
