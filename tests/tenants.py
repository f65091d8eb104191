"""Five workspaces on one bot and one database, each with a Slack of its own that looks alike.

Channels, people and message numbers are the same in all of them, so that only the workspace tells
them apart. Everything that is written in one holds a word that is written nowhere else; all that
the bot sends to a workspace, and its log, is searched for the words of others.
"""

import io
import json
import logging
import re
import secrets
import threading
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from bot import demo
from bot.app import Bot, build
from bot.clicks import Clicks
from bot.http_server import wsgi_application
from bot.listening import Listener
from bot.manifest import manifest_text
from bot.operators import Operators
from bot.settings import Settings
from bot.workers import Workers
from playground.delivery import signature_headers
from playground.options import Options
from playground.people import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID
from playground.server import application
from playground.workspace import Workspace
from storage import index, installations, people, profile_store, row_security
from storage.installations import Grant, Tokens
from tests.behind import everything
from tests.slack import new_key

WORDS = ("zorvakin", "mulbexta", "quindorp", "fezzlamo", "tiwarbon")
"""One for each workspace; no language has them and no code."""
CREATORS = 24
_ANY = re.compile("|".join(WORDS), re.IGNORECASE)
_PREFIX = re.compile(r"^/t(\d)(/.*)$")
_HOST = "127.0.0.1"


@dataclass(frozen=True)
class Crossing:
    """A word that was where it does not belong. to: the workspace's word, or "log", "database"."""

    word: str
    to: str
    how: str


@dataclass
class Watch:
    """What was looked at, and what was found in it."""

    looked_at: int = 0
    found: list[Crossing] = field(default_factory=list)

    def look(self, content: bytes | str, to: str, how: str) -> None:
        """See that something that goes to a workspace holds no other's word."""
        self.looked_at += 1
        for text in _texts(content):
            for word in {one.lower() for one in _ANY.findall(text)} - {to}:
                self.found.append(Crossing(word, to, f"{how}: {_around(text, word)}"))


def _texts(content: bytes | str) -> Iterator[str]:
    if isinstance(content, str):
        yield content
        return
    yield content.decode("utf-8", "replace")
    if content.startswith(b"PK"):  # a workbook
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            for name in parts.namelist():
                yield parts.read(name).decode("utf-8", "replace")


def _around(text: str, word: str) -> str:
    place = text.lower().index(word)
    return text[max(0, place - 80) : place + 80]


class _Log(logging.Handler):
    def __init__(self, watch: Watch) -> None:
        super().__init__(logging.DEBUG)
        self._watch = watch
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(("playground", "werkzeug", "waitress", "httpx", "httpcore")):
            return
        self._watch.look(self.format(record), "log", record.name)


class _ToBot(httpx.BaseTransport):
    """What a Slack sends, under its own team and signed anew; the bot answers in this process."""

    def __init__(self, tenant: "Tenant", secret: str, bot: Any) -> None:
        self._tenant, self._secret = tenant, secret
        self._bot = httpx.WSGITransport(app=bot, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, and look at what is answered."""
        body = request.read().replace(TEAM_ID.encode(), self._tenant.team_id.encode())
        headers = {"content-type": request.headers["content-type"]}
        headers |= signature_headers(self._secret, body)
        answer = self._bot.handle_request(
            httpx.Request("POST", request.url, headers=headers, content=body)
        )
        answer.read()
        self._tenant.watch.look(answer.content, self._tenant.word, "an answer")
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


@dataclass
class Tenant:
    """One workspace: what its people do, and what is seen of it."""

    number: int
    word: str
    slack: Workspace
    web: Any
    watch: Watch
    token: str
    workspace_id: int = 0

    @property
    def team_id(self) -> str:
        """Slack's id of it, as long as the playground's own."""
        return f"T0TENANT0{self.number}"


class _ToSlack:
    """Slack's Web API for all of them: a token, or how the address begins, tells which is meant."""

    def __init__(self, tenants: list[Tenant]) -> None:
        self._tenants = tenants
        self._by_token = {one.token: one for one in tenants}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if prefixed := _PREFIX.match(path):
            tenant, path = self._tenants[int(prefixed[1])], prefixed[2]
        else:
            sent = str(environ.get("HTTP_AUTHORIZATION", ""))
            tenant = self._by_token[sent.removeprefix("Bearer ")]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        tenant.watch.look(body, tenant.word, path)
        own, theirs = TEAM_ID.encode(), tenant.team_id.encode()
        body = body.replace(theirs, own)
        inner = environ | {
            "PATH_INFO": path.replace(tenant.team_id, TEAM_ID),
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
        }
        answered = b"".join(tenant.web(inner, start_response))
        return [answered.replace(own, theirs)]


@dataclass
class World:
    """The bot and the five workspaces."""

    bot: Bot
    workers: Workers
    tenants: list[Tenant]
    watch: Watch

    def settle(self) -> None:
        """Let the bot do all that is due, and each Slack deliver what follows."""
        self.workers.run_until_idle()
        for tenant in self.tenants:
            tenant.slack.settle()
        self.workers.run_until_idle()

    def search_database(self) -> None:
        """Look at every row of every table as the owner: whose word does it hold?"""
        words = {one.workspace_id: one.word for one in self.tenants}
        with everything(self.bot.services.database) as session:
            for table, column in row_security.walled().items():
                rows = session.connection().exec_driver_sql(f"SELECT * FROM {table}").mappings()  # noqa: S608
                for row in rows:
                    text = " ".join(_plain(value) for value in row.values())
                    self.watch.look(text, words[row[column]], f"database, {table}")


def _plain(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


@contextmanager
def five(database_url: str, folder: Path) -> Iterator[World]:
    """Five installed workspaces with creators; their people are known to the bot."""
    watch, secret = Watch(), secrets.token_hex(8)
    clock = folder / "clock"
    clock.write_text("0")
    tenants = [_tenant(number, word, watch, secret, clock) for number, word in enumerate(WORDS)]
    front = Listener(_ToSlack(tenants), _HOST, 0, threads=8)
    address = f"http://{_HOST}:{front.port}"
    bot = build(
        Settings(
            _env_file=None,
            database_url=database_url,
            data_dir=folder / "data",
            slack_api_base_url=f"{address}/api/",
            slack_signing_secret=SecretStr(secret),
            slack_client_id="1.2",
            slack_client_secret=SecretStr("of the tenants"),
            encryption_keys=SecretStr(new_key()),
            public_url=address,
            playground_clock_file=clock,
            live_sources=False,
        )
    )
    world = World(bot, Workers(bot), tenants, watch)
    clicks = Clicks(bot)
    door = wsgi_application(bot, clicks, Operators(None, public=True))
    serving = _in_background(front)
    heard = _Log(watch)
    logging.getLogger().addHandler(heard)
    try:
        for tenant in tenants:
            tenant.slack.store.url = f"{address}/t{tenant.number}"
            tenant.slack.courier._http = httpx.Client(transport=_ToBot(tenant, secret, door))
            _move_in(world, tenant)
        world.settle()
        yield world
    finally:
        logging.getLogger().removeHandler(heard)
        world.workers.stop()
        for tenant in tenants:
            tenant.slack.close()
        front.close(1)
        serving.join(2)
        bot.services.database.close()


def _in_background(front: Listener) -> Any:
    thread = threading.Thread(target=front.serve_forever, daemon=True)
    thread.start()
    return thread


def _tenant(number: int, word: str, watch: Watch, secret: str, clock: Path) -> Tenant:
    token = f"xoxb-{secrets.token_hex(8)}"
    manifest = clock.with_name("manifest.yml")
    manifest.write_text(manifest_text(workflow_steps=True), encoding="utf-8")
    slack = Workspace(
        Options(
            bot_url="http://bot.test",
            signing_secret=secret,
            bot_token=token,
            manifest=manifest,
            clock_file=clock,
            timeout=60.0,
            trigger_seconds=60.0,
            retry_delays=(0.0, 0.0, 0.0),
        )
    )
    return Tenant(number, word, slack, application(slack), watch, token)


def _move_in(world: World, tenant: Tenant) -> None:
    """Install the app, and store creators whose every word is the workspace's own."""
    database = world.bot.services.database
    grant = Grant(
        enterprise_id="", team_id=tenant.team_id, name=f"{tenant.word} Ltd", url="",
        bot_user_id=BOT_USER_ID, bot_id=BOT_ID, app_id=APP_ID,
        installer=tenant.slack.user("olivia").id, scopes="",
    )  # fmt: skip
    tenant.workspace_id = installations.install(database, grant, Tokens(tenant.token)).id or 0
    word, mine = tenant.word, []
    for number, one in enumerate(demo.demo_profiles(database.now().date())[:CREATORS]):
        said = {
            "handle": f"{word}_{number}",
            "display_name": f"{word.title()} {one.display_name}",
            "bio": f"{one.bio} {word}",
        }
        mine.append(one.model_copy(update=said))
    with database.writing(tenant.workspace_id) as tx:
        profile_store.store(tx, mine, world.bot.services.vocabulary, index.pools(tx))
        for user in tenant.slack.store.users.values():
            people.learn(tx, user.as_slack(time.time()))


def in_words_of(payload: Any, other: Tenant, tenant: Tenant) -> Any:
    """What another workspace's Slack sent, as if somebody here had guessed its numbers."""
    text = json.dumps(payload).replace(f"/t{other.number}/", f"/t{tenant.number}/")
    return json.loads(_ANY.sub(tenant.word, text))
