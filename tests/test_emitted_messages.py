"""Whatever people, files or strangers wrote: no message pings, breaks, or is refused by Slack."""

import http.client
import json
import re
import urllib.parse
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.delivery import FORM, JSON_TYPE, Delivery, signature_headers
from playground.people import TEAM_ID
from tests.slack import LOOPBACK, Slack

CANARY = "<!channel> <@U0ANA000001> <https://evil.example|click> *bold* `code` \u202eevil & <b>"
LIVE = re.compile(r"<!(?:channel|here|everyone)|<@U0ANA000001>|<https://evil\.example")
COMMANDS = (
    "find {}", "show {}", "log {}", "list {}", "list add {} to {}", "brief {}", "shortlist {}",
    "digest {}", "partners {}", "settings {}", "brands {}", "imports {}", "{}", "help {}",
)  # fmt: skip


def everything_sent(slack: Slack) -> list[dict[str, Any]]:
    """Every message the bot gave to Slack: in acknowledgements and through the Web API."""
    acknowledged = [_json(one) for one in slack.workspace.deliveries if one.kind == "command"]
    called = [
        call.arguments
        for call in slack.workspace.api_calls()
        if call.method in ("chat.postMessage", "chat.update", "chat.postEphemeral")
    ]
    return [message for message in (*acknowledged, *called) if message]


def _json(delivery: Delivery) -> dict[str, Any]:
    found = delivery.json()
    return found if isinstance(found, dict) else {}


def live_text(thing: Any) -> str:
    """All text that Slack would read as mrkdwn: texts of messages and mrkdwn objects."""
    if isinstance(thing, list):
        return "\n".join(live_text(one) for one in thing)
    if not isinstance(thing, dict):
        return ""
    if thing.get("type") == "mrkdwn":
        return str(thing.get("text", ""))
    own = str(thing["text"]) if isinstance(thing.get("text"), str) and "type" not in thing else ""
    return "\n".join([own, *(live_text(one) for one in thing.values())])


def test_what_is_typed_into_any_command_is_said_back_harmless(demo: Slack) -> None:
    for command in COMMANDS:
        fields = {"text": command.format(*[CANARY] * command.count("{}"))}
        _command(demo, fields["text"])
    demo.settle()

    said = everything_sent(demo)
    assert len(said) >= len(COMMANDS)
    assert [] == [text for text in map(live_text, said) if LIVE.search(text)]


def test_every_message_has_a_text_of_its_own(demo: Slack) -> None:
    for text in (
        "help",
        "find skincare micro",
        "show",
        "shortlist",
        "partners",
        "find nothing-such",
    ):
        demo.command("ana", text)
    demo.open_home("ana")

    said = everything_sent(demo)
    assert [] == [message for message in said if not str(message.get("text", "")).strip()]


def test_the_text_of_an_answer_names_what_its_blocks_show(demo: Slack) -> None:
    answer = demo.command("ana", "find skincare micro")

    handles = set(re.findall(r"@[\w.]{3,}", demo.text_of(answer)))
    assert handles, "the demo has such creators"
    assert {handle for handle in handles if handle in answer.text}


def _command(slack: Slack, text: str) -> None:
    """As Slack would send it if it escaped nothing: the rawest that can come."""
    user = slack.workspace.user("ana")
    slack.workspace.courier.send_form(
        "command",
        {
            "command": "/influencer",
            "text": text,
            "team_id": TEAM_ID,
            "user_id": user.id,
            "channel_id": "C0MARKETING",
            "trigger_id": slack.workspace.store.new_id("T"),
            "response_url": "http://127.0.0.1:9/never",
        },
    )


# ---- garbage against the real server ----------------------------------------------------------

texts = st.text(max_size=60) | st.sampled_from(["", "find", CANARY, "\x00", "1e999", "{}", "null"])
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(
    ["type", "event", "event_id", "team_id", "team", "user", "actions",
     "view", "trigger_id", "id", "action_id", "block_id", "callback_id", "state",
     "values", "channel", "container", "item", "ts", "reaction", "selected_option",
     "value", "hash", "private_metadata", "tokens", "tab", "message"]
)  # fmt: skip
kinds = st.sampled_from(
    ["event_callback", "block_actions", "view_submission", "view_closed", "shortcut"]
)
events = st.sampled_from(["reaction_added", "user_change", "app_home_opened", "channel_left"])


@st.composite
def nearly_right(draw: st.DrawFn) -> dict[str, Any]:
    """A payload of the right shape with wrong things put into it."""
    action = {"type": "button", "action_id": draw(texts), "block_id": "b", "value": draw(texts)}
    view = {"id": "V1", "type": "modal", "callback_id": draw(texts), "hash": "1", "blocks": [],
            "private_metadata": draw(texts), "state": {"values": {}}}  # fmt: skip
    item = {"type": "message", "channel": "C0MARKETING", "ts": draw(texts)}
    payload: dict[str, Any] = {
        "type": draw(kinds),
        "event_id": draw(texts),
        "team_id": TEAM_ID,
        "team": {"id": TEAM_ID},
        "user": {"id": "U0ANA000001"},
        "trigger_id": draw(texts),
        "actions": [action],
        "view": view,
        "event": {"type": draw(events), "user": "U0ANA000001", "item": item, "reaction": "+1"},
    }
    for name, value in draw(st.dictionaries(names, values, max_size=2)).items():
        target = draw(st.sampled_from([payload, action, view, payload["event"], item]))
        target[name] = value
    for name in draw(st.lists(names, max_size=2)):
        payload.pop(name, None)
    if payload.get("type") != "event_callback" and draw(st.booleans()):
        payload.pop("event", None)
    return payload


def _send(slack: Slack, body: bytes, content_type: str, **headers: str) -> int:
    secret = slack.workspace.options.signing_secret
    signed = {"content-type": content_type, **signature_headers(secret, body), **headers}
    connection = http.client.HTTPConnection(LOOPBACK, slack.server.port, timeout=5)
    connection.request("POST", "/slack/events", body, signed)
    status = connection.getresponse().status
    connection.close()
    return status


def test_signed_garbage_is_never_a_server_error(slack: Slack) -> None:
    """The short form of a long fuzz: through the gate, Bolt and our handlers."""
    seen: set[int] = set()

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
    @given(payload=nearly_right(), form=st.booleans())
    def one(payload: dict[str, Any], form: bool) -> None:
        written = json.dumps(payload)
        body = urllib.parse.urlencode({"payload": written}) if form else written
        status = _send(slack, body.encode(), FORM if form else JSON_TYPE)
        assert status < 500, (status, payload)
        seen.add(status)

    one()
    assert {200, 400} <= seen, "some of it comes through to the handlers"
    slack.workspace.store.problems.clear()


def test_garbage_bodies_stale_timestamps_and_wrong_signatures_are_refused(slack: Slack) -> None:
    stale = {"x-slack-request-timestamp": "1000000000"}
    wrong = {"x-slack-signature": "v0=" + "0" * 64}

    assert _send(slack, b"{", JSON_TYPE) == 400
    assert _send(slack, b"\xff\xfe", FORM) == 400
    assert _send(slack, b"{}", "text/plain") == 415
    assert _send(slack, b"{}", JSON_TYPE, **stale) == 401
    assert _send(slack, b"{}", JSON_TYPE, **wrong) == 401
    assert _send(slack, b"{}", JSON_TYPE, **{"x-slack-signature": "é"}) == 401
