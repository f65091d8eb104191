"""What inputs hold: from the short form of protocol.md to Slack's state, and Slack's checks."""

import copy
import datetime as dt
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from playground.records import Json, Values
from playground.validation import elements_of, leaf_blocks

Lookup = Callable[[str, str], Sequence[Json]]
"""Options that an external select offered, by block_id and action_id."""

LARGEST_FILE = 10 * 1024 * 1024
REQUIRED = "Please complete this required field."
_STATELESS = {"button", "workflow_button", "overflow", "image", "feedback_buttons", "icon_button"}
_TYPED = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
_SINGLE_OPTION = {"static_select", "external_select", "radio_buttons", "overflow"}
_MANY_OPTIONS = {"multi_static_select", "multi_external_select", "checkboxes"}
_DIRECT = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}


def with_ids(blocks: Iterable[Json]) -> list[Json]:
    """A copy of the blocks in which every block and every element has an id, as in Slack."""
    filled = copy.deepcopy(list(blocks))
    for block in leaf_blocks(filled):
        block.setdefault("block_id", secrets.token_urlsafe(4)[:5])
        for element in elements_of(block):
            if element["type"] != "image":
                element.setdefault("action_id", secrets.token_urlsafe(4)[:5])
    return filled


def walk(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every element that a person can use, with the block it stands in."""
    for block in leaf_blocks(blocks):
        for element in elements_of(block):
            if element["type"] != "image":
                yield block, element


def initial_values(blocks: list[Json], channel: str | None = None) -> Values:
    """What the inputs hold at first; `channel` is the conversation the view was opened in."""
    values: Values = {}
    for block, element in walk(blocks):
        first = _initial(element, channel)
        if first is not None:
            values.setdefault(block["block_id"], {})[element["action_id"]] = first
    return values


def carried_over(old: Values, old_blocks: list[Json], new_blocks: list[Json]) -> Values:
    """Values after an update: a field that stays keeps what was put in, others start anew."""
    before = {(b["block_id"], e["action_id"]): e["type"] for b, e in walk(old_blocks)}
    values = initial_values(new_blocks)
    for block, element in walk(new_blocks):
        place = (block["block_id"], element["action_id"])
        if before.get(place) == element["type"]:
            kept = old.get(place[0], {}).get(place[1])
            values.setdefault(place[0], {})[place[1]] = kept
    return values


def _initial(element: Json, channel: str | None) -> Any:
    kind = element["type"]
    if kind in _MANY_OPTIONS:
        chosen = element.get("initial_options")
        return [option["value"] for option in chosen] if chosen else None
    if kind in _SINGLE_OPTION:
        return (element.get("initial_option") or {}).get("value")
    if kind in _DIRECT:
        first = element.get(_DIRECT[kind].replace("selected", "initial"))
        if first is None and element.get("default_to_current_conversation") and channel:
            return [channel] if kind.startswith("multi_") else channel
        return first
    return element.get("initial_value")


def state_of(
    blocks: list[Json], values: Values, files: Mapping[str, Json], offered: Lookup
) -> Json:
    """The `state.values` of a payload.

    files: file objects by id. offered: options of external selects.
    """
    state: dict[str, Json] = {}
    for block, element in walk(blocks):
        if element["type"] in _STATELESS:
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        value = values.get(block_id, {}).get(action_id)
        state.setdefault(block_id, {})[action_id] = {
            "type": element["type"],
            **chosen(element, value, files, offered(block_id, action_id)),
        }
    return state


def chosen(
    element: Json, value: Any, files: Mapping[str, Json], offered: Sequence[Json] = ()
) -> Json:
    """One element's value as Slack sends it, such as `{"selected_user": "U1"}`.

    Raises:
        ValueError: the value is not one that this element can take.
    """
    kind = element["type"]
    answer: Json = {}
    if kind in _SINGLE_OPTION:
        answer = {"selected_option": value and _option(element, value, offered)}
    elif kind in _MANY_OPTIONS:
        answer = {"selected_options": [_option(element, one, offered) for one in value or ()]}
    elif kind in _DIRECT:
        answer = {_DIRECT[kind]: value or ([] if kind.startswith("multi_") else None)}
    elif kind == "file_input":
        answer = {"files": [_file(one, files) for one in value or ()]}
    elif kind in _TYPED:
        answer = {"value": None if value in (None, "") else str(value)}
    elif kind == "rich_text_input" and value:
        answer = {"rich_text_value": _rich_text(value)}
    elif element.get("value") is not None:
        answer = {"value": element["value"]}
    return answer


def options_of(element: Json) -> list[Json]:
    """All options of a select, those in groups included."""
    grouped = [
        option for group in element.get("option_groups") or () for option in group["options"]
    ]
    return [*(element.get("options") or ()), *grouped]


def _option(element: Json, value: Any, offered: Sequence[Json]) -> Json:
    first = [element.get("initial_option"), *(element.get("initial_options") or ())]
    for option in (*options_of(element), *offered, *first):
        if option and option["value"] == value:
            return {key: option[key] for key in ("text", "value", "description") if key in option}
    raise ValueError(f"{value!r} is not an option of {element.get('action_id')}")


def _file(file_id: str, files: Mapping[str, Json]) -> Json:
    if file_id not in files:
        raise ValueError(f"there is no file {file_id}")
    return files[file_id]


def _rich_text(value: Any) -> Json:
    if isinstance(value, dict):
        return value
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": str(value)}]}
    return {"type": "rich_text", "elements": [section]}


def find_faults(blocks: list[Json], values: Values, files: Mapping[str, Json]) -> dict[str, str]:
    """What Slack says under the inputs of a modal before it sends anything, by block_id."""
    faults = {}
    for block, element in walk(blocks):
        if block["type"] != "input":
            continue
        value = values.get(block["block_id"], {}).get(element["action_id"])
        fault = _empty_fault(block) if value in (None, "", []) else _fault(element, value, files)
        if fault:
            faults[block["block_id"]] = fault
    return faults


def _empty_fault(block: Json) -> str | None:
    return None if block.get("optional") else REQUIRED


def _fault(element: Json, value: Any, files: Mapping[str, Json]) -> str | None:
    check = {
        "plain_text_input": _text_fault,
        "number_input": _number_fault,
        "email_text_input": _email_fault,
        "url_text_input": _url_fault,
        "datepicker": _date_fault,
    }.get(element["type"])
    if check is not None:
        return check(element, str(value))
    if element["type"] == "file_input":
        return _file_fault(element, [files[one] for one in value if one in files])
    most = element.get("max_selected_items")
    if most is not None and isinstance(value, list) and len(value) > most:
        return f"Choose at most {most}."
    return None


def _text_fault(element: Json, value: str) -> str | None:
    shortest, longest = element.get("min_length", 0), element.get("max_length", 3000)
    if len(value) < shortest:
        return f"This field needs at least {shortest} characters."
    if len(value) > longest:
        return f"This field takes at most {longest} characters."
    return None


def _number_fault(element: Json, value: str) -> str | None:
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", value.strip()):
        return "Enter a number."
    number = Decimal(value.strip())
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Enter a whole number."
    try:
        if "min_value" in element and number < Decimal(element["min_value"]):
            return f"Enter a number of at least {element['min_value']}."
        if "max_value" in element and number > Decimal(element["max_value"]):
            return f"Enter a number of at most {element['max_value']}."
    except InvalidOperation:
        return None
    return None


def _email_fault(_element: Json, value: str) -> str | None:
    good = re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value.strip())
    return None if good else "Enter a valid e-mail address."


def _url_fault(_element: Json, value: str) -> str | None:
    good = re.match(r"https?://[^\s/]+", value.strip())
    return None if good else "Enter a valid URL, starting with https://."


def _date_fault(_element: Json, value: str) -> str | None:
    try:
        dt.date.fromisoformat(value)
    except ValueError:
        return "Enter a date."
    return None


def _file_fault(element: Json, files: list[Json]) -> str | None:
    if len(files) > element.get("max_files", 10):
        return f"Choose at most {element.get('max_files', 10)} files."
    kinds = element.get("filetypes")
    for file in files:
        if kinds and file["filetype"] not in kinds:
            return f"{file['name']} is not a file of these types: {', '.join(kinds)}."
        if file["size"] > LARGEST_FILE:
            return f"{file['name']} is larger than 10 MB."
    return None
