"""The playground refuses what breaks Slack's limits, and nothing else."""

import copy
from typing import Any

import pytest
import slackblocks as sb
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from playground.validation import check_blocks, check_view


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Press"), "action_id": "press", **more}


def option(value: str = "one") -> dict[str, Any]:
    return {"text": plain("One"), "value": value}


def section(**more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "*hello*"}, **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def entry(element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "input", "label": plain("Name"), "element": element}


def cell(text: str = "x") -> dict[str, Any]:
    return {"type": "raw_text", "text": text}


def number(value: float) -> dict[str, Any]:
    return {"type": "raw_number", "value": value}


def chart(**more: Any) -> dict[str, Any]:
    line = {
        "type": "line",
        "series": [{"name": "Reach", "data": [{"label": "Mon", "value": 3}]}],
        "axis_config": {"categories": ["Mon"]},
    }
    return {"type": "data_visualization", "title": "Reach", "chart": {**line, **more}}


RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "hi"}]}],
}
GOOD: list[dict[str, Any]] = [
    section(),
    section(fields=[plain("a")] * 10, accessory=button(style="danger", value="v" * 2000)),
    {"type": "header", "text": plain("h" * 150)},
    {"type": "divider"},
    {"type": "image", "image_url": "https://example.org/a.png", "alt_text": "a"},
    {"type": "context", "elements": [plain("a")] * 10},
    actions(
        button(confirm={key: plain("a") for key in ("title", "text", "confirm", "deny")}),
        {"type": "overflow", "action_id": "o", "options": [option()]},
        {
            "type": "static_select",
            "action_id": "s",
            "options": [option()],
            "initial_option": option(),
        },
        {"type": "datepicker", "action_id": "d", "initial_date": "2026-01-31"},
        {"type": "users_select", "action_id": "u", "initial_user": "U1"},
    ),
    entry({"type": "plain_text_input", "multiline": True, "max_length": 3000}),
    entry({"type": "checkboxes", "options": [option()], "initial_options": [option()]}),
    entry({"type": "multi_conversations_select", "default_to_current_conversation": True}),
    entry({"type": "number_input", "is_decimal_allowed": True, "min_value": "0"}),
    RICH,
    {"type": "table", "rows": [[cell(), RICH]] * 100},
    {"type": "data_table", "caption": "c", "rows": [[cell(), cell()], [cell(), number(1.5)]]},
    chart(),
    chart(type="pie", segments=[{"label": "a", "value": 1}], series=None, axis_config=None),
    {"type": "card", "title": plain("t"), "actions": [button()] * 1},
    {"type": "carousel", "elements": [{"type": "card", "title": plain("t")}] * 10},
    {"type": "markdown", "text": "# a"},
]
for one in GOOD:
    if one["type"] == "data_visualization":
        one["chart"] = {key: value for key, value in one["chart"].items() if value is not None}

BAD: list[tuple[dict[str, Any], str]] = [
    ({"type": "sectoin"}, "unsupported type: sectoin"),
    ({"type": "section"}, "must define either `text` or `fields`"),
    (section(text=plain("")), "must be more than 0 characters"),
    (section(text=plain("x" * 3001)), "must be less than 3001 characters"),
    (section(text={"type": "mrkdwn", "text": "a", "emoji": True}), "additional property: emoji"),
    (section(fields=[plain("x" * 2001)]), "must be less than 2001 characters"),
    (section(fields=[plain("x")] * 11), "no more than 10 items"),
    (section(colour="red"), "invalid additional property: colour"),
    (section(block_id="b" * 256), "must be less than 256 characters"),
    (section(accessory={"type": "number_input"}), "unsupported type: number_input"),
    ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters"),
    ({"type": "header", "text": {"type": "mrkdwn", "text": "a"}}, "unsupported type: mrkdwn"),
    ({"type": "image", "image_url": "https://example.org"}, "missing required field: alt_text"),
    ({"type": "image", "alt_text": "a"}, "`image_url` or `slack_file`"),
    ({"type": "context", "elements": [plain("a")] * 11}, "no more than 10 items"),
    ({"type": "context", "elements": [button()]}, "unsupported type: button"),
    (actions(), "no less than 1 items"),
    (actions(*[button(action_id=str(n)) for n in range(26)]), "no more than 25 items"),
    (actions(button(), button()), "already exists"),
    (actions(button(text=plain("x" * 76))), "must be less than 76 characters"),
    (actions(button(value="x" * 2001)), "must be less than 2001 characters"),
    (actions(button(style="big")), "must be one of: primary, danger"),
    (actions(button(confirm={"title": plain("a")})), "missing required field: text"),
    (actions({"type": "static_select", "options": [option(str(n)) for n in range(101)]}), "100"),
    (actions({"type": "static_select", "options": [option("x" * 151)]}), "less than 151"),
    (
        actions({"type": "static_select", "options": [option()], "initial_option": option("two")}),
        "initial option must be one of the options",
    ),
    (actions({"type": "multi_users_select"}), "unsupported type: multi_users_select"),
    (actions({"type": "overflow", "options": [option()] * 6}), "no more than 5 items"),
    (entry({"type": "number_input"}), "missing required field: is_decimal_allowed"),
    (entry({"type": "file_input"}), "unsupported type: file_input"),
    (entry({"type": "button", "text": plain("a")}), "unsupported type: button"),
    ({"type": "alert", "text": plain("a")}, "unsupported type: alert"),
    ({"type": "table", "rows": [[cell()]] * 101}, "no more than 100 items"),
    ({"type": "table", "rows": [[cell()] * 21]}, "no more than 20 items"),
    ({"type": "table", "rows": [[cell("x" * 5001)] * 2]}, "must be less than 10001 characters"),
    ({"type": "table", "rows": [[number(1)]]}, "unsupported type: raw_number"),
    ({"type": "data_table", "rows": [[cell()], [cell()]]}, "missing required field: caption"),
    ({"type": "data_table", "caption": "c", "rows": [[cell()]]}, "no less than 2 items"),
    (
        {"type": "data_table", "caption": "c", "rows": [[cell()], [cell(), cell()]]},
        "same number of cells",
    ),
    ({"type": "data_table", "caption": "c", "rows": [[RICH], [cell()]]}, "type: rich_text"),
    (
        {"type": "data_table", "caption": "c", "rows": [[cell()], [number(float("nan"))]]},
        "must be a finite number",
    ),
    (chart(series=[]), "no less than 1 items"),
    (chart(series=[{"name": str(n), "data": []} for n in range(7)]), "no more than 6 items"),
    (chart(axis_config={"categories": ["Mon", "Tue"]}), "one point for every category"),
    (chart(axis_config={"categories": ["M" * 21]}), "must be less than 21 characters"),
    (chart(type="pie", segments=[{"label": "a", "value": 0}]), "must be greater than 0"),
    ({**chart(), "title": "t" * 51}, "must be less than 51 characters"),
    ({"type": "card", "subtitle": plain("a")}, "must define one of"),
    ({"type": "card", "body": plain("x" * 201)}, "must be less than 201 characters"),
    ({"type": "card", "actions": [button(action_id=str(n)) for n in range(4)]}, "more than 3"),
    ({"type": "carousel", "elements": [{"type": "divider"}]}, "unsupported type: divider"),
    ({"type": "rich_text", "elements": [{"type": "text"}]}, "unsupported type: text"),
    ({"type": "markdown", "text": "x" * 12_001}, "must be less than 12001 characters"),
]


@pytest.mark.parametrize("block", GOOD, ids=lambda block: str(block["type"]))
def test_a_block_within_the_limits_is_taken(block: dict[str, Any]) -> None:
    assert check_blocks([block]) == []


@pytest.mark.parametrize(("block", "said"), BAD, ids=lambda value: str(value)[:40])
def test_a_block_beyond_a_limit_is_refused_with_the_place_it_is_at(
    block: dict[str, Any], said: str
) -> None:
    messages = check_blocks([block])

    assert any(said in message for message in messages), messages
    assert all("[json-pointer:/blocks" in message for message in messages)


@given(st.integers(0, 60))
def test_a_message_takes_fifty_blocks_and_no_more(count: int) -> None:
    assert (check_blocks([section()] * count) == []) == (count <= 50)


@given(st.integers(0, 110), st.sampled_from(["modal", "home"]))
def test_a_view_takes_a_hundred_blocks_and_no_more(count: int, kind: str) -> None:
    view: dict[str, Any] = {"type": kind, "blocks": [section()] * count}
    if kind == "modal":
        view["title"] = plain("Title")

    assert (check_view(view) == []) == (count <= 100)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "text", "elements", "rows", "chart", "element", "title"]),
                inner | st.sampled_from(["section", "actions", "table", "card", "plain_text"]),
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_garbage_is_refused_and_never_crashes(garbage: Any) -> None:
    messages = check_blocks([garbage])

    assert all(message.startswith("[ERROR] ") for message in messages)


@pytest.mark.parametrize("n", range(len(GOOD)))
def test_an_unknown_key_anywhere_in_a_block_is_refused(n: int) -> None:
    block = copy.deepcopy(GOOD[n])
    block["made_up"] = 1

    assert check_blocks([block]) != []


def test_block_ids_are_unique_within_a_message() -> None:
    assert "already exists" in check_blocks([section(block_id="a"), section(block_id="a")])[0]


def test_one_table_and_two_charts_fit_into_a_message() -> None:
    table = {"type": "table", "rows": [[cell()]]}

    assert check_blocks([table, chart(), chart()]) == []
    assert "only_one_table_allowed" in check_blocks([table, table])[0]
    assert "no more than 2 data_visualization" in check_blocks([chart()] * 3)[0]


@pytest.mark.parametrize(
    "kind", ["table", "data_table", "data_visualization", "carousel", "markdown"]
)
def test_charts_and_tables_are_refused_in_modals(kind: str) -> None:
    block = next(one for one in GOOD if one["type"] == kind)

    messages = check_view({"type": "modal", "title": plain("T"), "blocks": [block]})

    assert messages == [f"[ERROR] unsupported type: {kind} [json-pointer:/view/blocks/0/type]"]


def test_an_old_workspace_refuses_newer_blocks() -> None:
    refused = frozenset({"data_visualization"})

    assert check_blocks([chart()]) == []
    assert "unsupported type: data_visualization" in check_blocks([chart()], refused=refused)[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": plain("t" * 25)}, "must be less than 25 characters"),
        ({"title": None}, "missing required field: title"),
        ({"private_metadata": "x" * 3001}, "must be less than 3001 characters"),
        ({"callback_id": "x" * 256}, "must be less than 256 characters"),
        ({"submit": None}, "missing required field: submit"),
        ({"type": "message"}, "unsupported type: message"),
        ({"colour": "red"}, "invalid additional property: colour"),
    ],
)
def test_a_modal_beyond_a_limit_is_refused(change: dict[str, Any], said: str) -> None:
    view = {
        "type": "modal",
        "title": plain("Title"),
        "submit": plain("Send"),
        "blocks": [entry({"type": "plain_text_input"})],
    }
    assert check_view(view) == []

    assert said in " ".join(check_view({**view, **change}))


def test_a_modal_takes_a_file_input_and_an_alert() -> None:
    blocks = [entry({"type": "file_input"}), {"type": "alert", "text": plain("careful")}]
    view = {"type": "modal", "title": plain("T"), "submit": plain("S"), "blocks": blocks}

    assert check_view(view) == []


def test_two_other_checkers_take_the_same_plain_blocks() -> None:
    """slack_sdk parses them, and what slackblocks builds is taken here."""
    classic = [one for one in GOOD if one["type"] in ("section", "header", "context", "actions")]
    for block in Block.parse_all(classic):
        block.validate_json()
    built = [
        sb.SectionBlock("*hello*"),
        sb.HeaderBlock("Weekly digest"),
        sb.ContextBlock(elements=[sb.Text("seen on 3 May")]),
        sb.ActionsBlock(elements=[sb.Button("Approve", action_id="approve", value="1")]),
        sb.DividerBlock(),
    ]

    assert check_blocks([block._resolve() for block in built]) == []
