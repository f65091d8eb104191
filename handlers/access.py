"""Who acts, and whether they may. The rules themselves are in `domain.roles`."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from domain import roles
from handlers import people as people_handler
from handlers.answer import NotAllowed, NotKnownYet
from handlers.context import Context
from storage import brands, jobs, people, shortlists
from storage.models import Person, Shortlist
from storage.transaction import Transaction

Done = TypeVar("Done")
Given = TypeVar("Given")
GOOD_FOR = dt.timedelta(days=1)
"""How long what Slack said of a person is relied on before it is asked again, beside the answer."""


def admitted(handler: Callable[[Done, Context], Given], done: Done, context: Context) -> Given:
    """Run a handler for somebody who may be here; each of its transactions looks again.

    About somebody who is not known yet, Slack is asked at once.

    Raises:
        NotAllowed, NotKnownYet: before the handler has seen anything of what they did.
    """
    try:
        context.look_at_who_acts()
    except NotKnownYet:
        people_handler.learn_now(replace(context, members_only=False), [context.user_id])
        context.look_at_who_acts()
    return handler(done, context)


def in_the_name_of(context: Context, slack_user_id: str, key: str) -> Context:
    """The context of a job that goes on with what somebody did; each transaction looks again.

    slack_user_id: "" for nobody. key: under which the change is stored, so that it is made once.
    """
    acting = replace(context, user_id=slack_user_id, delivery=key, members_only=bool(slack_user_id))
    return replace(acting, in_job=True)


def acting_person(tx: Transaction, context: Context) -> Person:
    """The person who acts; works in both kinds of transaction, but only writing keeps a new row.

    Slack is asked, in a job, about somebody of whom it has not been asked for a while.
    """
    if tx.writable:
        person = people.get(tx, context.user_id)
        ask_slack(tx, person)
        return person
    found = people.find(tx, context.user_id)
    if found is not None:
        return found
    return Person(workspace_id=context.workspace_id, slack_user_id=context.user_id)


def require_member(tx: Transaction, context: Context) -> Person:
    """The acting person, who must be a full member.

    Raises:
        NotAllowed: a guest, a bot, a person of another organisation, a deactivated account;
            NotKnownYet where Slack has not said which.
    """
    person = acting_person(tx, context)
    barred = roles.why_barred(person)
    if barred is not None:
        raise NotAllowed(barred)
    if person.refreshed_at is None:
        raise NotKnownYet(roles.NOT_KNOWN_YET)
    return person


def require_voter(tx: Transaction, context: Context, shortlist: Shortlist) -> Person:
    """The acting person, who must be a full member or, on a client's list, named there.

    Raises:
        NotAllowed: as `require_member`.
    """
    person = acting_person(tx, context)
    if shortlist.kind == shortlists.CLIENT:
        named = {one.id for one in shortlists.approvers(tx, shortlists.number_of(shortlist))}
        if person.id in named and shortlists.why_barred(shortlist, person) is None:
            return person
    return require_member(tx, context)


def require_manager(tx: Transaction, context: Context) -> Person:
    """The acting person, who must be an owner or manager.

    Raises:
        NotAllowed: they are not; the sentence names whom to ask.
    """
    return _require(tx, context, roles.why_not_manager)


def require_owner(tx: Transaction, context: Context) -> Person:
    """The acting person, who must be an owner.

    Raises:
        NotAllowed: they are not; the sentence names whom to ask.
    """
    return _require(tx, context, roles.why_not_owner)


def is_manager(person: Person) -> bool:
    """Whether a person is an owner or manager."""
    return roles.manages(person)


def is_owner(person: Person) -> bool:
    """Whether a person is an owner."""
    return roles.owns(person)


def hidden_brands(tx: Transaction, person: Person) -> frozenset[int]:
    """Brands limited to named people of whom this person is not one.

    What belongs to them (briefs, fees, notes, partnerships and all that follows from these)
    must not be shown to this person.
    """
    return brands.hidden_from(tx, person.id)


def may_see_brand(tx: Transaction, person: Person, brand_id: int | None) -> bool:
    """Whether a person sees what belongs to a brand; everybody sees what belongs to none."""
    return brand_id is None or brand_id not in hidden_brands(tx, person)


def manages_brand(tx: Transaction, person: Person, brand_id: int | None) -> bool:
    """Whether a person is an owner or manager for what belongs to a brand, or to none."""
    return is_manager(person) and may_see_brand(tx, person, brand_id)


def ask_slack(tx: Transaction, person: Person) -> None:
    """Have Slack asked who this is, unless that is known well; asked at most once an hour."""
    if person.refreshed_at is None or tx.now - person.refreshed_at > GOOD_FOR:
        jobs.add(
            tx,
            "people.learn",
            f"people.learn:{person.slack_user_id}:{tx.now:%Y-%m-%dT%H}",
            {"slack_user_id": person.slack_user_id},
        )


def _require(
    tx: Transaction, context: Context, why_not: Callable[[Person, list[str]], str | None]
) -> Person:
    person = acting_person(tx, context)
    refusal = why_not(person, _owner_names(tx))
    if refusal is not None:
        raise NotAllowed(refusal)
    return person


def _owner_names(tx: Transaction) -> list[str]:
    return [person.name for person in people.with_role(tx, roles.Role.OWNER) if person.name]
