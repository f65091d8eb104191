"""Nothing but signed, whole, well-formed requests of Slack gets through to Bolt."""

import copy
import hashlib
import hmac
import json
import logging
import time
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult

from bot.gate import SlackGate
from bot.payload import MalformedPayload, parse

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = 1_790_000_000
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

COMMAND = {
    "token": "gIkuvaNzQIHg97ATvDxqgjtO",
    "team_id": "T0001",
    "team_domain": "example",
    "channel_id": "C2147483705",
    "channel_name": "test",
    "user_id": "U2147483697",
    "user_name": "ana",
    "command": "/influencer",
    "text": "find skincare micro",
    "response_url": "https://hooks.slack.com/commands/1234/5678",
    "trigger_id": "13345224609.738474920.8088930838d88f008e0",
    "is_enterprise_install": "false",
}
EVENT = {
    "type": "event_callback",
    "team_id": "T0001",
    "api_app_id": "A0001",
    "event_id": "Ev0001",
    "event_time": 1234567890,
    "authorizations": [
        {
            "enterprise_id": None,
            "team_id": "T0001",
            "user_id": "U0BOT",
            "is_bot": True,
            "is_enterprise_install": False,
        }
    ],
    "is_ext_shared_channel": False,
    "event": {
        "type": "reaction_added",
        "user": "U0001",
        "reaction": "white_check_mark",
        "item_user": "U0BOT",
        "item": {"type": "message", "channel": "C0001", "ts": "1360782400.498405"},
        "event_ts": "1360782804.083113",
    },
}
HOME = EVENT | {
    "event": {
        "type": "app_home_opened",
        "user": "U0001",
        "channel": "D0001",
        "tab": "home",
        "event_ts": "1515449522.000016",
        "view": {"id": "V1", "type": "home", "state": {}, "callback_id": "", "blocks": []},
    }
}
REVOKED = EVENT | {"event": {"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}}}
RENAMED = EVENT | {"event": {"type": "user_change", "user": {"id": "U1", "tz": "Europe/London"}}}
GONE = EVENT | {"event": {"type": "channel_archive", "channel": "C1", "user": "U1"}}
PERSON = {"id": "U0001", "username": "ana", "team_id": "T0001"}
BUTTON = {
    "type": "block_actions",
    "user": PERSON,
    "team": {"id": "T0001", "domain": "example"},
    "enterprise": None,
    "is_enterprise_install": False,
    "api_app_id": "A0001",
    "trigger_id": "12466734323.1395872398",
    "container": {"type": "message", "message_ts": "1.2", "channel_id": "C0001"},
    "channel": {"id": "C0001", "name": "general"},
    "message": {"type": "message", "ts": "1.2", "thread_ts": "1.1", "text": "Anna"},
    "state": {"values": {}},
    "response_url": "https://hooks.slack.com/actions/T0001/1/x",
    "actions": [
        {
            "type": "button",
            "action_id": "approve",
            "block_id": "b1",
            "value": "7",
            "action_ts": "1.3",
        }
    ],
}
SUBMISSION = {
    "type": "view_submission",
    "team": {"id": "T0001", "domain": "example"},
    "user": PERSON,
    "trigger_id": "12466734323.1395872398",
    "view": {
        "id": "V0001",
        "team_id": "T0001",
        "type": "modal",
        "callback_id": "brief",
        "private_metadata": "",
        "app_installed_team_id": "T0001",
        "state": {"values": {"name": {"name": {"type": "plain_text_input", "value": None}}}},
    },
    "response_urls": [],
    "is_enterprise_install": False,
    "enterprise": None,
}
CLOSED = {k: v for k, v in SUBMISSION.items() if k != "trigger_id"} | {"type": "view_closed"}
SUGGESTION = {
    "type": "block_suggestion",
    "user": PERSON,
    "team": {"id": "T0001", "domain": "example"},
    "action_id": "brief",
    "block_id": "b1",
    "value": "sk",
    "view": SUBMISSION["view"],
}
EVENTS = [EVENT, HOME, REVOKED, RENAMED, GONE]
INTERACTIONS = [BUTTON, SUBMISSION, CLOSED, SUGGESTION]


@dataclass
class Answer:
    """What the server would have sent."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Behind:
    """Stands where Bolt is, and fails when anything but a good request comes."""

    payloads: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read()
        assert environ["REQUEST_METHOD"] == "POST"
        assert environ["CONTENT_TYPE"] == JSON
        assert environ["CONTENT_LENGTH"] == str(len(body))
        timestamp = environ["HTTP_X_SLACK_REQUEST_TIMESTAMP"]
        assert environ["HTTP_X_SLACK_SIGNATURE"] == signature(body, timestamp)
        payload = json.loads(body)
        assert parse(body, JSON).payload == payload
        assert {"command", "type"} & payload.keys()
        self.payloads.append(payload)
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]


def signature(body: bytes, timestamp: str, secret: str = SECRET) -> str:
    text = b"v0:" + timestamp.encode("latin-1") + b":" + body
    return "v0=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def as_form(payload: dict[str, Any]) -> bytes:
    if "command" in payload:
        return urlencode(payload).encode()
    return b"payload=" + quote(json.dumps(payload)).encode()


def as_json(payload: Any) -> bytes:
    return json.dumps(payload).encode()


def request(body: bytes, content_type: str = FORM, **changes: Any) -> dict[str, Any]:
    timestamp = changes.pop("timestamp", str(NOW))
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/slack/events",
        "QUERY_STRING": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_X_SLACK_REQUEST_TIMESTAMP": timestamp,
        "HTTP_X_SLACK_SIGNATURE": signature(body, timestamp),
        "wsgi.input": BytesIO(body),
    }
    environ |= changes
    return {name: value for name, value in environ.items() if value is not None}


def send(app, environ: dict[str, Any]) -> Answer:
    got: dict[str, Any] = {}

    def start_response(status, headers, exc_info=None):
        got.update(status=int(status.split()[0]), headers=dict(headers))

    body = b"".join(app(environ, start_response))
    return Answer(got["status"], got["headers"], body.decode())


def gate(app=None, **options: Any) -> SlackGate:
    return SlackGate(app or Behind(), SECRET, clock=lambda: NOW, **options)


@pytest.mark.parametrize("payload", [COMMAND, *INTERACTIONS])
def test_a_signed_form_comes_through_as_its_content(payload):
    behind = Behind()
    assert send(gate(behind), request(as_form(payload))).status == 200
    assert behind.payloads == [payload]


@pytest.mark.parametrize("payload", EVENTS)
def test_a_signed_event_comes_through_as_it_is(payload):
    behind = Behind()
    assert send(gate(behind), request(as_json(payload), JSON + "; charset=utf-8")).status == 200
    assert behind.payloads == [payload]


def test_slacks_own_example_of_a_signature_is_accepted():
    """The secret, time and body are those of Slack's documentation."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    known = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    behind = Behind()
    app = SlackGate(
        lambda environ, start: behind(
            environ | {"HTTP_X_SLACK_REQUEST_TIMESTAMP": "1531420618"}, start
        ),
        SECRET,
        clock=lambda: 1531420618.0,
    )
    environ = request(body, timestamp="1531420618")
    assert environ["HTTP_X_SLACK_SIGNATURE"] == known
    assert send(app, environ).status == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"HTTP_X_SLACK_SIGNATURE": None},
        {"HTTP_X_SLACK_SIGNATURE": ""},
        {"HTTP_X_SLACK_SIGNATURE": "v0=" + "0" * 64},
        {"HTTP_X_SLACK_SIGNATURE": "v0=\xe9\xff"},
        {"HTTP_X_SLACK_REQUEST_TIMESTAMP": None},
        {"timestamp": "soon"},
        {"timestamp": ""},
        {"timestamp": "-1"},
        {"timestamp": "1e9"},
        {"timestamp": "\xb2"},
        {"timestamp": "9" * 5000},
        {"timestamp": str(NOW - 301)},
        {"timestamp": str(NOW + 301)},
        {"HTTP_X_SLACK_SIGNATURE": signature(as_form(COMMAND), str(NOW), "another secret")},
    ],
)
def test_a_wrong_signature_or_time_is_refused_with_401(changes):
    behind = Behind()
    assert send(gate(behind), request(as_form(COMMAND), **changes)).status == 401
    assert behind.payloads == []


@pytest.mark.parametrize("offset", [-300, 0, 300])
def test_five_minutes_either_way_are_forgiven(offset):
    environ = request(as_form(COMMAND), timestamp=str(NOW + offset))
    assert send(gate(), environ).status == 200


def test_a_changed_body_is_refused():
    body = as_form(COMMAND)
    environ = request(body) | {"wsgi.input": BytesIO(body.replace(b"micro", b"macro"))}
    assert send(gate(), environ).status == 401


GARBAGE = [
    (b"", FORM),
    (b"", JSON),
    (b'{"type": "event_callback"', JSON),
    (b'{"type": "\xff"}', JSON),
    (b"\xef\xbb\xbf" + as_json(EVENT), JSON),
    (b"null", JSON),
    (b"[]", JSON),
    (b"5", JSON),
    (b"{}", JSON),
    (b'{"type": NaN}', JSON),
    (b'{"type": ' + b"9" * 5000 + b"}", JSON),
    (b"[" * 100_000, JSON),
    (as_json(EVENT | {"extra": json.loads("[" * 150 + "]" * 150)}), JSON),
    (as_json(EVENT | {"event_id": ""}), JSON),
    (as_json(EVENT | {"event_id": 5}), JSON),
    (as_json(EVENT | {"event": "reaction_added"}), JSON),
    (as_json(EVENT | {"event": None}), JSON),
    (as_json(EVENT | {"authorizations": ["x"]}), JSON),
    (as_json(EVENT | {"type": "event_callbacks"}), JSON),
    (as_json(EVENT | {"view": None}), JSON),
    (as_json(EVENT | {"command": "/influencer"}), JSON),
    (as_json(EVENT).replace(b"Ev0001", b"Ev\\ud800"), JSON),
    (as_json(EVENT).replace(b"Ev0001", b"Ev\\u0000"), JSON),
    (b"payload=", FORM),
    (b"payload=5", FORM),
    (b"payload=%7B%22type%22%3A%22block_actions%22", FORM),
    (as_form({k: v for k, v in BUTTON.items() if k != "type"}), FORM),
    (as_form(BUTTON | {"actions": []}), FORM),
    (as_form(BUTTON | {"actions": [{}]}), FORM),
    (as_form(BUTTON | {"user": None}), FORM),
    (as_form(BUTTON | {"view": None}), FORM),
    (as_form(SUBMISSION | {"view": {}}), FORM),
    (as_form(COMMAND | {"command": "influencer"}), FORM),
    (as_form(COMMAND | {"event": "x"}), FORM),
    (as_form(COMMAND | {"view": "x"}), FORM),
    (as_form(COMMAND | {"authorizations": "x"}), FORM),
    (as_form(COMMAND | {"text": "\0"}), FORM),
    (as_form(COMMAND | {"text": "x" * 100_001}), FORM),
    (as_form({k: v for k, v in COMMAND.items() if k != "trigger_id"}), FORM),
    (as_form(COMMAND) + b"&text=%ff", FORM),
    (as_form(COMMAND) + b"&a=1" * 200, FORM),
    (b"\xff\xfe", FORM),
]


@pytest.mark.parametrize(("body", "content_type"), GARBAGE)
def test_a_signed_but_malformed_body_is_refused_with_400(body, content_type):
    behind = Behind()
    assert send(gate(behind), request(body, content_type)).status == 400
    assert behind.payloads == []


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"REQUEST_METHOD": "GET"}, 405),
        ({"REQUEST_METHOD": "DELETE"}, 405),
        ({"CONTENT_TYPE": "text/plain"}, 415),
        ({"CONTENT_TYPE": None}, 415),
        ({"CONTENT_LENGTH": None}, 411),
        ({"CONTENT_LENGTH": ""}, 411),
        ({"CONTENT_LENGTH": "-5"}, 400),
        ({"CONTENT_LENGTH": "many"}, 400),
        ({"CONTENT_LENGTH": "9" * 30}, 400),
        ({"CONTENT_LENGTH": "1000000"}, 400),
        ({"CONTENT_LENGTH": "9" * 10}, 413),
        ({"PATH_INFO": "/elsewhere"}, 404),
    ],
)
def test_a_request_of_the_wrong_kind_gets_the_status_that_says_so(changes, status):
    answer = send(gate(), request(as_form(COMMAND), **changes))
    assert answer.status == status
    assert ("Allow" in answer.headers) == (status == 405)


class Endless:
    """A body that never ends; says how much of it was read."""

    def __init__(self) -> None:
        self.read_bytes = 0

    def read(self, size: int) -> bytes:
        self.read_bytes += size
        return b"x" * size


@pytest.mark.parametrize("length", ["1001", "1000000", None])
def test_an_oversize_body_is_refused_without_being_read_whole(length):
    body = Endless()
    changes = {"CONTENT_LENGTH": length, "wsgi.input": body, "wsgi.input_terminated": True}
    assert send(gate(max_bytes=1000), request(b"", **changes)).status == 413
    assert body.read_bytes <= 1001


def test_a_chunked_body_whose_end_the_server_marks_comes_through():
    changes = {"CONTENT_LENGTH": None, "wsgi.input_terminated": True}
    changes |= {"HTTP_TRANSFER_ENCODING": "chunked"}
    behind = Behind()
    assert send(gate(behind), request(as_form(COMMAND), **changes)).status == 200
    assert behind.payloads == [COMMAND]


def test_a_connection_that_breaks_off_is_no_error_of_ours():
    class Broken:
        def read(self, size: int) -> bytes:
            raise ConnectionResetError

    assert send(gate(), request(as_form(COMMAND), **{"wsgi.input": Broken()})).status == 400


def test_the_challenge_is_answered_only_when_signed():
    body = as_json({"type": "url_verification", "token": "x", "challenge": "3eZbrw1aB"})
    answer = send(gate(), request(body, JSON))
    assert (answer.status, json.loads(answer.body)) == (200, {"challenge": "3eZbrw1aB"})
    forged = request(body, JSON, HTTP_X_SLACK_SIGNATURE="v0=" + "0" * 64)
    assert send(gate(), forged).status == 401


def test_a_look_at_the_certificate_is_answered_and_never_handed_on():
    behind = Behind()
    app = gate(behind)
    unsigned = {"HTTP_X_SLACK_SIGNATURE": None}
    assert send(app, request(b"ssl_check=1&token=x", **unsigned)).status == 200
    check = {"REQUEST_METHOD": "GET", "QUERY_STRING": "ssl_check=1&token=x"}
    assert send(app, request(b"", **check, **unsigned)).status == 200
    assert send(app, request(as_form(COMMAND | {"ssl_check": "1"}), **unsigned)).status == 401
    assert send(app, request(as_form(COMMAND | {"ssl_check": "1"}))).status == 400
    assert behind.payloads == []


def test_being_rate_limited_is_acknowledged_and_logged(caplog):
    body = as_json({"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1})
    assert send(gate(), request(body, JSON)).status == 200
    assert "holds events back" in caplog.text


def test_other_paths_go_to_the_other_app():
    def other(environ, start_response):
        start_response("204 No Content", [])
        return []

    assert send(gate(otherwise=other), request(b"", PATH_INFO="/healthz")).status == 204


def test_an_empty_secret_is_refused_at_once():
    with pytest.raises(ValueError, match="SLACK_SIGNING_SECRET"):
        SlackGate(Behind(), "")


def test_neither_bodies_nor_signatures_are_ever_logged(caplog):
    caplog.set_level(logging.DEBUG)
    canary = "canary-5f0e"
    for body in (
        as_form(COMMAND | {"text": canary, "view": canary}),
        as_form(BUTTON | {"user": canary}),
        as_form(SUBMISSION | {"view": {canary: canary}}),
        b"payload=" + canary.encode(),
    ):
        send(gate(), request(body))
        send(gate(), request(body, HTTP_X_SLACK_SIGNATURE=canary))
    assert len(caplog.records) == 8
    assert canary not in caplog.text


# Bolt itself, behind the gate


def bolt(calls: list[str]) -> SlackRequestHandler:
    def authorize(enterprise_id, team_id, user_id):
        return AuthorizeResult(
            enterprise_id=None, team_id=team_id, bot_token="xoxb-x", bot_user_id="U0BOT"
        )

    app = App(
        signing_secret=SECRET,
        authorize=authorize,
        process_before_response=True,
        logger=logging.getLogger("silent"),
    )
    app.command("/influencer")(lambda ack, body: (ack(), calls.append(body["text"])))
    for name in ("reaction_added", "app_home_opened", "tokens_revoked", "user_change"):
        app.event(name)(lambda event: calls.append(event["type"]))
    app.action("approve")(lambda ack, body: (ack(), calls.append(body["user"]["id"])))
    app.view("brief")(lambda ack, view: (ack(), calls.append(view["id"])))
    app.view_closed("brief")(lambda ack, view: (ack(), calls.append(view["id"])))
    app.options("brief")(lambda ack, payload: (ack(options=[]), calls.append(payload["value"])))
    return SlackRequestHandler(app)


def real_time_request(body: bytes, content_type: str) -> dict[str, Any]:
    return request(body, content_type, timestamp=str(int(time.time())))


def test_bolt_gets_every_kind_of_request_and_verifies_it_again():
    calls: list[str] = []
    app = SlackGate(bolt(calls), SECRET)
    for payload in [COMMAND, *INTERACTIONS]:
        assert send(app, real_time_request(as_form(payload), FORM)).status == 200
    for payload in [EVENT, HOME, REVOKED, RENAMED]:
        assert send(app, real_time_request(as_json(payload), JSON)).status == 200
    assert calls[:5] == ["find skincare micro", "U0001", "V0001", "V0001", "sk"]
    assert calls[5:] == ["reaction_added", "app_home_opened", "tokens_revoked", "user_change"]


@pytest.mark.parametrize(
    "text", ["find payload", "payload", 'a\\u0000 "b"', "سكين‌كير 🧴", "{", "x" * 10_000]
)
def test_a_command_reaches_bolt_whatever_its_words(text):
    """Without the gate, Bolt loses a command that holds the word "payload"."""
    calls: list[str] = []
    body = as_form(COMMAND | {"text": text})
    assert send(SlackGate(bolt(calls), SECRET), real_time_request(body, FORM)).status == 200
    assert calls == [text]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=3), children, max_size=3)
    ),
    max_leaves=6,
)
KEYS = sorted(
    {*COMMAND, *EVENT, *EVENT["event"], *BUTTON, *SUBMISSION, *SUBMISSION["view"]}
    | {"assistant_thread", "function_data", "previous_message", "bot_access_token", "ssl_check"}
)


@st.composite
def spoilt(draw, samples: list[dict[str, Any]]) -> dict[str, Any]:
    """A real payload with one to three parts removed, replaced or added."""
    payload = copy.deepcopy(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(1, 3))):
        node: Any = payload
        while True:
            inner = [v for v in (node.values() if isinstance(node, dict) else node) if v]
            inner = [v for v in inner if isinstance(v, dict | list)]
            if not inner or draw(st.booleans()):
                break
            node = draw(st.sampled_from(inner))
        if isinstance(node, list):
            node[:] = draw(st.lists(json_values, max_size=2))
        elif node and draw(st.booleans()):
            node.pop(draw(st.sampled_from(sorted(node))))
        else:
            key = draw(st.sampled_from(KEYS))
            node[key] = draw(json_values | st.just("x") | st.builds(dict, id=st.just("U1")))
    return payload


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(payload=spoilt(EVENTS) | spoilt(INTERACTIONS), form=st.booleans())
def test_bolt_never_fails_on_what_comes_through(payload, form):
    body = as_form(payload) if form else as_json(payload)
    app = SlackGate(BOLT, SECRET)
    assert send(app, real_time_request(body, FORM if form else JSON)).status < 500


BOLT = bolt([])


@settings(max_examples=150)
@given(
    fields=st.dictionaries(st.sampled_from(KEYS), st.text(max_size=8), max_size=4),
    prefix=st.sampled_from(["", "{", "payload&", "%70ayload=5&"]),
)
def test_bolt_never_fails_on_a_spoilt_command(fields, prefix):
    body = prefix.encode() + urlencode(COMMAND | fields, errors="replace").encode()
    assert send(SlackGate(BOLT, SECRET), real_time_request(body, FORM)).status < 500


header = st.text(st.characters(max_codepoint=255), max_size=20)


@settings(max_examples=300)
@given(
    method=st.sampled_from(["POST", "GET", "PUT", "HEAD", "OPTIONS", ""]) | header,
    content_type=st.sampled_from([FORM, JSON, JSON.upper() + " ;charset=x", None]) | header,
    length=st.sampled_from(["right", "", "0", "7", "-1", None]) | header,
    timestamp=st.sampled_from([str(NOW), str(NOW - 999)]) | header,
    signed=st.booleans(),
    query=header,
    body=st.binary(max_size=40)
    | json_values.map(as_json)
    | st.sampled_from([as_form(COMMAND), as_form(BUTTON), as_json(EVENT)]),
)
def test_any_request_is_answered_below_500_and_only_good_ones_come_through(
    method, content_type, length, timestamp, signed, query, body
):
    behind = Behind()
    environ = request(body, timestamp=timestamp, REQUEST_METHOD=method, QUERY_STRING=query)
    environ |= {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": length}
    if length == "right":
        environ["CONTENT_LENGTH"] = str(len(body))
    if not signed:
        environ["HTTP_X_SLACK_SIGNATURE"] = "v0=0"
    environ = {name: value for name, value in environ.items() if value is not None}

    answer = send(gate(behind), environ)
    assert answer.status < 500
    if behind.payloads:
        assert (signed, method, timestamp) == (True, "POST", str(NOW))


@given(body=st.binary(), content_type=st.sampled_from([FORM, JSON]))
def test_parsing_any_bytes_ends_in_a_payload_or_in_one_kind_of_refusal(body, content_type):
    try:
        assert isinstance(parse(body, content_type).payload, dict)
    except MalformedPayload as refusal:
        assert len(str(refusal)) < 100
