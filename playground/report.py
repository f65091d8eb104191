"""Finding fault as Slack does: one line per problem, with the place it is at."""

from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]
PLAIN = ("plain_text",)
EITHER = ("plain_text", "mrkdwn")
TEXT_KEYS = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}


def kind_of(thing: object) -> str:
    """The `type` of an object as a string, whatever it really is."""
    return str(thing.get("type")) if isinstance(thing, dict) else "None"


class Report:
    """Collects problems. `where` is a JSON pointer such as `/blocks/0/text`."""

    def __init__(self) -> None:
        """Start with none."""
        self.messages: list[str] = []

    def error(self, problem: str, where: str) -> None:
        """Add a problem."""
        self.messages.append(f"[ERROR] {problem} [json-pointer:{where}]")

    def keys(self, thing: Json, allowed: Iterable[str], where: str) -> None:
        """No other keys than these."""
        for key in sorted(set(thing) - set(allowed)):
            self.error(f"invalid additional property: {key}", where)

    def required(self, thing: Json, keys: Iterable[str], where: str) -> bool:
        """All of these keys are there; `False` says that one was missing."""
        missing = [key for key in keys if thing.get(key) is None]
        for key in missing:
            self.error(f"missing required field: {key}", where)
        return not missing

    def string(self, value: object, where: str, maximum: int, minimum: int = 1) -> None:
        """A string of so many characters; `None` is left to `required`."""
        if value is None:
            return
        if not isinstance(value, str):
            self.error("must be a string", where)
        elif len(value) < minimum:
            self.error(f"must be more than {minimum - 1} characters", where)
        elif len(value) > maximum:
            self.error(f"must be less than {maximum + 1} characters", where)

    def number(self, value: object, where: str, minimum: float, maximum: float) -> None:
        """A number in this range; `None` is left to `required`."""
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.error("must be a number", where)
        elif not minimum <= value <= maximum:
            self.error(f"must be between {minimum:g} and {maximum:g}", where)

    def boolean(self, thing: Json, keys: Iterable[str], where: str) -> None:
        """These keys, where given, are true or false."""
        for key in keys:
            if thing.get(key) is not None and not isinstance(thing[key], bool):
                self.error("must be a boolean", f"{where}/{key}")

    def choice(self, value: object, where: str, allowed: Iterable[str]) -> None:
        """One of these words; `None` is left to `required`."""
        if value is not None and value not in (known := tuple(allowed)):
            self.error(f"must be one of: {', '.join(known)}", where)

    def items(self, value: object, where: str, minimum: int, maximum: int) -> list[Any]:
        """A list of so many items, which is returned; `None` is left to `required`."""
        if value is None:
            return []
        if not isinstance(value, list):
            self.error("must be an array", where)
            return []
        if len(value) < minimum:
            self.error(f"no less than {minimum} items required", where)
        if len(value) > maximum:
            self.error(f"no more than {maximum} items allowed", where)
        return value

    def thing(self, value: object, where: str) -> Json | None:
        """An object, which is returned; anything else is a problem and `None`."""
        if isinstance(value, dict):
            return value
        if value is not None:
            self.error("must provide an object", where)
        return None

    def text(
        self, value: object, where: str, maximum: int, kinds: tuple[str, ...] = EITHER
    ) -> None:
        """A text object of these kinds; `None` is left to `required`."""
        text = self.thing(value, where)
        if text is None:
            return
        kind = kind_of(text)
        if kind not in kinds:
            self.error(f"unsupported type: {kind}", f"{where}/type")
            return
        self.keys(text, TEXT_KEYS[kind], where)
        if self.required(text, ("text",), where):
            self.string(text["text"], f"{where}/text", maximum)

    def confirm(self, value: object, where: str) -> None:
        """A confirmation dialog."""
        dialog = self.thing(value, where)
        if dialog is None:
            return
        self.keys(dialog, ("title", "text", "confirm", "deny", "style"), where)
        self.required(dialog, ("title", "text", "confirm", "deny"), where)
        self.text(dialog.get("title"), f"{where}/title", 100, PLAIN)
        self.text(dialog.get("text"), f"{where}/text", 300)
        self.text(dialog.get("confirm"), f"{where}/confirm", 30, PLAIN)
        self.text(dialog.get("deny"), f"{where}/deny", 30, PLAIN)
        self.choice(dialog.get("style"), f"{where}/style", ("primary", "danger"))

    def options(
        self, value: object, where: str, maximum: int, kinds: tuple[str, ...] = PLAIN
    ) -> list[Json]:
        """A list of options, which is returned for comparing initial options with it."""
        options = self.items(value, where, 1, maximum)
        good = [
            self.option(option, f"{where}/{n}", kinds=kinds) for n, option in enumerate(options)
        ]
        return [option for option in good if option is not None]

    def option(
        self, value: object, where: str, *, kinds: tuple[str, ...] = PLAIN, url: bool = False
    ) -> Json | None:
        """One option."""
        option = self.thing(value, where)
        if option is None:
            return None
        self.keys(option, {"text", "value", "description"} | ({"url"} if url else set()), where)
        self.required(option, ("text", "value"), where)
        self.text(option.get("text"), f"{where}/text", 75, kinds)
        self.string(option.get("value"), f"{where}/value", 150)
        self.text(option.get("description"), f"{where}/description", 75, kinds)
        self.string(option.get("url"), f"{where}/url", 3000)
        return option
