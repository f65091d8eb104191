"""Checks blocks and views as Slack does before it takes them: documented limits only."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from playground import validation_data as data
from playground import validation_elements as elements
from playground.report import EITHER, PLAIN, Json, Report, kind_of
from playground.validation_rich_text import rich_text

LARGEST_VIEW = 250_000
_MESSAGE_ONLY = {"context_actions", "file", "markdown", "plan", "task_card"}
_NOT_IN_MODALS = {"table", "data_table", "data_visualization", "carousel", "container"}
_EVERYWHERE = {"actions", "card", "context", "divider", "header", "image", "input"}
_EVERYWHERE |= {"rich_text", "section", "video"}
SURFACES = {
    "message": _EVERYWHERE | _NOT_IN_MODALS | _MESSAGE_ONLY,
    "home": _EVERYWHERE | _NOT_IN_MODALS,
    "modal": _EVERYWHERE | {"alert"},
}
_MOST_BLOCKS = {"message": 50, "home": 100, "modal": 100}
_IN_CONTAINER = frozenset(
    {"actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section"}
    | {"table", "video"}
)
_VIEW_KEYS = {"type", "title", "blocks", "close", "submit", "private_metadata", "callback_id"}
_VIEW_KEYS |= {"clear_on_close", "notify_on_close", "external_id", "submit_disabled"}


def check_blocks(
    blocks: object, surface: str = "message", refused: frozenset[str] = frozenset()
) -> list[str]:
    """What is wrong with these blocks, as Slack would say it; empty when nothing is.

    surface: message, modal or home. refused: block types this workspace does not know yet.
    """
    report = Report()
    _blocks(report, blocks, surface, refused)
    return report.messages


def check_view(view: Json, refused: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with a modal or an App Home view; its size is checked by the caller."""
    report = Report()
    kind = kind_of(view)
    if kind not in ("modal", "home"):
        report.error(f"unsupported type: {kind}", "/view/type")
        return report.messages
    report.keys(view, _VIEW_KEYS, "/view")
    report.required(view, ("blocks",), "/view")
    report.string(view.get("private_metadata"), "/view/private_metadata", 3000, 0)
    for key in ("callback_id", "external_id"):
        report.string(view.get(key), f"/view/{key}", 255, 0)
    if kind == "modal":
        report.required(view, ("title",), "/view")
        for key in ("title", "submit", "close"):
            report.text(view.get(key), f"/view/{key}", 24, PLAIN)
        if _has_inputs(view.get("blocks")) and view.get("submit") is None:
            report.error("missing required field: submit", "/view")
    _blocks(report, view.get("blocks"), kind, refused, "/view/blocks")
    return report.messages


def view_size(view: Json) -> int:
    """Bytes of a view's JSON."""
    return len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode())


def _has_inputs(blocks: object) -> bool:
    return isinstance(blocks, list) and any(kind_of(block) == "input" for block in blocks)


def _blocks(
    report: Report,
    blocks: object,
    surface: str,
    refused: frozenset[str],
    where: str = "/blocks",
) -> None:
    checked = report.items(blocks, where, 0, _MOST_BLOCKS[surface])
    for n, block in enumerate(checked):
        _block(report, block, f"{where}/{n}", SURFACES[surface] - refused)
    if surface != "modal":
        _in_messages_no_files(report, checked, where)
    _ids_once(report, checked, where)
    _once_focused(report, checked, where)
    if surface == "message":
        _message_totals(report, checked, where)


def _block(report: Report, value: object, where: str, allowed: set[str] | frozenset[str]) -> None:
    block = report.thing(value, where)
    kind = kind_of(block)
    if block is None or kind not in allowed:
        report.error(f"unsupported type: {kind}", f"{where}/type")
        return
    report.string(block.get("block_id"), f"{where}/block_id", elements.LONGEST_ID)
    if kind == "container":
        for n, child in enumerate(data.container_frame(report, block, where)):
            _block(report, child, f"{where}/child_blocks/{n}", _IN_CONTAINER)
    else:
        _CHECKS.get(kind, _unchecked)(report, block, where)


def _section(report: Report, block: Json, where: str) -> None:
    report.keys(block, {"type", "block_id", "text", "fields", "accessory", "expand"}, where)
    if block.get("text") is None and block.get("fields") is None:
        report.error("must define either `text` or `fields`", where)
    report.text(block.get("text"), f"{where}/text", 3000)
    for n, field in enumerate(report.items(block.get("fields"), f"{where}/fields", 1, 10)):
        report.text(field, f"{where}/fields/{n}", 2000)
    if block.get("accessory") is not None:
        place = f"{where}/accessory"
        elements.check_element(report, block["accessory"], place, elements.IN_SECTION)


def _header(report: Report, block: Json, where: str) -> None:
    report.keys(block, {"type", "block_id", "text", "level"}, where)
    report.required(block, ("text",), where)
    report.text(block.get("text"), f"{where}/text", 150, PLAIN)


def _divider(report: Report, block: Json, where: str) -> None:
    report.keys(block, {"type", "block_id"}, where)


def _image(report: Report, block: Json, where: str) -> None:
    report.keys(block, {"type", "block_id", "image_url", "alt_text", "title", "slack_file"}, where)
    elements.check_image(report, block, where)
    report.text(block.get("title"), f"{where}/title", 2000, PLAIN)


def _context(report: Report, block: Json, where: str) -> None:
    report.keys(block, {"type", "block_id", "elements"}, where)
    report.required(block, ("elements",), where)
    for n, value in enumerate(report.items(block.get("elements"), f"{where}/elements", 1, 10)):
        place = f"{where}/elements/{n}"
        if isinstance(value, dict) and value.get("type") == "image":
            elements.check_element(report, value, place, frozenset({"image"}))
        else:
            report.text(value, place, 3000, EITHER)


def _actions(report: Report, block: Json, where: str) -> None:
    report.keys(block, {"type", "block_id", "elements"}, where)
    report.required(block, ("elements",), where)
    for n, value in enumerate(report.items(block.get("elements"), f"{where}/elements", 1, 25)):
        elements.check_element(report, value, f"{where}/elements/{n}", elements.IN_ACTIONS)


def _context_actions(report: Report, block: Json, where: str) -> None:
    report.keys(block, {"type", "block_id", "elements"}, where)
    report.required(block, ("elements",), where)
    for n, value in enumerate(report.items(block.get("elements"), f"{where}/elements", 1, 5)):
        place = f"{where}/elements/{n}"
        elements.check_element(report, value, place, elements.IN_CONTEXT_ACTIONS)


def _input(report: Report, block: Json, where: str) -> None:
    keys = {"type", "block_id", "label", "element", "hint", "optional", "dispatch_action"}
    report.keys(block, keys, where)
    report.required(block, ("label", "element"), where)
    report.text(block.get("label"), f"{where}/label", 2000, PLAIN)
    report.text(block.get("hint"), f"{where}/hint", 2000, PLAIN)
    report.boolean(block, ("optional", "dispatch_action"), where)
    if block.get("element") is not None:
        place = f"{where}/element"
        elements.check_element(report, block["element"], place, elements.IN_INPUT)


def _markdown(report: Report, block: Json, where: str) -> None:
    report.keys(block, {"type", "block_id", "text"}, where)
    report.required(block, ("text",), where)
    report.string(block.get("text"), f"{where}/text", 12_000)


def _alert(report: Report, block: Json, where: str) -> None:
    report.keys(block, {"type", "block_id", "text", "level"}, where)
    report.required(block, ("text",), where)
    report.text(block.get("text"), f"{where}/text", 200)
    levels = ("default", "info", "warning", "error", "success")
    report.choice(block.get("level"), f"{where}/level", levels)


def _video(report: Report, block: Json, where: str) -> None:
    report.required(block, ("alt_text", "title", "thumbnail_url", "video_url"), where)
    report.text(block.get("title"), f"{where}/title", 199, PLAIN)


def _unchecked(report: Report, block: Json, where: str) -> None:
    """A block whose limits are not written down here: nothing to say."""


def _in_messages_no_files(report: Report, blocks: list[Any], where: str) -> None:
    for n, block in enumerate(blocks):
        element = block.get("element") if isinstance(block, dict) else None
        if isinstance(element, dict) and element.get("type") == "file_input":
            report.error("unsupported type: file_input", f"{where}/{n}/element/type")


def _ids_once(report: Report, blocks: list[Any], where: str) -> None:
    seen: set[str] = set()
    for block in leaf_blocks(blocks):
        name = block.get("block_id")
        if isinstance(name, str):
            if name in seen:
                report.error(f'`block_id` "{name}" already exists', where)
            seen.add(name)
        actions = [element.get("action_id") for element in elements_of(block)]
        named = [action for action in actions if action is not None]
        for action in sorted({str(a) for a in named if named.count(a) > 1}):
            report.error(f'`action_id` "{action}" already exists in this block', where)


def _once_focused(report: Report, blocks: list[Any], where: str) -> None:
    focused = [
        element
        for block in leaf_blocks(blocks)
        for element in elements_of(block)
        if element.get("focus_on_load") is True
    ]
    if len(focused) > 1:
        report.error("only one element may have focus_on_load", where)


def _message_totals(report: Report, blocks: list[Any], where: str) -> None:
    kinds = [kind_of(block) for block in blocks]
    if kinds.count("table") > 1:
        report.error("only_one_table_allowed", where)
    if kinds.count("data_visualization") > 2:
        report.error("no more than 2 data_visualization blocks allowed", where)
    if data.cell_characters(blocks) > 10_000:
        report.error("all cells together must be less than 10001 characters", where)
    written = [block.get("text") for block in blocks if isinstance(block, dict)]
    if sum(len(text) for text in written if isinstance(text, str)) > 12_000:
        report.error("all markdown together must be less than 12001 characters", where)


def leaf_blocks(blocks: object) -> Iterator[Json]:
    """All blocks, those in containers and the cards of carousels among them."""
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, dict):
            yield block
            inside = {"container": "child_blocks", "carousel": "elements"}.get(kind_of(block))
            yield from leaf_blocks(block.get(inside) if inside else None)


def elements_of(block: Json) -> Iterator[Json]:
    """The elements that stand in one block, those of its cards or children left out."""
    single = (block.get("element"), block.get("accessory"))
    several = block.get("elements") or block.get("actions") or ()
    for element in (*single, *(several if isinstance(several, list) else ())):
        if isinstance(element, dict) and kind_of(element) in elements.CHECKS:
            yield element


_CHECKS: Mapping[str, Callable[[Report, Json, str], None]] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "image": _image,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "input": _input,
    "markdown": _markdown,
    "alert": _alert,
    "video": _video,
    "rich_text": rich_text,
    "table": data.table,
    "data_table": data.data_table,
    "data_visualization": data.data_visualization,
    "card": data.card,
    "carousel": data.carousel,
}
