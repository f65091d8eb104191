"""Shops: connected by owners, with a secret that nobody sees again."""

from collections.abc import Mapping

from handlers import access
from handlers.answer import Answer, FieldErrors, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Submission
from sources.shops import SERVICES
from storage import shops
from storage.models import Shop
from storage.transaction import Transaction
from views import shops as view

GONE = "This shop is no longer there."
SHORTEST_SECRET = 8
TITLES: Mapping[str, str] = {name: one.title for name, one in SERVICES.items()}


def open_shops(action: Action, context: Context) -> None:
    """List the shops, over the modal that is open, if there is one."""
    with context.reading() as tx:
        access.require_owner(tx, context)
        drawn = _list(tx, context)
    if action.view.get("type") == "modal":
        context.push_modal(action.trigger_id, drawn)
    else:
        context.open_modal(action.trigger_id, drawn)


def open_connect(action: Action, context: Context) -> None:
    """Open the form of a new shop."""
    with context.reading() as tx:
        access.require_owner(tx, context)
    context.push_modal(action.trigger_id, view.connect(TITLES))


def connect(submission: Submission, context: Context) -> Answer:
    """Store a new shop, and say where it has to call."""
    source, secret = submission.text(view.SOURCE), submission.text(view.SECRET).strip()
    name = " ".join(submission.text(view.NAME).split())[: view.LONGEST_NAME]
    wrong = _wrong_secret(secret) if secret else {}
    if source not in SERVICES:
        wrong[view.SOURCE] = "Please choose one of these."
    if not name:
        wrong[view.NAME] = "Please give it a name."
    if wrong:
        return Answer(errors=wrong)
    with context.writing() as tx:
        person = access.require_owner(tx, context)
        try:
            made = shops.create(tx, source, name, secret, person.id)
        except shops.NameTaken as taken:
            raise FieldErrors({view.NAME: "There is a shop of this name already."}) from taken
        return context.settle(tx, Answer(view=view.connected(line_of(made, context))))


def open_secret(action: Action, context: Context) -> None:
    """Ask for a shop's secret."""
    with context.reading() as tx:
        access.require_owner(tx, context)
        form = view.ask_for_secret(line_of(_get(tx, action.value), context))
    context.push_modal(action.trigger_id, form)


def save_secret(submission: Submission, context: Context) -> Answer:
    """Store a shop's secret."""
    secret = submission.text(view.SECRET).strip()
    if wrong := _wrong_secret(secret):
        return Answer(errors=wrong)
    with context.writing() as tx:
        access.require_owner(tx, context)
        shop = _get(tx, submission.metadata)
        shops.set_secret(tx, shop, secret)
        return context.settle(tx, Answer(view=view.secret_saved(line_of(shop, context))))


def turn(action: Action, context: Context) -> None:
    """Listen to a shop no more, or again."""
    with context.writing() as tx:
        access.require_owner(tx, context)
        shops.turn(tx, _get(tx, action.value), off=action.action_id.startswith("shop_off"))
    with context.reading() as tx:
        drawn = _list(tx, context)
    context.redraw_modal(drawn, action.view)


def line_of(shop: Shop, context: Context) -> view.ShopLine:
    """A shop as it is listed; whether it has a secret, never which."""
    public = context.services.public_url
    reached = public and shop.source in SERVICES
    return view.ShopLine(
        id=shop.id or 0,
        source=shop.source,
        title=TITLES.get(shop.source, "files"),
        name=shop.name,
        address=f"{public}/webhooks/{shop.source}/{shop.token}" if reached else "",
        has_secret=bool(shop.secret),
        is_off=shop.is_off,
        heard_at=shop.heard_at,
        tested_at=shop.tested_at,
        refused_at=shop.refused_at,
    )


def _list(tx: Transaction, context: Context) -> dict[str, object]:
    lines = [line_of(one, context) for one in shops.everyone(tx)]
    return view.shops(lines[:30], reachable=bool(context.services.public_url))


def _get(tx: Transaction, value: str) -> Shop:
    number = int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else 0
    found = shops.get(tx, number)
    if found is None:
        raise Refused(GONE)
    return found


def _wrong_secret(secret: str) -> dict[str, str]:
    if len(secret) < SHORTEST_SECRET or not secret.isprintable():
        return {view.SECRET: f"A signing secret has at least {SHORTEST_SECRET} characters."}
    return {}


FEATURE = Feature(
    actions={
        "shops_open": open_shops,
        "shop_new": open_connect,
        "shop_secret": open_secret,
        "shop_on": turn,
        "shop_off": turn,
    },
    submissions={"shop_form": connect, "shop_secret_form": save_secret},
)
