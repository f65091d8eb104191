"""The page's side of the playground: state, acts, waiting, and protection."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_sdk.errors import SlackApiError

from playground.__main__ import main, options
from playground.browser_acts import ACTS
from playground.manifest import Parameter, Step
from playground.options import Options
from playground.server import RunningPlayground, start
from playground.store import MOST_WAITING
from playground.workflows import USER_CONTEXT
from tests.playground_stand_in import Page, StandIn, playing

ANA, BEN, GUS, SAM = "U0ANA000001", "U0BEN000001", "U0GUS000001", "U0SAM000001"
MARKETING = "C0MARKETING"


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[RunningPlayground, StandIn]]:
    with playing() as both:
        yield both


@pytest.fixture
def page(running: tuple[RunningPlayground, StandIn]) -> Page:
    running[1].received.clear()
    running[1].answers.clear()
    return Page(running[0])


@pytest.fixture
def bot(running: tuple[RunningPlayground, StandIn]) -> StandIn:
    return running[1]


def messages(page: Page, user: str, channel: str = MARKETING) -> list[dict[str, Any]]:
    state = page.state(user)
    found: list[dict[str, Any]] = next(
        one["messages"] for one in state["channels"] if one["id"] == channel
    )
    return found


def button() -> list[dict[str, Any]]:
    press = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}
    return [{"type": "actions", "block_id": "b", "elements": [press]}]


def test_each_person_sees_their_own_channels(page: Page) -> None:
    def names(user: str) -> set[str]:
        return {one["name"] for one in page.state(user)["channels"] if not one["is_im"]}

    assert {"marketing", "general", "clients", "brand-secrets", "random"} <= names(ANA)
    assert "brand-secrets" not in names(BEN)
    assert names(GUS) == {"agency"}
    assert names(SAM) == {"clients"}
    assert page.state("U404")["me"]["role"] == "owner"


def test_a_command_shows_its_private_answer_to_one_person(page: Page, bot: StandIn) -> None:
    bot.on("/influencer", {"text": "Only for Ana"})

    answer = page.act("command", user=ANA, channel=MARKETING, text="/influencer find")

    assert answer == {"ok": True}
    assert "Only for Ana" in [one["text"] for one in messages(page, ANA) if one["ephemeral"]]
    assert "Only for Ana" not in [one["text"] for one in messages(page, BEN)]
    unknown = page.act("command", user=ANA, channel=MARKETING, text="/nope")
    assert unknown["error"] == "unknown_command" and unknown["message"]


def test_chat_threads_and_reactions_show_in_the_state(page: Page) -> None:
    parent = page.act("message", user=ANA, channel=MARKETING, text="hello <b>")["ts"]
    page.act("message", user=BEN, channel=MARKETING, text="reply", thread_ts=parent)
    for user in (ANA, BEN):
        page.act("react", user=user, channel=MARKETING, ts=parent, name="+1", on=True)
    page.act("react", user=ANA, channel=MARKETING, ts=parent, name="+1", on=False)

    shown = {one["ts"]: one for one in messages(page, ANA)}
    assert shown[parent]["text"] == "hello &lt;b&gt;"
    assert shown[parent]["reply_count"] == 1 and shown[parent]["reply_users"] == [BEN]
    assert shown[parent]["reactions"] == [{"name": "+1", "users": [BEN], "count": 1}]
    assert [one["thread_ts"] for one in shown.values() if one["text"] == "reply"] == [parent]
    again = page.act("react", user=ANA, channel=MARKETING, ts=parent, name="+1", on=False)
    assert again["error"] == "no_reaction"
    outside = page.act("react", user=SAM, channel=MARKETING, ts=parent, name="+1", on=True)
    assert outside["error"] == "not_in_channel"


def test_a_button_opens_a_modal_that_is_filled_in_with_a_file(page: Page, bot: StandIn) -> None:
    element = {"type": "file_input", "action_id": "file", "filetypes": ["csv"]}
    label = {"type": "plain_text", "text": "File"}
    view = {
        "type": "modal",
        "title": label,
        "submit": label,
        "blocks": [{"type": "input", "block_id": "f", "label": label, "element": element}],
    }

    def open_it(payload: dict[str, Any]) -> str:
        bot.client.views_open(trigger_id=payload["trigger_id"], view=view)
        return ""

    bot.on("block_actions", open_it)
    ts = bot.client.chat_postMessage(channel=MARKETING, text="a", blocks=button())["ts"]
    page.act("action", user=ANA, channel=MARKETING, ts=ts, action_id="go", block_id="b")
    [modal] = page.state(ANA)["modals"]
    uploaded = page.http.post(
        "/_/upload", data={"user": ANA}, files={"file": ("creators.csv", b"a,b", "text/csv")}
    ).json()["file"]

    empty = page.act("submit", user=ANA, view_id=modal["id"], values={})
    values = {"f": {"file": [uploaded["id"]]}}
    sent = page.act("submit", user=ANA, view_id=modal["id"], values=values)

    assert empty["errors"] == {"f": "Please complete this required field."}
    assert sent == {"ok": True}
    assert page.state(ANA)["modals"] == []
    assert page.http.get(uploaded["url"]).content == b"a,b"
    state = bot.payloads("view_submission")[0]["view"]["state"]["values"]
    assert state["f"]["file"]["files"][0]["name"] == "creators.csv"


def test_home_opens_and_shows_what_the_bot_publishes(
    page: Page, bot: StandIn, running: tuple[RunningPlayground, StandIn]
) -> None:
    def publish(payload: dict[str, Any]) -> str:
        home = {"type": "home", "blocks": [{"type": "divider"}]}
        bot.client.views_publish(user_id=payload["event"]["user"], view=home)
        return ""

    bot.on("app_home_opened", publish)
    page.act("home", user=BEN)
    running[0].workspace.settle()

    home = page.state(BEN)["home"]
    assert home["type"] == "home" and home["blocks"][0]["type"] == "divider"
    assert page.state(ANA)["home"] is None


def test_the_clock_moves_to_next_monday(page: Page) -> None:
    moved = page.act("clock", weekday=0, hour=9, minute=0, user=BEN)["clock"]

    assert moved["label"].startswith("Mon ") and "09:00 (America/New_York)" in moved["label"]
    assert page.act("clock", advance_seconds=86_400, user=BEN)["clock"]["label"].startswith("Tue")
    assert page.act("clock", reset=True)["clock"]["offset_seconds"] == 0


def test_channels_are_made_joined_left_and_archived(page: Page) -> None:
    made = page.act("channel", user=ANA, name="new-one")["channel"]
    page.act("invite", user=ANA, channel=made)
    page.act("invite", user=ANA, channel=made, invite=BEN)
    page.act("remove", user=ANA, channel=made)
    page.act("archive", user=ANA, channel=made, on=True)

    [shown] = [one for one in page.state(ANA)["channels"] if one["id"] == made]
    assert shown["members"] == [ANA, BEN]
    assert shown["is_archived"] and not shown["bot_is_member"]
    refused = page.act("message", user=ANA, channel=made, text="a")
    assert refused["message"] == "This channel is archived."


def test_faults_and_refusals_are_shown(page: Page, bot: StandIn) -> None:
    page.act("faults", refuse_blocks=["card"])
    page.act("faults", method="chat.postMessage", kind="error", error="fatal_error")
    with pytest.raises(Exception, match="fatal_error"):
        bot.client.chat_postMessage(channel=MARKETING, text="a")

    state = page.state(ANA)
    assert state["faults"] == {"refused_blocks": ["card"], "methods": {}}
    assert state["refusals"][0]["method"] == "chat.postMessage"
    page.act("faults", clear=True)
    assert page.state(ANA)["faults"]["refused_blocks"] == []


def test_a_step_of_the_manifest_is_run_and_shows_how_it_ended(
    running: tuple[RunningPlayground, StandIn], page: Page, bot: StandIn
) -> None:
    store = running[0].workspace.store
    given = (Parameter("words", "string", is_required=True), Parameter("person", USER_CONTEXT))
    out = (Parameter("found", "integer", is_required=True),)
    store.manifest = replace(store.manifest, steps=(Step("find", "Find", "", given, out),))
    assert page.act("step", callback_id="find", inputs={})["error"] == "parameter_validation_failed"
    assert page.act("step", callback_id="find", inputs={"words": "a"}, started_by=ANA)["ok"]

    (sent,) = bot.payloads("function_executed")
    asked = sent["event"]
    assert asked["inputs"]["person"].keys() == {"id", "secret"}
    assert asked["function"]["input_parameters"][1]["type"] == USER_CONTEXT
    end = {"function_execution_id": asked["function_execution_id"]}
    for outputs, error in (
        ({"found": "many"}, "parameter_validation_failed"),
        ({"found": 3}, None),
        ({"found": 3}, "execution_not_in_running_state"),
    ):
        if error is None:
            bot.client.functions_completeSuccess(**end, outputs=outputs)
        else:
            with pytest.raises(SlackApiError, match=error):
                bot.client.functions_completeSuccess(**end, outputs=outputs)
    with pytest.raises(SlackApiError, match="function_execution_not_found"):
        bot.client.functions_completeError(function_execution_id="Fx0", error="No.")
    (run,) = page.state(ANA)["step_runs"]
    assert (run["state"], run["outputs"], run["user"]) == ("succeeded", {"found": 3}, ANA)


def test_a_broken_body_is_refused_in_a_sentence(page: Page) -> None:
    for body in ({}, {"user": ANA}, {"user": ANA, "channel": MARKETING, "ts": None}):
        answer = page.http.post("/_/action", json=body)
        assert answer.status_code in (200, 400) and not answer.json()["ok"]
    assert page.http.post("/_/made_up", json={}).status_code == 400
    assert page.http.post("/_/react", content=b"{").status_code == 400


def test_other_web_pages_can_do_nothing(running: tuple[RunningPlayground, StandIn]) -> None:
    url = running[0].url
    body = {"user": ANA, "channel": MARKETING, "text": "forged"}

    assert httpx.post(f"{url}/_/message", json=body).status_code == 403
    assert httpx.post(f"{url}/_/upload", files={"file": b"x"}).status_code == 403
    rebound = {"Host": "evil.example", "X-Playground": "1"}
    assert httpx.post(f"{url}/_/message", json=body, headers=rebound).status_code == 403
    assert httpx.get(f"{url}/_/state", headers={"Host": "evil.example:80"}).status_code == 403
    policy = httpx.get(f"{url}/_/state").headers["content-security-policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy


def test_a_waiting_page_hears_of_a_change_at_once(page: Page) -> None:
    change = page.state(ANA)["change"]
    heard: list[dict[str, Any]] = []

    def wait() -> None:
        heard.append(page.http.get("/_/changes", params={"after": change}).json())

    waiter = threading.Thread(target=wait)
    waiter.start()
    began = time.monotonic()
    page.act("message", user=ANA, channel=MARKETING, text="news")
    waiter.join(10)

    assert heard[0]["change"] > change and time.monotonic() - began < 5


def test_many_open_tabs_never_slow_the_web_api(
    running: tuple[RunningPlayground, StandIn], bot: StandIn
) -> None:
    """Far more tabs than may wait: the rest are told to come back, the bot is served."""
    playground = running[0]
    change = playground.workspace.store.change + 10_000
    answers: list[dict[str, Any]] = []

    def wait() -> None:
        own = httpx.Client(timeout=30, trust_env=False)
        answers.append(own.get(f"{playground.url}/_/changes?after={change}").json())

    tabs = [threading.Thread(target=wait, daemon=True) for _ in range(MOST_WAITING + 20)]
    for tab in tabs:
        tab.start()
    playground.workspace.wait_for(lambda: len(answers) >= 20, "the tabs above the limit")
    began = time.monotonic()
    for _ in range(20):
        bot.client.auth_test()

    assert time.monotonic() - began < 3
    assert all(answer.get("busy") for answer in answers)
    with playground.workspace.store.changing():
        playground.workspace.store.change = change
    for tab in tabs:
        tab.join(10)
    assert len(answers) == MOST_WAITING + 20


def test_only_loopback_is_served_and_a_taken_port_is_said(
    running: tuple[RunningPlayground, StandIn], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match="this machine only"):
        start(Options("http://127.0.0.1:1", "s", host="0.0.0.0"))  # noqa: S104
    port = running[0].url.rpartition(":")[2]

    assert main(["--signing-secret", "s", "--port", port]) == 1
    assert "The playground cannot start" in capsys.readouterr().err


def test_the_command_line_is_read() -> None:
    typed = (
        "--port 1 --bot-url http://127.0.0.1:2 --signing-secret s --manifest manifest.yml "
        "--clock-file clock --bot-token xoxb-t"
    )
    given = options(typed.split())

    assert given == Options(
        bot_url="http://127.0.0.1:2",
        signing_secret="s",
        bot_token="xoxb-t",
        port=1,
        manifest=Path("manifest.yml"),
        clock_file=Path("clock"),
    )


def test_a_stopped_playground_is_gone_and_its_port_is_free() -> None:
    with playing() as (playground, _):
        url = playground.url
        port = int(url.rpartition(":")[2])
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    again = start(Options("http://127.0.0.1:1", "s", port=port))
    again.stop()


def test_every_act_of_the_protocol_is_served_and_none_besides() -> None:

    protocol = (Path(__file__).parent.parent / "playground" / "protocol.md").read_text()
    acting = protocol.partition("## Acting")[2]
    rows = [line for line in acting.splitlines() if line.startswith("| `/_/")]
    written = {row.split("`")[1].removeprefix("/_/") for row in rows}

    assert written == {*ACTS, "upload"}
