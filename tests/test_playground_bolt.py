"""The playground drives a real Bolt app, set up as ours is, as Slack would."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient

from playground.manifest import read_manifest
from playground.workspace import Workspace
from tests.playground_stand_in import OPTIONS, SECRET, playing

MANIFEST = Path(__file__).parent.parent / "manifest.yml"


def modal() -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "name"}
    label = {"type": "plain_text", "text": "Name"}
    return {
        "type": "modal",
        "callback_id": "brief",
        "title": label,
        "submit": label,
        "blocks": [{"type": "input", "block_id": "name", "label": label, "element": element}],
    }


def bolt_app(seen: list[Any]) -> tuple[App, WebClient]:
    """A small app: a command, a button, a modal, a reaction, App Home."""
    client = WebClient(token=OPTIONS.bot_token)
    app = App(
        client=client,
        signing_secret=SECRET,
        process_before_response=True,
        token_verification_enabled=False,
    )
    press = {"type": "plain_text", "text": "Brief"}
    button = {"type": "button", "action_id": "open", "text": press}

    @app.command("/influencer")
    def find(ack: Any, command: Any) -> None:
        blocks = [{"type": "actions", "elements": [button]}]
        ack(text=f"found {command['text']}", blocks=blocks)

    @app.action("open")
    def open_brief(ack: Any, body: Any, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=modal())
        ack()

    @app.view("brief")
    def save(ack: Any, view: Any) -> None:
        name = view["state"]["values"]["name"]["name"]["value"]
        if name == "taken":
            ack(response_action="errors", errors={"name": "Is taken."})
        else:
            seen.append(name)
            ack()

    @app.event("reaction_added")
    def vote(event: Any, client: WebClient) -> None:
        item = event["item"]
        client.chat_update(channel=item["channel"], ts=item["ts"], text=event["reaction"])

    @app.event("app_home_opened")
    def home(event: Any, client: WebClient) -> None:
        section = {"type": "section", "text": {"type": "plain_text", "text": "Welcome home"}}
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section]})

    return app, client


@pytest.fixture(scope="module")
def driven() -> Iterator[tuple[Workspace, WebClient, list[Any]]]:
    seen: list[Any] = []
    app, client = bolt_app(seen)
    handler = SlackRequestHandler(app)
    web = Flask("bolt")
    web.post("/slack/events")(lambda: handler.handle(request))
    with playing(web) as (playground, _):
        client.base_url = playground.api_url
        app.client.base_url = playground.api_url
        yield playground.workspace, client, seen


def test_a_command_a_button_and_a_modal_lead_to_a_saved_name(
    driven: tuple[Workspace, WebClient, list[Any]],
) -> None:
    slack, _, seen = driven
    shown = slack.command("ana", "find skincare")
    assert shown is not None and "Brief" in slack.text_of(shown)

    view = slack.press("ana", shown, "open")
    assert view is not None
    assert slack.submit("ana", {"name": "taken"}) == {"name": "Is taken."}
    assert slack.submit("ana", {"name": "Glow"}) is None

    assert seen == ["Glow"]
    assert slack.view("ana") is None
    assert slack.problems == []


def test_a_reaction_edits_the_message_before_it_returns(
    driven: tuple[Workspace, WebClient, list[Any]],
) -> None:
    slack, client, _ = driven
    ts = client.chat_postMessage(channel="C0MARKETING", text="card")["ts"]

    slack.react("ben", "white_check_mark", "marketing", ts)

    assert slack.messages("marketing")[-1].text == "white_check_mark"


def test_home_is_there_when_the_tab_opens(
    driven: tuple[Workspace, WebClient, list[Any]],
) -> None:
    slack, _, _ = driven

    assert "Welcome home" in slack.text_of(slack.open_home("carla"))


@pytest.mark.skipif(not MANIFEST.exists(), reason="the app has no manifest.yml yet")
def test_our_own_manifest_gives_the_playground_a_command_and_events() -> None:
    manifest = read_manifest(MANIFEST)

    assert manifest.command("/influencer") is not None
    assert manifest.commands[0].should_escape
    assert manifest.home_tab
    assert manifest.listens_to("reaction_added") and manifest.may("chat:write")
