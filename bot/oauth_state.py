"""The `state` of an OAuth installation: signed, short-lived, of one browser, used once.

Nothing is stored when somebody begins, for anybody may begin; what came back is.
"""

import base64
import datetime as dt
import hashlib
import hmac
import re
import secrets

LIFE = dt.timedelta(minutes=10)
BROWSER = re.compile(r"[\w-]{43}", re.ASCII)
_STATE = re.compile(r"(\d{10,12})\.([\w-]{22})\.([\w-]{43})", re.ASCII)


def new_browser() -> str:
    """What the cookie holds: by it a browser is known again."""
    return secrets.token_urlsafe(32)


class States:
    """Makes and reads states for one Slack app: those of another's do not fit."""

    def __init__(self, client_id: str, client_secret: str) -> None:
        text = f"influencer-bot oauth state {client_id}"
        self._key = hmac.new(client_secret.encode(), text.encode(), hashlib.sha256).digest()

    def make(self, browser: str, now: dt.datetime) -> str:
        """A state for this browser."""
        begun = f"{int((now + LIFE).timestamp())}.{secrets.token_urlsafe(16)}"
        return f"{begun}.{self._sign(begun, browser)}"

    def read(self, state: str, browser: str, now: dt.datetime) -> tuple[str, dt.datetime] | None:
        """Its digest, by which it is used up, and its end; None where it is not good."""
        parts = _STATE.fullmatch(state)
        if parts is None or not BROWSER.fullmatch(browser):
            return None
        expected = self._sign(f"{parts[1]}.{parts[2]}", browser)
        if not hmac.compare_digest(expected, parts[3]):
            return None
        ends = dt.datetime.fromtimestamp(int(parts[1]), dt.UTC)
        if not now < ends <= now + LIFE:
            return None
        return hashlib.sha256(state.encode()).hexdigest(), ends

    def _sign(self, begun: str, browser: str) -> str:
        made = hmac.new(self._key, f"{begun}.{browser}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()
