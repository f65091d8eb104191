"""A Slack workspace for a test: people act in it, the bot answers, all of it real but Slack."""

import base64
import pickle
import secrets
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot import demo
from bot.app import Bot, build
from bot.first_contact import meet_workspace
from bot.http_server import HttpServer
from bot.manifest import manifest_path
from bot.settings import Settings
from bot.workers import Workers
from playground.options import Options
from playground.people import TEAM_ID
from playground.records import Message, Problem, View
from playground.server import RunningPlayground
from playground.server import start as start_playground
from playground.workspace import Workspace
from storage import workspaces

LOOPBACK = "127.0.0.1"
PATIENCE = 10.0


@dataclass
class Slack:
    """What a test does and sees. People are named: olivia (owner), ana, ben, carla, gus, sam.

    After each act the bot's workers do all that is due, so what was to be sent is there.
    """

    playground: RunningPlayground
    bot: Bot
    workers: Workers
    server: HttpServer
    data_dir: Path

    @classmethod
    def start(
        cls,
        database_url: str,
        folder: Path,
        scene: bytes | None = None,
        client: tuple[str, str] | None = None,
        **settings: Any,
    ) -> "Slack":
        """Start a playground and a bot that know each other.

        client: id and secret of an app for many workspaces, which install it by themselves.

        scene: what Slack showed when the bot of this database was stopped; without it the bot
        meets the workspace and its people, as at a first start.
        """
        token, secret = f"xoxb-{secrets.token_hex(8)}", secrets.token_hex(8)
        listening = socket.create_server((LOOPBACK, 0))
        bot_url = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        clock = folder / "clock"
        clock.write_text("0")
        playground = start_playground(
            Options(
                bot_url=bot_url,
                signing_secret=secret,
                bot_token=token,
                client=client,
                port=0,
                manifest=manifest_path(),
                clock_file=clock,
                # Slack gives three seconds; a machine that runs much else may take longer, and
                # tests that are about time look at what a delivery took
                timeout=PATIENCE,
                trigger_seconds=PATIENCE,
                retry_delays=(0.0, 0.0, 0.0),
            )
        )
        given = {
            "database_url": database_url,
            "data_dir": folder / "data",
            "slack_api_base_url": f"{playground.url}/api/",
            "slack_bot_token": SecretStr(token),
            "slack_signing_secret": SecretStr(secret),
            "playground_clock_file": clock,
            "server_threads": 4,
            "live_sources": False,
            **(_for_many(client, bot_url) if client else {}),
            **settings,
        }
        bot = build(Settings(_env_file=None, **given))
        server = HttpServer(bot, LOOPBACK, 0, sockets=[listening])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        here = cls(playground, bot, Workers(bot), server, folder)
        if client is not None:
            return here
        if scene is None:
            meet_workspace(bot)
            here.settle()
        else:
            here._go_on(scene)
        return here

    def scene(self) -> bytes:
        """What Slack shows and was asked, for a start that goes on from here."""
        store = self.workspace.store
        with store.reading():
            return pickle.dumps((store.channels, store.messages, store.api_calls))

    def _go_on(self, scene: bytes) -> None:
        store = self.workspace.store
        with store.changing():
            store.channels, store.messages, store.api_calls = pickle.loads(scene)  # noqa: S301
        with self.writing() as tx:  # the playground has a new address
            workspace = workspaces.lock(tx)
            workspace.url = f"{self.playground.url}/"
            tx.session.add(workspace)
        self.bot.forget_workspaces()

    def stop(self) -> None:
        """Stop everything."""
        self.server.close()
        self.workers.stop()
        self.playground.stop()
        self.bot.services.database.close()

    def fill_with_demo_creators(self) -> None:
        """Store the playground's invented creators."""
        demo.fill(self.bot, self.bot.workspace_of("", TEAM_ID))

    # What a person does

    def command(self, who: str, text: str, channel: str = "marketing") -> Message:
        """Type `/influencer <text>`; gives what the person sees."""
        answer = self.workspace.command(who, text, channel)
        self.settle()
        assert answer is not None, "the command was answered with nothing"
        return answer

    def press(
        self, who: str, place: Message | View, action_id: str, value: Any = None, **more: Any
    ) -> View | None:
        """Press a button or choose in a select; gives the modal that is open afterwards.

        action_id: the whole one, or the part before ":" when only one button has it.
        """
        self.workspace.press(who, place, self.action(place, action_id), value=value, **more)
        self.settle()
        return self.workspace.view(who)

    def submit(self, who: str, values: dict[str, Any] | None = None) -> dict[str, str] | None:
        """Send off the topmost modal; gives errors by block_id, or None."""
        errors = self.workspace.submit(who, values)
        self.settle()
        return errors

    def react(self, who: str, emoji: str, message: Message) -> None:
        """Add a reaction."""
        self.workspace.react(who, emoji, message)
        self.settle()

    def unreact(self, who: str, emoji: str, message: Message) -> None:
        """Take a reaction away."""
        self.workspace.unreact(who, emoji, message)
        self.settle()

    def open_home(self, who: str) -> View:
        """Open App Home; gives what it shows."""
        self.workspace.open_home(who)
        self.settle()
        home = self.workspace.home(who)
        assert home is not None, "App Home was not drawn"
        return home

    def redeliver_last(self, kind: str | None = None) -> Any:
        """Slack delivers the last thing again."""
        delivery = self.workspace.redeliver_last(kind)
        self.settle()
        return delivery

    # What a person sees

    def action(self, place: Message | View, action_id: str) -> str:
        """The one action_id on a message or view that begins so."""
        found = sorted(set(_action_ids(place.blocks)))
        if action_id in found:
            return action_id
        near = [one for one in found if one.partition(":")[0] == action_id]
        assert len(near) == 1, f"{len(near)} buttons are called {action_id!r} among {found}"
        return near[0]

    def actions(self, place: Message | View) -> list[str]:
        """All action_ids on a message or view."""
        return sorted(set(_action_ids(place.blocks)))

    def text_of(self, thing: Message | View | None) -> str:
        """All visible text."""
        return self.workspace.text_of(thing)

    def messages(self, channel: str = "marketing") -> list[Message]:
        """What everybody sees in a channel, oldest first."""
        return self.workspace.messages(channel)

    def replies(self, message: Message) -> list[Message]:
        """The thread under a message."""
        return self.workspace.thread(message)

    def private(self, who: str) -> list[str]:
        """Texts of the messages that only this person sees, and of the bot's direct messages."""
        found = [*self.workspace.ephemerals(who), *self.workspace.direct_messages(who)]
        return [self.text_of(message) for message in sorted(found, key=lambda one: one.ts)]

    def view(self, who: str) -> View:
        """The modal that is open."""
        view = self.workspace.view(who)
        assert view is not None, f"{who} has no modal open"
        return view

    @property
    def problems(self) -> list[Problem]:
        """What the bot did that Slack would refuse or hide."""
        return self.workspace.problems

    @property
    def workspace(self) -> Workspace:
        """The playground's state and driver, for what has no short form here."""
        return self.playground.workspace

    # The bot's side

    def settle(self) -> None:
        """Let the bot do all that is due, and Slack deliver all that follows."""
        self.workers.run_until_idle()
        self.workspace.settle()
        self.workers.run_until_idle()

    def tick(self) -> None:
        """A minute and an hour of the bot's own clock have passed."""
        self.workers.tick_minute()
        self.workers.tick_hour()
        self.settle()

    @property
    def workspace_id(self) -> int:
        """Row number of the workspace."""
        return self.bot.workspace_of("", TEAM_ID).id or 0

    def reading(self) -> Any:
        """A look into the database, for what no message shows."""
        return self.bot.services.database.reading(self.workspace_id)

    def writing(self) -> Any:
        """A change behind the bot's back, to set a scene."""
        return self.bot.services.database.writing(self.workspace_id)


def _for_many(client: tuple[str, str], bot_url: str) -> dict[str, Any]:
    return {
        "slack_bot_token": None,
        "slack_client_id": client[0],
        "slack_client_secret": SecretStr(client[1]),
        "encryption_keys": SecretStr(new_key()),
        "public_url": bot_url,
    }


def new_key() -> str:
    """A key as an operator makes it."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _action_ids(thing: Any) -> list[str]:
    if isinstance(thing, list):
        return [found for one in thing for found in _action_ids(one)]
    if not isinstance(thing, dict):
        return []
    own = [thing["action_id"]] if "action_id" in thing else []
    return own + [found for one in thing.values() for found in _action_ids(one)]
