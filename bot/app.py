"""The only wiring: settings, database, features and Bolt become one application."""

import datetime as dt
import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from slack_bolt import App, BoltContext, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from bot import delivery
from bot.clock import Clock
from bot.health import Health
from bot.live import live_sources
from bot.measured import MeasuredApp
from bot.settings import Settings
from bot.slack import SlackClients, Token
from bot.tokens import WorkspaceTokens
from handlers import access, lost_messages, registry
from handlers.answer import Answer
from handlers.context import Context, Services
from handlers.features import ActionHandler, Feature
from handlers.payloads import Action
from storage import installations, resealing, workspaces
from storage.database import Database, Unavailable
from storage.installations import NotInstalled
from storage.migrate import migrate
from storage.models import Workspace
from storage.sealing import Keys

log = logging.getLogger(__name__)

COMMAND = "/influencer"
NOT_INSTALLED = (
    "The app is not installed in this workspace any more. Ask an admin to add it again: "
    "what the team had is kept for a while."
)
ANY = re.compile(".*")
WORKSPACE_SECONDS = 30.0
BACKGROUND_CONNECTIONS = 14  # of senders, job workers with their leases, and the clock's turns


@dataclass
class Bot:
    """The application: what servers and workers work with.

    tokens: of many workspaces; None where one token from the settings serves one workspace.
    health: whether this process can do its work.
    """

    settings: Settings
    services: Services
    feature: Feature
    tokens: WorkspaceTokens | None = None
    health: Health = field(default_factory=Health)
    bolt: App = field(init=False)
    _seen: dict[tuple[str, str], tuple[Workspace, float]] = field(default_factory=dict)

    def workspace_of(self, enterprise_id: str | None, team_id: str | None) -> Workspace:
        """The workspace that sent something, made on first sight; as it was a moment ago.

        Raises:
            NotInstalled: it did not install the app, or removed it (of many workspaces only).
            one of `Unavailable`: it was never seen and the database is out of reach.
        """
        whole_org = team_id is None or team_id == enterprise_id
        ids = enterprise_id or "", "" if whole_org else team_id or ""
        known, until = self._seen.get(ids, (None, 0.0))
        if known is not None and time.monotonic() < until:
            return known
        try:
            found = self._look_up(*ids)
        except Unavailable:
            if known is None:
                raise
            return known
        self._seen[ids] = found, time.monotonic() + WORKSPACE_SECONDS
        return found

    def _look_up(self, enterprise_id: str, team_id: str) -> Workspace:
        database = self.services.database
        if self.tokens is not None:
            return installations.workspace_for(database, enterprise_id, team_id)
        return workspaces.ensure(database, enterprise_id, team_id, removed_at=None)

    def forget_workspaces(self) -> None:
        """Look at each workspace, and at its token, anew."""
        self._seen.clear()
        if self.tokens is not None:
            self.tokens.forget()

    def context(self, workspace: Workspace, user_id: str = "", key: str | None = None) -> Context:
        """What a handler is given."""
        return Context(self.services, workspace, user_id, key)


def build(settings: Settings, *, demo: bool = False, background: int | None = None) -> Bot:
    """Connect everything. Migrates the database; does not talk to Slack.

    background: connections beside those of the threads that answer; None = as workers need.

    Raises:
        NewerDatabase: the database was written by a newer version.
        CannotUnseal: a secret in the database needs a key that is not set.
        sqlalchemy.exc.OperationalError: the database is out of reach.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    clock = Clock(settings.playground_clock_file)
    database = Database(
        settings.resolved_database_url,
        clock.now,
        pool_size=settings.server_threads
        + (BACKGROUND_CONNECTIONS if background is None else background),
        underived=settings.underived,
        keys=Keys(settings.keys),
        owner_url=settings.database_owner_url,
    )
    migrate(database)
    resealing.see_that_all_open(database)
    tokens = _tokens(settings, database) if settings.many_workspaces else None
    token = Token(settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else "")
    base_url = settings.slack_api_base_url
    health = Health()
    services = Services(
        database=database,
        clock=clock,
        slack=SlackClients(base_url, tokens.of, tokens.forget)
        if tokens is not None
        else SlackClients(base_url, lambda _workspace: token, noticed=health.hear),
        data_dir=settings.data_dir,
        owners=settings.owners,
        demo=demo,
        live=live_sources(settings, database, clock),
        public_url=settings.public_url,
    )
    bot = Bot(settings, services, registry.everything(), tokens, health)
    bot.bolt = _bolt(bot)
    return bot


def _tokens(settings: Settings, database: Database) -> WorkspaceTokens:
    secret = settings.slack_client_secret
    client = settings.slack_client_id, secret.get_secret_value() if secret else ""
    return WorkspaceTokens(database, settings.slack_api_base_url, client, real_now)


def _bolt(bot: Bot) -> App:
    secret = bot.settings.slack_signing_secret
    logging.getLogger("slack_bolt.App").addFilter(_is_news)
    with _no_oauth_of_bolts():
        app = MeasuredApp(
            name="influencer-bot",  # else Bolt goes through the sources of all that is loaded
            words=bot.feature.commands,
            signing_secret=secret.get_secret_value() if secret else "socket-mode-has-none",
            authorize=lambda enterprise_id, team_id: _authorize(bot, enterprise_id, team_id),
            process_before_response=True,
            token_verification_enabled=False,
            # the gate has verified the raw bytes; Socket Mode needs no signature
            request_verification_enabled=False,
            ignoring_self_events_enabled=True,
            # a workflow's own token ends with its step: the bot's own is used, as ever
            attaching_function_token_enabled=False,
        )
    if bot.tokens is not None:
        _leave_alone_where_not_installed(app, bot)
    _listen(app, bot)

    @app.error
    def on_error(error: Exception) -> None:
        """The status stays 500: Slack repeats an event, and shows a person that it failed."""
        log.error("a delivery failed: %r", error, exc_info=error)

    return app


@contextmanager
def _no_oauth_of_bolts() -> Iterator[None]:
    """Bolt takes these two from the environment and keeps tokens in plain files: we do not."""
    names = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
    taken = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(taken)


def _is_news(record: logging.LogRecord) -> bool:
    """False for Bolt's remark on a token in the environment, which is where ours belongs."""
    return "SLACK_BOT_TOKEN env variable" not in record.getMessage()


def _authorize(bot: Bot, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Who the bot is in a workspace, from our own records: no call to Slack."""
    try:
        workspace = bot.workspace_of(enterprise_id, team_id)
    except (NotInstalled, *Unavailable):  # said to the person later on
        workspace = Workspace(team_id=team_id or "", created_at=real_now())
    token = bot.settings.slack_bot_token
    return AuthorizeResult(
        enterprise_id=enterprise_id,
        team_id=team_id,
        bot_token=token.get_secret_value() if token else "xoxb-none",
        bot_id=workspace.bot_id or "B-unknown",
        bot_user_id=workspace.bot_user_id or "U-unknown",
    )


def _leave_alone_where_not_installed(app: App, bot: Bot) -> None:
    """What comes from a workspace that removed the app, or never had it, reaches no handler."""

    @app.middleware
    def installed_only(
        body: dict[str, Any], context: BoltContext, next: Callable[[], Any]
    ) -> BoltResponse | None:
        try:
            bot.workspace_of(context.enterprise_id, context.team_id)
        except NotInstalled:
            log.info("something came from a workspace without the app: it is left alone")
            return BoltResponse(status=200, body=NOT_INSTALLED if "command" in body else "")
        except Unavailable:  # the handler says so to the person
            pass
        next()
        return None


def _context(bot: Bot, body: dict[str, Any], bolt: BoltContext, asked: str = "") -> Context:
    """What a handler is given. asked: the action or modal; "" for an event or a command."""
    workspace = bot.workspace_of(bolt.enterprise_id, bolt.team_id)
    context = bot.context(workspace, bolt.user_id or "", delivery.delivery_key(body))
    is_event = body.get("type") == "event_callback"
    for_members = not is_event and asked not in bot.feature.for_outsiders
    return replace(context, members_only=for_members)


def _listen(app: App, bot: Bot) -> None:
    """Register one listener a kind, the busiest first: Bolt asks each in turn, for 0.05 ms."""
    feature = bot.feature

    @app.command(COMMAND)
    def on_command(ack: Any, body: dict[str, Any], context: BoltContext) -> None:
        command = delivery.read_command(body)
        handler = feature.commands.get(command.word) or feature.commands[""]

        def handle() -> Answer:
            return access.admitted(handler, command, _context(bot, body, context))

        ack(**delivery.answer_command(handle))

    for name in sorted(feature.events, key=lambda name: not name.startswith("reaction_")):
        _listen_to_event(app, bot, name)

    @app.action(ANY)
    def on_action(ack: Any, body: dict[str, Any], context: BoltContext) -> None:
        action = delivery.read_action(body)
        name = action.action_id.partition(":")[0]
        handler = feature.actions.get(name)
        if handler is not None:  # a button that is a link has none
            here = _context(bot, body, context, name)
            delivery.answer_action(lambda: _act(handler, action, here), action, here)
        ack()

    @app.shortcut(ANY)
    def on_shortcut(ack: Any, body: dict[str, Any], context: BoltContext) -> None:
        shortcut = delivery.read_shortcut(body)
        handler = feature.shortcuts.get(shortcut.callback_id)
        if handler is not None:
            here = _context(bot, body, context)
            delivery.answer_action(lambda: access.admitted(handler, shortcut, here), shortcut, here)
        ack()

    @app.view_submission(ANY)
    def on_submission(ack: Any, body: dict[str, Any], context: BoltContext) -> None:
        submission = delivery.read_submission(body)

        def handle() -> Answer:  # an unknown modal, as after an upgrade, is kept open too
            handler = feature.submissions[submission.callback_id]
            here = _context(bot, body, context, submission.callback_id)
            return access.admitted(handler, submission, here)

        ack(**delivery.answer_submission(handle, submission))

    @app.view_closed(ANY)
    def on_closed(ack: Any, body: dict[str, Any], context: BoltContext) -> None:
        submission = delivery.read_submission(body)
        handler = feature.closings.get(submission.callback_id)
        if handler is not None:
            here = _context(bot, body, context, submission.callback_id)
            delivery.answer_command(lambda: access.admitted(handler, submission, here))
        ack()


def _act(handler: ActionHandler, action: Action, here: Context) -> Answer | None:
    lost_messages.refuse(action, here)
    return access.admitted(handler, action, here)


def _listen_to_event(app: App, bot: Bot, name: str) -> None:
    """Give an event to each feature that handles it; Slack repeats it until all have succeeded."""

    @app.event(name)
    def on_event(body: dict[str, Any], context: BoltContext) -> None:
        here = _context(bot, body, context)
        failed: Exception | None = None
        for handler in bot.feature.events[name]:
            try:
                registry.once(handler, body["event"], here)
            except Unavailable:  # the others would wait for it as well, and Slack for them all
                raise
            except Exception as error:
                log.exception("%s failed; Slack will repeat the event", handler.__name__)
                failed = error
        if failed is not None:
            raise failed


def real_now() -> dt.datetime:
    """The time of leases and due times, which no playground clock moves."""
    return dt.datetime.now(dt.UTC)
