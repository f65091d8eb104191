"""A workspace's first message, and what happens when the app is removed."""

import datetime as dt
import logging
from typing import Any

from slack_sdk.errors import SlackApiError

from domain.roles import Role
from handlers import leading
from handlers.context import Context
from handlers.features import Feature
from storage import installations, jobs, outbox, people, workspaces
from storage.installations import NoToken
from storage.models import Person
from storage.transaction import Transaction

log = logging.getLogger(__name__)

ONCE_MORE = dt.timedelta(minutes=10)

TOKEN_IS_DEAD = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)


def welcome(payload: dict[str, Any], context: Context) -> None:
    """Greet the installer, or the first owner, once (job `install.welcome`)."""
    with context.writing() as tx:
        workspace = workspaces.lock(tx)
        greeted = _whom_to_greet(tx, workspace.installer_slack_id, context.services.owners)
        if workspace.welcomed_at is not None or greeted is None:
            return
        message = leading.first_message(tx, context, asks_who_leads=leading.is_open(tx, context))
        outbox.direct(tx, leading.WELCOME, greeted.slack_user_id, message.payload())
        workspace.welcomed_at = tx.now
        tx.session.add(workspace)


def app_uninstalled(event: dict[str, Any], context: Context) -> None:
    """The app was removed, or so it was when the event was sent: ask before believing it."""
    _check_later(context)


def tokens_revoked(event: dict[str, Any], context: Context) -> None:
    """Tokens were revoked; only a bot's own matters here."""
    if (event.get("tokens") or {}).get("bot"):
        _check_later(context)


def check_token(payload: dict[str, Any], context: Context) -> None:
    """Find out whether the bot is still wanted (job `install.check_token`).

    The two events come in any order, and late: after a new installation the token works, and
    then nothing is removed; nor when the app is installed anew while Slack is asked: which
    installation is meant is looked up first, its token afterwards. A token that still works may
    be on its way out, so after an event it is asked once more: of a workspace that posts nothing
    nobody would notice.
    """
    with context.reading() as tx:
        known, lost = installations.seen(tx), installations.is_lost(tx)
    try:
        context.services.slack.anew(context.workspace).auth_test()
        if payload.get("again"):
            with context.writing() as tx:
                once_more = f"install.check_token:later:{payload['job_id']}"
                jobs.add(tx, "install.check_token", once_more, after=ONCE_MORE)
        return
    except SlackApiError as error:
        code = error.response.get("error")
        if code not in TOKEN_IS_DEAD:
            raise
        if lost and code == "token_expired":  # it may be wanted: only its tokens came to nothing
            return
    except NoToken as missing:
        if not missing.gone:
            raise
    with context.writing() as tx:
        removed = installations.remove(tx, known)
    if removed:
        log.warning("the app was removed from workspace %s", context.workspace.team_id)


def _check_later(context: Context) -> None:
    with context.writing() as tx:
        key = f"install.check_token:{context.delivery}"
        jobs.add(tx, "install.check_token", key, {"again": True})


def _whom_to_greet(
    tx: Transaction, installer: str | None, configured: tuple[str, ...]
) -> Person | None:
    owners = people.with_role(tx, Role.OWNER)
    preferred = [installer, *configured]
    return min(
        owners,
        key=lambda person: (
            preferred.index(person.slack_user_id)
            if person.slack_user_id in preferred
            else len(preferred)
        ),
        default=None,
    )


FEATURE = Feature(
    events={"app_uninstalled": (app_uninstalled,), "tokens_revoked": (tokens_revoked,)},
    jobs={"install.welcome": welcome, "install.check_token": check_token},
)
