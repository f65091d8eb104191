"""Every secret that the bot is given is set to a canary, everything is done, and none is seen.

Not in a log at the most talkative level, in a traceback, a message, a page, `doctor`, `/metrics`,
the audit trail, an export, nor in any row of the database.
"""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import MetaData, select

from bot.doctor import examine
from bot.logs import JsonFormatter
from bot.redaction import RedactingFilter
from bot.running import secrets_of
from bot.settings import Settings
from handlers.answer import Answer
from handlers.context import Context
from handlers.payloads import Command
from tests.behind import everything
from tests.command_line import run
from tests.installing import browser, install, start
from tests.metering import ask
from tests.selling import Selling, order, partnership, post
from tests.slack import Slack
from tests.web import Reply, Request, web

SHOP_SECRET = "shpss_c4n4ry0f4sh0p5s3cr3t"


def canary(name: str) -> SecretStr:
    return SecretStr(f"c4n4ry-{name}-0123456789abcdef")


def echo(request: Request) -> Reply:
    """A platform that refuses, and says back all that it was asked, keys included."""
    said = f"refused {request.path} {request.query} {request.headers}"
    return Reply({"error": {"code": 400, "message": said, "status": said}}, 400)


@contextmanager
def logged(settings: Settings) -> Iterator[list[io.StringIO]]:
    """All that is logged, as lines and as JSON, as the bot's own handlers would write it."""
    root, bolt = logging.getLogger(), logging.getLogger("slack_bolt")
    levels = root.level, bolt.level
    texts = [io.StringIO(), io.StringIO()]
    handlers = [logging.StreamHandler(text) for text in texts]
    handlers[1].setFormatter(JsonFormatter())
    for handler in handlers:
        handler.addFilter(RedactingFilter(secrets_of(settings)))
        root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    bolt.setLevel(logging.DEBUG)
    try:
        yield texts
    finally:
        root.setLevel(levels[0])
        bolt.setLevel(levels[1])
        for handler in handlers:
            root.removeHandler(handler)


def breaks_with_everything(command: Command, context: Context) -> Answer:
    settings = context.services.options["settings"]
    raise ValueError(f"broken while working with {secrets_of(settings)} and token={SHOP_SECRET}")


def do_everything(slack: Slack) -> list[str]:
    """What people, shops and operators do, much of it wrong; all that was answered."""
    slack.bot.services.options["settings"] = slack.bot.settings
    slack.bot.feature.commands["break"] = breaks_with_everything
    partnership(slack, code="ANNA15")
    for text in (
        "find skincare on youtube",
        "look @anna",
        "show anna",
        "break",
        "settings",
        "sales",
    ):
        slack.workspace.command("olivia", text)
        slack.settle()
    slack.press("olivia", slack.command("olivia", "sales"), "shops_open")
    slack.press("olivia", slack.view("olivia"), "shop_new")
    assert not slack.submit(
        "olivia", {"source": "shopify", "name": "Aqua Skin", "secret": SHOP_SECRET}
    )
    page = slack.text_of(slack.view("olivia"))
    token = page.partition("/webhooks/shopify/")[2].split()[0].strip("`>")
    selling = Selling(slack, "shopify", token, SHOP_SECRET)
    assert selling.send("orders/paid", order()) == 200
    assert selling.send("orders/paid", order(2), secret="another") == 401
    assert selling.send("orders/paid", b"{") == 400
    assert post(slack, "/slack/events", b"{}", {"X-Slack-Signature": "v0=x"}) == 401
    slack.tick()
    slack.workspace.grants.client = "1234567890.987654321", "another secret"
    pages = [browser(slack).get(f"{slack.bot.settings.public_url}/slack/install").text]
    pages.append(install(slack).text)
    for path in ("/metrics", "/readyz", "/healthz"):
        token = slack.bot.settings.metrics_token
        pages.append(ask(slack.server.port, path, token.get_secret_value() if token else "").text)
    found = list(examine(slack.bot.settings, slack.bot.services.database))
    return [page, *pages, *(f"{one.what} {one.cure}" for one in found)]


def rows(slack: Slack) -> str:
    """Every value of every row of every table."""
    database = slack.bot.services.database
    with everything(database) as session:
        metadata = MetaData()
        metadata.reflect(session.connection())
        return "\n".join(
            str(tuple(row))
            for table in metadata.sorted_tables
            for row in session.connection().execute(select(table))
        )


def written(folder: Path, slack: Slack) -> str:
    """What the command line says and writes, wrong settings included."""
    url = slack.bot.services.database.url.render_as_string(hide_password=False)
    path = folder / "out.csv"
    said = [run("export", str(path), database_url=url, folder=folder).output]
    said.append(run("doctor", "--json", database_url=url, folder=folder).output)
    return "\n".join([*said, path.read_text() if path.exists() else ""])


def shown(slack: Slack) -> str:
    """All that Slack was given, and all that it was answered."""
    calls = [str(one.arguments) for one in slack.workspace.api_calls() if "oauth" not in one.method]
    answers = [one.text for one in slack.workspace.deliveries]
    return "\n".join([*calls, *answers])


def test_no_secret_is_seen_anywhere_whatever_is_done(database_url: str, tmp_path: Path) -> None:
    with web(echo) as platform:
        given: dict[str, Any] = {
            name: canary(name)
            for name, field in Settings.model_fields.items()
            if "SecretStr" in str(field.annotation)
            # the first two are Slack's of this test; a bot token excludes installing
            and name not in ("slack_signing_secret", "slack_client_secret", "slack_bot_token")
        }
        del given["encryption_keys"]  # keys as random as those that an operator makes
        given["slack_app_token"] = SecretStr("xapp-1-c4n4ry-0123456789abcdef")
        slack = start(
            database_url,
            tmp_path,
            **given,
            live_sources=True,
            youtube_base_url=f"{platform.url}/",
            instagram_base_url=f"{platform.url}/",
            instagram_user_id="17841400000000000",
            bluesky_base_url=f"{platform.url}/",
            mastodon_servers=(),
        )
        try:
            with logged(slack.bot.settings) as texts:
                install(slack)
                said = do_everything(slack)
            places = {
                "the log": texts[0].getvalue(),
                "the log as JSON": texts[1].getvalue(),
                "answers": "\n".join(said),
                "Slack": shown(slack),
                "the database": rows(slack),
                "the command line": written(tmp_path, slack),
            }
        finally:
            slack.stop()
        asked = platform.requests

    canaries = {SHOP_SECRET, *secrets_of(slack.bot.settings)}
    canaries |= {token for one in slack.workspace.grants.granted for token in one.tokens}
    assert len(canaries) >= 9
    assert any(canary("youtube_api_key").get_secret_value() in str(one) for one in asked)
    assert "broken while working with" in places["the log"], "the traceback is there"
    assert [
        (place, one) for place, text in places.items() for one in canaries if one and one in text
    ] == []
