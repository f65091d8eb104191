"""Slack's limits on elements: buttons, selects, pickers, inputs, images."""

from collections.abc import Callable, Mapping

from playground.report import EITHER, PLAIN, Json, Report, kind_of

LONGEST_ID = 255
ANY_OPTION_COUNT = 100
_SELECT = {"type", "action_id", "placeholder", "confirm", "focus_on_load"}
_INPUT = {"type", "action_id", "placeholder", "focus_on_load", "dispatch_action_config"}
_SOURCES = ("users", "conversations", "channels")

ElementCheck = Callable[[Report, Json, str], None]


def check_element(report: Report, element: object, where: str, allowed: frozenset[str]) -> None:
    """Check an element that stands where these types are allowed."""
    checked = report.thing(element, where)
    if checked is None:
        report.error("must provide an object", where)
        return
    kind = kind_of(checked)
    if kind not in allowed or kind not in CHECKS:
        report.error(f"unsupported type: {kind}", f"{where}/type")
        return
    report.string(checked.get("action_id"), f"{where}/action_id", LONGEST_ID)
    report.confirm(checked.get("confirm"), f"{where}/confirm")
    report.text(checked.get("placeholder"), f"{where}/placeholder", 150, PLAIN)
    CHECKS[kind](report, checked, where)


def check_image(report: Report, image: Json, where: str) -> None:
    """An image element, or an image block's picture: one source and a description."""
    report.required(image, ("alt_text",), where)
    report.string(image.get("alt_text"), f"{where}/alt_text", 2000)
    if (image.get("image_url") is None) == (image.get("slack_file") is None):
        report.error("must define either `image_url` or `slack_file`", where)
    report.string(image.get("image_url"), f"{where}/image_url", 3000)
    url = image.get("image_url")
    if isinstance(url, str) and not url.startswith(("https://", "http://")):
        report.error("must be a valid URL", f"{where}/image_url")


def _image(report: Report, element: Json, where: str) -> None:
    report.keys(element, {"type", "image_url", "alt_text", "slack_file"}, where)
    check_image(report, element, where)


def _button(report: Report, element: Json, where: str) -> None:
    allowed = {"type", "text", "action_id", "url", "value", "style", "confirm"}
    report.keys(element, allowed | {"accessibility_label"}, where)
    report.required(element, ("text",), where)
    report.text(element.get("text"), f"{where}/text", 75, PLAIN)
    report.string(element.get("value"), f"{where}/value", 2000)
    report.string(element.get("url"), f"{where}/url", 3000)
    report.string(element.get("accessibility_label"), f"{where}/accessibility_label", 75)
    report.choice(element.get("style"), f"{where}/style", ("primary", "danger"))


def _workflow_button(report: Report, element: Json, where: str) -> None:
    report.required(element, ("text", "workflow", "action_id"), where)
    report.text(element.get("text"), f"{where}/text", 75, PLAIN)


def _feedback_buttons(report: Report, element: Json, where: str) -> None:
    report.keys(element, {"type", "action_id", "positive_button", "negative_button"}, where)
    if not report.required(element, ("positive_button", "negative_button"), where):
        return
    for side in ("positive_button", "negative_button"):
        place = f"{where}/{side}"
        button = report.thing(element[side], place) or {}
        report.keys(button, {"text", "value", "accessibility_label"}, place)
        report.required(button, ("text", "value"), place)
        report.text(button.get("text"), f"{place}/text", 75, PLAIN)
        report.string(button.get("value"), f"{place}/value", 2000)


def _icon_button(report: Report, element: Json, where: str) -> None:
    report.required(element, ("icon", "text"), where)
    report.choice(element.get("icon"), f"{where}/icon", ("trash",))
    report.text(element.get("text"), f"{where}/text", 75, PLAIN)
    report.string(element.get("value"), f"{where}/value", 2000)


def _overflow(report: Report, element: Json, where: str) -> None:
    report.keys(element, {"type", "action_id", "options", "confirm"}, where)
    report.required(element, ("options",), where)
    for n, option in enumerate(report.items(element.get("options"), f"{where}/options", 1, 5)):
        report.option(option, f"{where}/options/{n}", url=True)


def _choices(report: Report, element: Json, where: str) -> None:
    """Checkboxes and radio buttons."""
    initial = "initial_options" if element["type"] == "checkboxes" else "initial_option"
    allowed = {"type", "action_id", "options", initial, "confirm", "focus_on_load"}
    report.keys(element, allowed, where)
    report.required(element, ("options",), where)
    options = report.options(element.get("options"), f"{where}/options", 10, EITHER)
    _initial_among(report, element, where, options)


def _static_select(report: Report, element: Json, where: str) -> None:
    multi = element["type"].startswith("multi_")
    allowed = _SELECT | {"options", "option_groups"}
    allowed |= {"initial_options", "max_selected_items"} if multi else {"initial_option"}
    report.keys(element, allowed, where)
    if (element.get("options") is None) == (element.get("option_groups") is None):
        report.error("must define either `options` or `option_groups`", where)
    options = report.options(element.get("options"), f"{where}/options", ANY_OPTION_COUNT)
    groups = report.items(element.get("option_groups"), f"{where}/option_groups", 1, 100)
    for n, value in enumerate(groups):
        place = f"{where}/option_groups/{n}"
        group = report.thing(value, place) or {}
        report.keys(group, {"label", "options"}, place)
        report.required(group, ("label", "options"), place)
        report.text(group.get("label"), f"{place}/label", 75, PLAIN)
        options += report.options(group.get("options"), f"{place}/options", ANY_OPTION_COUNT)
    _initial_among(report, element, where, options)
    report.number(element.get("max_selected_items"), f"{where}/max_selected_items", 1, 100)


def _initial_among(report: Report, element: Json, where: str, options: list[Json]) -> None:
    single = element.get("initial_option")
    chosen = element.get("initial_options", [] if single is None else [single])
    if "initial_options" in element:
        report.items(chosen, f"{where}/initial_options", 1, ANY_OPTION_COUNT)
    values = [option.get("value") for option in options]
    for option in chosen if isinstance(chosen, list) else []:
        if not isinstance(option, dict) or option.get("value") not in values:
            report.error("initial option must be one of the options", where)


def _external_select(report: Report, element: Json, where: str) -> None:
    multi = element["type"].startswith("multi_")
    allowed = _SELECT | {"min_query_length"}
    allowed |= {"initial_options", "max_selected_items"} if multi else {"initial_option"}
    report.keys(element, allowed, where)


def _people_select(report: Report, element: Json, where: str) -> None:
    """Selects of users, conversations and channels, one or many."""
    kind = str(element["type"])
    source = next(name for name in _SOURCES if name in kind)
    allowed = _SELECT | {"max_selected_items"} if kind.startswith("multi_") else set(_SELECT)
    allowed.add(f"initial_{source}" if kind.startswith("multi_") else f"initial_{source[:-1]}")
    if source == "conversations":
        allowed |= {"default_to_current_conversation", "filter"}
    if not kind.startswith("multi_") and source != "users":
        allowed.add("response_url_enabled")
    report.keys(element, allowed, where)


def _picker(report: Report, element: Json, where: str) -> None:
    kind = element["type"]
    initial = {"datepicker": "date", "timepicker": "time", "datetimepicker": "date_time"}[kind]
    allowed = {"type", "action_id", f"initial_{initial}", "confirm", "focus_on_load"}
    if kind != "datetimepicker":
        allowed.add("placeholder")
    if kind == "timepicker":
        allowed.add("timezone")
    report.keys(element, allowed, where)
    if kind == "datetimepicker":
        value = element.get("initial_date_time")
        report.number(value, f"{where}/initial_date_time", 1_000_000_000, 9_999_999_999)
    else:
        length = {"datepicker": 10, "timepicker": 5}[kind]
        place = f"{where}/initial_{initial}"
        report.string(element.get(f"initial_{initial}"), place, length, length)


def _plain_text_input(report: Report, element: Json, where: str) -> None:
    allowed = _INPUT | {"initial_value", "multiline", "min_length", "max_length"}
    report.keys(element, allowed, where)
    report.boolean(element, ("multiline", "focus_on_load"), where)
    report.number(element.get("min_length"), f"{where}/min_length", 0, 3000)
    report.number(element.get("max_length"), f"{where}/max_length", 1, 3000)
    longest = element.get("max_length")
    longest = longest if isinstance(longest, int) else 3000
    report.string(element.get("initial_value"), f"{where}/initial_value", longest, 0)


def _line_input(report: Report, element: Json, where: str) -> None:
    """E-mail addresses and URLs."""
    report.keys(element, _INPUT | {"initial_value"}, where)


def _number_input(report: Report, element: Json, where: str) -> None:
    allowed = _INPUT | {"initial_value", "is_decimal_allowed", "min_value", "max_value"}
    report.keys(element, allowed, where)
    report.required(element, ("is_decimal_allowed",), where)
    report.boolean(element, ("is_decimal_allowed",), where)
    for key in ("initial_value", "min_value", "max_value"):
        report.string(element.get(key), f"{where}/{key}", 100)


def _rich_text_input(report: Report, element: Json, where: str) -> None:
    report.keys(element, _INPUT | {"initial_value", "min_lines", "max_lines"}, where)


def _file_input(report: Report, element: Json, where: str) -> None:
    report.keys(element, {"type", "action_id", "filetypes", "max_files"}, where)
    report.number(element.get("max_files"), f"{where}/max_files", 1, 10)
    for n, kind in enumerate(report.items(element.get("filetypes"), f"{where}/filetypes", 1, 100)):
        report.string(kind, f"{where}/filetypes/{n}", 20)


CHECKS: Mapping[str, ElementCheck] = {
    "image": _image,
    "button": _button,
    "workflow_button": _workflow_button,
    "feedback_buttons": _feedback_buttons,
    "icon_button": _icon_button,
    "overflow": _overflow,
    "checkboxes": _choices,
    "radio_buttons": _choices,
    "static_select": _static_select,
    "multi_static_select": _static_select,
    "external_select": _external_select,
    "multi_external_select": _external_select,
    **{f"{source}_select": _people_select for source in _SOURCES},
    **{f"multi_{source}_select": _people_select for source in _SOURCES},
    "datepicker": _picker,
    "timepicker": _picker,
    "datetimepicker": _picker,
    "plain_text_input": _plain_text_input,
    "email_text_input": _line_input,
    "url_text_input": _line_input,
    "number_input": _number_input,
    "rich_text_input": _rich_text_input,
    "file_input": _file_input,
}

_SELECTS = frozenset({"static_select", "external_select"}) | {f"{s}_select" for s in _SOURCES}
_MULTI = frozenset(f"multi_{kind}" for kind in _SELECTS)
_COMMON = _SELECTS | {"checkboxes", "radio_buttons", "datepicker", "timepicker"}
IN_ACTIONS = _COMMON | {"button", "overflow", "datetimepicker", "workflow_button"}
IN_SECTION = _COMMON | _MULTI | {"button", "overflow", "image", "workflow_button"}
IN_INPUT = (
    _COMMON
    | _MULTI
    | {"datetimepicker", "plain_text_input", "email_text_input", "url_text_input"}
    | {"number_input", "rich_text_input", "file_input"}
)
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})
