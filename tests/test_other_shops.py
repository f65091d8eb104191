"""WooCommerce and Dub: each with its own signature, statuses and ways of saying a refund."""

import datetime as dt
from decimal import Decimal
from typing import Any

from domain.creator import Money
from storage import promo_codes, sale_totals, shops, tracking_links
from storage.models import Partnership
from tests.selling import SECRET, Selling, entries, order, partnership, post, shop, totals
from tests.slack import Slack

DAY = dt.date(2026, 11, 20)


def woo(status: str = "processing", modified: str = "2026-11-20T10:05:00", **more: Any) -> Any:
    """An order as WooCommerce's REST interface, version 3, gives it."""
    return {
        "id": 727,
        "number": "727",
        "status": status,
        "currency": "EUR",
        "date_created_gmt": "2026-11-20T10:00:00",
        "date_modified_gmt": modified,
        "date_paid_gmt": "2026-11-20T10:05:00" if status != "pending" else None,
        "total": "60.00",
        "total_tax": "8.00",
        "shipping_total": "12.00",
        "billing": {"first_name": "Clara", "email": "customer@example.com"},
        "coupon_lines": [{"id": 11, "code": "anna15", "discount": "6.00"}],
        "refunds": [],
        "meta_data": [],
        **more,
    }


def meta(**values: str) -> list[dict[str, Any]]:
    return [
        {"id": place, "key": f"_wc_order_attribution_{name}", "value": value}
        for place, (name, value) in enumerate(values.items())
    ]


def euros(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def test_an_order_of_woocommerce_counts_once_it_is_paid(slack: Slack) -> None:
    number = partnership(slack, code="ANNA15")
    selling = shop(slack, "woocommerce")

    assert selling.send("order.created", woo("pending", "2026-11-20T10:00:00")) == 200
    assert entries(slack) == []
    selling.send("order.updated", woo())

    assert entries(slack) == [(number, DAY, "EUR", 1, 4_000)]


def test_an_update_that_overtakes_the_creation_stands(slack: Slack) -> None:
    partnership(slack, code="ANNA15")
    selling = shop(slack, "woocommerce")

    selling.send("order.updated", woo())
    selling.send("order.created", woo("pending", "2026-11-20T10:00:00"))

    assert len(entries(slack)) == 1


def test_a_refund_of_woocommerce_subtracts_the_part_that_is_of_goods(slack: Slack) -> None:
    number = partnership(slack, code="ANNA15")
    selling = shop(slack, "woocommerce")
    half = [{"id": 5, "reason": "", "total": "-30.00"}]
    rest = [*half, {"id": 6, "reason": "", "total": "-30.00"}]

    selling.send("order.updated", woo(refunds=half, modified="2026-11-21T08:00:00"))
    assert totals(slack, number).revenue == euros("20")
    selling.send("order.updated", woo("refunded", refunds=rest, modified="2026-11-22T08:00:00"))

    assert (totals(slack, number).conversions, totals(slack, number).revenue) == (0, euros("0"))


def test_a_cancelled_order_of_woocommerce_is_taken_back_and_a_restored_one_counts_again(
    slack: Slack,
) -> None:
    number = partnership(slack, code="ANNA15")
    selling = shop(slack, "woocommerce")

    selling.send("order.updated", woo())
    selling.send("order.updated", woo("cancelled", "2026-11-21T09:00:00"))
    assert totals(slack, number).conversions == 0
    selling.send("order.updated", woo("completed", "2026-11-22T09:00:00"))
    assert totals(slack, number).conversions == 1


def test_the_hello_of_woocommerce_is_answered_and_nothing_else_unsigned_is(slack: Slack) -> None:
    selling = shop(slack, "woocommerce")
    path = f"/webhooks/woocommerce/{selling.token}"
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    assert post(slack, path, b"webhook_id=12", form) == 200
    assert post(slack, path, b"webhook_id=12&order=1", form) == 401
    assert post(slack, path, b"", form) == 401


def test_a_visit_by_a_tracking_link_counts_where_there_is_no_creators_code(slack: Slack) -> None:
    slug, number = with_link(slack)
    selling = shop(slack, "woocommerce")
    visit = meta(utm_content=slug, session_start_time="2026-10-25 09:00:00")
    old = meta(utm_content=slug, session_start_time="2026-10-20 09:00:00")

    selling.send("order.updated", woo(coupon_lines=[], meta_data=visit))
    selling.send("order.updated", woo(id=728, number="728", coupon_lines=[], meta_data=old))

    with slack.reading() as tx:
        sold = sale_totals.sold(tx, [number])[number]
        seen = sale_totals.outcomes(tx, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert (sold.orders, sold.by_link) == (1, 1)
    assert seen == {"attributed": 1, "attributed by link": 1, "outside the window": 1}


def test_shopify_tells_the_tracking_link_by_the_page_the_visit_began_on(slack: Slack) -> None:
    slug, number = with_link(slack)
    landed = f"/products/serum?utm_source=instagram&utm_content={slug}"

    shop(slack).send("orders/paid", order(code=None, landing_site=landed))

    assert totals(slack, number).conversions == 1


def test_the_code_of_one_creator_beats_the_link_of_another(slack: Slack) -> None:
    slug, _ = with_link(slack)
    bea = partnership(slack, "bea", code="BEA15")
    landed = f"/?utm_content={slug}"

    shop(slack).send("orders/paid", order(code="BEA15", landing_site=landed))

    assert [number for number, *_ in entries(slack)] == [bea]


def dub(event: str, number: str = "evt_1", **more: Any) -> dict[str, Any]:
    """An event as Dub sends it."""
    return {
        "id": number,
        "event": event,
        "createdAt": "2026-11-20T10:00:00.000Z",
        "data": {
            "eventName": "Purchased",
            "customer": {"id": "cus_1", "name": "Clara", "email": "customer@example.com"},
            "click": {"id": "click_1", "timestamp": "2026-11-10T10:00:00.000Z", "ip": "192.0.2.7"},
            "link": {
                "id": "link_1",
                "domain": "dub.sh",
                "key": "anna",
                "shortLink": "https://dub.sh/anna",
                "url": "https://shop.example.com/serum",
                "externalId": None,
            },
            "sale": {
                "amount": 4_000,
                "currency": "eur",
                "paymentProcessor": "stripe",
                "invoiceId": None,
            },
            **more,
        },
    }


def known_to_dub(slack: Slack) -> tuple[Selling, int]:
    number = partnership(slack)
    with slack.writing() as tx:
        promo_codes.assign(tx, promo_codes.LINK, "dub.sh/Anna", number)
    return shop(slack, "dub"), number


def test_dub_tells_of_sales_clicks_and_sign_ups_each_once(slack: Slack) -> None:
    selling, number = known_to_dub(slack)

    for event, key in (
        ("sale.created", "evt_1"),
        ("sale.created", "evt_1"),
        ("link.clicked", "evt_2"),
        ("link.clicked", "evt_2"),
        ("link.clicked", "evt_3"),
        ("lead.created", "evt_4"),
        ("link.created", "evt_5"),
    ):
        assert selling.send("", dub(event, key)) == 200

    with slack.reading() as tx:
        sold = sale_totals.sold(tx, [number])[number]
    assert (sold.orders, sold.clicks, sold.leads) == (1, 2, 1)
    assert totals(slack, number).revenue == euros("40")
    assert totals(slack, number).clicks == 2


def test_a_sale_of_dub_is_told_apart_by_its_invoice(slack: Slack) -> None:
    """The same sale reported by two events counts once."""
    selling, number = known_to_dub(slack)
    sale = {"amount": 500, "currency": "jpy", "invoiceId": "in_7"}

    selling.send("", dub("sale.created", "evt_1", sale=sale))
    selling.send("", dub("sale.created", "evt_2", sale=sale))

    assert entries(slack) == [(number, DAY, "JPY", 1, 500)]


def test_a_sale_by_a_link_that_nobody_knows_is_kept_aside_and_a_click_is_not(slack: Slack) -> None:
    selling = shop(slack, "dub")

    selling.send("", dub("link.clicked", "evt_2"))
    selling.send("", dub("sale.created"))

    with slack.reading() as tx:
        assert [(one.kind, one.code) for one in sale_totals.unknown(tx)] == [
            ("link", "dub.sh/anna")
        ]


def test_what_is_signed_in_the_way_of_another_service_is_refused(slack: Slack) -> None:
    """Dub writes hexadecimal, the shops Base64; each has headers of its own."""
    selling, _ = known_to_dub(slack)
    shopify = Selling(slack, "shopify", selling.token)

    assert shopify.send("orders/paid", order()) == 404
    for wrong in (None, {"id": 1}, dub("sale.created", sale={"amount": 1.5})):
        assert selling.send("", wrong) == 400
    assert selling.send("", dub("sale.created"), {"Dub-Signature": "0" * 64}) == 401
    assert selling.send("", dub("sale.created"), secret=SECRET.upper()) == 401


def with_link(slack: Slack) -> tuple[str, int]:
    number = partnership(slack)
    with slack.writing() as tx:
        row = tx.session.get(Partnership, number)
        assert row is not None
        target = "https://shop.example.com/serum"
        made = tracking_links.issue(tx, row, "anna", target, "instagram", "spring", None)
        return made.slug, number


def test_a_shop_that_was_heard_lately_says_that_nothing_more_was_sold(slack: Slack) -> None:
    """The week after the last sale is a week of no sales, not one of which nothing is known."""
    number = partnership(slack, code="ANNA15")
    selling = shop(slack)
    selling.send("orders/paid", order())
    with slack.reading() as tx:
        heard = shops.everyone(tx)[0].heard_at
        found = sale_totals.series(tx, [number])[number]

    assert heard is not None
    days = [one.as_of for one in found]
    assert days[:2] == [DAY - dt.timedelta(days=7), DAY]
    assert days[-1] == max(DAY, heard.date())
    assert [one.totals.conversions for one in found][:2] == [0, 1]
