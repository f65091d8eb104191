"""The Web API answers as Slack's does, refusals included."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from playground.faults import Kind
from playground.people import BOT_USER_ID
from playground.workspace import Workspace
from tests.playground_stand_in import StandIn, ids, playing

MODAL: dict[str, Any] = {
    "type": "modal",
    "callback_id": "ask",
    "title": {"type": "plain_text", "text": "Ask"},
    "blocks": [{"type": "divider"}],
}
HOME = {"type": "home", "blocks": [{"type": "divider"}]}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*hi*"}}
MARKETING, NO_BOT, ARCHIVED, PRIVATE = "C0MARKETING", "C0NOBOT0001", "C0ARCHIVED1", "C0PRIVATE01"


@pytest.fixture(scope="module")
def slack() -> Iterator[tuple[Workspace, StandIn]]:
    with playing() as (playground, bot):
        yield playground.workspace, bot


@pytest.fixture
def client(slack: tuple[Workspace, StandIn]) -> Iterator[WebClient]:
    slack[0].faults.clear()
    yield slack[1].client
    slack[0].faults.clear()


@pytest.fixture
def workspace(slack: tuple[Workspace, StandIn]) -> Workspace:
    return slack[0]


def error_of(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def trigger(slack: tuple[Workspace, StandIn], user: str = "ana") -> str:
    slack[0].command(user, "anything")
    return str(slack[1].payloads("/influencer")[-1]["trigger_id"])


def test_a_wrong_token_is_refused_and_auth_test_names_the_bot(client: WebClient) -> None:
    stranger = WebClient(token="xoxb-wrong", base_url=client.base_url)

    assert error_of(stranger.auth_test) == "invalid_auth"
    assert error_of(WebClient(base_url=client.base_url).auth_test) == "not_authed"
    assert client.auth_test()["user_id"] == BOT_USER_ID
    assert client.api_test()["ok"]


def test_a_posted_message_comes_back_from_history_with_its_metadata(client: WebClient) -> None:
    metadata = {"event_type": "card", "event_payload": {"key": "k1"}}
    posted = client.chat_postMessage(
        channel=MARKETING, text="plain", blocks=[SECTION], metadata=metadata
    )

    page = client.conversations_history(
        channel=MARKETING, latest=posted["ts"], inclusive=True, limit=1, include_all_metadata=True
    )

    message = page["messages"][0]
    assert message["metadata"] == metadata
    assert message["blocks"][0]["block_id"]
    assert message["bot_id"]
    without = client.conversations_history(channel=MARKETING, limit=1)["messages"][0]
    assert "metadata" not in without


def test_replies_stand_in_the_thread_and_not_in_history(client: WebClient) -> None:
    parent = client.chat_postMessage(channel=MARKETING, text="parent")["ts"]
    first = client.chat_postMessage(channel=MARKETING, text="one", thread_ts=parent)["ts"]
    client.chat_postMessage(channel=MARKETING, text="two", thread_ts=parent, reply_broadcast=True)

    thread = client.conversations_replies(channel=MARKETING, ts=parent)["messages"]
    history = client.conversations_history(channel=MARKETING)["messages"]

    assert [one["text"] for one in thread] == ["parent", "one", "two"]
    assert thread[0]["reply_count"] == 2
    assert [one["text"] for one in history][:2] == ["two", "parent"]
    assert first not in [one["ts"] for one in history]


def test_a_reply_to_a_reply_goes_to_its_thread_and_is_reported(
    client: WebClient, workspace: Workspace
) -> None:
    parent = client.chat_postMessage(channel=MARKETING, text="parent")["ts"]
    reply = client.chat_postMessage(channel=MARKETING, text="one", thread_ts=parent)["ts"]
    under = client.chat_postMessage(channel=MARKETING, text="deeper", thread_ts=reply)

    assert under["message"]["thread_ts"] == parent
    assert workspace.problems[-1].kind == "reply_to_a_reply"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C404", "text": "a"}, "channel_not_found"),
        ({"channel": NO_BOT, "text": "a"}, "not_in_channel"),
        ({"channel": ARCHIVED, "text": "a"}, "is_archived"),
        ({"channel": MARKETING, "text": ""}, "no_text"),
        ({"channel": MARKETING, "text": "a", "thread_ts": "1.1"}, "cannot_reply_to_message"),
        ({"channel": MARKETING, "text": "a", "blocks": "[{"}, "invalid_blocks_format"),
        ({"channel": MARKETING, "text": "a", "blocks": [{"type": "x"}]}, "invalid_blocks"),
        ({"channel": MARKETING, "text": "a", "metadata": {"a": 1}}, "invalid_metadata_schema"),
        ({"channel": "U0ROBO00001", "text": "a"}, "cannot_dm_bot"),
    ],
)
@pytest.mark.filterwarnings("ignore:The top-level `text`")
def test_a_post_that_slack_refuses_is_refused(
    client: WebClient, arguments: dict[str, Any], error: str
) -> None:
    assert error_of(client.chat_postMessage, **arguments) == error


def test_an_invalid_block_is_named_with_its_place(client: WebClient) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=MARKETING, text="a", blocks=[SECTION, {"type": "header"}])

    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] missing required field: text [json-pointer:/blocks/1]"
    ]


def test_an_update_without_blocks_takes_the_blocks_away(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=MARKETING, text="a", blocks=[SECTION])["ts"]

    message = client.chat_update(channel=MARKETING, ts=ts, text="b")["message"]

    assert message["text"] == "b"
    assert "blocks" not in message
    assert message["edited"]["user"] == BOT_USER_ID


def test_only_own_and_public_messages_can_be_updated(
    client: WebClient, workspace: Workspace
) -> None:
    said = workspace.say("ana", "mine")
    ana = workspace.user("ana").id
    private = client.chat_postEphemeral(channel=MARKETING, user=ana, text="psst")["message_ts"]

    update = client.chat_update
    assert error_of(update, channel=MARKETING, ts=said.ts, text="b") == "cant_update_message"
    assert error_of(update, channel=MARKETING, ts=private, text="b") == "message_not_found"
    assert error_of(update, channel=MARKETING, ts="1.000001", text="b") == "message_not_found"
    assert error_of(client.chat_delete, channel=MARKETING, ts=said.ts) == "cant_delete_message"


def test_a_private_message_is_seen_by_one_person_and_by_no_history(
    client: WebClient, workspace: Workspace
) -> None:
    ana, sam = ids(workspace, "ana", "sam")
    client.chat_postEphemeral(channel=MARKETING, user=ana, text="only you")

    assert workspace.ephemerals("ana")[-1].text == "only you"
    assert "only you" not in [one.text for one in workspace.ephemerals("ben")]
    history = client.conversations_history(channel=MARKETING)["messages"]
    assert "only you" not in [one["text"] for one in history]
    post = client.chat_postEphemeral
    assert error_of(post, channel=MARKETING, user=sam, text="a") == "user_not_in_channel"
    workspace.reload("ana")
    assert workspace.ephemerals("ana") == []


def test_a_post_to_a_person_lands_in_their_direct_message(
    client: WebClient, workspace: Workspace
) -> None:
    ben = workspace.user("ben").id
    posted = client.chat_postMessage(channel=ben, text="psst")
    opened = client.conversations_open(users=ben)

    assert posted["channel"] == opened["channel"]["id"]
    assert [one.text for one in workspace.direct_messages("ben")] == ["psst"]


def test_reactions_are_added_counted_and_taken_away_once(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=MARKETING, text="vote")["ts"]
    place = {"channel": MARKETING, "timestamp": ts}
    client.reactions_add(name="thumbsup", **place)

    assert error_of(client.reactions_add, name="+1", **place) == "already_reacted"
    message = client.reactions_get(**place)["message"]
    assert message["reactions"] == [{"name": "+1", "users": [BOT_USER_ID], "count": 1}]
    client.reactions_remove(name="+1", **place)
    assert error_of(client.reactions_remove, name="+1", **place) == "no_reaction"
    assert error_of(client.reactions_add, name="not an emoji", **place) == "invalid_name"


def test_people_are_described_with_role_and_timezone(
    client: WebClient, workspace: Workspace
) -> None:
    def described(name: str) -> Any:
        return client.users_info(user=workspace.user(name).id)["user"]

    assert described("gus")["is_restricted"]
    assert described("sam")["is_stranger"] is False, "as of whoever shares a channel with the app"
    assert described("sam")["team_id"] != described("ana")["team_id"]
    assert described("robo")["is_bot"]
    assert described("olivia")["is_owner"]
    assert described("ben")["tz"] == "America/New_York"
    assert described("ben")["tz_offset"] in (-18_000, -14_400)
    assert error_of(client.users_info, user="U404") == "user_not_found"


def test_long_lists_come_in_pages(client: WebClient) -> None:
    everyone = [user["id"] for user in client.users_list()["members"]]
    paged = [user["id"] for page in client.users_list(limit=3) for user in page["members"]]

    assert paged == everyone
    assert len(paged) == len(set(paged)) > 3


def test_the_bot_sees_public_channels_and_its_own_private_ones(
    client: WebClient, workspace: Workspace
) -> None:
    hidden = workspace.add_channel("hidden", is_private=True, with_bot=False)
    types = "public_channel,private_channel"
    listed = client.conversations_list(types=types, exclude_archived=True)["channels"]
    names = [one["name"] for one in listed]

    assert "brand-secrets" in names and "random" in names
    assert "hidden" not in names and "last-year" not in names
    assert error_of(client.conversations_info, channel=hidden.id) == "channel_not_found"
    assert client.conversations_info(channel="C0CLIENTS01")["channel"]["is_ext_shared"]
    assert not client.conversations_info(channel=NO_BOT)["channel"]["is_member"]
    members = client.conversations_members(channel=PRIVATE)["members"]
    assert members == [*ids(workspace, "olivia", "ana"), BOT_USER_ID]


def test_a_trigger_opens_one_modal_and_only_one(slack: tuple[Workspace, StandIn]) -> None:
    workspace, bot = slack
    first = trigger(slack)
    opened = bot.client.views_open(trigger_id=first, view=MODAL)

    view = workspace.view("ana")
    assert view is not None and view.id == opened["view"]["id"]
    open_view = bot.client.views_open
    assert error_of(open_view, trigger_id=first, view=MODAL) == "exchanged_trigger_id"
    assert error_of(open_view, trigger_id="1.2.3", view=MODAL) == "invalid_trigger_id"
    bad = {**MODAL, "title": {"type": "plain_text", "text": "t" * 25}}
    assert error_of(open_view, trigger_id=trigger(slack), view=bad) == "invalid_arguments"
    workspace.close_view("ana")


def test_a_trigger_dies_of_age() -> None:
    with playing(trigger_seconds=0.0) as (playground, bot):
        workspace = playground.workspace
        workspace.command("ana", "anything")
        trigger_id = bot.received[-1]["trigger_id"]

        open_view = bot.client.views_open
        assert error_of(open_view, trigger_id=trigger_id, view=MODAL) == "expired_trigger_id"


def test_modals_are_updated_under_their_hash(slack: tuple[Workspace, StandIn]) -> None:
    workspace, bot = slack
    opened = bot.client.views_open(trigger_id=trigger(slack), view=MODAL)["view"]
    other = {**MODAL, "title": {"type": "plain_text", "text": "Other"}}
    updated = bot.client.views_update(view_id=opened["id"], hash=opened["hash"], view=other)

    assert updated["view"]["title"]["text"] == "Other"
    update = bot.client.views_update
    stale = {"view_id": opened["id"], "hash": opened["hash"]}
    assert error_of(update, view=MODAL, **stale) == "hash_conflict"
    workspace.close_view("ana")
    assert error_of(update, view_id=opened["id"], view=MODAL) == "not_found"


def test_too_large_a_view_is_refused(slack: tuple[Workspace, StandIn]) -> None:
    text = {"type": "mrkdwn", "text": "x" * 3000}
    view = {**MODAL, "blocks": [{"type": "section", "text": text}] * 90}

    error = error_of(slack[1].client.views_open, trigger_id=trigger(slack), view=view)

    assert error == "view_too_large"


def test_home_is_published_for_one_person(client: WebClient, workspace: Workspace) -> None:
    ana = workspace.user("ana").id
    client.views_publish(user_id=ana, view=HOME)

    home = workspace.home("ana")
    assert home is not None and home.type == "home"
    assert workspace.home("carla") is None
    assert error_of(client.views_publish, user_id="U404", view=HOME) == "user_not_found"
    assert error_of(client.views_publish, user_id=ana, view=MODAL) == "invalid_arguments"


def test_files_go_up_and_come_down_with_the_token_only(
    client: WebClient, workspace: Workspace
) -> None:
    uploaded = client.files_upload_v2(
        channel=MARKETING, filename="kpi.csv", content="a,b\n1,2\n", initial_comment="Here"
    )["file"]
    described = client.files_info(file=uploaded["id"])["file"]
    url = described["url_private"]

    with_token = httpx.get(url, headers={"Authorization": f"Bearer {client.token}"})
    without = httpx.get(url)

    assert with_token.text == "a,b\n1,2\n"
    assert without.status_code == 200 and "Sign in" in without.text
    assert described["filetype"] == "csv" and described["size"] == 8
    shared = workspace.messages("marketing")[-1]
    assert shared.text == "Here" and shared.files == [uploaded["id"]]
    assert error_of(client.files_info, file="F404") == "file_not_found"


def test_unknown_methods_and_socket_mode_are_refused(client: WebClient) -> None:
    assert error_of(client.api_call, api_method="made.up") == "unknown_method"
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        client.apps_connections_open(app_token=str(client.token))


def test_missing_scopes_are_named(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yml"
    manifest.write_text(
        "features: {slash_commands: [{command: /influencer, description: x}]}\n"
        "oauth_config: {scopes: {bot: ['chat:write', 'channels:read']}}\n"
    )
    with playing(manifest=manifest) as (_, bot):
        posted = bot.client.chat_postMessage(channel=MARKETING, text="a")
        with pytest.raises(SlackApiError) as caught:
            bot.client.reactions_add(channel=MARKETING, timestamp=posted["ts"], name="+1")

        assert caught.value.response["needed"] == "reactions:write"
        assert posted.headers["X-Oauth-Scopes"] == "chat:write,channels:read"
        read = bot.client.conversations_info
        assert error_of(read, channel=PRIVATE) == "missing_scope"


def test_a_rate_limit_says_when_to_come_back(client: WebClient, workspace: Workspace) -> None:
    workspace.faults.add("chat.postMessage", "rate_limited", retry_after=7, times=1)
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=MARKETING, text="limited")

    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    assert client.chat_postMessage(channel=MARKETING, text="later")["ok"]
    assert "limited" not in [one.text for one in workspace.messages("marketing")]


@pytest.mark.parametrize(
    ("kind", "carried_out"),
    [("drop", True), ("lost", False), ("server_error", False), ("garbage", True)],
)
def test_a_fault_loses_the_answer_or_the_call(
    client: WebClient, workspace: Workspace, kind: Kind, carried_out: bool
) -> None:
    quiet = WebClient(token=client.token, base_url=client.base_url, retry_handlers=[])
    workspace.faults.add("chat.postMessage", kind)
    with pytest.raises((SlackApiError, OSError)):
        quiet.chat_postMessage(channel=MARKETING, text=f"fault {kind}")

    texts = [one.text for one in workspace.messages("marketing")]
    assert texts.count(f"fault {kind}") == int(carried_out)
    assert workspace.faults.left() == {}


def test_a_delayed_answer_still_stands(client: WebClient, workspace: Workspace) -> None:
    impatient = WebClient(
        token=client.token, base_url=client.base_url, timeout=1, retry_handlers=[]
    )
    workspace.faults.add("chat.postMessage", "delay", seconds=1.2)
    with pytest.raises(OSError, match="timed out"):
        impatient.chat_postMessage(channel=MARKETING, text="slow")

    assert workspace.messages("marketing")[-1].text == "slow"


def test_an_old_workspace_takes_the_plainer_blocks_only(
    client: WebClient, workspace: Workspace
) -> None:
    segments = {"type": "pie", "segments": [{"label": "a", "value": 1}]}
    chart = {"type": "data_visualization", "title": "t", "chart": segments}
    post: dict[str, Any] = {"channel": MARKETING, "text": "chart"}

    assert client.chat_postMessage(blocks=[chart], **post)["ok"]
    workspace.faults.refuse_blocks("data_visualization", "data_table")
    assert error_of(client.chat_postMessage, blocks=[chart], **post) == "invalid_blocks"
    assert client.chat_postMessage(blocks=[SECTION], **post)["ok"]


def test_calls_are_on_record(client: WebClient, workspace: Workspace) -> None:
    client.chat_postMessage(channel=MARKETING, text="on record")

    call = workspace.api_calls("chat.postMessage")[-1]
    assert call.arguments["text"] == "on record"
    assert call.response is not None and call.response["ok"]
    assert "token" not in call.arguments


def test_many_posts_at_once_get_a_ts_each(client: WebClient, workspace: Workspace) -> None:
    seen: list[str] = []

    def post() -> None:
        own = WebClient(token=client.token, base_url=client.base_url)
        seen.extend(own.chat_postMessage(channel="C0GENERAL01", text="x")["ts"] for _ in range(10))

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(seen)) == 80
    stored = [one.ts for one in workspace.messages("general")]
    assert stored == sorted(stored)


def test_waiting_sees_what_the_bot_does_later(client: WebClient, workspace: Workspace) -> None:
    def late() -> None:
        client.chat_postMessage(channel=MARKETING, text="at last")

    began = time.monotonic()
    timer = threading.Timer(0.1, late)
    timer.start()
    found = workspace.wait_for(
        lambda: [m for m in workspace.messages("marketing") if m.text == "at last"], "a message"
    )

    assert found and time.monotonic() - began < 5
    with pytest.raises(AssertionError, match="in vain: nothing"):
        workspace.wait_for(lambda: False, "nothing", timeout=0.05)
