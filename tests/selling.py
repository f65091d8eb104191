"""Sets the scene for tests of sales: shops that sign what they send, partnerships with codes."""

import base64
import datetime as dt
import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from domain.partnership import Stage
from storage import creators, overviews, partnerships, people, profiles, promo_codes, shops
from storage.models import Brief, Partnership, SaleEntry
from tests.partnering import add_brief, add_creators
from tests.slack import Slack

SECRET = "shpss_5f0c1d2e3b4a"
PUBLIC = "https://bot.example.com"


@dataclass
class Selling:
    """A shop that tells of orders. token: of its address."""

    slack: Slack
    source: str
    token: str
    secret: str = SECRET
    sent: int = 0

    def send(
        self,
        topic: str,
        said: Any,
        headers: Mapping[str, str] | None = None,
        *,
        secret: str | None = None,
        settle: bool = True,
    ) -> int:
        """Send something, signed as this kind of shop does; gives the status of the answer."""
        self.sent += 1
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        mac = hmac.new((secret or self.secret).encode(), body, hashlib.sha256).digest()
        number = f"{self.source}-{self.sent}"
        signed = {
            "shopify": {
                "X-Shopify-Topic": topic,
                "X-Shopify-Hmac-Sha256": base64.b64encode(mac).decode(),
                "X-Shopify-Webhook-Id": number,
                "X-Shopify-Event-Id": f"event-{number}",
            },
            "woocommerce": {
                "X-WC-Webhook-Topic": topic,
                "X-WC-Webhook-Signature": base64.b64encode(mac).decode(),
                "X-WC-Webhook-Delivery-ID": number,
            },
            "dub": {"Dub-Signature": mac.hex()},
        }[self.source]
        status = post(
            self.slack, f"/webhooks/{self.source}/{self.token}", body, signed | dict(headers or {})
        )
        if settle:
            self.slack.settle()
        return status


def post(slack: Slack, path: str, body: bytes, headers: dict[str, str]) -> int:
    """Post bytes to the bot's own server; gives the status of the answer."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{slack.server.port}{path}",
        data=body,
        headers={"Content-Type": "application/json", **headers},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return int(refused.code)


def shop(slack: Slack, source: str = "shopify", name: str = "Aqua Skin") -> Selling:
    """Connect a shop, as an owner does."""
    with slack.writing() as tx:
        made = shops.create(tx, source, name, SECRET, None)
        return Selling(slack, source, made.token)


def partnership(
    slack: Slack, handle: str = "anna", code: str = "", brief: str = "", link: str = ""
) -> int:
    """A partnership that is live, owned by Olivia, with a code; gives its number."""
    add_creators(slack, handle)
    brief_id = add_brief(slack, brief) if brief else None
    with slack.writing() as tx:
        owner = people.get(tx, slack.workspace.user("olivia").id)
        found = None
        if brief_id:
            found = tx.session.exec(select(Brief).where(Brief.id == brief_id)).one()
            found.content = {**found.content, "link": link}
            tx.session.add(found)
        profile = profiles.by_handle(tx, handle)[0]
        creator = creators.current_id(tx, profile.creator_id)
        row = partnerships.create(tx, creator, profile.id, found, owner.id, Stage.LIVE)
        row.created_at = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
        tx.session.add(row)
        if code:
            promo_codes.set_code(tx, row, code)
        return row.id or 0


def totals(slack: Slack, number: int) -> Any:
    """What a partnership brought to date, as it is shown everywhere."""
    with slack.reading() as tx:
        row = tx.session.exec(select(Partnership).where(Partnership.id == number)).one()
        return overviews.overviews(tx, [row])[0].totals


def entries(slack: Slack) -> list[tuple[int, dt.date, str, int, int]]:
    """All that orders added: partnership, day, currency, orders, minor units."""
    with slack.reading() as tx:
        rows = tx.session.exec(
            select(SaleEntry).order_by(col(SaleEntry.day), col(SaleEntry.amount).desc())
        )
        return [(r.partnership_id, r.day, r.currency, r.orders, r.amount) for r in rows]


def order(
    number: int = 1001,
    code: str | None = "ANNA15",
    amount: str = "40.00",
    currency: str = "EUR",
    at: str = "2026-11-20T10:00:00+01:00",
    **more: Any,
) -> dict[str, Any]:
    """An order as Shopify sends it, with all that it says of the customer."""
    return {
        "id": 5_600_000_000_000 + number,
        "name": f"#{number}",
        "email": "customer@example.com",
        "phone": "+49 30 123456",
        "created_at": at,
        "updated_at": at,
        "cancelled_at": None,
        "currency": currency,
        "financial_status": "paid",
        "total_price": "54.90",
        "subtotal_price": amount,
        "current_subtotal_price_set": {
            "shop_money": {"amount": amount, "currency_code": currency},
            "presentment_money": {"amount": "99.00", "currency_code": "USD"},
        },
        "test": False,
        "discount_codes": [{"code": code, "amount": "6.00", "type": "percentage"}] if code else [],
        "landing_site": "/products/serum?variant=2",
        "refunds": [],
        "customer": {"id": 7, "email": "customer@example.com", "first_name": "Clara"},
        "billing_address": {"address1": "Main Street 1", "city": "Berlin", "country_code": "DE"},
        **more,
    }


def refund(number: int = 1001, amount: str = "10.00", key: int = 1, **more: Any) -> dict[str, Any]:
    """A refund of goods as Shopify sends it, with tax paid back on top."""
    return {
        "id": 900_000 + key,
        "order_id": 5_600_000_000_000 + number,
        "created_at": "2026-11-21T10:00:00+01:00",
        "processed_at": "2026-11-21T10:00:00+01:00",
        "refund_line_items": [
            {
                "id": 1,
                "quantity": 1,
                "subtotal": float(amount),
                "subtotal_set": {"shop_money": {"amount": amount, "currency_code": "EUR"}},
                "total_tax": 1.9,
            }
        ],
        "transactions": [
            {"kind": "refund", "status": "success", "amount": "11.90", "currency": "EUR"}
        ],
        "order_adjustments": [],
        **more,
    }
