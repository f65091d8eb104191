"""How a creator's name and figures are said, the same in results, profiles and posts. mrkdwn."""

import datetime as dt

from domain.creator import INVENTED, Platform, ProfileSnapshot, RateDefinition
from domain.engagement import rate_definition
from domain.fit import Fit
from domain.forgetting import REMOVED
from domain.freshness import age_words
from domain.handle import profile_url
from domain.money import format_money
from domain.places import country_name
from domain.wording import DEFINITION_WORDS, PLATFORM_NAMES, compact, percent
from views.elements import clean, escape

LONGEST_NAME = 80
LONGEST_HANDLE = 40


def plain_handle(profile: ProfileSnapshot) -> str:
    """ "@anna" on one clean line; plain text, for buttons and labels."""
    if profile.handle == REMOVED:
        return REMOVED
    return f"@{clean(profile.handle.lstrip('@'), LONGEST_HANDLE)}"


def linked_handle(profile: ProfileSnapshot) -> str:
    """The handle, as a link to the profile where it has an address."""
    shown = escape(plain_handle(profile))
    url = link(profile)
    return f"<{url}|{shown}>" if url else shown


def link(profile: ProfileSnapshot) -> str | None:
    """The address of the profile; None where it has none, or where the creator is invented."""
    if profile.source == INVENTED:
        return None
    return profile_url(profile.platform, profile.handle)


def title(profile: ProfileSnapshot) -> str:
    """ "*Anna Velora* @anna", or the handle alone where no name is known."""
    name = escape(profile.display_name or "", LONGEST_NAME)
    return f"*{name}* {linked_handle(profile)}" if name else f"*{linked_handle(profile)}*"


def platform(profile: ProfileSnapshot) -> str:
    """ "Instagram", as it begins a line."""
    name = PLATFORM_NAMES[profile.platform]
    return name[:1].upper() + name[1:]


def found_on(platform: Platform) -> str:
    """ "found on Bluesky, not in your list"."""
    return f"found on {PLATFORM_NAMES[platform]}, not in your list"


def followers(profile: ProfileSnapshot) -> str:
    """ "12.3k followers"."""
    count = profile.figures.followers
    return "followers unknown" if count is None else f"{compact(count)} followers"


def engagement(profile: ProfileSnapshot) -> str:
    """ "4.2 % engagement by followers"."""
    rate = profile.figures.engagement_rate
    if rate is None:
        return "engagement unknown"
    definition = rate_definition(profile.figures)
    said = DEFINITION_WORDS[definition]
    said = f"({said})" if definition is RateDefinition.UNSTATED else said
    return f"{percent(rate)} engagement {said}"


def fee(profile: ProfileSnapshot) -> str | None:
    """ "€300.00 a post", "0 a post", None where it is not known."""
    known = profile.figures.fee
    if known is None:
        return None
    return f"{format_money(known) if known.amount else 0} a post"


def country(profile: ProfileSnapshot) -> str | None:
    """The creator's country by name, None where it is not known."""
    return country_name(profile.country) if profile.country else None


def age(profile: ProfileSnapshot, today: dt.date) -> str:
    """ "figures 12 days old"."""
    if profile.as_of is None:
        return "date of the figures unknown"
    return f"figures {age_words(profile.as_of, today)}"


def fit(of: Fit) -> str:
    """ "*Fit 78* · 64 % known"."""
    if of.withheld:
        return f"*Fit not shown*: {terms_of(of.withheld)} (see docs/sources.md)"
    shown = of.shown
    if shown is None:
        return "*Fit unknown* · nothing is known of what was asked"
    little = ": too little known" if of.too_little_known else ""
    return f"*Fit {shown}* of 100 · {of.coverage * 100:.0f} % known{little}"


def plain_fit(of: Fit) -> str:
    """ "fit 78 of 100"."""
    if of.withheld:
        return f"fit not shown, {terms_of(of.withheld)}"
    shown = of.shown
    return "fit unknown" if shown is None else f"fit {shown} of 100"


def terms_of(platform: str) -> str:
    """ "YouTube's terms"."""
    return f"{PLATFORM_NAMES[Platform(platform)]}'s terms"
