"""The manifest is valid by Slack's own schema, in both forms, and says what the bot reads of it."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot import manifest
from handlers import registry

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT.parent / "shared" / "specs" / "manifest.schema.2.0.0.json"
URL = "https://bot.example.com"


@pytest.mark.parametrize("steps", [False, True])
@pytest.mark.parametrize("url", [None, URL])
def test_the_manifest_is_valid_by_slacks_schema(url, steps):
    if not SCHEMA.exists():
        pytest.skip("Slack's manifest schema is not beside this checkout.")
    written = yaml.safe_load(manifest.manifest_text(url, workflow_steps=steps))
    jsonschema.validate(written, json.loads(SCHEMA.read_text()))


@pytest.mark.parametrize("url", [None, URL])
def test_steps_are_added_with_what_slack_asks_for_them_and_to_nobody_elses_manifest(url):
    plain = yaml.safe_load(manifest.manifest_text(url))
    steps = yaml.safe_load(manifest.manifest_text(url, workflow_steps=True))

    assert plain["settings"]["org_deploy_enabled"] is False
    assert "functions" not in plain
    assert steps.pop("functions") == manifest.steps()
    assert steps["settings"].pop("function_runtime") == "remote"
    assert steps["settings"]["org_deploy_enabled"] is True
    added = manifest.STEP_EVENTS | manifest.ORGANISATION_EVENTS
    events = steps["settings"]["event_subscriptions"]["bot_events"]
    assert set(events) - added == manifest.events()
    for one in (plain, steps):
        del one["settings"]["org_deploy_enabled"], one["settings"]["event_subscriptions"]
    assert steps == plain


def test_the_http_form_differs_only_in_where_slack_calls():
    socket = yaml.safe_load(manifest.manifest_text())
    http = yaml.safe_load(manifest.manifest_text(URL + "/"))

    address = "https://bot.example.com/slack/events"
    assert http["settings"].pop("socket_mode_enabled") is False
    assert socket["settings"].pop("socket_mode_enabled") is True
    assert http["settings"]["event_subscriptions"].pop("request_url") == address
    assert http["settings"]["interactivity"].pop("request_url") == address
    assert [c.pop("url") for c in http["features"]["slash_commands"]] == [address]
    assert http["oauth_config"].pop("redirect_urls") == [URL + "/slack/oauth_redirect"]
    assert http == socket


def test_making_the_http_form_leaves_the_socket_form_as_it_was():
    before = manifest.manifest_text()
    manifest.manifest_text(URL)
    assert manifest.manifest_text() == before
    assert "request_url" not in before


@pytest.mark.parametrize(
    "url",
    [
        "",
        "bot.example.com",
        "http://bot.example.com",
        "https://",
        "https://a.example?x=1",
        "https://user:word@a.example",
        "https://a.example/#top",
        "https://a b",
        "https://a:x",
    ],
)
def test_an_address_that_slack_cannot_call_is_refused_with_a_sentence(url):
    with pytest.raises(ValueError, match="not an address that Slack can call"):
        manifest.manifest_text(url)


@given(st.text())
def test_any_address_is_used_whole_or_refused(url):
    try:
        text = manifest.manifest_text(url)
    except ValueError:
        return
    assert yaml.safe_load(text)["settings"]["interactivity"]["request_url"].startswith("https://")


def test_every_optional_scope_is_also_asked_for_as_slack_wants():
    scopes = yaml.safe_load(manifest.manifest_text())["oauth_config"]["scopes"]
    assert set(scopes["bot_optional"]) <= set(scopes["bot"])
    assert manifest.required_scopes() | manifest.optional_scopes() == set(scopes["bot"])
    assert not manifest.required_scopes() & manifest.optional_scopes()


def test_slack_escapes_what_people_type():
    assert manifest.commands() == {"/influencer"}
    (command,) = yaml.safe_load(manifest.manifest_text())["features"]["slash_commands"]
    assert command["should_escape"] is True


def test_every_shortcut_has_its_handler_and_every_handler_its_shortcut():
    assert manifest.shortcuts() == registry.everything().shortcuts.keys() == {"log_post"}


NEEDED_FOR_EVENT = {
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "user_change": "users:read",
    "member_joined_channel": "channels:read",
    "channel_archive": "channels:read",
    "channel_left": "channels:read",
    "channel_deleted": "channels:read",
    "group_archive": "groups:read",
    "group_left": "groups:read",
    "group_deleted": "groups:read",
    "app_home_opened": None,
    "app_uninstalled": None,
    "tokens_revoked": None,
}


def test_every_event_comes_with_the_scope_that_slack_asks_for_it():
    for event in manifest.events():
        assert NEEDED_FOR_EVENT[event] in {None, *manifest.required_scopes()}, event


def test_the_bot_reads_no_messages():
    assert not {event for event in manifest.events() if event.startswith(("message", "app_ment"))}


def test_the_manifest_travels_in_the_wheel(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for name in ["pyproject.toml", "manifest.yml", "README.md"]:
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "bot", source / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")

    script = "from bot import manifest; manifest.steps(); print(manifest.manifest_text(), end='')"
    run = [sys.executable, "-c", script]
    answer = subprocess.run(run, cwd=tmp_path / "installed", check=True, capture_output=True)
    assert answer.stdout.decode() == manifest.manifest_text()
