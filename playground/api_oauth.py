"""OAuth as Slack does it: its page that asks, and the methods that give and take tokens."""

import base64
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from markupsafe import Markup

from playground.arguments import text
from playground.grants import TOKEN_SECONDS, Granted, Place
from playground.people import APP_ID, BOT_USER_ID
from playground.records import Json
from playground.serving import here
from playground.store import Refusal
from playground.workspace import Workspace

PAGE = Markup(
    "<!doctype html><meta charset=utf-8><title>Install {name}</title><h1>Install {name}?</h1>"
    '<p>It asks for: {scopes}</p><p><a href="{yes}">Allow</a> <a href="{no}">Cancel</a></p>'
)


routes = Blueprint("oauth", __name__)


@routes.get("/oauth/v2/authorize")
def _authorize() -> Response:
    """The page on which somebody agrees to an installation."""
    workspace = here()
    client = workspace.grants.client
    if client is None or request.args.get("client_id") != client[0]:
        return Response("invalid_client_id", 400, mimetype="text/plain")
    back, state = request.args.get("redirect_uri", ""), request.args.get("state", "")
    if not back.startswith(("http://", "https://")):
        return Response("bad_redirect_uri", 400, mimetype="text/plain")
    code = workspace.grants.approve(workspace.user("olivia").id, back, Place())
    return Response(
        PAGE.format(
            name=workspace.store.manifest.name,
            scopes=request.args.get("scope", ""),
            yes=f"{back}?{urlencode({'code': code, 'state': state})}",
            no=f"{back}?{urlencode({'error': 'access_denied', 'state': state})}",
        ),
        mimetype="text/html",
    )


def access(workspace: Workspace, arguments: Json) -> Json:
    """oauth.v2.access: a code or a refresh token for a bot token."""
    _need_client(workspace, arguments)
    if arguments.get("grant_type") == "refresh_token":
        granted, token = workspace.grants.renew(text(arguments, "refresh_token"))
    else:
        granted, token = workspace.grants.redeem(
            text(arguments, "code"), str(arguments.get("redirect_uri", ""))
        )
    return _answer(workspace, granted, token)


def _answer(workspace: Workspace, granted: Granted, token: str) -> Json:
    place = granted.place
    answer: Json = {
        "app_id": APP_ID,
        "authed_user": {"id": granted.installer},
        "scope": ",".join(workspace.store.manifest.scopes or ()),
        "token_type": "bot",
        "access_token": token,
        "bot_user_id": BOT_USER_ID,
        "team": None if place.whole_org else {"id": place.team_id, "name": place.team},
        "enterprise": None,
        "is_enterprise_install": place.whole_org,
    }
    if place.enterprise_id:
        answer["enterprise"] = {"id": place.enterprise_id, "name": place.enterprise}
    if granted.refresh:
        answer |= {"refresh_token": granted.refresh, "expires_in": TOKEN_SECONDS}
    return answer


def _need_client(workspace: Workspace, arguments: Json) -> None:
    """The app's own id and secret, as Basic authorization or as arguments."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind == "Basic":
        try:
            client_id, _, secret = base64.b64decode(given).decode().partition(":")
        except ValueError:
            raise Refusal("invalid_client_id") from None
    else:
        client_id = str(arguments.get("client_id", ""))
        secret = str(arguments.get("client_secret", ""))
    known = workspace.grants.client
    if known is None or client_id != known[0]:
        raise Refusal("invalid_client_id")
    if secret != known[1]:
        raise Refusal("bad_client_secret")


def revoke(workspace: Workspace, _arguments: Json) -> Json:
    """auth.revoke: the token that calls is worth nothing any more, and the app is told."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    place = workspace.grants.place_of(token)
    if place is not None:
        workspace.revoke_tokens(place)
    return {"revoked": place is not None}


def teams_list(workspace: Workspace, _arguments: Json) -> Json:
    """auth.teams.list: the workspaces that an organisation's token has access to."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    place = workspace.grants.place_of(token) or Place()
    with workspace.store.reading():
        given = sorted(workspace.grants.teams.get(place.enterprise_id, ()))
    teams = given if place.whole_org else [place.team_id]
    return {
        "teams": [{"id": team, "name": team} for team in teams],
        "response_metadata": {"next_cursor": ""},
    }


WITHOUT_TOKEN: Mapping[str, Callable[[Workspace, Json], Json]] = {"oauth.v2.access": access}
METHODS: Mapping[str, Callable[[Workspace, Json], Json]] = {
    "auth.revoke": revoke,
    "auth.teams.list": teams_list,
}
