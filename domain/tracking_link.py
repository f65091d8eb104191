"""Tracking links: a product's address with UTM parameters, and the short name it goes by."""

import re
import secrets
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from domain.text import fold

LONGEST_TARGET = 1_500
LONGEST_SLUG = 40
MEDIUM = "influencer"

_PLAIN = "abcdefhkmnprtwxy3479"
_RANDOM = 6
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SAFE = "/%:=&?~+!$,;'@()*[].-_"
_WORDS = re.compile(r"[a-z0-9]+")
_PREVIEW = re.compile(
    r"(?<!cu)bot\b|(?<!cu)bot[/;) ]|crawl|spider|slurp|preview|facebookexternalhit|whatsapp"
    r"|telegrambot|embedly|skypeuripreview|vkshare|headless|lighthouse|monitor|pingdom|uptime|curl/|wget/|python-"
    r"|go-http-client|okhttp|java/|libwww|scrapy|axios|node-fetch|postman|mastodon/|cardyb",
    re.IGNORECASE,
)


class Campaign(NamedTuple):
    """What the parameters say. content: the link's own name."""

    source: str
    campaign: str
    content: str


def new_slug(handle: str, random: Callable[[str], str] = secrets.choice) -> str:
    """A short name that nobody guesses: "anna-k3wf9x"."""
    words = _WORDS.findall(fold(handle))
    tail = "".join(random(_PLAIN) for _ in range(_RANDOM))
    return "-".join([*words[:1], tail])[-LONGEST_SLUG:].lstrip("-")


def nameless_slug(slug: str) -> str:
    """A short name without the handle in it: "k3wf9x"; what has the handle still leads there."""
    tail = slug.rpartition("-")[2]
    return tail if len(tail) == _RANDOM and set(tail) <= set(_PLAIN) else slug


def is_slug(text: str) -> bool:
    """Whether this may be a short name of ours."""
    return len(text) <= LONGEST_SLUG and _SLUG.fullmatch(text) is not None


def tagged(target: str, campaign: Campaign) -> str:
    """The address with its UTM parameters; those it has are replaced, all else stays.

    Raises:
        ValueError: that is no web address.
    """
    why = why_not(target)
    if why is not None:
        raise ValueError(why)
    ours = [
        ("utm_source", campaign.source),
        ("utm_medium", MEDIUM),
        ("utm_campaign", campaign.campaign),
        ("utm_content", campaign.content),
    ]
    return _with(target, [(name, value) for name, value in ours if value])


def tagged_anew(target: str, content: str) -> str:
    """The address with another name of its link in it; one without parameters stays without."""
    parts = parse_qsl(urlsplit(target).query, keep_blank_values=True)
    ours = [(name, value) for name, value in parts if name.lower().startswith("utm_")]
    named = [(name, content if name.lower() == "utm_content" else value) for name, value in ours]
    return _with(target, named)


def untagged(target: str) -> str:
    """The address without its UTM parameters."""
    return _with(target, [])


def utm_word(text: str) -> str:
    """A name as a parameter has it: "Spring Glow!" becomes "spring-glow"."""
    return "-".join(_WORDS.findall(fold(text)))[:60].strip("-")


def why_not(target: str) -> str | None:
    """The sentence for an address that a link can't lead to, None for one that it can."""
    typed = target.strip()
    try:
        parts = urlsplit(typed)
        host = f"{(parts.hostname or '').encode('idna').decode()}:{parts.port}"
    except ValueError:  # UnicodeError too
        parts, host = urlsplit(""), ""
    readable = typed.isprintable() and not re.search(r"[\s<>\\\"]", typed)
    if parts.scheme != "https" or "." not in host.strip(".:") or not readable:
        return "Please give a full link that starts with https://."
    if parts.username or parts.password:
        return "Please give a link without a user name in it."
    if len(typed) > LONGEST_TARGET:
        return f"Please give a link of at most {LONGEST_TARGET:,} characters."
    return None


def content_of(address: str) -> str:
    """The `utm_content` of an address, "" where it has none."""
    try:
        query = urlsplit(address).query
    except ValueError:
        return ""
    for name, value in parse_qsl(query[:4_000]):
        if name.lower() == "utm_content":
            return value.strip()
    return ""


def is_a_person(method: str, user_agent: str, purpose: str) -> bool:
    """Whether a request is a click rather than a preview, a prefetch or a crawler.

    purpose: of `Purpose` or `Sec-Purpose`, by which browsers say that they only fetch ahead.
    """
    if method != "GET" or "prefetch" in purpose.lower() or "preview" in purpose.lower():
        return False
    return bool(user_agent.strip()) and not _PREVIEW.search(user_agent)


def _with(target: str, parameters: list[tuple[str, str]]) -> str:
    """The address in plain ASCII, with these in the place of its UTM parameters."""
    parts = urlsplit(target.strip())
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not name.lower().startswith("utm_")
    ]
    query = urlencode([*kept, *parameters], quote_via=quote)
    host = (parts.hostname or "").encode("idna").decode()
    place = f"{host}:{parts.port}" if parts.port else host
    path, fragment = quote(parts.path, safe=_SAFE), quote(parts.fragment, safe=_SAFE)
    return urlunsplit((parts.scheme, place, path, query, fragment))
