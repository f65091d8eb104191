"""`/influencer settings`: what owners and managers decide for the whole workspace."""

from collections.abc import Sequence
from typing import Any

from domain import roles
from domain.benchmark import benchmark_sets
from domain.calendar import is_timezone
from domain.preferences import Preferences
from domain.settings_form import (
    SettingError,
    read_bands,
    read_currency,
    read_rates,
    written_bands,
    written_rates,
)
from domain.tier import TierBands
from handlers import access
from handlers import people as people_handler
from handlers.answer import Answer, FieldErrors
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Command, Submission
from storage import jobs, people, preferences
from storage import roles as stored_roles
from storage.models import Person
from storage.pools import refresh_pools
from storage.transaction import Transaction
from views import settings as view

MOST_ASKED = 8
"""People whom Slack is asked about while somebody waits."""


def settings(command: Command, context: Context) -> Answer:
    """Open the form."""
    _open(context, command.trigger_id)
    return Answer()


def press_settings(action: Action, context: Context) -> None:
    """Open the form from Home."""
    _open(context, action.trigger_id)


def submit(submission: Submission, context: Context) -> Answer:
    """Store the settings; what is wrong is said under its field."""
    errors: dict[str, str] = {}
    changes: dict[str, Any] = {}
    for field, read in _READERS.items():
        try:
            changes[field] = read(submission.text(field), context)
        except SettingError as error:
            errors[field] = str(error)
    with context.reading() as tx:
        _require_role(tx, context, submission)
    people_handler.learn_now(context, _chosen(submission), limit=MOST_ASKED)
    with context.reading() as tx:
        errors |= _wrongly_named(tx, submission)
    if errors:
        return Answer(errors=errors)
    with context.writing() as tx:
        _require_role(tx, context, submission)
        if wrong := _wrongly_named(tx, submission):  # by now
            raise FieldErrors(wrong)
        benchmark_before = preferences.current(tx).benchmark
        changes |= _named(tx, submission)
        preferences.change(tx, **changes)
        stored_roles.apply(tx, context.services.owners)
        if changes["benchmark"] != benchmark_before:
            jobs.add(tx, "pools.refresh", f"pools.refresh:{tx.delivery}")
        return context.settle(tx, Answer(view=view.saved("✅ The settings are saved.")))


def refresh(payload: dict[str, Any], context: Context) -> None:
    """Score everybody anew against other benchmarks (job `pools.refresh`)."""
    refresh_pools(context.database, context.workspace_id)


def _open(context: Context, trigger_id: str) -> None:
    with context.reading() as tx:
        acting = access.require_manager(tx, context)
        chosen = preferences.current(tx)
        owners = _ids(people.with_role(tx, roles.Role.OWNER)) if roles.owns(acting) else None
        drawn = view.form(_shown(chosen, owners))
    context.open_modal(trigger_id, drawn)


def _shown(chosen: Preferences, owners: tuple[str, ...] | None) -> view.SettingsView:
    sets = benchmark_sets()
    return view.SettingsView(
        owners=owners,
        managers=chosen.managers,
        tier_bands=written_bands(chosen.tier_bands),
        benchmarks=tuple(
            (
                each.name,
                f"{each.label} ({each.date})" if each.date not in each.label else each.label,
            )
            for each in sets
        ),
        benchmark=chosen.benchmark or sets[0].name,
        currency=chosen.currency or "",
        rates=written_rates(chosen.rates),
        timezone=chosen.timezone,
    )


def _named(tx: Transaction, submission: Submission) -> dict[str, Any]:
    """Owners and managers as they are kept. Owners that were left as they are stay unnamed."""
    changes: dict[str, Any] = {}
    changes["managers"] = sorted(submission.chosen("managers")) or None
    if "owners" in submission.state:
        chosen = sorted(submission.chosen("owners"))
        if chosen != sorted(_ids(people.with_role(tx, roles.Role.OWNER))):
            changes["owners"] = chosen
    return changes


def _require_role(tx: Transaction, context: Context, submission: Submission) -> Person:
    """Who sent the form: an owner, where it names owners."""
    names_owners = "owners" in submission.state
    return (access.require_owner if names_owners else access.require_manager)(tx, context)


def _chosen(submission: Submission) -> tuple[str, ...]:
    return (*submission.chosen("owners"), *submission.chosen("managers"))


def _wrongly_named(tx: Transaction, submission: Submission) -> dict[str, str]:
    """Sentences by field: somebody always stays owner, and full members only can be named."""
    errors = {}
    for field in ("owners", "managers"):
        wrong = _cannot_be_named(tx, submission.chosen(field))
        if wrong:
            errors[field] = wrong
    if "owners" in submission.state and not submission.chosen("owners"):
        errors["owners"] = "Please name at least one owner."
    return errors


def _cannot_be_named(tx: Transaction, slack_user_ids: Sequence[str]) -> str | None:
    """The sentence for the first person who can be neither owner nor manager."""
    for slack_user_id in slack_user_ids:
        person = people.find(tx, slack_user_id)
        if person is None or person.refreshed_at is None:
            return "I am still asking Slack who that is. Please try again in a moment."
        if roles.why_barred(person) is not None:
            name = person.name or "This person"
            return f"{name} is no full member of this workspace and can't be named here."
    return None


def _ids(found: Sequence[Person]) -> tuple[str, ...]:
    return tuple(person.slack_user_id for person in found)


def _bands(typed: str, context: Context) -> dict[str, Any] | None:
    bands = read_bands(typed)
    return None if bands == TierBands() else bands.model_dump(mode="json")


def _benchmark(typed: str, context: Context) -> str | None:
    names = [each.name for each in benchmark_sets()]
    if typed not in names:
        raise SettingError("Please choose from the list.")
    return None if typed == names[0] else typed


def _currency(typed: str, context: Context) -> str | None:
    return read_currency(typed)


def _rates(typed: str, context: Context) -> list[dict[str, Any]] | None:
    rates = read_rates(typed, context.now().date())
    return [rate.model_dump(mode="json") for rate in rates] or None


def _timezone(typed: str, context: Context) -> str | None:
    if not is_timezone(typed.strip()):
        raise SettingError("Please give a time zone such as Europe/London or America/New_York.")
    return None if typed.strip() == Preferences().timezone else typed.strip()


_READERS = {
    "tier_bands": _bands,
    "benchmark": _benchmark,
    "currency": _currency,
    "rates": _rates,
    "timezone": _timezone,
}

FEATURE = Feature(
    commands={"settings": settings},
    actions={"settings_open": press_settings},
    submissions={"settings_form": submit},
    jobs={"pools.refresh": refresh},
)
