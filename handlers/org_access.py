"""Organisations (Enterprise Grid) that give the app to workspaces of theirs, and take it back."""

import logging
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.context import Context
from handlers.features import Feature
from handlers.install import ONCE_MORE, TOKEN_IS_DEAD
from storage import jobs, org_access

log = logging.getLogger(__name__)

CHECK = "install.check_access"
AT_ONCE = 1_000  # Slack's most


def access_changed(event: dict[str, Any], context: Context) -> None:
    """Access was given or taken, or so it was when the event was sent: Slack is asked which."""
    with context.writing() as tx:
        jobs.add(tx, CHECK, f"{CHECK}:{context.delivery}", {"again": True})


def check(payload: dict[str, Any], context: Context) -> None:
    """Find out where the organisation has the app (job `install.check_access`).

    Events come in any order, so none is believed. After one Slack is asked once more later on:
    two of these jobs may overtake each other, and the last word has to be a fresh one.
    """
    org = org_access.organisation(context.database, context.workspace.enterprise_id)
    if org is None:
        return
    try:
        granted = _teams(context.services.slack.anew(org.workspace))
    except SlackApiError as refusal:
        if refusal.response.get("error") in TOKEN_IS_DEAD:  # of which other events tell
            return
        raise
    changed = org_access.settle(context.database, org, granted)
    if changed:
        log.warning("access to %s workspaces of an organisation was given or taken", changed)
    if payload.get("again"):
        with context.writing() as tx:
            jobs.add(tx, CHECK, f"{CHECK}:later:{payload['job_id']}", after=ONCE_MORE)


def _teams(client: WebClient) -> set[str]:
    found: set[str] = set()
    cursor = ""
    while True:
        answer = client.auth_teams_list(limit=AT_ONCE, cursor=cursor or None)
        found |= {str(team["id"]) for team in answer.get("teams") or ()}
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return found


FEATURE = Feature(
    events={
        "team_access_granted": (access_changed,),
        "team_access_revoked": (access_changed,),
    },
    jobs={CHECK: check},
)
