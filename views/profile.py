"""One creator in full: every part of the fit with its evidence, figures, history with the team."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.creator import Platform, ProfileSnapshot
from domain.decision import EarlierDecision
from domain.fit import Fit
from domain.growth import Growth
from domain.known import FigureGroup, Origin
from domain.part import Part
from domain.places import country_name, language_name
from domain.recent_posts import POSTS_SEEN
from domain.wording import PLATFORM_NAMES, compact, listed, percent
from views import creator_facts, elements, same_person
from views.elements import escape
from views.live_facts import LiveFacts
from views.live_facts import lines as live_lines
from views.message import Blocks, Message
from views.same_person import Joined, Proposal
from views.written_blocks import actions, button, header, plain_section, section

MOST_NOTES = 5
MOST_EARLIER = 8
MOST_PARTNERSHIPS = 5
MOST_OTHERS = 4
MOST_FEES = 8
LONGEST_NOTE_SHOWN = 400
LONGEST_BIO = 500
LONGEST_EXTRA = 2_800
_PLATFORMS = frozenset(Platform)


@dataclass(frozen=True)
class NoteLine:
    """What somebody wrote about a creator. brand: "" = seen by everybody."""

    author: str
    at: dt.datetime
    text: str
    brand: str = ""


@dataclass(frozen=True)
class PartnershipLine:
    """A partnership so far. brought: its results in words, "" = no figures yet."""

    brief: str
    stage: str
    since: dt.date
    brought: str = ""


@dataclass(frozen=True)
class ProfileView:
    """All that a profile shows. state: what its buttons carry, at most 1,900 characters.

    asked_for: the search for which the fit holds, in words, "" = none. fee_typed: the fee was
    typed by the team. brand_fees: brand and fee, of brands that this person sees. elsewhere: used
    by a brand that this person may not see. same_person: who else may be this creator; joined: who
    came together as this creator. origins: dates and sources of the figures; those that
    differ from the profile's own are told. cautions: what to know before they are asked.
    """

    profile_id: int
    creator_id: int
    profile: ProfileSnapshot
    fit: Fit
    today: dt.date
    state: str
    asked_for: str = ""
    brief_id: int | None = None
    origins: Mapping[FigureGroup, Origin] = field(default_factory=dict)
    growth: Growth | None = None
    others: tuple[tuple[int, ProfileSnapshot], ...] = ()
    tags: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    notes: tuple[NoteLine, ...] = ()
    owner: str = ""
    owned_by_reader: bool = False
    earlier: tuple[EarlierDecision, ...] = ()
    partnerships: tuple[PartnershipLine, ...] = ()
    fee_typed: bool = False
    brand_fees: tuple[tuple[str, str], ...] = ()
    elsewhere: bool = False
    live: LiveFacts = field(default_factory=LiveFacts)
    same_person: tuple[Proposal, ...] = ()
    joined: tuple[Joined, ...] = ()
    cautions: tuple[str, ...] = ()


def profile(view: ProfileView) -> Message:
    """The full profile."""
    shown = view.profile
    name = shown.display_name or creator_facts.plain_handle(shown)
    blocks: Blocks = [header(elements.clean(name, 140)), section(_who(shown, view.live))]
    if view.cautions:
        blocks.append(section("\n".join(f"⚠️ {escape(one, 240)}" for one in view.cautions[:6])))
    if shown.bio:
        blocks.append(plain_section(elements.clean(shown.bio, LONGEST_BIO)))
    blocks.append(section(_fit(view)))
    blocks.append(section(_figures(view)))
    if view.others:
        blocks.append(_others(view.others))
    blocks.append(section(_team(view)))
    blocks.append(section(_history(view)))
    if view.notes:
        blocks.append(section(_notes(view.notes)))
    if extra := _extra(shown.extra):
        blocks.append(plain_section(extra))
    handle = creator_facts.plain_handle(shown)
    blocks.extend(same_person.on_profile(view.same_person, view.joined, handle, view.state))
    blocks.extend(_buttons(view))
    fit = creator_facts.plain_fit(view.fit)
    text = f"{escape(name, 140)} ({escape(creator_facts.plain_handle(shown))}): {fit}"
    return Message(text=text, blocks=blocks)


def _who(shown: ProfileSnapshot, live: LiveFacts) -> str:
    facts = [
        f"*{creator_facts.linked_handle(shown)}*",
        creator_facts.platform(shown),
        *([country_name(shown.country)] if shown.country else []),
        *([f"speaks {language_name(shown.language)}"] if shown.language else []),
        *(["verified"] if shown.verified else []),
    ]
    lines = [" · ".join(facts), *live_lines(live)]
    if shown.categories:
        lines.append(escape(", ".join(shown.categories), 200))
    audience = [
        *([country_name(shown.audience_country)] if shown.audience_country else []),
        *([language_name(shown.audience_language)] if shown.audience_language else []),
    ]
    if audience:
        lines.append(f"Audience mostly: {', '.join(audience)}")
    if shown.email:
        lines.append(f"E-mail: {escape(shown.email, 100)}")
    return "\n".join(lines)


def _fit(view: ProfileView) -> str:
    lead = creator_facts.fit(view.fit)
    if view.asked_for:
        lead += f"\nfor {escape(view.asked_for, 300)}"
    shared = _shared_source(view.fit.parts)
    if shared:
        lead += f"\nEvidence {escape(_source(shared), 80)}, where nothing else is said:"
    return "\n".join([lead, *(_part(part, shared) for part in view.fit.parts)])


def _shared_source(parts: Sequence[Part]) -> str:
    """The import that all evidence from files is of; "" where there are several or one part."""
    sources = [part.source for part in parts if part.source.startswith("import:")]
    return sources[0] if len(sources) > 1 and len(set(sources)) == 1 else ""


def _part(part: Part, shared: str) -> str:
    value = "unknown" if part.value is None else f"{(part.value + 50) // 100}"
    told = part.source and part.source != shared
    source = f" ({escape(_source(part.source), 80)})" if told else ""
    name = part.name.value.capitalize()
    return f"• *{name} {value}*, weight {part.weight}: {escape(part.evidence, 220)}{source}"


def _source(source: str) -> str:
    kind, _, rest = source.partition(":")
    if source in _PLATFORMS:
        return PLATFORM_NAMES[Platform(source)]
    return f"from {rest}" if kind == "import" and rest else source


def _figures(view: ProfileView) -> str:
    shown, known = view.profile, view.profile.figures
    counts = [
        ("Followers", known.followers),
        ("Following", known.following),
        ("Posts", known.posts),
        ("Views in all", known.total_views),
        ("Views a post", known.average_views),
        ("Likes a post", known.average_likes),
        ("Comments a post", known.average_comments),
        ("Shares a post", known.average_shares),
    ]
    lines = [f"{label}: {compact(value)}" for label, value in counts if value is not None]
    lines.append(_capital(creator_facts.engagement(shown)))
    if known.credibility is not None:
        lines.append(f"Judged real: {percent(known.credibility)} of followers")
    if known.fake_follower_share is not None:
        lines.append(f"Judged fake: {percent(known.fake_follower_share)} of followers")
    fee = creator_facts.fee(shown)
    if fee:
        lines.append(f"Fee: {fee}{' (typed by your team)' if view.fee_typed else ''}")
    else:
        lines.append("Fee unknown")
    lines += [
        f"Fee for {escape(brand, 60)}: {amount} a post (typed by your team)"
        for brand, amount in view.brand_fees[:MOST_FEES]
    ]
    of = f"of {elements.day(shown.as_of)}" if shown.as_of else "of an unknown date"
    source = f", {escape(_source(shown.source), 100)}" if shown.source else ""
    lead = f"*Figures {of}*{source}"
    grown = [f"Growth: {view.growth.describe()}"] if view.growth else []
    return "\n".join([lead, *_paired(lines), *_from_posts(shown), *_of_other_dates(view), *grown])


def _from_posts(shown: ProfileSnapshot) -> list[str]:
    """From how many posts the averages are, where a platform was asked for them."""
    count = shown.extra.get(POSTS_SEEN, "") if shown.source in _PLATFORMS else ""
    return [f"Averages of the last {escape(count, 20)} posts"] if count else []


def _of_other_dates(view: ProfileView) -> list[str]:
    """The figures that are not of the date that stands above them all."""
    others = [
        f"{group.value} {elements.day(origin.as_of) if origin.as_of else 'without a date'}"
        f" ({escape(_source(origin.source), 60)})"
        for group, origin in view.origins.items()
        if origin.as_of != view.profile.as_of
    ]
    return [f"Of other dates: {listed(others)}"] if others else []


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _paired(lines: Sequence[str]) -> list[str]:
    """Two short facts a line."""
    return [" · ".join(lines[at : at + 2]) for at in range(0, len(lines), 2)]


def _others(others: Sequence[tuple[int, ProfileSnapshot]]) -> dict[str, Any]:
    buttons = [
        button(
            f"{creator_facts.platform(one)} {creator_facts.plain_handle(one)}",
            f"show:{number}",
            str(number),
        )
        for number, one in others[:MOST_OTHERS]
    ]
    return actions(*buttons)


def _team(view: ProfileView) -> str:
    tags = ", ".join(f"#{escape(tag, 40)}" for tag in view.tags[:20]) or "none"
    lists = listed([escape(name, 60) for name in view.lists[:8]]) or "none"
    owner = escape(view.owner, 60) or "nobody"
    lines = [f"*Tags:* {tags}", f"*Lists:* {lists}", f"*Owner:* {owner}"]
    if view.elsewhere:
        lines.append("In use elsewhere")
    return "\n".join(lines)


def _history(view: ProfileView) -> str:
    lines = [
        f"• {_capital(escape(one.describe_in_full(view.today), 300))}"
        for one in view.earlier[:MOST_EARLIER]
    ]
    for line in view.partnerships[:MOST_PARTNERSHIPS]:
        brought = f": {escape(line.brought, 200)}" if line.brought else ""
        brief = f" for {escape(line.brief, 80)}" if line.brief else ""
        stage = f"{escape(line.stage, 60)} since {elements.day(line.since)}"
        lines.append(f"• Partnership{brief}, {stage}{brought}")
    return "\n".join(["*History with your team*", *(lines or ["None yet"])])


def _notes(notes: Sequence[NoteLine]) -> str:
    lines = [
        f"• {escape(note.text, LONGEST_NOTE_SHOWN)}\n   {escape(note.author, 60)}, "
        f"{elements.moment(note.at, '{date_short}')}"
        + (f", only for {escape(note.brand, 60)}" if note.brand else "")
        for note in notes[:MOST_NOTES]
    ]
    if len(notes) > MOST_NOTES:
        lines.append(f"… and {len(notes) - MOST_NOTES} older")
    return "\n".join(["*Notes*", *lines])


def _extra(extra: dict[str, str]) -> str:
    lines = [
        f"{elements.clean(header, 80)}: {elements.clean(value, 200)}"
        for header, value in extra.items()
        if value.strip() and header != POSTS_SEEN
    ]
    if not lines:
        return ""
    return elements.cut("\n".join(["Other columns", *lines]), LONGEST_EXTRA)


def _buttons(view: ProfileView) -> Blocks:
    handle = creator_facts.plain_handle(view.profile)
    brief = view.brief_id or ""
    first = [
        button(
            f"Shortlist {handle}",
            f"shortlist:{view.profile_id}",
            f"{brief}|{view.profile_id}",
            style="primary",
        ),
        button(f"Log {handle}", f"log_creator:{view.creator_id}", str(view.creator_id)),
    ]
    if view.live.found_on:
        first.append(
            button(f"Keep {handle}", f"creator_keep:{view.profile_id}", str(view.profile_id))
        )
    own = "Give up" if view.owned_by_reader else "Make me owner"
    second = [
        button("Edit tags", "creator_tags", view.state, label=f"Edit tags of {handle}"),
        button("Add note", "creator_note", view.state, label=f"Add a note about {handle}"),
        button("Set fee", "creator_fee", view.state, label=f"Set the fee of {handle}"),
        button(own, "creator_own", view.state, label=f"{own}: {handle}"),
    ]
    second.append(button("Block…", "creator_block", view.state, label=f"Block {handle}"))
    second.append(
        button("Same person as…", "creator_same", view.state, label=f"Who else is {handle}?")
    )
    if view.joined:
        second.append(
            button("Separate…", "creator_separate", view.state, label=f"Separate {handle} from…")
        )
    return [actions(*first), actions(*second)]
