"""Apps that are installed by OAuth: codes, bot tokens that may end, and their renewal."""

import secrets
from dataclasses import dataclass, field

from playground.people import TEAM_ID, TEAM_NAME
from playground.store import Refusal, Store

CODE_SECONDS = 600.0
TOKEN_SECONDS = 43_200
"""Twelve hours, as Slack's."""


@dataclass(frozen=True)
class Place:
    """Where an app is installed: one workspace, or all of an organisation (`whole_org`)."""

    team_id: str = TEAM_ID
    team: str = TEAM_NAME
    enterprise_id: str = ""
    enterprise: str = ""
    whole_org: bool = False


@dataclass
class Granted:
    """An installation: its living bot tokens with their ends (None = never), newest last."""

    place: Place
    installer: str
    tokens: dict[str, float | None] = field(default_factory=dict)
    refresh: str = ""


@dataclass(frozen=True)
class _Code:
    place: Place
    installer: str
    redirect_uri: str
    until: float


class Grants:
    """Who may call the Web API by OAuth.

    client: the app's id and secret, None where it has no OAuth. rotating: tokens end after twelve
    hours, and come with a refresh token. teams: by organisation, to which of its workspaces it
    gives the app that it has installed.
    """

    def __init__(self, store: Store, client: tuple[str, str] | None) -> None:
        self._store = store
        self.client = client
        self.rotating = False
        self.granted: list[Granted] = []
        self.teams: dict[str, set[str]] = {}
        self._codes: dict[str, _Code] = {}

    def approve(self, installer: str, redirect_uri: str, place: Place) -> str:
        """Somebody agreed on Slack's page: the code that goes back."""
        code = secrets.token_hex(16)
        until = self._store.clock.now() + CODE_SECONDS
        with self._store.changing():
            self._codes[code] = _Code(place, installer, redirect_uri, until)
        return code

    def redeem(self, code: str, redirect_uri: str) -> tuple[Granted, str]:
        """The installation of a code, which is used up; and its token."""
        with self._store.changing():
            found = self._codes.pop(code, None)
            if found is None:
                raise Refusal("invalid_code")
            if found.until < self._store.clock.now():
                raise Refusal("code_already_used")
            if found.redirect_uri != redirect_uri:
                raise Refusal("bad_redirect_uri")
            self.granted = [one for one in self.granted if one.place != found.place]
            new = Granted(found.place, found.installer)
            self.granted.append(new)
            self._store.token_error = None
            return new, self._new_token(new)

    def renew(self, refresh: str) -> tuple[Granted, str]:
        """New tokens for a refresh token, which is worth nothing any more."""
        with self._store.changing():
            for one in self.granted:
                if refresh and one.refresh == refresh:
                    return one, self._new_token(one)
        raise Refusal("invalid_refresh_token")

    def revoke(self, place: Place | None = None) -> None:
        """No token of this place is worth anything any more; of all places without one."""
        with self._store.changing():
            self.granted = [one for one in self.granted if place is not None and one.place != place]

    def place_of(self, token: str) -> Place | None:
        """Whose token this is; None when it is none. Raises Refusal("token_expired")."""
        with self._store.reading():
            for one in self.granted:
                if token in one.tokens:
                    ends = one.tokens[token]
                    if ends is not None and ends <= self._store.clock.now():
                        raise Refusal("token_expired")
                    return one.place
        return None

    def _new_token(self, granted: Granted) -> str:
        if not self.rotating:
            token = f"xoxb-{secrets.token_hex(16)}"
            granted.tokens[token] = None
            return token
        token = f"xoxe.xoxb-1-{secrets.token_hex(16)}"
        granted.tokens = dict(list(granted.tokens.items())[-1:])  # Slack lets two live
        granted.tokens[token] = self._store.clock.now() + TOKEN_SECONDS
        granted.refresh = f"xoxe-1-{secrets.token_hex(16)}"
        return token
