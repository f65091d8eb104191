"""Socket Mode: Slack delivers over a connection that the bot opens."""

import logging
import select
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.socket_mode.builtin.connection import Connection

from bot import metrics
from bot.app import Bot
from handlers.reactions import look_for_missed_votes
from storage import workspaces
from storage.database import Unavailable

log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 30.0
CALL_SECONDS = 10
CLOSED_BY_SLACK = getattr(select, "POLLRDHUP", 0)  # Linux; elsewhere the silence tells


@dataclass(frozen=True)
class Pace:
    """Seconds: before the second try to connect, between looks, between pings, until given up.

    A connection that Slack closes without a word is noticed at the next look, one that falls
    silent (no answer to three pings) when `silent` has passed as well.
    """

    first_wait: float = 1.0
    watch: float = 2.0
    ping: float = 5.0
    silent: float = 15.0


def connect_forever(bot: Bot, stopping: threading.Event, pace: Pace | None = None) -> None:
    """Keep one connection open until told to stop; says so while Slack is out of reach."""
    pace = pace or Pace()
    handler = _handler(bot, pace)
    bot.health.connected = False
    wait = pace.first_wait
    while not stopping.is_set():
        reason = _connect(handler)
        if reason is None:
            log.info("connected in Socket Mode")
            bot.health.connected = True
            _watch(bot, handler, stopping, pace)
            break
        log.warning("Slack can't be reached (%s); trying again in %.0f s", reason, wait)
        stopping.wait(wait)
        wait = min(wait * 2, LONGEST_WAIT_SECONDS)
    _close(handler)


def _handler(bot: Bot, pace: Pace) -> SocketModeHandler:
    token = bot.settings.slack_app_token
    if token is None:
        raise LookupError("SLACK_APP_TOKEN is not set")
    return SocketModeHandler(
        bot.bolt,
        token.get_secret_value(),
        logger=logging.getLogger("slack_sdk.socket_mode"),  # what it finds, we say in one line
        web_client=WebClient(
            base_url=bot.settings.slack_api_base_url, retry_handlers=[], timeout=CALL_SECONDS
        ),
        concurrency=bot.settings.server_threads,
        ping_interval=pace.ping,
    )


def _connect(handler: SocketModeHandler) -> str | None:
    """Connect once; gives the reason why it did not work, or None."""
    client = handler.client
    client.wss_uri = None  # an address is good for one connection
    try:
        handler.connect()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped
    except Exception as error:  # DNS, TLS, refused token: each its own class
        return str(error)
    return None if client.is_connected() else "the connection was refused"


def _watch(bot: Bot, handler: SocketModeHandler, stopping: threading.Event, pace: Pace) -> None:
    """End a dead connection, and say when one is lost and found again.

    The client makes a new one by itself. What Slack could not deliver in between is gone, so
    votes are looked for after every new connection, the ones that were made too quickly to be
    noticed as lost included; if the database is out of reach then, at the next look.
    """
    client = handler.client
    connected, looked_for = True, client.session_id()
    life = SignOfLife()
    while not stopping.wait(pace.watch):
        session = client.current_session
        if session is not None and (how := _how_it_ended(session, life, pace)):
            metrics.LOST.labels(how).inc()
            _hang_up(session)
        before, connected = connected, client.is_connected()
        bot.health.connected = connected
        if before and not connected:
            log.warning("the connection to Slack is lost; connecting again")
        elif connected and not before:
            log.info("connected in Socket Mode again")
        if not connected:
            with suppress(Exception):  # the client goes on trying at every ping
                client.connect_to_new_endpoint()
        elif (found := client.session_id()) != looked_for:
            with suppress(*Unavailable):
                look_for_votes(bot)
                looked_for = found


def _how_it_ended(session: Connection, life: "SignOfLife", pace: Pace) -> str:
    """ "closed", "silent", or "" while it lives."""
    silent = life.age(session)
    metrics.SILENT.set(silent)
    if _is_closed(session):
        return "closed"
    return "silent" if silent > pace.silent else ""


class SignOfLife:
    """When a connection last answered a ping, on a clock that nobody sets."""

    def __init__(self) -> None:
        self._seen: Any = None
        self._since = time.monotonic()

    def age(self, session: Connection) -> float:
        """Seconds since it answered, or since it was first seen."""
        seen = session.session_id, session.last_ping_pong_time
        if seen != self._seen:
            self._seen, self._since = seen, time.monotonic()
        return time.monotonic() - self._since


def _is_closed(session: Connection) -> bool:
    """Whether Slack's end has gone; the client reads nothing, over and over, for a while."""
    if session.sock is None or not CLOSED_BY_SLACK:
        return False
    events = select.poll()
    with suppress(OSError, ValueError):  # closed this very moment
        events.register(session.sock, CLOSED_BY_SLACK)
        return bool(events.poll(0))
    return True


def _hang_up(session: Connection) -> None:
    """End a connection at once: closing alone waits for who reads from it, up to 3 s."""
    if session.sock is not None:
        with suppress(OSError, AttributeError):  # the client was quicker
            session.sock.shutdown(socket.SHUT_RDWR)
    with suppress(OSError, AttributeError):
        session.disconnect()


def _close(handler: SocketModeHandler) -> None:
    client = handler.client
    client.closed = True
    client.auto_reconnect_enabled = False
    client.current_session_state.terminated = True
    client.message_queue.put(None)  # wakes who waits for the next message
    if client.current_session is not None:
        _hang_up(client.current_session)
    handler.close()  # type: ignore[no-untyped-call]  # Bolt leaves it untyped


def look_for_votes(bot: Bot) -> None:
    """Have reactions that Slack could not deliver looked for, in every workspace.

    Raises one of `Unavailable` when the database is out of reach.
    """
    for workspace in workspaces.all_active(bot.services.database):
        try:
            look_for_missed_votes(bot.context(workspace))
        except Unavailable:
            raise
        except Exception:  # the hourly look finds them too
            log.exception("votes could not be looked for in workspace %s", workspace.id)
