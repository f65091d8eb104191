"""Removing a creator for good: what goes, the question, and what is left to do by hand."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.shortlist import CardState
from domain.wording import PLATFORM_NAMES, counted, listed
from views import elements
from views.elements import escape
from views.message import Blocks, Message

FORM, TYPED = "forget_form", "typed"
MOST_LISTED = 15
STATES = {"working": "under way", "done": "removed", "allowed": "may be brought in again"}
_CARDS = {
    CardState.OPEN: "no longer to be decided",
    CardState.SPLIT: "no longer to be decided",
    CardState.APPROVED: "✅ approved",
    CardState.REJECTED: "❌ rejected",
    CardState.WITHDRAWN: "withdrawn",
}
USAGE = (
    "Whom shall I remove for good? For example `/influencer forget @anna` or a link to a profile. "
    "I first show what will go."
)
BACKUPS = (
    "Backups of the database made before today still hold them until they are deleted: whoever "
    "runs the bot knows when, and removes them again if one is restored."
)


class WhatGoes(BaseModel):
    """What is known of a creator. accounts: (platform, handle). counts: in words, "2 notes".

    open_cards, running: what is under way. decided: cards that are decided. imports: files that
    wait and may name them.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    accounts: tuple[tuple[str, str], ...]
    counts: tuple[str, ...]
    open_cards: int = 0
    decided: int = 0
    running: int = 0
    over: int = 0
    imports: int = 0


class Line(BaseModel):
    """One removal as it is listed: when and by whom; of whom is not known any more."""

    model_config = ConfigDict(frozen=True)

    number: int
    when: str
    by: str
    state: str


def form(what: WhatGoes, metadata: str) -> dict[str, Any]:
    """Shows what will go, and asks to type the handle."""
    handle = next((handle for _, handle in what.accounts), what.name)
    return elements.modal(
        "Remove a creator",
        FORM,
        [
            elements.section(f"*{escape(what.name, 80)}* ({_accounts(what.accounts)})"),
            *elements.sections(["*What goes, for good*", *_goes(what)]),
            *elements.sections(["*What stays*", *_stays(what)]),
            elements.context(
                "No import, look-up or refresh brings them back: I keep a keyed hash of their "
                "handles, ids and email addresses, from which nobody reads who they are.",
                BACKUPS,
            ),
            elements.text_field(
                TYPED, f"Type {_cut(handle)} to remove them", longest=120,
                hint="This can’t be undone. To give them a copy first: /influencer export "
                f"{_cut(handle)}",
            ),
        ],
        submit="Remove for good",
        private_metadata=metadata,
    )  # fmt: skip


def begun() -> dict[str, Any]:
    """What the form becomes once it is decided."""
    text = (
        "I am removing them now, message by message. I will tell you privately when it is done, "
        "and what is left for you to clear by hand."
    )
    return elements.modal("Under way", "forget_begun", [elements.section(text)], close="Done")


def finished(
    number: int, counts: Mapping[str, int], to_clear: Mapping[str, Mapping[str, int]]
) -> Message:
    """Tells who asked that it is done, and what people have to clear by hand."""
    lead = f"✅ Removal {number} is done. Nothing here names the creator any more."
    gone = [
        said
        for said in (
            _some(counts.get("accounts", 0), "account") + ", with all that was known",
            _some(counts.get("open cards", 0), "undecided card") + " withdrawn",
            _some(counts.get("partnerships", 0), "partnership")
            + " counting on as “a removed creator”",
            _some(counts.get("messages", 0), "message") + " edited in Slack",
        )
        if not said.startswith("0 ")
    ]
    by_hand = [
        *_channels(to_clear.get("channels", {})),
        *_drafts(to_clear.get("drafts", {})),
        *_files(to_clear.get("files", {})),
    ]
    lines = [lead, *(f"• {said}" for said in gone)]
    more = ["*Please clear by hand*", *by_hand, "• " + BACKUPS]
    blocks = [*elements.sections(lines), *elements.sections(more)]
    blocks.append(
        elements.context(
            "What people wrote themselves, and files they posted, I can't edit. Slack keeps "
            "earlier versions of edited messages where your workspace's retention settings say so."
        )
    )
    return Message(text="\n".join([lead, *gone]), blocks=blocks)


def card(state: CardState) -> Message:
    """What is left of the card of somebody removed: what was decided, and nothing to press."""
    text = f"*A removed creator* · {_CARDS[state]}"
    left = elements.context("Their data was deleted. What was decided stays in the totals.")
    return Message(text=text.replace("*", ""), blocks=[elements.section(text), left])


def listing(lines: Sequence[Line]) -> Message:
    """Removals, the newest first; of whom they were is not kept."""
    if not lines:
        text = f"Nobody was removed yet. {USAGE}"
        return Message(text=text, blocks=[elements.section(text)])
    head = "Removed creators. Who they were is not kept."
    said = [f"• {line.number}: {line.when}, by {line.by}: {STATES[line.state]}" for line in lines]
    hint = (
        "`/influencer forget @anna` removes somebody. An owner lets somebody be brought in again "
        "with `/influencer forget allow @anna`, or with the number."
    )
    blocks: Blocks = [
        elements.section(f"*{head}*"), *elements.sections(said), elements.context(hint)
    ]  # fmt: skip
    return Message(text="\n".join([head, *said]), blocks=blocks)


def allowed(amount: int) -> Message:
    """Somebody removed may be brought in again."""
    if not amount:
        return Message(
            text="Nobody who was removed goes by that, so imports and look-ups bring them anyway."
        )
    return Message(
        text="They may be brought in again, by an import or a look-up. What was removed does not "
        "come back. This is on the record."
    )


def kept_away() -> str:
    """A creator who was removed is not looked up, shown or brought in."""
    return (
        "Your team has removed this creator for good, so I neither look them up nor keep anything "
        "of them. An owner can allow it again: `/influencer forget allow` and the handle."
    )


def not_typed(handle: str) -> str:
    """Under the field: what was typed is not their handle."""
    return f"That is not {_cut(handle)}. Please type it exactly, or press Cancel."


def _accounts(accounts: Sequence[tuple[str, str]]) -> str:
    named = [
        f"@{escape(handle, 40)} on {PLATFORM_NAMES.get(platform, platform)}"  # type: ignore[call-overload]
        for platform, handle in accounts[:MOST_LISTED]
    ]
    more = len(accounts) - MOST_LISTED
    return listed([*named, *([f"{more} more"] if more > 0 else [])])


def _goes(what: WhatGoes) -> list[str]:
    said = listed(what.counts) or "nothing else"
    lines = [f"• {_some(len(what.accounts), 'account')}, with {said}"]
    if what.open_cards:
        lines.append(f"• {_some(what.open_cards, 'undecided card')}: withdrawn")
    if what.running:
        lines.append(
            f"• ⚠️ *{_some(what.running, 'partnership')} under way*: without a name from now on. "
            "What is not agreed yet ends as declined."
        )
    if what.imports:
        lines.append(
            f"• {_some(what.imports, 'file')} waiting to be imported: if they are in it, they are "
            "left out"
        )
    lines.append("• Their name in every message I posted, saved search and note about others")
    return lines


def _stays(what: WhatGoes) -> list[str]:
    lines = []
    if what.running or what.over:
        lines.append(
            f"• {_some(what.running + what.over, 'partnership')} in the totals of campaigns, as “a "
            "removed creator”: costs, results and orders go on counting, without name or link"
        )
    if what.decided:
        lines.append(f"• {_some(what.decided, 'decided card')} as “a removed creator”")
    lines.append("• On the record: that you removed a creator, and when")
    lines.append(
        "• What I can’t reach: files exported or handed over, and what people wrote. I list where "
        "to look when I am done"
    )
    return lines


def _channels(places: Mapping[str, int]) -> list[str]:
    if not places:
        return ["• No channel had messages of mine about them"]
    shown = list(places.items())[:MOST_LISTED]
    named = listed([f"<#{place}> ({counted(amount, 'message')})" for place, amount in shown])
    more = len(places) - len(shown)
    also = f" and {_some(more, 'other channel')}" if more > 0 else ""
    return [f"• Channels where I had posted about them: {named}{also}. Look for what people wrote"]


def _drafts(handed_over: Mapping[str, int]) -> list[str]:
    lines = []
    for name, amount in list(handed_over.items())[-MOST_LISTED:]:
        day, actor, channel = name.split("|", 2)
        files = "A draft’s file" if amount == 1 else f"{amount} drafts’ files"
        who = elements.mention(actor) if actor else "somebody"
        copies = "my copy of it" if amount == 1 else "my copies of them"
        copy = f", and {copies} below the draft’s card in <#{channel}>" if channel else ""
        lines.append(f"• {files} in Slack, handed over by {who} on {_day(day)}{copy}")
    if len(handed_over) > MOST_LISTED:
        older = sum(list(handed_over.values())[:-MOST_LISTED])
        lines.insert(0, f"• {_some(older, 'older file')} of drafts before these")
    return lines


def _files(taken: Mapping[str, int]) -> list[str]:
    lines = []
    for name in list(taken)[-MOST_LISTED:]:
        kind, day, actor = name.split("|", 2)
        who = elements.mention(actor) if actor.startswith(("U", "W")) else "the command line"
        lines.append(f"• A file of {escape(kind, 40)}, taken by {who} on {_day(day)}")
    if len(taken) > MOST_LISTED:
        lines.insert(
            0, f"• {_some(len(taken) - MOST_LISTED, 'older file')} taken away before these"
        )
    return lines or ["• No file was exported since they were known"]


def _day(iso: str) -> str:
    return elements.day(dt.date.fromisoformat(iso))


def _some(amount: int, name: str) -> str:
    return counted(amount, name)


def _cut(handle: str) -> str:
    return elements.clean(handle.lstrip("@"), 60)
