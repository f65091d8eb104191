"""What Slack makes of text as a person typed it: names, channels and links become ids."""

import re
from collections.abc import Mapping

_TOP_LEVEL_DOMAINS = "com|org|net|io|co|tv|me|app|dev|de|fr|es|it|uk|ru|br|jp|in|eu"
_TYPED = re.compile(
    r"(?P<url>https?://[^\s<>|\"]*[^\s<>|\".,;:!?)])"
    r"|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    rf"|(?<![\w@./])(?P<bare>(?:[\w-]+\.)+(?:{_TOP_LEVEL_DOMAINS})(?:/[^\s<>|\"]*)?)(?![\w@])"
    r"|(?<![\w&])@(?P<user>\w[\w.-]*)"
    r"|(?<![\w&])\#(?P<channel>\w[\w-]*)"
)
_SHOWN = re.compile(r"<([^<>]+)>")
_EMPHASIS = re.compile(r"(?<![\w*_~`])([*_~`])(?=\S)([^\n]*?\S)\1(?![\w*_~`])")


def escape(text: str) -> str:
    """Escape the three characters that mean something in mrkdwn."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """Undo `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def from_typed(
    text: str, users: Mapping[str, str], channels: Mapping[str, str], *, with_names: bool = True
) -> str:
    """Typed text as Slack sends it on.

    Args:
        text: as typed, nothing escaped.
        users, channels: ids by lower-case name, without @ and #.
        with_names: `<@U1|ana>` rather than `<@U1>`; Slack does either.
    """
    parts: list[str] = []
    end = 0
    for match in _TYPED.finditer(text):
        parts.append(escape(text[end : match.start()]))
        parts.append(_reference(match, users, channels, with_names))
        end = match.end()
    return "".join((*parts, escape(text[end:])))


def _reference(
    match: re.Match[str], users: Mapping[str, str], channels: Mapping[str, str], with_names: bool
) -> str:
    whole = escape(match[0])
    if match["user"] in ("here", "channel", "everyone"):
        return f"<!{match['user']}>"
    if match["url"]:
        return f"<{whole}>"
    if match["mail"]:
        return f"<mailto:{whole}|{whole}>"
    if match["bare"]:
        return f"<http://{whole}|{whole}>"
    sign, known, name = (
        ("@", users, match["user"]) if match["user"] else ("#", channels, match["channel"])
    )
    found = known.get(name.lower())
    tail = ""
    while found is None and name and not name[-1].isalnum():
        name, tail = name[:-1], name[-1] + tail
        found = known.get(name.lower())
    if found is None:
        return whole
    return f"<{sign}{found}|{name.lower()}>{tail}" if with_names else f"<{sign}{found}>{tail}"


def as_shown(text: str, names: Mapping[str, str], *, emphasis: bool = True) -> str:
    """Mrkdwn as a person reads it: references by name, no markers, nothing escaped.

    names: display names by id, people's and channels'.
    emphasis: take away the markers of bold, italic, struck and code as well.
    """
    shown = _SHOWN.sub(lambda match: _shown_reference(match[1], names), text)
    if emphasis:
        for _ in range(3):
            shown = _EMPHASIS.sub(r"\2", shown)
    return unescape(shown)


def _shown_reference(inside: str, names: Mapping[str, str]) -> str:
    target, _, label = inside.partition("|")
    if target.startswith(("@", "#")):
        return target[0] + (names.get(target[1:]) or label or target[1:])
    if target.startswith("!date^"):
        return label
    if target.startswith("!"):
        return label or "@" + target[1:]
    return label or target.removeprefix("mailto:")
