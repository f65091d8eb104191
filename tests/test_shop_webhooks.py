"""Webhooks of shops, over HTTP: signed or refused, once or again, in any order."""

import datetime as dt
import json
import socket
from decimal import Decimal

import pytest
from sqlmodel import select

from domain.calendar import Days
from domain.creator import Money
from domain.goal import Metric
from domain.results import WeekFigure, WeekKind, week_figures
from storage import promo_codes, results, sale_totals, shops, workspaces
from storage.models import Brief, OrderRefund, Partnership, PromoCode, SaleEvent, ShopOrder
from storage.shops import find
from tests.partnering import log, rows
from tests.selling import SECRET, entries, order, partnership, post, refund, shop, totals
from tests.shortlisting import CHECK, add_brief, add_creators, shortlist
from tests.slack import Slack

DAY = dt.date(2026, 11, 20)
NEXT = dt.date(2026, 11, 21)


def euros(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def test_a_paid_order_with_a_creators_code_counts_for_the_partnership(slack: Slack) -> None:
    number = partnership(slack, code="ANNA15")

    assert shop(slack).send("orders/paid", order(code="anna15")) == 200

    assert entries(slack) == [(number, DAY, "EUR", 1, 4_000)]
    assert (totals(slack, number).conversions, totals(slack, number).revenue) == (1, euros("40"))


def test_nothing_of_the_customer_is_stored(slack: Slack) -> None:
    partnership(slack, code="ANNA15")
    selling = shop(slack)

    selling.send("orders/paid", order(), settle=False)
    with slack.reading() as tx:
        waiting = [one.fact for one in tx.session.exec(select(SaleEvent))]
    slack.settle()

    with slack.reading() as tx:
        kept = [one.shop_said for one in tx.session.exec(select(ShopOrder))]
        counted = [one.fact for one in tx.session.exec(select(SaleEvent))]
    said = json.dumps([waiting, kept, counted])
    assert waiting[0]["order_key"] == kept[0]["order_key"]
    for private in ("customer@example.com", "Clara", "Main Street", "Berlin", "123456"):
        assert private not in said


@pytest.mark.parametrize("wrong", ["no signature", "another secret", "changed body", "not ASCII"])
def test_what_was_not_signed_by_this_shop_is_refused_and_its_owner_sees_it(
    slack: Slack, wrong: str
) -> None:
    number = partnership(slack, code="ANNA15")
    selling = shop(slack)
    headers = {
        "no signature": {"X-Shopify-Hmac-Sha256": ""},
        "not ASCII": {"X-Shopify-Hmac-Sha256": "é" * 44},
        "changed body": {"X-Shopify-Hmac-Sha256": "3y4kzGXTbqFyNxqVgYdvJq0jzWb1sKzZ3mLzQ6lYf9E="},
    }.get(wrong, {})
    secret = "another secret" if wrong == "another secret" else None

    assert selling.send("orders/paid", order(), headers, secret=secret) == 401

    assert entries(slack) == []
    assert totals(slack, number).conversions is None
    with slack.reading() as tx:
        assert shops.everyone(tx)[0].refused_at is not None


def test_the_secret_of_one_shop_never_opens_another(slack: Slack) -> None:
    partnership(slack, code="ANNA15")
    first, second = shop(slack), shop(slack, name="Other shop")
    with slack.writing() as tx:
        shops.set_secret(tx, shops.everyone(tx)[1], "a secret of its own")

    assert second.send("orders/paid", order(), secret=SECRET) == 401
    assert first.send("orders/paid", order(), secret="a secret of its own") == 401
    assert first.send("orders/paid", order()) == 200


def test_an_address_that_nobody_was_given_is_not_found(slack: Slack) -> None:
    selling = shop(slack)

    for path in (
        "/webhooks/shopify/" + "x" * 32,
        f"/webhooks/woocommerce/{selling.token}",
        f"/webhooks/shopify/{selling.token}/more",
        "/webhooks/etsy/" + "x" * 32,
        "/webhooks/",
        "/webhooks/shopify/../../slack/events",
    ):
        assert post(slack, path, b"{}", {}) == 404


def test_a_shop_without_a_secret_and_one_that_is_turned_off_are_not_listened_to(
    slack: Slack,
) -> None:
    partnership(slack, code="ANNA15")
    selling = shop(slack)
    with slack.writing() as tx:
        row = shops.everyone(tx)[0]
        row.secret = ""
        tx.session.add(row)
    assert selling.send("orders/paid", order()) == 401
    with slack.writing() as tx:
        row = shops.everyone(tx)[0]
        shops.set_secret(tx, row, SECRET)
        shops.turn(tx, row, off=True)

    assert selling.send("orders/paid", order()) == 404
    assert entries(slack) == []


def refused_unread(slack: Slack, path: str, length: int) -> int:
    """The answer to a request whose body is announced and never sent."""
    with socket.create_connection(("127.0.0.1", slack.server.port), timeout=10) as line:
        head = f"POST {path} HTTP/1.1\r\nHost: bot\r\nContent-Length: {length}\r\n\r\n"
        line.sendall(head.encode())
        return int(line.recv(1_024).split()[1])


def test_what_is_too_long_or_no_order_is_refused_without_a_five_hundred(slack: Slack) -> None:
    selling = shop(slack)

    assert refused_unread(slack, f"/webhooks/shopify/{selling.token}", 2 * 1024 * 1024 + 1) == 413
    for said in (
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"id": NaN}',
        {"id": True},
        order(amount="much"),
        order(amount="1e400"),
        order(amount="NaN"),
        order(currency="XXY"),
        order(at="yesterday"),
        order(at="2026-11-20T10:00:00"),
        {**order(), "id": "x" * 500},
        {**order(), "discount_codes": "ANNA15", "created_at": None},
    ):
        assert selling.send("orders/paid", said) == 400, said


def test_a_repeat_counts_once_under_the_same_and_under_other_headers(slack: Slack) -> None:
    number = partnership(slack, code="ANNA15")
    selling = shop(slack)
    same = {"X-Shopify-Webhook-Id": "w-1", "X-Shopify-Event-Id": "e-1"}

    for headers in (same, same, {**same, "X-Shopify-Webhook-Id": "w-2"}, {}):
        assert selling.send("orders/paid", order(), headers) == 200

    assert entries(slack) == [(number, DAY, "EUR", 1, 4_000)]
    assert totals(slack, number).conversions == 1


def test_two_topics_of_one_event_are_both_heard(slack: Slack) -> None:
    """A merchant who cancels and pays back in one go sends two webhooks under one event."""
    number = partnership(slack, code="ANNA15")
    selling = shop(slack)
    selling.send("orders/paid", order())
    one = {"X-Shopify-Event-Id": "one act"}

    selling.send("refunds/create", refund(amount="15.00"), one)
    selling.send(
        "orders/cancelled",
        order(cancelled_at="2026-11-21T11:00:00+01:00", updated_at="2026-11-21T11:00:00+01:00"),
        one,
    )

    assert totals(slack, number).conversions == 0
    assert totals(slack, number).revenue == euros("0")


def test_refunds_subtract_from_their_order_on_their_own_day(slack: Slack) -> None:
    number = partnership(slack, code="ANNA15")
    selling = shop(slack)

    selling.send("orders/paid", order())
    selling.send("refunds/create", refund(amount="10.00"))
    assert entries(slack) == [(number, DAY, "EUR", 1, 4_000), (number, NEXT, "EUR", 0, -1_000)]
    assert totals(slack, number).revenue == euros("30")

    selling.send("refunds/create", refund(amount="30.00", key=2))
    assert (totals(slack, number).conversions, totals(slack, number).revenue) == (0, euros("0"))


def test_a_refund_that_comes_before_its_order_is_subtracted_all_the_same(slack: Slack) -> None:
    number = partnership(slack, code="ANNA15")
    selling = shop(slack)

    selling.send("refunds/create", refund(amount="10.00"))
    assert entries(slack) == []
    selling.send("orders/paid", order())

    assert totals(slack, number).revenue == euros("30")


def test_an_order_that_says_its_refund_itself_is_not_refunded_twice(slack: Slack) -> None:
    """`current_subtotal_price` is what is left: the refunds in it are put back first."""
    number = partnership(slack, code="ANNA15")
    selling = shop(slack)

    selling.send("orders/paid", order(amount="30.00", refunds=[refund(amount="10.00")]))
    selling.send("refunds/create", refund(amount="10.00"))

    assert entries(slack)[0] == (number, DAY, "EUR", 1, 4_000)
    assert totals(slack, number).revenue == euros("30")


def test_a_cancellation_that_overtakes_the_payment_stands(slack: Slack) -> None:
    number = partnership(slack, code="ANNA15")
    selling = shop(slack)
    later = "2026-11-20T12:00:00+01:00"

    selling.send("orders/cancelled", order(cancelled_at=later, updated_at=later))
    selling.send("orders/paid", order())

    assert entries(slack) == [(number, DAY, "EUR", 1, 4_000), (number, DAY, "EUR", -1, -4_000)]
    assert totals(slack, number).conversions == 0


def test_a_test_order_is_recognised_and_not_counted(slack: Slack) -> None:
    partnership(slack, code="ANNA15")
    selling = shop(slack)

    selling.send("orders/paid", order(), {"X-Shopify-Test": "true"})
    selling.send("orders/paid", order(number=2, test=True))

    assert entries(slack) == []
    with slack.reading() as tx:
        row = shops.everyone(tx)[0]
        assert row.tested_at is not None
        assert row.heard_at is None


def test_orders_without_a_code_or_link_are_not_kept(slack: Slack) -> None:
    selling = shop(slack)

    assert selling.send("orders/paid", order(code=None)) == 200

    with slack.reading() as tx:
        assert tx.session.exec(select(ShopOrder)).all() == []
        assert shops.everyone(tx)[0].heard_at is not None


def test_a_refund_of_an_order_that_is_not_kept_is_forgotten_in_the_end(slack: Slack) -> None:
    selling = shop(slack)
    partnership(slack, code="ANNA15")
    selling.send("refunds/create", refund(number=77))
    selling.send("orders/paid", order())
    selling.send("refunds/create", refund())

    slack.workspace.advance_clock(120 * 24 * 3_600)
    slack.tick()

    with slack.reading() as tx:
        left = tx.session.exec(select(OrderRefund)).all()
        assert [one.order_key for one in left] == ["5600000001001"]
        assert tx.session.exec(select(SaleEvent)).all() == []


def test_currencies_are_kept_apart(slack: Slack) -> None:
    number = partnership(slack, code="ANNA15")
    selling = shop(slack)

    selling.send("orders/paid", order(number=1))
    selling.send("orders/paid", order(number=2))
    selling.send("orders/paid", order(number=3, amount="25.00", currency="USD"))

    with slack.reading() as tx:
        sold = sale_totals.sold(tx, [number])[number]
    assert [(str(one.amount), one.currency) for one in sold.revenue] == [
        ("80.00", "EUR"),
        ("25.00", "USD"),
    ]
    assert sold.orders == 3
    assert totals(slack, number).revenue == euros("80")


def test_the_address_of_a_workspace_that_is_gone_answers_nobody(slack: Slack) -> None:
    selling = shop(slack)
    with slack.bot.services.database.looking() as session:
        assert find(session, "shopify", selling.token) is not None
    with slack.writing() as tx:
        row = workspaces.lock(tx)
        row.removed_at = tx.now
        tx.session.add(row)

    assert selling.send("orders/paid", order(), settle=False) == 404


def test_nothing_is_promised_while_the_database_is_out_of_reach(slack: Slack) -> None:
    """The shop is told to come again, and then the order is counted."""
    number = partnership(slack, code="ANNA15")
    selling = shop(slack)
    database = slack.bot.services.database
    held = database.engine.connect()
    try:
        if database.is_sqlite:
            held.exec_driver_sql("ROLLBACK")
            held.exec_driver_sql("BEGIN EXCLUSIVE")
        else:
            held.exec_driver_sql("LOCK TABLE sale_events IN ACCESS EXCLUSIVE MODE")
        assert selling.send("orders/paid", order(), settle=False) == 503
    finally:
        held.exec_driver_sql("ROLLBACK")
        held.close()

    assert selling.send("orders/paid", order()) == 200
    assert totals(slack, number).conversions == 1


def test_what_shops_count_and_what_people_log_never_add_up(slack: Slack) -> None:
    number = partnership(slack, code="ANNA15")
    selling = shop(slack)
    selling.send("orders/paid", order(1))
    log(slack, "ana", "results", {"conversions": "5", "revenue": "120 EUR", "likes": "300"})
    slack.workspace.close_view("ana", everything=True)
    found = totals(slack, number)
    assert (found.conversions, found.revenue, found.likes) == (5, euros("120"), 300)

    for place in range(2, 8):
        selling.send("orders/paid", order(place))

    found = totals(slack, number)
    assert (found.conversions, found.revenue, found.likes) == (7, euros("280"), 300)


def test_sales_are_in_the_digest_as_the_weeks_figures(slack: Slack) -> None:
    """Counted by days: the week of the orders has them, the week after has none and says so."""
    number = partnership(slack, code="ANNA15")
    selling = shop(slack)
    for place in range(3):
        selling.send("orders/paid", order(place))
    selling.send("refunds/create", refund(2, amount="40.00"))

    with slack.reading() as tx:
        readings = results.readings(tx, [number])[number]
    week = Days(first=dt.date(2026, 11, 16), last=dt.date(2026, 11, 22))
    figures = week_figures(readings[None], week)

    assert figures[Metric.CONVERSIONS] == WeekFigure(value=2, kind=WeekKind.MEASURED)


def test_a_partnership_that_sold_is_not_taken_back_with_its_card(slack: Slack) -> None:
    add_creators(slack, "mara")
    add_brief(slack)
    with slack.writing() as tx:
        brief = tx.session.exec(select(Brief)).one()
        promo_codes.set_offer(tx, brief.id or 0, "15 %", is_issued=True)
    made = shortlist(slack, "mara", approvers=("ana",))
    slack.react("ana", CHECK, made.card)
    slack.press("ana", made.card, "card_reopen")
    slack.submit("ana", {"reason": "another look"})
    assert rows(slack, PromoCode) == [] == rows(slack, Partnership)

    slack.unreact("ana", CHECK, made.card)
    slack.react("ana", CHECK, made.card)
    (code,) = rows(slack, PromoCode)
    shop(slack).send("orders/paid", order(code=code.code, at="2030-01-01T00:00:00+00:00"))
    slack.press("ana", made.card, "card_reopen")
    slack.submit("ana", {"reason": "another look"})

    assert len(rows(slack, Partnership)) == 1
    assert len(entries(slack)) == 1
