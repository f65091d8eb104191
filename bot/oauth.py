"""Installing in many workspaces: `/slack/install` leads to Slack, which leads back here."""

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from bot.app import Bot
from bot.manifest import INSTALL_PATH, REDIRECT_PATH, optional_scopes, required_scopes
from bot.oauth_state import BROWSER, LIFE, States, new_browser
from bot.slack import RateLimited, SlackClients, SlackRefused, Token, Unanswered, call
from bot.tokens import WorkspaceTokens
from bot.wsgi import answer
from storage import installations
from storage.database import Unavailable
from storage.installations import Grant
from views import install_page

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

COOKIE = "__Host-influencer-install"
LONGEST_QUERY = 2_000
PATHS = frozenset({INSTALL_PATH, REDIRECT_PATH})


class Installing:
    """The two pages of an installation."""

    def __init__(self, bot: Bot, tokens: WorkspaceTokens) -> None:
        settings = bot.settings
        secret = settings.slack_client_secret
        self._bot = bot
        self._tokens = tokens
        self._client_id = settings.slack_client_id
        self._states = States(self._client_id, secret.get_secret_value() if secret else "")
        self._begin = settings.public_url + INSTALL_PATH
        self._return_to = settings.public_url + REDIRECT_PATH
        self._slack = settings.slack_api_base_url.removesuffix("api/")

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one of `PATHS`."""
        if environ.get("REQUEST_METHOD") != "GET":  # a look at the headers uses no state up
            return answer(start_response, HTTPStatus.METHOD_NOT_ALLOWED)
        if environ.get("PATH_INFO") == INSTALL_PATH:
            return self._lead_to_slack(environ, start_response)
        status, page = self._come_back(environ)
        return _send_page(start_response, status, page)

    def _lead_to_slack(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        browser = _browser(environ) or new_browser()  # several tabs share the cookie
        asked = {
            "client_id": self._client_id,
            "scope": ",".join(sorted(required_scopes() | optional_scopes())),
            "redirect_uri": self._return_to,
            "state": self._states.make(browser, self._bot.services.clock.now()),
        }
        cookie = (
            f"{COOKIE}={browser}; Path=/; Max-Age={int(LIFE.total_seconds())}; "
            "Secure; HttpOnly; SameSite=Lax"
        )
        start_response(
            "302 Found",
            [
                ("Location", f"{self._slack}oauth/v2/authorize?{urlencode(asked)}"),
                ("Set-Cookie", cookie),
                ("Content-Length", "0"),
                *_PRIVATE,
            ],
        )
        return [b""]

    def _come_back(self, environ: "WSGIEnvironment") -> tuple[HTTPStatus, str]:
        query = str(environ.get("QUERY_STRING", ""))
        given = parse_qs(query if len(query) <= LONGEST_QUERY else "")
        state, code = _only(given, "state"), _only(given, "code")
        now = self._bot.services.clock.now()
        good = self._states.read(state, _browser(environ), now)
        if good is None or not (code or "error" in given):
            log.info("an installation came back with a state that is not good")
            return HTTPStatus.BAD_REQUEST, install_page.stale(self._begin)
        try:
            if not installations.use_state(self._bot.services.database, *good):
                log.info("an installation came back with a state that was used before")
                return HTTPStatus.BAD_REQUEST, install_page.stale(self._begin)
            if not code:
                return HTTPStatus.OK, install_page.cancelled(self._begin)
            return HTTPStatus.OK, self._install(code)
        except SlackRefused as refusal:
            log.error("Slack refused an installation: %s", refusal.code)
            return HTTPStatus.BAD_GATEWAY, install_page.refused(self._begin, refusal.code)
        except (Unanswered, RateLimited, *Unavailable) as error:
            log.warning("an installation failed: %s", type(error).__name__)
            return HTTPStatus.SERVICE_UNAVAILABLE, install_page.unavailable(self._begin)

    def _install(self, code: str) -> str:
        granted = self._tokens.exchange_code(code, self._return_to)
        tokens = self._tokens.tokens_in(granted)
        known = Token(tokens.bot)
        clients = SlackClients(self._bot.settings.slack_api_base_url, lambda _workspace: known)
        grant = _grant(granted, call(clients.with_token(tokens.bot), "auth.test"))
        workspace = installations.install(self._bot.services.database, grant, tokens)
        self._bot.forget_workspaces()
        log.info("installed in %s", workspace.team_id or workspace.enterprise_id)
        team = f"&team={grant.team_id}" if grant.team_id else ""
        link = f"{self._slack}app_redirect?app={grant.app_id}{team}"
        return install_page.installed(grant.name, link)


def _grant(granted: dict[str, Any], who: dict[str, Any]) -> Grant:
    """granted: of oauth.v2.access. who: of auth.test with the new token."""
    whole_org = bool(granted.get("is_enterprise_install"))
    enterprise, team = granted.get("enterprise") or {}, granted.get("team") or {}
    if not (enterprise if whole_org else team).get("id"):
        raise SlackRefused("no_team_in_answer")
    return Grant(
        enterprise_id=str(enterprise.get("id") or ""),
        team_id="" if whole_org else str(team["id"]),
        name=str((enterprise if whole_org else team).get("name") or ""),
        url=str(who.get("url") or ""),
        bot_user_id=str(granted.get("bot_user_id") or who.get("user_id") or ""),
        bot_id=str(who.get("bot_id") or ""),
        app_id=str(granted.get("app_id") or ""),
        installer=str((granted.get("authed_user") or {}).get("id") or ""),
        scopes=str(granted.get("scope") or ""),
    )


_PRIVATE = [
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Robots-Tag", "noindex, nofollow"),
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
]


def _send_page(start_response: "StartResponse", status: HTTPStatus, page: str) -> list[bytes]:
    body = page.encode()
    start_response(
        f"{status.value} {status.phrase}",
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            *_PRIVATE,
        ],
    )
    return [body]


def _browser(environ: "WSGIEnvironment") -> str:
    """What the browser's cookie holds, "" when it is none of ours."""
    for part in str(environ.get("HTTP_COOKIE", "")).split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE and BROWSER.fullmatch(value):
            return value
    return ""


def _only(given: dict[str, list[str]], name: str) -> str:
    values = given.get(name, [])
    return values[0] if len(values) == 1 else ""
