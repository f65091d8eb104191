"""What a person reads in blocks: all visible text, flattened, for tests and problems."""

from collections.abc import Iterator, Mapping
from typing import Any

from playground.escaping import as_shown
from playground.records import Json, Message, View

_IN_ORDER = (
    "title", "rich_text_title", "subtitle", "caption", "label", "text", "fields", "body",
    "subtext", "hint", "elements", "element", "accessory", "actions", "options",
    "option_groups", "child_blocks", "chart", "rows", "alt_text", "placeholder", "description",
)  # fmt: skip


def text_of(thing: Message | View, names: Mapping[str, str]) -> str:
    """All text that shows, one piece a line; `names` are display names by id."""
    if isinstance(thing, Message):
        lines = _read(thing.blocks, names) if thing.blocks else [as_shown(thing.text, names)]
        return "\n".join(line for line in lines if line)
    lines = [thing.title, *_read(thing.blocks, names), *thing.errors.values()]
    for key in ("submit", "close"):
        lines += _read(thing.source.get(key), names)
    return "\n".join(line for line in (*lines, thing.warning or "") if line)


def _read(thing: Any, names: Mapping[str, str]) -> list[str]:
    if isinstance(thing, str):
        return [thing]
    if isinstance(thing, list):
        return [line for part in thing for line in _read(part, names)]
    return _read_object(thing, names) if isinstance(thing, dict) else []


def _read_object(thing: Json, names: Mapping[str, str]) -> list[str]:
    kind = thing.get("type")
    if kind in _TEXTS:
        return [_TEXTS[kind](thing, names)]
    if kind == "rich_text":
        return [line for part in thing["elements"] for line in _rich(part, names)]
    if "segments" in thing or "series" in thing:
        return list(_chart(thing))
    return [line for key in _IN_ORDER if key in thing for line in _read(thing[key], names)]


def _rich(part: Json, names: Mapping[str, str]) -> list[str]:
    if part["type"] == "rich_text_list":
        return [line for item in part["elements"] for line in _rich(item, names)]
    return ["".join(_inline(one, names) for one in part["elements"])]


def _inline(one: Json, names: Mapping[str, str]) -> str:
    kind = one["type"]
    if kind == "user":
        return "@" + names.get(one["user_id"], one["user_id"])
    if kind == "channel":
        return "#" + names.get(one["channel_id"], one["channel_id"])
    if kind == "emoji":
        return f":{one['name']}:"
    if kind == "broadcast":
        return f"@{one['range']}"
    if kind == "date":
        return str(one.get("fallback", one["timestamp"]))
    return str(one.get("text") or one.get("url") or "")


def _plain(thing: Json, _names: Mapping[str, str]) -> str:
    return str(thing.get("text", thing.get("value", "")))


def _mrkdwn(thing: Json, names: Mapping[str, str]) -> str:
    return as_shown(str(thing.get("text", "")), names)


_TEXTS = {
    "plain_text": _plain,
    "mrkdwn": _mrkdwn,
    "raw_text": _plain,
    "raw_number": _plain,
    "markdown": _plain,
}


def _chart(chart: Json) -> Iterator[str]:
    for segment in chart.get("segments") or ():
        yield f"{segment['label']}: {segment['value']}"
    for series in chart.get("series") or ():
        yield str(series["name"])
        for point in series["data"]:
            yield f"{point['label']}: {point['value']}"
