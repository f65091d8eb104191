"""What a shop sends: verified by its bytes, kept in one transaction, counted afterwards."""

import logging
import re
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus

from handlers.context import Context
from handlers.features import Feature
from sources.shops import SERVICES
from sources.webhooks import Hook, Malformed
from storage import jobs, order_rows, sale_events, sales, shops
from storage.database import Database
from storage.models import Shop, Workspace
from storage.transaction import Transaction

log = logging.getLogger(__name__)

_TOKEN = re.compile(r"[\w-]{20,64}", re.ASCII)


def receive(
    database: Database,
    context_of: Callable[[Workspace], Context],
    source: str,
    token: str,
    headers: Mapping[str, str],
    body: bytes,
) -> tuple[HTTPStatus, str]:
    """Take what was sent to a shop's address; gives the answer and a few words for the log.

    Args:
        database: in which it is looked up whose address this is.
        context_of: makes the context of a workspace.
        source: "shopify", "woocommerce", "dub".
        token: the part of the address that nobody guesses.
        headers: by lower-case name.
        body: raw, as it was signed.

    Raises:
        one of `storage.database.Unavailable`: nothing was kept; the shop is to send it again.
        CannotUnseal: the same, until the key for the shop's secret is back.
    """
    service = SERVICES.get(source)
    if service is None or not _TOKEN.fullmatch(token):
        return HTTPStatus.NOT_FOUND, "no such address"
    with database.looking(quick=True) as session:
        found = shops.find(session, source, token)
    if found is None:
        return HTTPStatus.NOT_FOUND, "no such address"
    shop, workspace = found
    context = context_of(workspace)
    secret = shops.secret_of(database.keys, shop)
    if not secret or not service.is_signed(secret, headers, body):
        if service.is_hello(headers, body):
            return HTTPStatus.OK, "hello"
        _note_refusal(context, shop)
        return HTTPStatus.UNAUTHORIZED, "the signature is missing or wrong"
    try:
        hook = service.read(headers, body)
    except Malformed as wrong:
        return HTTPStatus.BAD_REQUEST, str(wrong)
    with database.writing(context.workspace_id, quick=True) as tx:
        return HTTPStatus.OK, _keep(tx, shop, hook)


def count(payload: dict[str, object], context: Context) -> None:
    """Count all that is waiting (job `sales.count`)."""
    counted = 1
    while counted:
        with context.writing() as tx:
            counted = sales.count_waiting(tx)


def _keep(tx: Transaction, shop: Shop, hook: Hook) -> str:
    shops.heard(tx, shop, is_test=hook.is_test)
    for fact in hook.facts:
        if not sale_events.receive(tx, shop.id or 0, fact, hook.delivery_key, hook.event_key):
            return "a repeat"
        ask_to_count(tx)
    return "kept" if hook.facts else "nothing to count"


def ask_to_count(tx: Transaction) -> None:
    """Have what is waiting counted soon."""
    jobs.add(tx, "sales.count", f"sales.count:{secrets.token_hex(8)}")


def _note_refusal(context: Context, shop: Shop) -> None:
    if shops.is_news(shop, context.now()):
        with context.database.writing(context.workspace_id, quick=True) as tx:
            shops.refused(tx, shop)


def tidy(context: Context) -> None:
    """Count what was left, and forget what is no longer needed (hourly)."""
    with context.writing() as tx:
        sale_events.forget_old(tx)
        order_rows.forget_lone_refunds(tx)
        if sale_events.waiting(tx, 1):
            ask_to_count(tx)


FEATURE = Feature(jobs={"sales.count": count}, hourly=(tidy,))
