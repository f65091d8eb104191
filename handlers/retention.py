"""How long things are kept: chosen by owners, from the settings; looked after every hour."""

from collections.abc import Callable
from functools import partial
from typing import Any

from domain.retention import CHOICES, Kept
from handlers import access
from handlers.answer import Answer, FieldErrors
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Submission
from storage import preferences, retention
from storage.transaction import Transaction
from views import retention as view

STEP, ROUNDS = 200, 50
"""Rows in one transaction, and how many of those an hour: the rest has time."""

_AFTER_A_WHILE: dict[str, Callable[..., int]] = {
    "declined": retention.delete_remarks,
    "record": retention.delete_record,
    "messages": retention.empty_posted,
    "told": retention.empty_told,
}
"""What is done with what is older than the workspace keeps it; creators who were found go with
`handlers.refreshing`."""
_AT_ONCE = (retention.empty_shown_once, retention.drop_examples)


def open_form(action: Action, context: Context) -> None:
    """Show how long what is kept."""
    with context.reading() as tx:
        access.require_owner(tx, context)
        form = view.form(preferences.current(tx).retention)
    context.push_modal(action.trigger_id, form)


def submit(submission: Submission, context: Context) -> Answer:
    """Keep what was chosen."""
    chosen = {name: _days(submission, name) for name in CHOICES}
    with context.writing() as tx:
        access.require_owner(tx, context)
        usual = Kept().model_dump()
        preferences.change(tx, retention=None if chosen == usual else chosen)
        return context.settle(tx, Answer(view=view.saved()))


def look_after(context: Context) -> None:
    """Delete what was kept long enough (every hour)."""
    with context.reading() as tx:
        kept = preferences.current(tx).retention
    for name, step in _AFTER_A_WHILE.items():
        before = kept.before(name, context.now())
        if before is not None:
            _repeat(context, partial(step, before=before, limit=STEP))
    for at_once in _AT_ONCE:
        _repeat(context, partial(at_once, limit=STEP))


def _repeat(context: Context, step: Callable[[Transaction], int]) -> None:
    for _ in range(ROUNDS):
        with context.writing() as tx:
            done = step(tx)
        if done < STEP:
            return


def _days(submission: Submission, name: str) -> int:
    typed: Any = submission.text(name)
    days = int(typed) if typed.isdigit() else -1
    if days not in CHOICES[name]:
        raise FieldErrors({name: "Please choose from the list."})
    return days


FEATURE = Feature(
    actions={"retention_open": open_form},
    submissions={view.FORM: submit},
    hourly=(look_after,),
)
