"""The Slack app's manifest: its text for Socket Mode or HTTP, and what it asks for."""

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"

ORGANISATION_EVENTS = frozenset({"team_access_granted", "team_access_revoked"})
"""What an organisation's app subscribes to besides: they are no part of the plain manifest, for
Slack has them for organisation-ready apps only."""
STEP_EVENTS = frozenset({"function_executed"})
"""What an app with steps for workflows subscribes to besides."""


def manifest_text(url: str | None = None, *, workflow_steps: bool = False) -> str:
    """The manifest as YAML, to paste at Slack.

    Args:
        url: None for Socket Mode; else the bot's public address, such as
            `https://bot.example.com`, under which it serves `/slack/events`.
        workflow_steps: with steps for Workflow Builder, which make the app organisation-ready.

    Raises:
        ValueError: the address is not a plain https address; the message says so.
    """
    if url is None and not workflow_steps:
        return manifest_path().read_text(encoding="utf-8")
    import yaml  # noqa: PLC0415  see `_read`

    manifest = _read() if url is None else _for_http(_request_url(url))
    if workflow_steps:
        manifest = _with_steps(manifest)
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True)


def manifest_path() -> Path:
    """Where the file is: beside this module when installed, above it in a checkout."""
    installed = Path(__file__).with_name("manifest.yml")
    return installed if installed.exists() else Path(__file__).parents[1] / "manifest.yml"


def required_scopes() -> frozenset[str]:
    """Bot scopes without which the bot does not do its job."""
    return frozenset(_scopes()["bot"]) - optional_scopes()


def optional_scopes() -> frozenset[str]:
    """Bot scopes that a workspace may refuse, at the price of one convenience each."""
    return frozenset(_scopes()["bot_optional"])


def commands() -> frozenset[str]:
    """Slash commands, with their slash."""
    return frozenset(entry["command"] for entry in _parsed()["features"]["slash_commands"])


def shortcuts() -> frozenset[str]:
    """Callback ids of the shortcuts."""
    return frozenset(entry["callback_id"] for entry in _parsed()["features"]["shortcuts"])


def events() -> frozenset[str]:
    """Types of the events that Slack sends to the bot."""
    return frozenset(_parsed()["settings"]["event_subscriptions"]["bot_events"])


def steps() -> dict[str, Any]:
    """The steps for Workflow Builder as the manifest describes them, by callback id."""
    described: dict[str, Any] = _read_steps()["functions"]
    return described


def _with_steps(manifest: dict[str, Any]) -> dict[str, Any]:
    added = _read_steps()
    settings = {**manifest["settings"], **added["settings"]}
    subscribed = settings["event_subscriptions"]
    more = [*subscribed["bot_events"], *sorted(STEP_EVENTS | ORGANISATION_EVENTS)]
    settings["event_subscriptions"] = {**subscribed, "bot_events": more}
    return {**manifest, "settings": settings, "functions": added["functions"]}


def _for_http(request_url: str) -> dict[str, Any]:
    manifest = _read()
    for command in manifest["features"]["slash_commands"]:
        command["url"] = request_url
    settings = manifest["settings"]
    for section in ("event_subscriptions", "interactivity"):
        settings[section] = {"request_url": request_url, **settings[section]}
    settings["socket_mode_enabled"] = False
    base = request_url.removesuffix(EVENTS_PATH)
    manifest["oauth_config"] = {"redirect_urls": [base + REDIRECT_PATH], **manifest["oauth_config"]}
    return manifest


def _request_url(url: str) -> str:
    """The address that Slack calls: `url` with the path of the events added."""
    base = url.strip().rstrip("/").removesuffix(EVENTS_PATH)
    if not _is_plain_https(base):
        raise ValueError(
            f"{url!r} is not an address that Slack can call: "
            "give the bot's public https address, such as https://bot.example.com."
        )
    return base + EVENTS_PATH


def _is_plain_https(base: str) -> bool:
    try:
        parts = urlsplit(base)
        port = parts.port
    except ValueError:
        return False
    written = base.isascii() and base.isprintable() and " " not in base
    extras = parts.query or parts.fragment or parts.username or port == 0 or "?" in base
    return written and parts.scheme == "https" and bool(parts.hostname) and not extras


def _scopes() -> dict[str, list[str]]:
    scopes: dict[str, list[str]] = _parsed()["oauth_config"]["scopes"]
    return scopes


@cache
def _parsed() -> dict[str, Any]:
    return _read()


def _read() -> dict[str, Any]:
    return _read_file(manifest_path())


def _read_steps() -> dict[str, Any]:
    return _read_file(Path(__file__).with_name("workflow_steps.yml"))


def _read_file(path: Path) -> dict[str, Any]:
    import yaml  # noqa: PLC0415  a server starts without reading the manifest

    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found
