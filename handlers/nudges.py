"""Tells people privately what waits for them: at most one message a person a working day."""

from domain.nudging import Frequency, fewer, later, local_day, nudge_is_due
from handlers import access
from handlers.answer import Answer
from handlers.context import Action, Context
from handlers.features import Feature
from storage import nudges, outbox
from storage.models import Person
from storage.transaction import Transaction
from views import nudges as view


def send_due(context: Context) -> None:
    """Send each person what was gathered for them, when it is their time (every minute)."""
    with context.reading() as tx:
        due = [person.id or 0 for person in nudges.people_waiting(tx) if _is_due(tx, person)]
    for person_id in due:
        with context.writing() as tx:
            person = nudges.lock_person(tx, person_id)
            waiting = nudges.waiting_for(tx, person_id)
            if waiting and _is_due(tx, person):
                today = local_day(tx.now, person.timezone)
                key = f"nudge:{person_id}:{today}"
                texts = [nudge.text for nudge in waiting]
                message = view.gathered(texts, key, Frequency(person.nudge_every_days))
                if outbox.direct(tx, key, person.slack_user_id, message.payload()):
                    nudges.mark_sent(tx, person, waiting, today)


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


def _is_due(tx: Transaction, person: Person) -> bool:
    return nudge_is_due(
        tx.now,
        person.timezone,
        person.nudged_on,
        person.nudge_every_days,
        person.nudge_snoozed_until,
    )


FEATURE = Feature(
    actions={"nudge_later": tell_later, "nudge_fewer": tell_fewer}, minutely=(send_due,)
)
