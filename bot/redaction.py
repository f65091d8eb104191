"""Keeps secrets out of logs: messages, arguments, tracebacks and crash reports."""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterable
from types import TracebackType
from urllib.parse import quote, quote_plus

HIDDEN = "*****"
SHORTEST = 6  # a shorter configured secret would hide half of every line
SHORTEST_RANDOM = 24  # the word that explains an error is shorter, a token longer

# Slack's tokens, alone or joined as in xoxe.xoxp-…
TOKEN = re.compile(r"\b(?:xox[a-z](?:\.xox[a-z])?|xapp|xwfp)-[\w-]+", re.IGNORECASE)
# Slack's addresses that anyone who has them may post to
HOOK = re.compile(r"(https?:(?:\\?/){2}hooks\.slack(?:-gov)?\.com)[^\s\"'<>]*", re.IGNORECASE)
# the password in scheme://user:password@host
URL_PASSWORD = re.compile(r"(://[^\s:/@\"']{0,200}:)[^\s\"']{0,500}(?=@)")
# Authorization: Bearer …, and "Bearer …" by itself
BEARER = re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE)
# name=value, "name": "value", 'name': b'value', in any spelling of a name that is a secret's
NAMED = re.compile(
    r"""(?P<name>
            (?:secret|token|passw(?:or)?d|passphrase|api[_-]?key|authorization|cookie|signature
              |response_url)
            (?:(?:\\?["'])?\s*(?:=(?!=)|:)|\\?["']\s*,)\s*b?)
        (?:(?P<quote>\\?["'])(?P<quoted>(?:(?!(?P=quote)).)*)(?P=quote)?
          |(?P<bare>[^\s"'&,;)}\]]+))""",
    re.IGNORECASE | re.VERBOSE,
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with every secret replaced by five stars.

    Args:
        text: any text that is about to be written down.
        secrets: the configured ones, hidden wherever they stand, also when percent-encoded.
    """
    for secret in _spellings(secrets):
        text = text.replace(secret, HIDDEN)
    text = TOKEN.sub(HIDDEN, text)
    text = HOOK.sub(rf"\1/{HIDDEN}", text)
    text = URL_PASSWORD.sub(rf"\1{HIDDEN}", text)
    text = BEARER.sub(rf"\1 {HIDDEN}", text)
    return NAMED.sub(_hide_value, text)


class RedactingFilter(logging.Filter):
    """Rewrites a record before a handler formats it; put it on handlers, not on loggers."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """`secrets`: the configured ones, see `redact`."""
        super().__init__()
        self._secrets = _spellings(secrets)
        self._formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, without its secrets."""
        record.msg, record.args = self._redact(_message(record)), None
        if record.exc_info and not record.exc_text:
            record.exc_text = self._formatter.formatException(record.exc_info)
        record.exc_info = None
        if record.exc_text:
            record.exc_text = self._redact(record.exc_text)
        if record.stack_info:
            record.stack_info = self._redact(record.stack_info)
        return True

    def _redact(self, text: str) -> str:
        return redact(text, self._secrets)


def redact_logs(secrets: Iterable[str] = ()) -> None:
    """Redact what the root's handlers write, and the report of a crash on any thread.

    Call it once, after the handlers were set up.

    Args:
        secrets: tokens, signing and webhook secrets, database passwords.
    """
    known = _spellings(secrets)
    for handler in logging.getLogger().handlers:
        handler.addFilter(RedactingFilter(known))

    def report(
        kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        lines = traceback.format_exception(kind, error, trace)
        sys.stderr.write(redact("".join(lines), known))

    def report_thread(crash: threading.ExceptHookArgs) -> None:
        if crash.exc_type is not SystemExit:
            report(crash.exc_type, crash.exc_value, crash.exc_traceback)

    sys.excepthook = report
    threading.excepthook = report_thread


def _spellings(secrets: Iterable[str]) -> tuple[str, ...]:
    """Each secret as it is and percent-encoded, longest first."""
    usable = {secret for secret in secrets if len(secret) >= SHORTEST and secret != HIDDEN}
    spelt = {way(secret) for secret in usable for way in (str, _percent, quote_plus)}
    return tuple(sorted(spelt, key=len, reverse=True))


def _percent(secret: str) -> str:
    return quote(secret, safe="")


def _message(record: logging.LogRecord) -> str:
    """The record's text, also where its arguments do not fit its message."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args!r}"


def _hide_value(found: re.Match[str]) -> str:
    bare, mark = found["bare"], found["quote"] or ""
    if bare and found["name"].rstrip().endswith(":") and _is_prose(bare):
        return found[0]
    return f"{found['name']}{mark}{HIDDEN}{mark}"


def _is_prose(word: str) -> bool:
    """Whether what follows "the token: " looks like a word, such as invalid_auth."""
    return len(word) < SHORTEST_RANDOM and not any(letter.isdigit() for letter in word)
