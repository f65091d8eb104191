"""People act in the playground, the bot hears of it as from Slack, and its answers count."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Response
from slack_sdk.webhook import WebhookClient

from playground.records import Message, View
from playground.store import Refusal
from playground.workspace import Workspace
from tests.playground_stand_in import StandIn, playing

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*hi*"}}
BROKEN = {"type": "section"}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def option(value: str) -> dict[str, Any]:
    return {"text": plain(value.title()), "value": value}


def button(action_id: str, value: str) -> dict[str, Any]:
    return {"type": "button", "text": plain(value), "action_id": action_id, "value": value}


def entry(name: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": name,
        "label": plain(name),
        "element": {**element, "action_id": "value"},
        **more,
    }


def modal(*blocks: dict[str, Any], title: str = "Brief", **more: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "brief",
        "title": plain(title),
        "submit": plain("Save"),
        "blocks": list(blocks) or [entry("name", {"type": "plain_text_input"})],
        **more,
    }


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Workspace, StandIn]]:
    with playing(timeout=0.3) as (playground, bot):
        yield playground.workspace, bot


@pytest.fixture
def bot(running: tuple[Workspace, StandIn]) -> StandIn:
    running[1].answers.clear()
    running[1].received.clear()
    return running[1]


@pytest.fixture
def slack(running: tuple[Workspace, StandIn]) -> Workspace:
    workspace = running[0]
    workspace.store.problems.clear()
    workspace.store.modals.clear()
    workspace.faults.clear()
    workspace.set_bot_down(False)
    return workspace


def post(slack: Workspace, bot: StandIn, **message: Any) -> Message:
    posted = bot.client.chat_postMessage(channel="C0MARKETING", text="posted", **message)
    found = slack.store.find_message("C0MARKETING", posted["ts"])
    assert found is not None
    return found


def opened(slack: Workspace, bot: StandIn, view: dict[str, Any], who: str = "ana") -> View:
    def open_it(payload: dict[str, Any]) -> str:
        bot.client.views_open(trigger_id=payload["trigger_id"], view=view)
        return ""

    bot.on("/influencer", open_it)
    slack.command(who, "brief")
    found = slack.view(who)
    assert found is not None
    return found


# Commands


def test_a_command_arrives_escaped_and_its_answer_is_for_one_person(
    slack: Workspace, bot: StandIn
) -> None:
    bot.on("/influencer", {"text": "Ten *creators*", "blocks": [SECTION]})

    shown = slack.command("ana", "find  skin&care @ben")

    fields = bot.received[0]
    assert fields["text"] == "find  skin&amp;care <@U0BEN000001|ben>"
    assert fields["channel_name"] == "marketing" and fields["user_name"] == "ana"
    assert "enterprise_id" not in fields
    assert shown is not None and shown.ephemeral_to == slack.user("ana").id
    assert slack.text_of(shown) == "hi"
    assert shown not in slack.messages("marketing")


def test_an_answer_in_channel_is_seen_by_all(slack: Workspace, bot: StandIn) -> None:
    bot.on("/influencer", {"response_type": "in_channel", "text": "For all"})

    shown = slack.command("ana", "show")

    assert shown is not None and shown in slack.messages("marketing")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Response("", 500), "http_service_error"),
        (Response("", 404), "http_client_error"),
    ],
)
def test_a_failed_command_is_told_by_slackbot(
    slack: Workspace, bot: StandIn, answer: Response, said: str
) -> None:
    bot.on("/influencer", lambda _: answer)

    shown = slack.command("ana", "find")

    assert slack.text_of(shown) == f"/influencer failed with the error “{said}”"
    assert slack.problems[-1].kind == "bot_error"


def test_a_late_answer_to_a_command_is_a_timeout(slack: Workspace, bot: StandIn) -> None:
    late = threading.Event()
    bot.on("/influencer", lambda _: str(late.wait(1)))

    shown = slack.command("ana", "find")
    late.set()

    assert slack.text_of(shown) == "/influencer failed with the error “operation_timeout”"
    assert slack.deliveries[-1].failure == "timeout"
    assert slack.problems[-1].kind == "operation_timeout"


@pytest.mark.parametrize(
    "answer",
    [
        {"text": "a", "blocks": [BROKEN]},
        Response("{", mimetype="application/json"),
        {"replace_original": True, "text": "a"},
    ],
)
def test_an_answer_that_slack_would_hide_is_a_problem(
    slack: Workspace, bot: StandIn, answer: Any
) -> None:
    bot.on("/influencer", lambda _: answer)

    assert slack.command("ana", "find") is None
    assert [one.kind for one in slack.problems] == ["invalid_ack"]


def test_people_from_elsewhere_and_unknown_commands_are_refused(
    slack: Workspace, bot: StandIn
) -> None:
    with pytest.raises(Refusal, match="restricted_action"):
        slack.command("sam", "find", "clients")
    with pytest.raises(Refusal, match="unknown_command"):
        slack.command("ana", "/nothing at all")
    assert bot.received == []


# response_url


def test_a_commands_response_url_adds_messages_and_replaces_none(
    slack: Workspace, bot: StandIn
) -> None:
    slack.command("ana", "find")
    respond = WebhookClient(bot.received[-1]["response_url"])

    assert respond.send(text="more", response_type="ephemeral").status_code == 200
    assert slack.ephemerals("ana")[-1].text == "more"
    assert respond.send(text="other", replace_original=True).status_code == 400
    assert slack.problems[-1].kind == "refused_response_url"
    for _ in range(4):
        assert respond.send(text="more").status_code == 200
    assert "used_url" in respond.send(text="sixth").body


def test_a_buttons_response_url_replaces_the_message_it_sits_in(
    slack: Workspace, bot: StandIn
) -> None:
    blocks = [{"type": "actions", "elements": [button("more", "1")]}]
    bot.on("/influencer", {"text": "list", "blocks": blocks})
    shown = slack.command("ana", "find")
    assert shown is not None
    slack.press("ana", shown, "more")
    payload = bot.received[-1]
    respond = WebhookClient(payload["response_url"])

    assert "message" not in payload and payload["container"]["is_ephemeral"]
    assert respond.send(text="page two", blocks=[SECTION], replace_original=True).body == "ok"
    assert slack.text_of(shown) == "hi"
    assert shown.ephemeral_to is not None
    assert respond.send(delete_original=True).status_code == 200
    assert shown.deleted
    assert "message_not_found" in respond.send(text="a", replace_original=True).body


# Buttons and selects


def test_a_button_sends_its_value_with_the_message_and_its_state(
    slack: Workspace, bot: StandIn
) -> None:
    select = {"type": "static_select", "action_id": "why", "options": [option("dear")]}
    message = post(
        slack,
        bot,
        blocks=[{"type": "actions", "block_id": "b", "elements": [button("vote", "7"), select]}],
    )

    slack.choose("ana", message, "why", value="dear")
    slack.press("ana", message, "vote")

    chosen, pressed = bot.received
    assert chosen["actions"][0]["selected_option"] == option("dear")
    assert pressed["actions"][0]["value"] == "7"
    assert pressed["message"]["ts"] == message.ts
    assert pressed["channel"] == {"id": "C0MARKETING", "name": "marketing"}
    assert pressed["state"]["values"]["b"]["why"]["selected_option"]["value"] == "dear"
    assert pressed["trigger_id"] != chosen["trigger_id"]


def test_one_of_several_buttons_is_told_by_its_value(slack: Workspace, bot: StandIn) -> None:
    rows = [{"type": "actions", "elements": [button("vote", str(n))]} for n in range(3)]
    message = post(slack, bot, blocks=rows)

    slack.press("ana", message, "vote", value="2")

    assert bot.received[0]["actions"][0]["value"] == "2"
    with pytest.raises(LookupError, match="no element"):
        slack.press("ana", message, "nothing")
    select = {"type": "static_select", "action_id": "s", "options": [option("a")]}
    other = post(slack, bot, blocks=[{"type": "actions", "elements": [select]}])
    with pytest.raises(ValueError, match="not an option"):
        slack.choose("ana", other, "s", value="z")


def test_a_button_that_fails_warns_the_one_who_pressed_it(slack: Workspace, bot: StandIn) -> None:
    message = post(slack, bot, blocks=[{"type": "actions", "elements": [button("vote", "1")]}])
    bot.on("block_actions", lambda _: Response("", 503))

    slack.press("ana", message, "vote")

    assert message.warnings == {slack.user("ana").id: "This app responded with status code 503."}
    assert slack.problems[-1].kind == "bot_error"


def test_an_external_select_offers_what_the_bot_suggests(slack: Workspace, bot: StandIn) -> None:
    select = {"type": "external_select", "action_id": "who", "min_query_length": 0}
    message = post(slack, bot, blocks=[{"type": "actions", "elements": [select]}])
    bot.on("block_suggestion", lambda payload: {"options": [option(payload["value"])]})

    assert slack.suggest("ana", message, "who", "anna") == [option("anna")]
    slack.choose("ana", message, "who", value="anna")
    assert bot.received[-1]["actions"][0]["selected_option"]["value"] == "anna"


def test_shortcuts_reach_the_bot(slack: Workspace, bot: StandIn) -> None:
    message = slack.say("ben", "look at @ana")
    slack.shortcut("ana", "log", message)
    slack.shortcut("ana", "new_brief")

    on_message, everywhere = (one for one in bot.received if "callback_id" in one)
    assert on_message["type"] == "message_action"
    assert on_message["message"]["text"] == "look at <@U0ANA000001>"
    assert everywhere["type"] == "shortcut" and "channel" not in everywhere


# Modals


def test_a_modal_is_filled_in_and_sent_with_every_kind_of_value(
    slack: Workspace, bot: StandIn
) -> None:
    file_id = slack.upload("ana", "creators.csv", b"a,b\n", "text/csv")
    kinds: dict[str, tuple[dict[str, Any], Any, dict[str, Any]]] = {
        "text": ({"type": "plain_text_input"}, "x", {"value": "x"}),
        "number": ({"type": "number_input", "is_decimal_allowed": False}, "3", {"value": "3"}),
        "mail": ({"type": "email_text_input"}, "a@b.co", {"value": "a@b.co"}),
        "link": ({"type": "url_text_input"}, "https://a.b", {"value": "https://a.b"}),
        "radio": (
            {"type": "radio_buttons", "options": [option("a")]},
            "a",
            {"selected_option": option("a")},
        ),
        "boxes": (
            {"type": "checkboxes", "options": [option("a"), option("b")]},
            ["b"],
            {"selected_options": [option("b")]},
        ),
        "people": ({"type": "multi_users_select"}, ["U1"], {"selected_users": ["U1"]}),
        "room": ({"type": "conversations_select"}, "C1", {"selected_conversation": "C1"}),
        "day": ({"type": "datepicker"}, "2026-01-31", {"selected_date": "2026-01-31"}),
        "hour": ({"type": "timepicker"}, "09:00", {"selected_time": "09:00"}),
        "left": ({"type": "users_select"}, None, {"selected_user": None}),
    }
    blocks = [entry(name, kind[0], optional=name == "left") for name, kind in kinds.items()]
    files = entry("file", {"type": "file_input", "filetypes": ["csv"]})
    opened(slack, bot, modal(*blocks, files))
    values = {name: kind[1] for name, kind in kinds.items()} | {"file": [file_id]}

    assert slack.submit("ana", values) is None

    state = bot.payloads("view_submission")[0]["view"]["state"]["values"]
    for name, (element, _, wanted) in kinds.items():
        assert state[name]["value"] == {"type": element["type"], **wanted}
    assert state["file"]["value"]["files"][0]["id"] == file_id
    assert slack.view("ana") is None


@pytest.mark.parametrize(
    ("element", "value", "said"),
    [
        ({"type": "plain_text_input"}, "", "Please complete this required field."),
        ({"type": "plain_text_input", "min_length": 3}, "ab", "at least 3 characters"),
        ({"type": "plain_text_input", "max_length": 3}, "abcd", "at most 3 characters"),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "whole number"),
        ({"type": "number_input", "is_decimal_allowed": True}, "1e999", "Enter a number"),
        ({"type": "number_input", "is_decimal_allowed": True, "min_value": "0"}, "-5", "least 0"),
        ({"type": "email_text_input"}, "nobody", "e-mail"),
        ({"type": "url_text_input"}, "nowhere", "URL"),
        ({"type": "multi_users_select", "max_selected_items": 1}, ["U1", "U2"], "at most 1"),
    ],
)
def test_slack_itself_stops_an_impossible_value(
    slack: Workspace, bot: StandIn, element: dict[str, Any], value: Any, said: str
) -> None:
    opened(slack, bot, modal(entry("field", element)))

    errors = slack.submit("ana", {"field": value})

    assert errors is not None and said in errors["field"]
    assert bot.payloads("view_submission") == []
    assert slack.submit("ana", {"field": value}, unchecked=True) is None
    assert len(bot.payloads("view_submission")) == 1


def test_errors_stand_under_their_fields_and_the_input_is_kept(
    slack: Workspace, bot: StandIn
) -> None:
    view = opened(slack, bot, modal())
    bot.on("view_submission", {"response_action": "errors", "errors": {"name": "Is taken."}})

    assert slack.submit("ana", {"name": "Glow"}) == {"name": "Is taken."}

    assert slack.view("ana") is view and "Is taken." in slack.text_of(view)
    assert view.values["name"]["value"] == "Glow"


def test_answers_update_push_and_clear_the_stack(slack: Workspace, bot: StandIn) -> None:
    view = opened(slack, bot, modal())
    answers = iter(
        [
            {"response_action": "update", "view": modal(title="Second")},
            {"response_action": "push", "view": modal(title="Third")},
            {"response_action": "clear"},
        ]
    )
    bot.on("view_submission", lambda _: next(answers))

    slack.submit("ana", {"name": "kept"})
    assert view.title == "Second" and view.values["name"]["value"] == "kept"
    slack.submit("ana", {"name": "kept"})
    third = slack.view("ana")
    assert third is not None and third.title == "Third" and third.previous_id == view.id
    assert slack.submit("ana", {"name": "new"}) is None
    assert slack.view("ana") is None


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"no such block": "x"}},
        {"response_action": "update", "view": modal(title="much too long for a modal")},
        {"response_action": "dance"},
        Response("ok"),
    ],
)
def test_an_unusable_answer_to_a_modal_keeps_it_open_and_is_a_problem(
    slack: Workspace, bot: StandIn, answer: Any
) -> None:
    view = opened(slack, bot, modal())
    bot.on("view_submission", lambda _: answer)

    slack.submit("ana", {"name": "Glow"})

    assert slack.view("ana") is view
    assert view.warning == "We had some trouble connecting. Try again?"
    assert [one.kind for one in slack.problems] == ["invalid_ack"]


def test_three_modals_stack_and_no_more(slack: Workspace, bot: StandIn) -> None:
    opened(slack, bot, modal(title="One"))
    bot.on("view_submission", {"response_action": "push", "view": modal(title="More")})

    slack.submit("ana", {"name": "a"})
    slack.submit("ana", {"name": "b"})
    slack.submit("ana", {"name": "c"})

    assert len(slack.store.modals[slack.user("ana").id]) == 3
    assert "push_limit_reached" in slack.problems[-1].text


def test_closing_tells_the_bot_where_it_asked_for_it(slack: Workspace, bot: StandIn) -> None:
    opened(slack, bot, modal(notify_on_close=True))
    slack.close_view("ana")
    assert bot.payloads("view_closed")[0]["is_cleared"] is False

    opened(slack, bot, modal())
    slack.close_view("ana")
    assert len(bot.payloads("view_closed")) == 1


def test_a_modal_opens_in_the_conversation_it_was_asked_for_in(
    slack: Workspace, bot: StandIn
) -> None:
    select = {"type": "conversations_select", "default_to_current_conversation": True}

    view = opened(slack, bot, modal(entry("channel", select)))

    assert view.values == {"channel": {"value": "C0MARKETING"}}


# Events


def test_a_reaction_tells_the_bot_who_reacted_to_what(slack: Workspace, bot: StandIn) -> None:
    message = post(slack, bot)

    delivery = slack.react("ben", "thumbsup::skin-tone-3", message)
    slack.unreact("ben", "thumbsup::skin-tone-3", message)

    assert delivery is not None and delivery.ok
    added, removed = (one["event"] for one in bot.received)
    assert added["type"] == "reaction_added" and removed["type"] == "reaction_removed"
    assert added["reaction"] == "+1::skin-tone-3"
    assert added["item"] == {"type": "message", "channel": "C0MARKETING", "ts": message.ts}
    assert added["user"] == slack.user("ben").id and added["item_user"] == message.user
    with pytest.raises(Refusal, match="no_reaction"):
        slack.unreact("ben", "+1", message)


def test_a_failed_event_is_repeated_three_times_with_its_number(
    slack: Workspace, bot: StandIn
) -> None:
    message = post(slack, bot)
    bot.headers.clear()
    bot.on("reaction_added", lambda _: Response("", 500))

    slack.react("ben", "eyes", message)

    assert len(bot.received) == 4
    assert len({one["event_id"] for one in bot.received}) == 1
    assert [one.get("x-slack-retry-num") for one in bot.headers] == [None, "1", "2", "3"]
    assert bot.headers[1]["x-slack-retry-reason"] == "http_error"
    assert slack.problems[-1].kind == "event_lost"


def test_an_event_taken_at_the_second_try_is_no_problem(slack: Workspace, bot: StandIn) -> None:
    answers = iter([Response("", 500), ""])
    bot.on("reaction_added", lambda _: next(answers))

    slack.react("ben", "tada", post(slack, bot))

    assert len(bot.received) == 2
    assert slack.problems == []


def test_the_last_delivery_is_repeated_byte_for_byte(slack: Workspace, bot: StandIn) -> None:
    slack.react("ben", "wave", post(slack, bot))
    slack.command("ana", "find")

    again = slack.redeliver_last("event")
    command = slack.redeliver_last("command")

    assert again.ok and again.body == slack.deliveries[-4].body
    assert bot.received[0] == bot.received[2]
    assert command.ok and bot.received[1] == bot.received[3]
    with pytest.raises(LookupError):
        Workspace(slack.options).redeliver_last("action")


def test_events_wait_while_the_bot_is_down_and_commands_fail(
    slack: Workspace, bot: StandIn
) -> None:
    message = post(slack, bot)
    slack.set_bot_down(True)
    slack.react("ben", "eyes", message)
    failed = slack.command("ana", "find")

    assert bot.received == []
    assert "dispatch_failed" in slack.text_of(failed)
    slack.set_bot_down(False)
    assert [one["event"]["reaction"] for one in bot.received] == ["eyes"]


def test_nothing_is_heard_from_a_channel_without_the_bot(slack: Workspace, bot: StandIn) -> None:
    said = slack.say("ana", "between us", "random")

    assert slack.react("ben", "eyes", said) is None
    assert bot.received == []
    assert slack.say("robo", "beep").bot_id is not None


def test_channels_and_people_change_and_the_bot_is_told(slack: Workspace, bot: StandIn) -> None:
    channel = slack.add_channel("campaign", ("ana",))
    slack.archive(channel)
    slack.archive(channel, on=False)
    slack.remove(channel)
    slack.invite(channel)
    slack.delete_channel(channel)
    newcomer = slack.add_user("nina", tz="Asia/Tokyo")
    slack.change_user(newcomer, role="guest")
    slack.open_home(newcomer)

    told = [one["event"]["type"] for one in bot.received]
    assert told == [
        "channel_archive",
        "channel_unarchive",
        "channel_left",
        "member_joined_channel",
        "channel_deleted",
        "user_change",
        "app_home_opened",
    ]
    assert bot.received[5]["event"]["user"]["is_restricted"]


def test_a_shared_channel_says_so(slack: Workspace, bot: StandIn) -> None:
    posted = bot.client.chat_postMessage(channel="C0CLIENTS01", text="for clients")

    slack.react("sam", "+1", "clients", posted["ts"])

    assert bot.received[0]["is_ext_shared_channel"] is True


def test_an_uninstalled_app_hears_twice_and_its_token_is_dead() -> None:
    with playing() as (playground, bot):
        playground.workspace.uninstall()

        told = {one["event"]["type"] for one in bot.received}
        assert told == {"app_uninstalled", "tokens_revoked"}
        with pytest.raises(Exception, match="account_inactive"):
            bot.client.auth_test()
        playground.workspace.install()
        assert bot.client.auth_test()["ok"]


def test_the_clock_moves_messages_and_not_signatures(slack: Workspace, bot: StandIn) -> None:
    slack.advance_clock(7 * 86_400)
    message = post(slack, bot)
    slack.react("ben", "eyes", message)
    slack.reset_clock()
    later = post(slack, bot)

    stamp = int(slack.deliveries[-1].headers["x-slack-request-timestamp"])
    assert float(message.ts) - stamp == pytest.approx(7 * 86_400, abs=60)
    assert slack.deliveries[-1].ok
    assert float(later.ts) > float(message.ts)


def test_all_visible_text_is_found_in_charts_tables_and_mentions(
    slack: Workspace, bot: StandIn
) -> None:
    chart = {
        "type": "line",
        "series": [{"name": "Reach", "data": [{"label": "Mon", "value": 3}]}],
        "axis_config": {"categories": ["Mon"]},
    }
    row = [{"type": "raw_text", "text": "Creator"}, {"type": "raw_text", "text": "@anna"}]
    inside = [{"type": "text", "text": "by "}, {"type": "user", "user_id": "U0ANA000001"}]
    message = post(
        slack,
        bot,
        blocks=[
            {"type": "data_visualization", "title": "Weekly", "chart": chart},
            {"type": "table", "rows": [row]},
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_section", "elements": inside}],
            },
            {
                "type": "context",
                "elements": [{"type": "mrkdwn", "text": "*5* &lt; <@U0BEN000001>"}],
            },
        ],
    )

    text = slack.text_of(message)

    for piece in ("Weekly", "Reach", "Mon: 3", "Creator", "@anna", "by @Ana", "5 < @Ben"):
        assert piece in text
