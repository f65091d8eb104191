"""Web API: who the bot and the others are."""

from collections.abc import Callable, Mapping

from flask import request

from playground.arguments import flag, page, text
from playground.grants import Place
from playground.people import (
    APP_ID,
    BOT_ID,
    BOT_USER_ID,
    TEAM_DOMAIN,
    TEAM_ID,
    TEAM_NAME,
    bot_id,
)
from playground.records import Json
from playground.store import Refusal
from playground.workspace import Workspace


def auth_test(workspace: Workspace, _arguments: Json) -> Json:
    """auth.test."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    place = workspace.grants.place_of(token) or Place()
    answer: Json = {
        "url": f"{workspace.store.url}/",
        "team": place.team,
        "user": workspace.store.users[BOT_USER_ID].name,
        "team_id": place.team_id,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": place.whole_org,
    }
    return answer | ({"enterprise_id": place.enterprise_id} if place.enterprise_id else {})


def team_info(_workspace: Workspace, _arguments: Json) -> Json:
    """team.info."""
    return {"team": {"id": TEAM_ID, "name": TEAM_NAME, "domain": TEAM_DOMAIN, "icon": {}}}


def users_info(workspace: Workspace, arguments: Json) -> Json:
    """users.info."""
    with workspace.store.reading():
        user = workspace.store.users.get(text(arguments, "user"))
        if user is None:
            raise Refusal("user_not_found")
        described = user.as_slack(workspace.clock.now())
        if flag(arguments, "include_locale"):
            described["locale"] = user.locale
        return {"user": described}


def users_list(workspace: Workspace, arguments: Json) -> Json:
    """users.list; strangers are not in it, as in Slack."""
    with workspace.store.reading():
        everyone = [user for user in workspace.store.users.values() if user.role != "stranger"]
        chosen, following = page(arguments, everyone, 1000, 1000)
        now = workspace.clock.now()
        described = [user.as_slack(now) for user in chosen]
        return {"members": described, "cache_ts": int(now), "response_metadata": following}


def bots_info(workspace: Workspace, arguments: Json) -> Json:
    """bots.info."""
    wanted = text(arguments, "bot")
    with workspace.store.reading():
        for user in workspace.store.users.values():
            if user.is_bot and bot_id(user) == wanted:
                described = {
                    "id": wanted,
                    "deleted": False,
                    "name": user.display_name,
                    "updated": int(workspace.clock.now()),
                    "app_id": APP_ID if user.id == BOT_USER_ID else "A0ROBO00001",
                    "user_id": user.id,
                    "icons": {},
                }
                return {"bot": described}
    raise Refusal("bot_not_found")


def open_connection(_workspace: Workspace, _arguments: Json) -> Json:
    """apps.connections.open: the playground speaks HTTP, not Socket Mode."""
    raise Refusal("not_allowed_token_type")


METHODS: Mapping[str, Callable[[Workspace, Json], Json]] = {
    "auth.test": auth_test,
    "team.info": team_info,
    "users.info": users_info,
    "users.list": users_list,
    "bots.info": bots_info,
    "apps.connections.open": open_connection,
}
