"""Keeps up with who people are, as Slack describes them."""

import logging
from collections.abc import Collection
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from domain.roles import why_barred
from handlers.context import Context
from handlers.features import Feature
from storage import jobs, people, roles
from storage.transaction import Transaction

log = logging.getLogger(__name__)

PAGE = 200
NOT_ONE_OF_US = frozenset({"user_not_found", "user_not_visible", "users_not_found"})


def learn(payload: dict[str, Any], context: Context) -> None:
    """Ask Slack about one person (job `people.learn`, {"slack_user_id"})."""
    client = context.services.slack.client(context.workspace)
    user = _described(client, str(payload["slack_user_id"]))
    with context.writing() as tx:
        take_over(tx, context, [user])


def learn_all(payload: dict[str, Any], context: Context) -> None:
    """Ask Slack about everybody, a page a job (job `people.learn_all`)."""
    client = context.services.slack.client(context.workspace)
    cursor = str(payload.get("cursor", ""))
    answer = client.users_list(limit=PAGE, cursor=cursor)
    users = [user for user in answer["members"] if not user.get("deleted")]
    following = (answer.get("response_metadata") or {}).get("next_cursor") or ""
    run = payload.get("run") or payload.get("job_id")
    with context.writing() as tx:
        take_over(tx, context, users)
        if following:
            next_page = {"cursor": following, "run": run}
            jobs.add(tx, "people.learn_all", f"people.learn_all:{run}:{following}", next_page)
        else:
            jobs.add(tx, "install.welcome", f"install.welcome:{run}")


def user_change(event: dict[str, Any], context: Context) -> None:
    """Somebody's account changed; people who never met the bot are learned when they do."""
    user = event["user"]
    with context.writing() as tx:
        if people.find(tx, user["id"]) is not None:
            take_over(tx, context, [user])


def learn_now(context: Context, slack_user_ids: Collection[str], limit: int = 5) -> None:
    """Ask Slack at once about people of whom nothing is known yet; who stays unknown is no error.

    For a modal that must say whether these people may do something: quick, outside a transaction.
    """
    with context.reading() as tx:
        known = {one: people.find(tx, one) for one in slack_user_ids}
    unknown = [one for one, person in known.items() if person is None or not person.refreshed_at]
    client = context.services.slack.quick(context.workspace)
    users = []
    for slack_user_id in unknown[:limit]:
        try:
            users.append(_described(client, slack_user_id))
        except Exception:  # dropped connections come in many classes
            log.info("Slack did not say who %s is; asked again later", slack_user_id)
    if users:
        with context.database.writing(context.workspace_id, context.user_id, quick=True) as tx:
            take_over(tx, context, users)


def _described(client: WebClient, slack_user_id: str) -> dict[str, Any]:
    """Slack's user object; whom Slack does not show to the app counts as from elsewhere."""
    try:
        return dict(client.users_info(user=slack_user_id)["user"])
    except SlackApiError as error:
        if error.response.get("error") not in NOT_ONE_OF_US:
            raise
        return {"id": slack_user_id, "is_stranger": True}


def take_over(tx: Transaction, context: Context, users: list[dict[str, Any]]) -> None:
    """Store what Slack says of these people; votes that waited for it are cast."""
    for user in users:
        before = people.find(tx, user["id"])
        waited = before is not None and before.refreshed_at is None
        was_barred = before is not None and why_barred(before) is not None
        was_active = before is not None and not before.is_deleted
        person = people.learn(tx, user)
        deactivated = was_active and person.is_deleted
        if deactivated:
            offer = {"person_id": person.id, "at": tx.now.isoformat()}
            jobs.add(tx, "handover.offer", f"handover.offer:{person.id}:{offer['at']}", offer)
        if waited:
            jobs.add(
                tx,
                "votes.cast_waiting",
                f"votes.cast_waiting:{person.id}:{tx.now.isoformat()}",
                {"person_id": person.id},
            )
        if deactivated or (why_barred(person) and not was_barred):
            key = f"votes.approver_left:{person.id}:{tx.now.isoformat()}"
            jobs.add(tx, "votes.approver_left", key, {"person_id": person.id})
    tx.session.flush()
    roles.apply(tx, context.services.owners)


FEATURE = Feature(
    events={"user_change": (user_change,)},
    jobs={"people.learn": learn, "people.learn_all": learn_all},
)
