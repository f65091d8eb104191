"""Creators who may be one person: who is meant, what comes together, and how to part them again."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.creator import ProfileSnapshot
from domain.wording import listed
from views import creator_facts, elements
from views.elements import button, escape, section
from views.message import Blocks, Message

OTHER, NAME, OWNER, MERGE = "other", "name", "owner", "merge"
KEPT, MERGED = "kept", "merged"
MOST_PROPOSED = 2
MOST_WAITING = 8
MOST_PROFILES = 8


@dataclass(frozen=True)
class Side:
    """One of two creators, as this person may see them.

    profiles: what is known of each. notes, partnerships, shortlists: how many. elsewhere: used by
    a brand that this person may not see. owner: "" = nobody.
    """

    name: str
    profiles: tuple[ProfileSnapshot, ...]
    owner: str = ""
    tags: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    notes: int = 0
    partnerships: int = 0
    shortlists: int = 0
    elsewhere: bool = False

    @property
    def handle(self) -> str:
        """The first handle, for titles."""
        return creator_facts.plain_handle(self.profiles[0])


@dataclass(frozen=True)
class Proposal:
    """A profile that may be the same person's. why: what tells so, in words."""

    pair_id: int
    profile: ProfileSnapshot
    why: str


@dataclass(frozen=True)
class Joined:
    """A merge that made this person. handles: of the profiles that came. by: "" = the bot."""

    merge_id: int
    handles: tuple[str, ...]
    why: str
    by: str
    at: dt.datetime


@dataclass(frozen=True)
class Waiting:
    """Two profiles that nobody has decided on."""

    pair_id: int
    first: ProfileSnapshot
    second: ProfileSnapshot
    why: str


def ask(handle: str, kept: str) -> dict[str, Any]:
    """Who is the same person as the one shown?"""
    field = elements.text_field(
        OTHER,
        f"Who is the same person as {handle}?",
        placeholder="tiktok:anna, @anna or a link to the profile",
        hint="You see both side by side before anything changes.",
        longest=500,
    )
    return elements.modal(
        "Same person", "same_person_find", [field], submit="Compare", private_metadata=kept
    )


def compare(kept: Side, merged: Side, why: str, metadata: str) -> dict[str, Any]:
    """Both sides, what comes together, and what must be chosen. why: "" = a person named them."""
    blocks: Blocks = [section(_side(kept)), elements.divider(), section(_side(merged))]
    if why:
        blocks.append(elements.context(f"{escape(why, 400)}."))
    shared = _shared_platforms(kept, merged)
    if shared:
        blocks.append(
            section(
                f":warning: Both have an account on {shared}, which one person rarely has. "
                "Please make sure that they aren't two people who work together."
            )
        )
    if kept.name.casefold() != merged.name.casefold():
        names = [(KEPT, kept.name), (MERGED, merged.name)]
        blocks.append(elements.radio_field(NAME, "Which name stays?", names, initial=KEPT))
    if kept.owner and merged.owner and kept.owner != merged.owner:
        owners = [(KEPT, kept.owner), (MERGED, merged.owner)]
        blocks.append(elements.radio_field(OWNER, "Who stays the owner?", owners, initial=KEPT))
    blocks.append(
        elements.context(
            "Notes, tags, lists, shortlist cards, partnerships and fees of both come together, and "
            "searches show one creator. *Separate* on the profile gives each back what it had."
        )
    )
    return elements.modal(
        "Same person?", "same_person_join", blocks, submit="Same person", private_metadata=metadata
    )


def choose_merge(joined: Sequence[Joined], kept: str) -> dict[str, Any]:
    """Which of those who came together is to be separated again."""
    choices = [(str(one.merge_id), listed(list(one.handles)) or "…") for one in joined]
    blocks = [
        elements.radio_field(
            MERGE, "Who is a person of their own?", choices, initial=choices[0][0]
        ),
        *(section(f"• {_joined(one)}") for one in joined[:10]),
        elements.context(
            "Each gets back what it had before. What was added since stays with the person it was "
            "added to; cards and partnerships go with their profile. They are not brought "
            "together again unless somebody does."
        ),
    ]
    return elements.modal(
        "Separate", "same_person_separate", blocks, submit="Separate", private_metadata=kept
    )


def on_profile(
    proposals: Sequence[Proposal], joined: Sequence[Joined], handle: str, state: str
) -> Blocks:
    """What a profile shows of this: who came together, and who may be the same person.

    state: what the profile's buttons carry.
    """
    blocks: Blocks = []
    if joined:
        blocks.append(elements.context(*(_joined(one) for one in joined[:5])))
    for one in proposals[:MOST_PROPOSED]:
        other = creator_facts.plain_handle(one.profile)
        blocks.append(
            section(
                f"May be the same person as {creator_facts.title(one.profile)} "
                f"({creator_facts.platform(one.profile)}): {escape(one.why, 300)}."
            )
        )
        blocks.append(_decide(one.pair_id, handle, other, state))
    return blocks


def waiting(pairs: Sequence[Waiting], more: bool) -> Message:
    """All pairs that wait for somebody to decide."""
    if not pairs:
        text = (
            "Nobody waits: I see no two creators who may be one person. To bring two together, "
            "press *Same person as…* in `/influencer show @anna`."
        )
        return Message(text=text)
    lead = "These may be one person each. Nothing changes until somebody says so."
    blocks: Blocks = [section(lead)]
    for pair in pairs:
        first, second = (creator_facts.plain_handle(one) for one in (pair.first, pair.second))
        names = (
            f"{creator_facts.title(one)} ({creator_facts.platform(one)})"
            for one in (pair.first, pair.second)
        )
        blocks.append(section(f"{' and '.join(names)}\n{escape(pair.why, 300)}."))
        blocks.append(_decide(pair.pair_id, first, second))
    if more:
        blocks.append(elements.context("There are more; these are the newest."))
    return Message(text=lead, blocks=blocks)


def _decide(pair_id: int, first: str, second: str, state: str = "") -> dict[str, Any]:
    both, value = f"{first} and {second}", f"{pair_id}|{state}"
    return elements.actions(
        button("Compare", f"same_person_compare:{pair_id}", value, label=f"Compare {both}"),
        button(
            "Not the same",
            f"same_person_refuse:{pair_id}",
            value,
            label=f"{both} are not the same person",
        ),
    )


def _side(side: Side) -> str:
    shown = side.profiles[:MOST_PROFILES]
    lines = [f"*{escape(side.name, 80)}*"]
    lines += [
        f"• {creator_facts.platform(one)} {creator_facts.linked_handle(one)}, "
        f"{creator_facts.followers(one)}"
        for one in shown
    ]
    if len(side.profiles) > len(shown):
        lines.append(f"… and {len(side.profiles) - len(shown)} more")
    lines.append(f"Owner: {escape(side.owner, 60) or 'nobody'}")
    if side.tags:
        lines.append(f"Tags: {', '.join(f'#{escape(tag, 40)}' for tag in side.tags[:10])}")
    if side.lists:
        lines.append(f"Lists: {listed([escape(name, 60) for name in side.lists[:6]])}")
    counts = [
        _count(side.notes, "note"),
        _count(side.shortlists, "shortlist card"),
        _count(side.partnerships, "partnership"),
    ]
    lines.append(listed([one for one in counts if one]).capitalize() or "Nothing logged yet")
    if side.elsewhere:
        lines.append("In use elsewhere")
    return "\n".join(lines)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""


def _shared_platforms(kept: Side, merged: Side) -> str:
    mine = {creator_facts.platform(one) for one in kept.profiles}
    theirs = {creator_facts.platform(one) for one in merged.profiles}
    return listed(sorted(mine & theirs))


def _joined(one: Joined) -> str:
    who = listed([escape(handle, 80) for handle in one.handles[:4]]) or "Another creator"
    verb = "belong" if len(one.handles) > 1 else "belongs"
    by = f"{escape(one.by, 60)} said so" if one.by else f"{escape(one.why, 300)}"
    return f"{who} {verb} to this person: {by}, {elements.moment(one.at, '{date_short}')}"
