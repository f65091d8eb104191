"""Sets the scene for tests of shortlists: creators, a brief, a posted shortlist."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.brief import BriefContent
from domain.brief_form import BriefDraft
from domain.creator import Figures, Platform, ProfileSnapshot, RateDefinition
from domain.niche import default_vocabulary
from playground import messages
from playground.records import Message
from storage import briefs, index, people, profile_store, profiles
from storage.transaction import Transaction
from tests.slack import Slack

CHECK, CROSS, THINKING = "white_check_mark", "x", "thinking_face"


@dataclass
class Posted:
    """A posted shortlist: its summary, and its cards by handle."""

    summary: Message
    cards: dict[str, Message]

    @property
    def card(self) -> Message:
        """The first card."""
        return next(iter(self.cards.values()))


def add_creators(slack: Slack, *handles: str) -> None:
    """Store creators who make skincare, each with a few thousand followers."""
    with slack.writing() as tx:
        store_creators(tx, *handles)


def store_creators(tx: Transaction, *handles: str) -> None:
    """The same, in a transaction that is open."""
    snapshots = [
        ProfileSnapshot(
            platform=Platform.INSTAGRAM,
            handle=handle,
            display_name=handle.capitalize(),
            categories=("Skincare",),
            country="DE",
            figures=Figures(
                followers=12_300 + place,
                engagement_rate=0.042,
                rate_definition=RateDefinition.FOLLOWERS,
            ),
            as_of=dt.date(2026, 11, 2),
            source="invented for a test",
        )
        for place, handle in enumerate(handles)
    ]
    profile_store.store(tx, snapshots, default_vocabulary(), index.pools(tx))


def add_brief(slack: Slack, name: str = "Spring Glow", brand_id: int | None = None) -> int:
    """Store a brief that looks for skincare; gives its number."""
    with slack.writing() as tx:
        return store_brief(tx, name, brand_id)


def store_brief(tx: Transaction, name: str = "Spring Glow", brand_id: int | None = None) -> int:
    """The same, in a transaction that is open."""
    draft = BriefDraft(name=name, content=BriefContent(niches=("skincare",)))
    return briefs.create(tx, draft, brand_id, None).id or 0


def slack_ids(slack: Slack, names: Sequence[str]) -> list[str]:
    """Slack ids of people by their short names."""
    return [slack.workspace.user(name).id for name in names]


def open_form(slack: Slack, asker: str, handles: Sequence[str], channel: str = "marketing") -> None:
    """Open the modal through the command."""
    typed = " ".join(f"@{handle}" for handle in handles)
    slack.workspace.command(asker, f"shortlist add {typed}", channel)
    slack.settle()


def fill_in(
    slack: Slack,
    asker: str,
    *,
    approvers: Sequence[str] = ("ana",),
    quorum: str = "1",
    **values: Any,
) -> dict[str, str] | None:
    """Send off the modal that is open; gives errors by block_id without the brief's number."""
    block = next(
        one["block_id"]
        for one in slack.view(asker).blocks
        if one["block_id"].startswith("approvers")
    )
    given = {block: slack_ids(slack, approvers), "quorum": quorum, **values}
    errors = slack.submit(asker, given)
    if not errors and is_previewed(slack, asker):
        errors = slack.submit(asker)  # what was filled in is kept
    return {name.partition(":")[0]: text for name, text in errors.items()} if errors else None


def is_previewed(slack: Slack, who: str) -> bool:
    """Whether the open form shows what people from outside would read."""
    form = slack.workspace.view(who)
    return form is not None and any(
        block.get("block_id", "").startswith("preview:") for block in form.blocks
    )


def shortlist(
    slack: Slack,
    *handles: str,
    asker: str = "olivia",
    approvers: Sequence[str] = ("ana", "ben"),
    quorum: int = 1,
    channel: str = "marketing",
    layout: str = "thread",
) -> Posted:
    """Post a shortlist, with its creators and a brief where there are none yet."""
    handles = handles or ("mara",)
    with slack.reading() as tx:
        missing = [one for one in handles if not profiles.by_handle(tx, one)]
        has_brief = bool(briefs.names(tx))
    add_creators(slack, *missing)
    if not has_brief:
        add_brief(slack)
    open_form(slack, asker, handles, channel)
    errors = fill_in(slack, asker, approvers=approvers, quorum=str(quorum), layout=layout)
    assert errors is None, errors
    return posted(slack, handles, channel)


def posted(slack: Slack, handles: Sequence[str], channel: str = "marketing") -> Posted:
    """The newest summary in a channel, with its cards."""
    found = slack.messages(channel)
    summary = [one for one in found if "Shortlist for" in one.text][-1]
    below = [*slack.replies(summary), *found]
    cards = {handle: next(one for one in below if f"(@{handle})" in one.text) for handle in handles}
    return Posted(summary, cards)


def forget_who(slack: Slack, name: str) -> None:
    """Slack was not asked yet who this is."""
    slack_id = slack.workspace.user(name).id
    with slack.writing() as tx:
        person = people.get(tx, slack_id)
        person.refreshed_at = None
        tx.session.add(person)


def delete(slack: Slack, message: Message) -> None:
    """Somebody deleted this message of the bot's."""
    with slack.workspace.store.changing():
        messages.remove(slack.workspace.store, message)


def behind_the_bots_back(slack: Slack, who: str, emoji: str, message: Message, on: bool) -> None:
    """A reaction that no event tells of, as while the bot is away for long."""
    user = slack.workspace.user(who).id
    with slack.workspace.store.changing():
        if on:
            messages.react(message, user, emoji)
        else:
            messages.unreact(message, user, emoji)
