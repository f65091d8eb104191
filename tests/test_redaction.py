"""No secret reaches a log, whether in a message, an argument, an exception or a crash."""

import io
import logging
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction import HIDDEN, RedactingFilter, redact

CANARY = "c4n4ryV4lue0123456789"
LEAKS = [
    f"xoxb-123-456-{CANARY}",
    f"xoxp-1-{CANARY} and xapp-1-A0-{CANARY}",
    f"xoxe.xoxb-1-{CANARY}",
    f"xoxe-1-{CANARY}",
    f"Authorization: Bearer {CANARY}",
    f"authorization=Basic {CANARY}==",
    f"{{'Authorization': 'Bearer {CANARY}'}}",
    f"('authorization', 'token {CANARY}')",
    f"https://hooks.slack.com/commands/T1/2/{CANARY}",
    f'{{"url": "https:\\/\\/hooks.slack.com\\/actions\\/T1\\/{CANARY}"}}',
    f"https://hooks.slack-gov.com/services/{CANARY}",
    f'"response_url": "http://127.0.0.1:8765/response/{CANARY}"',
    f"response_url=http%3A%2F%2F127.0.0.1%2F{CANARY}&text=find",
    f"postgresql+psycopg://bot:{CANARY}@localhost/db",
    f"postgresql://bot:p@ss/{CANARY}@localhost:5432/db?sslmode=require",
    f"host=db user=bot password={CANARY} dbname=x",
    f"host=db password='a b {CANARY}' dbname=x",
    f"SLACK_SIGNING_SECRET={CANARY}",
    f"signing_secret='{CANARY}'",
    f"webhook_secret: {CANARY}",
    f'{{"client_secret":"{CANARY}","token": "{CANARY}"}}',
    f'{{\\"token\\": \\"{CANARY}\\"}}',
    f"{{'refresh_token': b'{CANARY}'}}",
    f"https://api.example.com/v1?key=1&api_key={CANARY}&page=2",
    f"X-Slack-Signature: v0={CANARY}",
    f"Set-Cookie: d={CANARY}",
    f"input_value='{CANARY}'",
]


@pytest.mark.parametrize("text", LEAKS)
def test_a_secret_is_hidden_in_every_place_that_is_known_to_hold_one(text):
    hidden = redact(f"before {text} after", [CANARY] if "input_value" in text else [])
    assert CANARY not in hidden
    assert HIDDEN in hidden
    assert hidden.startswith("before ")


@pytest.mark.parametrize(
    "text",
    [
        "Posted 3 cards for skincare micro in #influencers at 09:00.",
        "Events tokens_revoked and app_uninstalled came within 2 s.",
        "https://bot.example.com:8443/slack/events answered 200 in 12 ms.",
        "postgresql+psycopg://bot@/bot?host=/tmp/pg",
        "Slack answered ratelimited: retry after 30 s, channel C012345.",
        "Slack refused the token: invalid_auth.",
        "Set the signing secret, then start the bot again.",
        "Imported 1,204 creators from anna@example.com's file list.csv.",
    ],
)
def test_what_is_no_secret_stays_as_it_is(text):
    assert redact(text) == text


@given(
    secret=st.text(min_size=6),
    before=st.text(max_size=30),
    after=st.text(max_size=30),
    spelling=st.sampled_from([str, lambda s: quote(s, safe=""), quote_plus]),
)
def test_a_configured_secret_is_hidden_wherever_it_stands(secret, before, after, spelling):
    hidden = redact(before + spelling(secret) + after, [secret])
    assert spelling(secret) not in hidden.replace(HIDDEN, "") or secret in HIDDEN


@given(
    texts=st.lists(st.sampled_from(LEAKS[:-1]), min_size=1, max_size=4),
    between=st.sampled_from([" ", "\n", ", ", "; "]),
)
def test_secrets_are_hidden_among_each_other_too(texts, between):
    assert CANARY not in redact(between.join(texts))


@pytest.fixture
def log():
    """A logger that writes to a text, through the filter."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(RedactingFilter(["plain-secret-" + CANARY]))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    return logger, written


def test_arguments_are_redacted_after_they_are_put_in(log):
    logger, written = log
    logger.info("token=%s for %s", CANARY, "ana")
    logger.warning("%s", {"token": CANARY, "team": "T1"})
    logger.warning("it is %s", "plain-secret-" + CANARY)
    assert CANARY not in written.getvalue()
    assert "for ana" in written.getvalue()
    assert "T1" in written.getvalue()


def test_exceptions_and_what_caused_them_are_redacted_with_their_tracebacks(log):
    logger, written = log
    try:
        try:
            raise ValueError(f"postgresql://bot:{CANARY}@db/bot")
        except ValueError as cause:
            raise RuntimeError(f"password={CANARY}") from cause
    except RuntimeError:
        logger.exception("failed", stack_info=True)
    text = written.getvalue()
    assert CANARY not in text.replace('f"postgresql://bot:{CANARY}@db/bot"', "")
    assert "Traceback" in text
    assert text.count(HIDDEN) >= 2


def test_arguments_that_do_not_fit_are_written_redacted_instead_of_failing(log, capsys):
    logger, written = log
    logger.info("%d creators", f"xoxb-1-{CANARY}")
    logger.info("nothing to fill in", f"xoxb-1-{CANARY}")  # noqa: PLE1205 - meant
    assert CANARY not in written.getvalue() + capsys.readouterr().err
    assert written.getvalue().count(HIDDEN) == 2


CRASH = """
import logging, sys, threading
from bot.redaction import redact_logs
canary = sys.argv[1]
logging.basicConfig(level=logging.DEBUG)
redact_logs([canary])
logging.getLogger("slack_sdk").debug("frame with %s", canary)
thread = threading.Thread(target=lambda: int(canary), name="worker")
thread.start()
thread.join()
raise SystemError("token " + canary)
"""


def test_a_crash_is_reported_without_the_secret_on_every_thread():
    done = subprocess.run(
        [sys.executable, "-c", CRASH, CANARY],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    assert done.returncode == 1
    assert CANARY not in done.stdout + done.stderr
    assert done.stderr.count(HIDDEN) == 3
    assert "SystemError" in done.stderr
