"""Finds out which workspace the bot token belongs to, however long Slack is out of reach."""

import logging
import threading

from bot.app import Bot
from bot.slack import (
    RateLimited,
    SlackClients,
    SlackRefused,
    Token,
    Unanswered,
    call,
    plain_reason,
)
from storage import jobs, workspaces
from storage.database import Unavailable
from storage.models import Workspace

log = logging.getLogger(__name__)

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0


def meet_workspace(bot: Bot) -> Workspace:
    """Ask Slack who we are and keep the answer.

    Raises:
        SlackRefused: Slack refused the token.
        Unanswered, RateLimited: Slack is out of reach, or busy.
    """
    token = bot.settings.slack_bot_token
    if token is None:
        raise LookupError("SLACK_BOT_TOKEN is not set")
    secret = token.get_secret_value()
    client = SlackClients(
        bot.settings.slack_api_base_url,
        lambda _workspace: Token(secret),
        noticed=bot.health.hear,
    )
    answer = call(client.with_token(secret), "auth.test")
    workspace = workspaces.meet(
        bot.services.database,
        answer.get("enterprise_id") or "",
        answer["team_id"],
        name=answer.get("team") or "",
        url=answer.get("url") or "",
        bot_user_id=answer.get("user_id"),
        bot_id=answer.get("bot_id"),
        removed_at=None,
    )
    bot.forget_workspaces()
    with bot.services.database.writing(workspace.id or 0) as tx:
        jobs.add(tx, "people.learn_all", f"people.learn_all:{tx.now.isoformat()}")
    return workspace


def keep_trying(
    bot: Bot, stopping: threading.Event, first_wait: float = FIRST_WAIT_SECONDS
) -> None:
    """Meet the workspace, waiting longer between tries; says so when it can't be reached."""
    wait = first_wait
    while not stopping.is_set():
        try:
            workspace = meet_workspace(bot)
        except SlackRefused as refusal:
            log.error(
                "Slack refused the bot token (%s): copy it anew from OAuth & Permissions of your "
                "Slack app, then start again",
                refusal.code,
            )
            return
        except (Unanswered, RateLimited) as error:
            log.warning(
                "Slack can't be reached (%s); trying again in %.0f s", plain_reason(error), wait
            )
        except Unavailable:
            log.warning("the database is out of reach; trying again in %.0f s", wait)
        else:
            log.info("connected to workspace %s (%s)", workspace.name, workspace.team_id)
            return
        stopping.wait(wait)
        wait = min(wait * 2, LONGEST_WAIT_SECONDS)
