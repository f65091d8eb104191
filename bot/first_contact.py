"""Finds out which workspace the bot token belongs to, however long Slack is out of reach."""

import logging
import threading

from slack_sdk.errors import SlackApiError

from bot.app import Bot
from storage import jobs, workspaces
from storage.models import Workspace

log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 30.0


def meet_workspace(bot: Bot) -> Workspace:
    """Ask Slack who we are and keep the answer.

    Raises:
        SlackApiError: Slack refused the token.
        OSError: Slack is out of reach.
    """
    token = bot.settings.slack_bot_token
    if token is None:
        raise LookupError("SLACK_BOT_TOKEN is not set")
    clients = bot.services.slack
    answer = clients.with_token(token.get_secret_value()).auth_test()  # type: ignore[attr-defined]
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


def keep_trying(bot: Bot, stopping: threading.Event) -> None:
    """Meet the workspace, waiting longer between tries; says so when it can't be reached."""
    wait = 1.0
    while not stopping.is_set():
        try:
            workspace = meet_workspace(bot)
        except SlackApiError as error:
            log.error("Slack refused the bot token: %s", error.response.get("error"))
            return
        except Exception as error:  # DNS, TLS, resets: each its own class
            log.warning("Slack can't be reached (%s); trying again in %.0f s", error, wait)
            stopping.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)
        else:
            log.info("connected to workspace %s (%s)", workspace.name, workspace.team_id)
            return
