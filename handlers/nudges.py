"""Tells people privately what waits for them: at most one message a person a working day."""

from dataclasses import dataclass
from typing import Any

from domain import roles
from domain.figures_wanted import week_of
from domain.nudging import (
    Frequency,
    fewer,
    later,
    local_day,
    nudge_is_due,
    waits_since_yesterday,
)
from handlers import access
from handlers.answer import Answer
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action
from handlers.post_figures import told_by_platforms, wanted_of
from storage import due_dates, figures_wanted, nudges, outbox, waiting
from storage.models import Person
from storage.transaction import Transaction
from views import nudges as view
from views import post_figures as figures_view

APPROVER = "approver:"
"""Begins the key of a line about a shortlist that somebody was named on."""


@dataclass(frozen=True)
class Line:
    """One thing to tell. keys: of what waits; number: of what was put down before, else 0.

    buttons: what it offers beside those of the message.
    """

    text: str
    keys: tuple[str, ...] = ()
    number: int = 0
    buttons: tuple[Any, ...] = ()


def send_due(context: Context) -> None:
    """Send each person what waits for them, when it is their time (every minute)."""
    with context.reading() as tx:
        due = [
            person.id or 0
            for person in nudges.people_to_tell(tx, _may_hear(tx, context))
            if _is_due(tx, person) and (_news(tx, context, person) or _settled(tx, person))
        ]
    for person_id in due:
        with context.writing() as tx:
            person = nudges.lock_person(tx, person_id)
            nudges.forget(tx, _settled(tx, person))
            if _is_due(tx, person):
                _send(tx, context, person)


def _may_hear(tx: Transaction, context: Context) -> set[int]:
    """People for whom something may wait that was not put down for them."""
    told = told_by_platforms(context, tx)
    return waiting.people(tx) | due_dates.owners(tx) | figures_wanted.owners(tx, told)


def _send(tx: Transaction, context: Context, person: Person) -> None:
    """Send as many lines as one message takes; the rest wait for the next."""
    lines = _news(tx, context, person)
    if not lines:
        return
    told = lines[: view.fitting([line.text for line in lines])]
    today = local_day(tx.now, person.timezone)
    key = f"nudge:{person.id}:{today}"
    texts, more = [line.text for line in told], len(lines) - len(told)
    buttons = [button for line in told for button in line.buttons]
    message = view.gathered(texts, more, key, frequency_of(person), buttons)
    if outbox.direct(tx, key, person.slack_user_id, message.payload()):
        nudges.mark_told(tx, person.id or 0, [one for line in told for one in line.keys])
        nudges.mark_sent(tx, person, [line.number for line in told if line.number], today)


def frequency_of(person: Person) -> Frequency:
    """How often a person wants to be told; an interval that is not offered reads as weekly."""
    known = {each.value for each in Frequency}
    days = person.nudge_every_days
    return Frequency(days) if days in known else Frequency.WEEKLY


def tell_later(action: Action, context: Context) -> Answer | None:
    """Put the message aside until the next working day."""
    with context.writing() as tx:
        person = access.acting_person(tx, context)
        sent = outbox.by_key(tx, action.value)
        if sent is None or not action.value.startswith(f"nudge:{person.id}:"):
            return None
        until = later(tx.now, person.timezone)
        nudges.put_back(tx, person, sent.created_at, until)
        outbox.update_posted(tx, action.value, view.put_aside(until).payload())
    return None


def tell_fewer(action: Action, context: Context) -> Answer | None:
    """Send fewer of these messages: once a week, then none."""
    with context.writing() as tx:
        person = access.acting_person(tx, context)
        person.nudge_every_days = fewer(person.nudge_every_days).value
        tx.session.add(person)
        return context.settle(
            tx, Answer(message=view.frequency_changed(Frequency(person.nudge_every_days)))
        )


def _news(tx: Transaction, context: Context, person: Person) -> list[Line]:
    """What waits for a person now and was not told, the newest turn of each.

    Votes and what to decide come first, for others wait for them.
    """
    number = person.id or 0
    hidden = access.hidden_brands(tx, person)
    asked = [one for one in waiting.votes(tx, number, hidden) if _overnight(tx, person, one)]
    lines = [
        *(
            _line(one, view.votes(one.title, one.channel_id, one.count, one.names, one.link))
            for one in asked
        ),
        *(
            _line(one, view.splits(one.title, one.channel_id, one.count, one.names, one.link))
            for one in waiting.splits(tx, number, hidden, manages=access.is_manager(person))
        ),
        *(
            Line(view.dates(one.who, one.title, one.due), one.keys)
            for one in due_dates.of_owner(tx, number, hidden, local_day(tx.now, person.timezone))
        ),
        *(
            _line(one, view.to_contact(one.title, one.count, one.names))
            for one in waiting.partnerships(tx, number, hidden)
        ),
        *(
            _line(one, view.stalled(one.title, one.count, one.names))
            for one in waiting.stalled(tx, number, hidden)
        ),
    ]
    lines += _figures(tx, context, person)
    told = nudges.told(tx, number, [key for line in lines for key in line.keys])
    over = set(_settled(tx, person))
    put_down = [
        Line(one.text, number=one.id or 0)
        for one in nudges.waiting_for(tx, number)
        if one.id not in over
    ]
    return put_down + [line for line in lines if not told.issuperset(line.keys)]


def _figures(tx: Transaction, context: Context, person: Person) -> list[Line]:
    """Figures of posts that no platform tells: asked for once a week, all posts together."""
    wanted = wanted_of(tx, context, person)
    if not wanted:
        return []
    text = figures_view.line([(one.who, one.post.url) for one in wanted], len(wanted))
    week = week_of(local_day(tx.now, person.timezone))
    return [Line(text, (f"figures:{week}",), buttons=tuple(figures_view.buttons()))]


def _settled(tx: Transaction, person: Person) -> list[int]:
    """What was put down about shortlists on which the person has nothing left to vote on."""
    about = {
        one.id or 0: one.dedupe_key.split(":")[1]
        for one in nudges.waiting_for(tx, person.id or 0)
        if one.dedupe_key.startswith(APPROVER)
    }
    if not about:
        return []
    shortlists = waiting.votes(tx, person.id or 0, access.hidden_brands(tx, person))
    still = {str(one.number) for one in shortlists}
    return [number for number, shortlist in about.items() if shortlist not in still]


def _overnight(tx: Transaction, person: Person, asked: waiting.Waiting) -> bool:
    """Whether somebody reads of it for the second time at the earliest on another day."""
    return any(waits_since_yesterday(one.since, tx.now, person.timezone) for one in asked.items)


def _line(one: waiting.Waiting, text: str) -> Line:
    return Line(text, tuple(item.key for item in one.items))


def _is_due(tx: Transaction, person: Person) -> bool:
    return roles.why_barred(person) is None and nudge_is_due(
        tx.now,
        person.timezone,
        person.nudged_on,
        person.nudge_every_days,
        person.nudge_snoozed_until,
    )


FEATURE = Feature(
    actions={"nudge_later": tell_later, "nudge_fewer": tell_fewer}, minutely=(send_due,)
)
