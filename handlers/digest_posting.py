"""Posts digests: finds what is due, asks Slack about the channel, composes, posts once."""

import logging
from typing import Any
from zoneinfo import ZoneInfo

from domain.calendar import DueDigest, next_due
from handlers import channels, digest_lines
from handlers.context import Context
from storage import digests, jobs, outbox, people
from storage.models import DigestSchedule
from storage.transaction import Transaction
from views import digest as view
from views import digest_settings
from views.digest import DigestView, Kind
from views.message import Message

log = logging.getLogger(__name__)

EVENTS = {
    "channel_archive": "is_archived",
    "channel_left": "not_in_channel",
    "channel_deleted": "channel_deleted",
    "group_archive": "is_archived",
    "group_left": "not_in_channel",
    "group_deleted": "channel_deleted",
}
"""Events after which a digest can't be posted, and what they mean, by a key of WHY_GONE."""


def find_due(context: Context) -> None:
    """Ask for each digest that is due and not posted yet (every minute)."""
    with context.reading() as tx:
        schedules = digests.confirmed(tx, (digests.ACTIVE,))
        owed = [(one.id, due) for one in schedules if (due := digests.due(tx, one)) is not None]
    if not owed:
        return
    with context.writing() as tx:
        for number, due in owed:
            # the hour: after an hour without Slack the work is asked for once more
            key = f"digest.post:{number}:{due.period}:{tx.now:%Y-%m-%dT%H}"
            jobs.add(tx, "digest.post", key, {"schedule_id": number})


def forget_drafts(context: Context) -> None:
    """Clear previews that nobody confirmed (every hour)."""
    with context.reading() as tx:
        old = digests.old_drafts(tx)
    if old:
        with context.writing() as tx:
            digests.forget_drafts(tx)


def post_due(payload: dict[str, Any], context: Context) -> None:
    """Post the digest that a schedule owes (job `digest.post`); whoever comes second does nothing.

    The week is claimed and the message put into the outbox in one transaction, so that however
    often this runs, and wherever it stops, the week is posted once.
    """
    with context.reading() as tx:
        schedule = digests.get(tx, int(payload["schedule_id"]))
        owed = digests.due(tx, schedule) if schedule is not None else None
    if schedule is None or owed is None:
        return
    channel = channels.ask(context, schedule.channel_id)
    if channel.problem:
        with context.writing() as tx:
            pause(tx, schedule.id or 0, channel.problem)
        return
    with context.reading() as tx:
        drawn = _weekly(tx, schedule, owed, outsiders=channel.has_outsiders)
    with context.writing() as tx:
        locked = digests.get(tx, schedule.id or 0)
        if locked is None or locked.channel_id != schedule.channel_id:
            return
        if digests.due(tx, locked) == owed and digests.claim(tx, locked, owed):
            locked.has_outsiders = channel.has_outsiders
            tx.session.add(locked)
            key = f"digest:{locked.id}:{owed.period}"
            _post(tx, key, locked.channel_id, drawn, about=f"digest:{locked.id}")


def post_extra(payload: dict[str, Any], context: Context) -> None:
    """Post an extra digest, which takes no week (job `digest.now`)."""
    channel = channels.ask(context, payload["channel"])
    if channel.problem:
        sentence = f"I could not post the digest. {channel.problem}"
        with context.writing() as tx:
            outbox.respond(tx, f"{payload['key']}:refused", payload["url"], {"text": sentence})
        return
    with context.reading() as tx:
        asker = people.find(tx, payload["user"])
        zone = ZoneInfo(payload["timezone"])
        digest = digest_lines.digest_of(
            tx, payload["scope"], asker, tx.now.astimezone(zone).date(), zone,
            outsiders=channel.has_outsiders,
        )  # fmt: skip
        scope = digest_lines.scope_in_words(tx, payload["scope"], asker)
        name = asker.name if asker and asker.name else "Somebody"
        footer = f"An extra that {name} asked for. It replaces no weekly digest."
    drawn = DigestView(kind=Kind.EXTRA, digest=digest, scope=scope, footer=footer)
    with context.writing() as tx:
        _post(tx, payload["key"], payload["channel"], drawn)


def show_preview(payload: dict[str, Any], context: Context) -> None:
    """Show one person what a digest would say (job `digest.preview`)."""
    with context.reading() as tx:
        schedule = digests.get(tx, int(payload["schedule_id"]))
    if schedule is None:
        return
    channel = channels.ask(context, schedule.channel_id)
    here = payload["origin"] == schedule.channel_id or not _is_channel(payload["origin"])
    origin = channel if here else channels.ask(context, payload["origin"])
    with context.reading() as tx:
        message = _preview(tx, schedule, outsiders=channel.has_outsiders)
    with context.writing() as tx:
        known = digests.get(tx, schedule.id or 0)
        if known is not None:
            known.has_outsiders = channel.has_outsiders
            tx.session.add(known)
        if _is_channel(payload["origin"]) and not origin.problem:
            outbox.tell(tx, payload["key"], payload["user"], payload["origin"], message.payload())
        else:
            outbox.direct(tx, payload["key"], payload["user"], message.payload())


def could_not_post(payload: dict[str, Any], context: Context) -> None:
    """Slack refused a digest: pause it where the channel is gone, and tell its owner."""
    number, code = int(payload["id"]), str(payload["error"])
    why = channels.why_gone(code, context) if code in channels.WHY_GONE else ""
    with context.writing() as tx:
        if why:
            pause(tx, number, why)
            return
        schedule = digests.get(tx, number)
        if schedule is None:
            return
        owner = digest_lines.owner_of(tx, schedule)
        text = (
            f"Slack refused this week's digest for <#{schedule.channel_id}> ({code}). "
            "The next one comes as planned; `/influencer digest now` posts one at once."
        )
        key = f"digest-refused:{payload['outbox_id']}"
        outbox.direct(tx, key, owner.slack_user_id, Message(text=text).payload())


def channel_gone(event: dict[str, Any], context: Context) -> None:
    """A channel was archived or deleted, or the bot was taken out of it."""
    channel = str(event.get("channel", ""))
    why = channels.why_gone(EVENTS[event["type"]], context)
    with context.writing() as tx:
        for schedule in digests.in_channel(tx, channel):
            pause(tx, schedule.id or 0, why)


def pause(tx: Transaction, schedule_id: int, because: str) -> None:
    """Pause a schedule and tell its owner, once."""
    schedule = digests.get(tx, schedule_id)
    if schedule is None or not digests.pause(tx, schedule, because):
        return
    owner = digest_lines.owner_of(tx, schedule)
    notice = digest_settings.paused(digest_lines.line(tx, schedule, owner))
    key = f"digest-paused:{schedule.id}:{schedule.since.isoformat()}"
    outbox.direct(tx, key, owner.slack_user_id, notice.payload())


def _post(tx: Transaction, key: str, channel_id: str, drawn: DigestView, about: str = "") -> None:
    """The short part in the channel, all else in the thread under it."""
    outbox.post(tx, key, channel_id, view.top(drawn).payload(), about=about)
    rest = view.thread(drawn)
    if rest is not None:
        outbox.post(tx, f"{key}:thread", channel_id, rest.payload(), reply_to=key)


def _weekly(
    tx: Transaction, schedule: DigestSchedule, owed: DueDigest, *, outsiders: bool
) -> DigestView:
    owner = digest_lines.owner_of(tx, schedule)
    timing = digests.timing(schedule)
    digest = digest_lines.digest_of(
        tx, schedule.scope, owner, owed.period, timing.zone,
        outsiders=outsiders, passed_over=owed.missed,
    )  # fmt: skip
    return DigestView(
        kind=Kind.WEEKLY,
        digest=digest,
        scope=digest_lines.scope_in_words(tx, schedule.scope, owner),
        footer=f"Set up by {owner.name or 'somebody'}.",
        next_at=next_due(timing, tx.now),
    )


def _preview(tx: Transaction, schedule: DigestSchedule, *, outsiders: bool) -> Message:
    owner = digest_lines.owner_of(tx, schedule)
    zone = digests.timing(schedule).zone
    digest = digest_lines.digest_of(
        tx, schedule.scope, owner, tx.now.astimezone(zone).date(), zone, outsiders=outsiders
    )
    line = digest_lines.line(tx, schedule, owner)
    drawn = view.message(DigestView(kind=Kind.PREVIEW, digest=digest, scope=line.scope))
    if schedule.state != digests.DRAFT:
        return drawn
    limited = digest_lines.limited_in(tx, schedule.scope, owner)
    buttons = digest_settings.preview_buttons(schedule.id or 0, line, limited)
    return digest_settings.with_buttons(drawn, buttons)


def _is_channel(channel_id: str) -> bool:
    return channel_id[:1] in ("C", "G")
