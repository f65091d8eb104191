"""Slack's limits on rich text."""

from playground.report import Json, Report, kind_of

_STYLED = {"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight"}
_STYLED |= {"unlink"}
_INSIDE: dict[str, tuple[str, ...]] = {
    "text": ("text",),
    "link": ("url",),
    "emoji": ("name",),
    "user": ("user_id",),
    "usergroup": ("usergroup_id",),
    "channel": ("channel_id",),
    "team": ("team_id",),
    "broadcast": ("range",),
    "color": ("value",),
    "date": ("timestamp", "format"),
    "citation": (),
}


def rich_text(report: Report, block: Json, where: str) -> None:
    """A rich_text block or cell: sections, lists, quotes, preformatted text."""
    report.keys(block, {"type", "block_id", "elements"}, where)
    report.required(block, ("elements",), where)
    elements = report.items(block.get("elements"), f"{where}/elements", 1, 1000)
    for n, value in enumerate(elements):
        place = f"{where}/elements/{n}"
        element = report.thing(value, place) or {}
        kind = kind_of(element)
        if kind == "rich_text_list":
            _list(report, element, place)
        elif kind in ("rich_text_section", "rich_text_preformatted", "rich_text_quote"):
            _section(report, element, place)
        else:
            report.error(f"unsupported type: {kind}", f"{place}/type")


def _list(report: Report, element: Json, where: str) -> None:
    report.keys(element, {"type", "style", "elements", "indent", "offset", "border"}, where)
    report.required(element, ("style", "elements"), where)
    report.choice(element.get("style"), f"{where}/style", ("bullet", "ordered"))
    report.number(element.get("indent"), f"{where}/indent", 0, 8)
    report.number(element.get("border"), f"{where}/border", 0, 1)
    for n, value in enumerate(report.items(element.get("elements"), f"{where}/elements", 1, 1000)):
        place = f"{where}/elements/{n}"
        section = report.thing(value, place) or {}
        if section.get("type") != "rich_text_section":
            report.error(f"unsupported type: {section.get('type')}", f"{place}/type")
        else:
            _section(report, section, place)


def _section(report: Report, element: Json, where: str) -> None:
    report.keys(element, {"type", "elements", "border", "language"}, where)
    report.required(element, ("elements",), where)
    for n, value in enumerate(report.items(element.get("elements"), f"{where}/elements", 0, 5000)):
        place = f"{where}/elements/{n}"
        inside = report.thing(value, place) or {}
        kind = kind_of(inside)
        if kind not in _INSIDE:
            report.error(f"unsupported type: {kind}", f"{place}/type")
            continue
        report.required(inside, _INSIDE[kind], place)
        if kind == "text":
            report.string(inside.get("text"), f"{place}/text", 40_000)
        style = report.thing(inside.get("style"), f"{place}/style")
        if style is not None:
            report.keys(style, _STYLED, f"{place}/style")
