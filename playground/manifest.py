"""What the app's manifest tells Slack: commands, shortcuts, events, scopes."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Command:
    """A slash command; `should_escape` turns @names, #channels and links into ids."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True)
class Shortcut:
    """A shortcut; `type` is `message` or `global`."""

    name: str
    type: str
    callback_id: str
    description: str = ""


@dataclass(frozen=True)
class Parameter:
    """What a step takes or gives; `type` as in the manifest, such as slack#/types/channel_id."""

    name: str
    type: str
    title: str = ""
    hint: str = ""
    is_required: bool = False


@dataclass(frozen=True)
class Step:
    """A step for Workflow Builder (in the manifest: a function)."""

    callback_id: str
    title: str
    description: str = ""
    inputs: tuple[Parameter, ...] = ()
    outputs: tuple[Parameter, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """The parts of a manifest that change how Slack behaves.

    events and scopes: `None` allows all of them but chat messages (there is no manifest).
    """

    name: str = "Influencer Bot"
    commands: tuple[Command, ...] = (
        Command("/influencer", "Find creators", "find skincare micro", should_escape=True),
    )
    shortcuts: tuple[Shortcut, ...] = ()
    events: frozenset[str] | None = None
    scopes: tuple[str, ...] | None = None
    home_tab: bool = True
    messages_tab: bool = True
    steps: tuple[Step, ...] = ()

    def listens_to(self, event: str) -> bool:
        """Whether the app subscribed to this event."""
        if self.events is None:
            return not event.startswith("message.")
        return event in self.events

    def may(self, *scopes: str) -> bool:
        """Whether the app holds one of these scopes; none asked for is always held."""
        return self.scopes is None or not scopes or bool(set(scopes) & set(self.scopes))

    def command(self, name: str) -> Command | None:
        """The command of this name, such as `/influencer`."""
        return next((known for known in self.commands if known.command == name), None)

    def step(self, callback_id: str) -> Step | None:
        """The step of this callback id."""
        return next((known for known in self.steps if known.callback_id == callback_id), None)


def read_manifest(path: Path | None) -> Manifest:
    """Read a `manifest.yml`; without a path, an app that may do everything."""
    if path is None:
        return Manifest()
    return _parse(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _parse(text: str) -> Manifest:
    written: dict[str, Any] = yaml.safe_load(text) or {}
    features = written.get("features") or {}
    subscriptions = (written.get("settings") or {}).get("event_subscriptions") or {}
    scopes = ((written.get("oauth_config") or {}).get("scopes")) or {}
    home = features.get("app_home") or {}
    return Manifest(
        name=_name(written, features),
        commands=tuple(_command(entry) for entry in features.get("slash_commands") or ()),
        shortcuts=tuple(_shortcut(entry) for entry in features.get("shortcuts") or ()),
        events=frozenset(subscriptions.get("bot_events") or ()),
        scopes=(*(scopes.get("bot") or ()), *(scopes.get("bot_optional") or ())),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
        steps=tuple(_step(name, one) for name, one in (written.get("functions") or {}).items()),
    )


def _name(written: dict[str, Any], features: dict[str, Any]) -> str:
    bot = (features.get("bot_user") or {}).get("display_name")
    return str(bot or (written.get("display_information") or {}).get("name") or "App")


def _command(entry: dict[str, Any]) -> Command:
    return Command(
        command=entry["command"],
        description=entry.get("description", ""),
        usage_hint=entry.get("usage_hint", ""),
        should_escape=bool(entry.get("should_escape", False)),
    )


def _shortcut(entry: dict[str, Any]) -> Shortcut:
    return Shortcut(
        name=entry["name"],
        type=entry["type"],
        callback_id=entry["callback_id"],
        description=entry.get("description", ""),
    )


def _step(callback_id: str, entry: dict[str, Any]) -> Step:
    return Step(
        callback_id=callback_id,
        title=entry["title"],
        description=entry["description"],
        inputs=_parameters(entry["input_parameters"]),
        outputs=_parameters(entry["output_parameters"]),
    )


def _parameters(section: dict[str, Any]) -> tuple[Parameter, ...]:
    required = section.get("required") or ()
    return tuple(
        Parameter(
            name=name,
            type=one["type"],
            title=one.get("title", name),
            hint=one.get("hint", ""),
            is_required=name in required,
        )
        for name, one in section["properties"].items()
    )
