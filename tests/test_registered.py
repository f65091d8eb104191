"""What the manifest asks Slack for is what is registered and used: no more and no less."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot import manifest
from bot.app import COMMAND
from bot.manifest import ORGANISATION_EVENTS, STEP_EVENTS
from handlers import registry
from tests.slack import Slack
from views import help as help_view

ROOT = Path(__file__).parent.parent
OURS = ("bot", "handlers", "storage", "sources", "views")
URL = "https://bot.example.com"

SCOPES_OF_METHOD: dict[str, frozenset[str]] = {
    "apps.connections.open": frozenset(),  # the app token's own
    "auth.test": frozenset(),
    "auth.teams.list": frozenset(),
    "chat.postEphemeral": frozenset({"chat:write"}),
    "chat.postMessage": frozenset({"chat:write"}),
    "chat.update": frozenset({"chat:write"}),
    "conversations.history": frozenset({"channels:history", "groups:history", "im:history"}),
    "conversations.info": frozenset({"channels:read", "groups:read"}),
    "conversations.members": frozenset({"channels:read", "groups:read"}),
    "conversations.open": frozenset({"im:write"}),
    "conversations.replies": frozenset({"channels:history", "groups:history", "im:history"}),
    "files.completeUploadExternal": frozenset({"files:write"}),
    "files.getUploadURLExternal": frozenset({"files:write"}),
    "files.info": frozenset({"files:read"}),
    "functions.completeError": frozenset(),
    "functions.completeSuccess": frozenset(),
    "reactions.add": frozenset({"reactions:write"}),
    "reactions.get": frozenset({"reactions:read"}),
    "reactions.remove": frozenset({"reactions:write"}),
    "users.info": frozenset({"users:read"}),
    "users.list": frozenset({"users:read"}),
    "views.open": frozenset(),
    "views.publish": frozenset(),
    "views.push": frozenset(),
    "views.update": frozenset(),
}
"""Every Web API method that the bot calls, and what Slack asks for it."""

NOT_OF_A_METHOD = {
    "commands": "slash commands",
    "reactions:read": "reaction_added and reaction_removed",
    "users:read": "user_change",
    "channels:read": "channel_archive, channel_left, channel_deleted",
    "groups:read": "group_archive, group_left, group_deleted",
    "im:write": "chat.postMessage to a person who never wrote to the bot",
    "files:read": "a file put into a modal",
}
CLIENT_CALL = re.compile(
    r"\b(?:client|slack|api)\w*(?:\([^)\n]*\))?\)?\s*\.\s*"
    r"((?:chat|conversations|files|reactions|users|views|auth|apps)_[A-Za-z_]+)\("
)
NAMED = re.compile(
    r"[\"']((?:chat|conversations|files|functions|reactions|users|views|auth|apps|im|team|bots)"
    r"\.[a-z]+[A-Za-z.]*)[\"']"
)


def methods_in_code() -> Iterator[tuple[str, str]]:
    """(method, file) for every call in our code, by client method or by name."""
    known = {name.replace(".", "_").lower(): name for name in SCOPES_OF_METHOD}
    for folder in OURS:
        for path in (ROOT / folder).rglob("*.py"):
            written = path.read_text(encoding="utf-8")
            for found in CLIENT_CALL.findall(written):
                yield known.get(found.lower(), found), path.name
            for found in NAMED.findall(written):
                if "users.learn" not in found and not _is_ours(found):
                    yield found, path.name
            for found in re.findall(r"[\"'](views_(?:open|push|update))[\"']", written):
                yield found.replace("_", "."), path.name


def _is_ours(name: str) -> bool:
    """A column or a job of ours that looks like a method."""
    return name.partition(".")[2] in {"id", "db"} or name in registry.everything().jobs


def test_every_method_that_the_code_calls_is_in_the_table_above() -> None:
    strange = {(method, file) for method, file in methods_in_code()
               if method not in SCOPES_OF_METHOD}  # fmt: skip

    assert strange == set()


def test_the_manifest_asks_for_the_scopes_of_the_methods_used_and_no_others() -> None:
    asked = manifest.required_scopes() | manifest.optional_scopes()
    used = {method for method, _ in methods_in_code() if method in SCOPES_OF_METHOD}
    needed = {scope for method in used for scope in SCOPES_OF_METHOD[method]}

    assert needed <= asked, "what a method needs is asked for"
    assert asked <= needed | set(NOT_OF_A_METHOD), "what is asked for is needed"


@pytest.mark.parametrize("url", [None, URL])
def test_commands_events_and_interactivity_are_those_that_are_registered(
    slack: Slack, url: str | None
) -> None:
    asked = yaml.safe_load(manifest.manifest_text(url))
    feature = slack.bot.feature

    commands = {entry["command"] for entry in asked["features"]["slash_commands"]}
    assert commands == {COMMAND}
    subscribed = set(asked["settings"]["event_subscriptions"]["bot_events"])
    assert subscribed | ORGANISATION_EVENTS | STEP_EVENTS == set(feature.events)
    assert not subscribed & (ORGANISATION_EVENTS | STEP_EVENTS)
    with_steps = yaml.safe_load(manifest.manifest_text(url, workflow_steps=True))
    assert set(with_steps["settings"]["event_subscriptions"]["bot_events"]) == set(feature.events)
    assert with_steps["functions"].keys() == feature.steps.keys()
    assert asked["settings"]["interactivity"]["is_enabled"] is bool(feature.actions)
    assert asked["features"]["app_home"]["home_tab_enabled"] is (
        "app_home_opened" in feature.events
    )


def test_every_event_reaches_a_handler_through_bolt(slack: Slack) -> None:
    """One listener an event; one each for commands, presses, shortcuts, modals sent and closed."""
    assert len(slack.bot.bolt._listeners) == len(slack.bot.feature.events) + 5


def test_every_word_of_the_help_is_a_command_and_every_command_is_in_the_help() -> None:
    """A second word for the same thing, such as `briefs`, needs no line of its own."""
    commands = registry.everything().commands
    told = {commands.get(word) for word in help_view.COMMANDS}

    assert None not in told, "each word of the help is a command"
    assert set(commands.values()) == told


def test_no_two_features_claim_the_same_thing_and_names_have_no_colon() -> None:
    table = registry.everything()

    for name in (*table.actions, *table.submissions, *table.closings):
        assert ":" not in name
        assert name == name.strip().lower()
