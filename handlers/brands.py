"""`/influencer brands`: who sees what belongs to a brand. For owners and managers."""

import json

from domain import roles
from handlers import access
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Command, Submission
from storage import brands as stored
from storage import outbox, people
from storage.models import Brand
from storage.transaction import Transaction
from views import settings as view


def brands(command: Command, context: Context) -> Answer:
    """List all brands."""
    with context.reading() as tx:
        access.require_manager(tx, context)
        return Answer(message=view.brand_list(_lines(tx)))


def press_brands(action: Action, context: Context) -> None:
    """List all brands in a modal, from Home or on top of the settings."""
    with context.reading() as tx:
        access.require_manager(tx, context)
        drawn = view.brand_modal(_lines(tx))
    if action.view.get("type") == "modal":
        context.push_modal(action.trigger_id, drawn)
    else:
        context.open_modal(action.trigger_id, drawn)


def press_limit(action: Action, context: Context) -> None:
    """Open the form that limits a brand, on top of the list if that is a modal."""
    with context.reading() as tx:
        access.require_manager(tx, context)
        brand = _get(tx, action.value)
        named = tuple(person.slack_user_id for person in stored.members(tx, brand.id or 0))
        metadata = json.dumps({"brand": brand.id, "url": action.response_url})
        drawn = view.limit_form(_line(tx, brand), named, metadata)
    if action.view.get("type") == "modal":
        context.push_modal(action.trigger_id, drawn)
    else:
        context.open_modal(action.trigger_id, drawn)


def submit_limit(submission: Submission, context: Context) -> Answer:
    """Store who sees the brand."""
    limited = submission.text("who") == view.NAMED
    chosen = submission.chosen("people") if limited else ()
    if limited and not chosen:
        return Answer(errors={"people": "Please name at least one person."})
    place = json.loads(submission.metadata or "{}")
    with context.reading() as tx:
        for slack_user_id in chosen:
            known = people.find(tx, slack_user_id)
            if known is not None and roles.why_barred(known) is not None:
                sentence = f"{known.name or 'This person'} is not a full member of the workspace."
                return Answer(errors={"people": sentence})
    with context.writing() as tx:
        access.require_manager(tx, context)
        brand = _get(tx, str(place.get("brand", "")))
        named = [people.get(tx, slack_user_id) for slack_user_id in chosen]
        for person in named:
            access.ask_slack(tx, person)
        stored.limit(tx, brand, limited, named)
        tx.session.flush()
        if place.get("url"):
            message = {"replace_original": True, **view.brand_list(_lines(tx)).payload()}
            outbox.respond(tx, f"{tx.delivery}:brands", str(place["url"]), message)
        return context.settle(tx, Answer(view=view.brand_saved(_line(tx, brand))))


def _lines(tx: Transaction) -> list[view.BrandLine]:
    return [_line(tx, brand) for brand in stored.visible(tx)]


def _line(tx: Transaction, brand: Brand) -> view.BrandLine:
    names = [person.name or person.slack_user_id for person in stored.members(tx, brand.id or 0)]
    return view.BrandLine(
        id=brand.id or 0, name=brand.name, limited=brand.limited, people=tuple(names)
    )


def _get(tx: Transaction, value: str) -> Brand:
    brand = stored.get(tx, int(value)) if value.isdecimal() else None
    if brand is None:
        raise Refused("This brand is no longer there.")
    return brand


FEATURE = Feature(
    commands={"brands": brands},
    actions={"brands_open": press_brands, "brand_limit": press_limit},
    submissions={"brand_limit_form": submit_limit},
)
