"""`/influencer sales`: unknown codes given to whose they are, shops, orders as a file."""

import copy
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

from storage import people, shops
from storage.models import AuditEntry, Delivery, Job, OutboxMessage, Shop, ShopOrder
from tests.partnering import rows
from tests.selling import PUBLIC, SECRET, Selling, entries, order, partnership, refund, shop, totals
from tests.slack import Slack


@pytest.fixture
def reached(slack: Slack) -> Iterator[Slack]:
    """A bot that can be reached from outside."""
    object.__setattr__(slack.bot.services, "public_url", PUBLIC)  # as PUBLIC_URL does at a start
    yield slack


@pytest.mark.both_databases
def test_a_code_that_nobody_knows_is_listed_and_counts_once_it_is_assigned(slack: Slack) -> None:
    number = partnership(slack)
    selling = shop(slack)
    selling.send("orders/paid", order(1, code="GLOW20"))
    selling.send("orders/paid", order(2, code="glow20", amount="25.00"))
    assert entries(slack) == []

    said = slack.command("olivia", "sales")
    text = slack.text_of(said)
    assert "2 with a code that nobody knows" in text
    assert "2 orders · €65" in text
    slack.press("olivia", said, "sales_assign")
    assert not slack.submit("olivia", {"whose": str(number)})

    assert sum(one[3] for one in entries(slack)) == 2
    assert totals(slack, number).conversions == 2
    text = slack.text_of(slack.command("olivia", "sales"))
    assert "2 counted for creators (2 by code)" in text
    assert "nobody knows" not in text


def test_a_code_is_assigned_by_a_handle_or_set_aside(slack: Slack) -> None:
    number = partnership(slack)
    selling = shop(slack)
    selling.send("orders/paid", order(1, code="GLOW20"))
    selling.send("orders/paid", order(2, code="WELCOME10"))

    for code, values in (("GLOW20", {"handle": "@anna"}), ("WELCOME10", {"nobodys": ["yes"]})):
        said = slack.command("olivia", "sales")
        slack.press("olivia", said, f"sales_assign:code:{code}")
        assert not slack.submit("olivia", values)

    assert [one[0] for one in entries(slack)] == [number]
    text = slack.text_of(slack.command("olivia", "sales"))
    assert "1 with a code that is no creator's" in text
    assert "nobody knows" not in text


def test_what_is_not_clear_is_asked_again_under_its_field(slack: Slack) -> None:
    number = partnership(slack)
    shop(slack).send("orders/paid", order(1, code="GLOW20"))
    slack.press("olivia", slack.command("olivia", "sales"), "sales_assign")

    assert "one of these" in (slack.submit("olivia", {}) or {})["handle"]
    both = {"whose": str(number), "nobodys": ["yes"]}
    assert "one of these" in (slack.submit("olivia", both) or {})["handle"]
    unclear: dict[str, Any] = {"whose": None, "nobodys": [], "handle": "@nobody_at_all"}
    assert "who" in (slack.submit("olivia", unclear) or {})["handle"]
    assert entries(slack) == []


def test_only_managers_assign_and_only_owners_connect(slack: Slack) -> None:
    partnership(slack)
    shop(slack).send("orders/paid", order(1, code="GLOW20"))

    buttons = slack.actions(slack.command("ana", "sales"))

    assert not [one for one in buttons if one.startswith(("sales_assign", "orders_add", "shops"))]
    assert "shops_open" in slack.actions(slack.command("olivia", "sales"))


def connect(slack: Slack, source: str, secret: str = "") -> Any:
    slack.press("olivia", slack.command("olivia", "sales"), "shops_open")
    slack.press("olivia", slack.view("olivia"), "shop_new")
    typed = {"source": source, "name": "Aqua Skin"}
    return slack.submit("olivia", typed | ({"secret": secret} if secret else {}))


def test_an_owner_connects_a_shop_and_its_secret_is_never_seen_again(
    reached: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    partnership(reached, code="ANNA15")
    with caplog.at_level(logging.DEBUG):
        assert not connect(reached, "shopify")
        (made,) = rows(reached, Shop)
        said = reached.text_of(reached.view("olivia"))
        assert f"{PUBLIC}/webhooks/shopify/{made.token}" in said
        assert "refused" in said
        selling = Selling(reached, "shopify", made.token)
        assert selling.send("orders/paid", order()) == 401

        reached.workspace.close_view("olivia", everything=True)
        reached.press("olivia", reached.command("olivia", "sales"), "shops_open")
        reached.press("olivia", reached.view("olivia"), "shop_secret")
        assert "8 characters" in (reached.submit("olivia", {"secret": "short"}) or {})["secret"]
        assert not reached.submit("olivia", {"secret": SECRET})
        assert selling.send("orders/paid", order()) == 200
        selling.send("orders/paid", order(2), {"X-Shopify-Test": "true"})
        selling.send("orders/paid", order(3), secret="a wrong one")

    reached.workspace.close_view("olivia", everything=True)
    reached.press("olivia", reached.command("olivia", "sales"), "shops_open")
    shown = reached.text_of(reached.view("olivia"))
    assert "test received" in shown
    assert "Change secret" in shown
    with reached.reading() as tx:
        kept = [
            str(one.model_dump())
            for model in (Delivery, Job, OutboxMessage, AuditEntry, ShopOrder)
            for one in tx.session.exec(select(model))
        ]
    drawn = [str(one.blocks) for one in reached.workspace.messages("marketing")]
    for place in (*kept, *drawn, caplog.text, shown, str(reached.view("olivia"))):
        assert SECRET not in place


def test_a_shop_is_turned_off_and_on_and_names_are_not_given_twice(reached: Slack) -> None:
    selling = shop(reached, "woocommerce", "Aqua Skin")
    assert "already" in (connect(reached, "woocommerce") or {})["name"]
    reached.workspace.close_view("olivia", everything=True)

    reached.press("olivia", reached.command("olivia", "sales"), "shops_open")
    reached.press("olivia", reached.view("olivia"), "shop_off")
    assert "turned off" in reached.text_of(reached.view("olivia"))
    assert selling.send("order.created", {}) == 404
    reached.press("olivia", reached.view("olivia"), "shop_on")
    assert selling.send("order.created", {}) == 400


def test_without_a_public_address_no_shop_can_be_connected_and_that_is_said(slack: Slack) -> None:
    slack.press("olivia", slack.command("olivia", "sales"), "shops_open")

    assert "Add orders" in slack.text_of(slack.view("olivia"))
    assert "shop_new" not in slack.actions(slack.view("olivia"))


SHOPIFY = """\
Name,Email,Financial Status,Paid at,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,\
Discount Amount,Created at,Lineitem name,Cancelled at,Refunded Amount,Id
#1001,clara@example.com,paid,2026-11-20 10:01:00 +0100,EUR,40.00,4.90,8.53,44.90,ANNA15,6.00,\
2026-11-20 10:00:00 +0100,Serum,,0.00,5600000001001
#1001,clara@example.com,,,,,,,,,,2026-11-20 10:00:00 +0100,Tonic,,,
#1002,dora@example.com,partially_refunded,2026-11-20 11:01:00 +0100,EUR,50.00,0.00,10.00,60.00,\
anna15,6.00,2026-11-20 11:00:00 +0100,Serum,,12.00,5600000001002
#1003,emil@example.com,paid,2026-11-20 12:01:00 +0100,EUR,20.00,0.00,3.00,20.00,GLOW20,2.00,\
2026-11-20 12:00:00 +0100,Serum,,0.00,5600000001003
#1004,fred@example.com,paid,2026-11-20 12:01:00 +0100,EUR,20.00,0.00,3.00,20.00,,,\
2026-11-20 12:00:00 +0100,Serum,,0.00,5600000001004
#1005,gina@example.com,pending,,EUR,20.00,0.00,3.00,20.00,ANNA15,2.00,\
2026-11-20 12:00:00 +0100,Serum,,0.00,5600000001005
#1006,hugo@example.com,paid,2026-11-20 12:01:00 +0100,EUR,30.00,0.00,3.00,30.00,ANNA15,2.00,\
2026-11-20 12:00:00 +0100,Serum,,0.00,5.6E+12
"""


def add_orders(slack: Slack, content: str, **values: Any) -> str:
    """Hand a file over; gives the message that says what came of it."""
    file = slack.workspace.upload("olivia", "orders_export.csv", content.encode())
    slack.press("olivia", slack.command("olivia", "sales"), "orders_add")
    assert not slack.submit("olivia", {"file": [file], **values})
    slack.workspace.close_view("olivia", everything=True)
    return slack.private("olivia")[-1]


@pytest.mark.both_databases
def test_an_export_of_shopify_counts_once_whatever_webhooks_said_before_and_after(
    slack: Slack,
) -> None:
    number = partnership(slack, code="ANNA15")
    selling = shop(slack)
    selling.send("orders/paid", order(1001))

    said = add_orders(slack, SHOPIFY, shop=str(rows(slack, Shop)[0].id))
    add_orders(slack, SHOPIFY, shop=str(rows(slack, Shop)[0].id))
    selling.send("orders/paid", order(1002, amount="50.00"))
    selling.send("refunds/create", refund(1002, amount="10.00"))

    assert "2 counted for creators" in said
    assert "1 with a code that nobody knows" in said
    assert "1 not paid" in said
    assert "1 without a code, left out" in said
    assert "1 row can't be read" in said
    assert "row 8: the order number was cut short by a spreadsheet" in said
    found = totals(slack, number)
    assert (found.conversions, str(found.revenue.amount)) == (2, "80.00")
    assert "example.com" not in str([one.file_said for one in rows(slack, ShopOrder)])


def test_a_file_without_numbers_and_a_webhook_meet_by_the_orders_name(slack: Slack) -> None:
    number = partnership(slack, code="ANNA15")
    selling = shop(slack)
    content = "Name,Created at,Discount Code,Subtotal,Currency\n#1001,2026-11-20,ANNA15,40.00,EUR\n"
    chosen = {"shop": str(rows(slack, Shop)[0].id)}

    add_orders(slack, content, **chosen)
    selling.send("orders/paid", order(1001))
    add_orders(slack, content, **chosen)

    assert totals(slack, number).conversions == 1
    assert [one.order_key for one in rows(slack, ShopOrder)] == ["5600000001001"]


WOO = """\
Order ID;Order Date;Status;Coupon(s);Order Total;Refunded;Currency
727;2026-11-20 10:00;Completed;anna15, welcome;60,00;;EUR
728;2026-11-20 11:00;Refunded;anna15;40,00;;EUR
729;2026-11-20 12:00;Cancelled;anna15;40,00;;EUR
730;2026-11-20 12:00;Processing;anna15;30,00;10,00;EUR
"""


def test_an_export_of_woocommerce_is_read_for_a_shop_that_is_not_connected(slack: Slack) -> None:
    number = partnership(slack, code="ANNA15")

    said = add_orders(slack, WOO, new_shop="Aqua Skin")

    assert "3 counted for creators" in said
    assert "1 not paid" in said
    found = totals(slack, number)
    assert (found.conversions, str(found.revenue.amount)) == (2, "80.00")


@pytest.mark.both_databases
def test_a_file_is_taken_back_and_what_others_said_stays(slack: Slack) -> None:
    """Of 1001 a webhook told too, of 1002 another file: only what this file alone knew goes."""
    number = partnership(slack, code="ANNA15")
    selling = shop(slack)
    chosen = {"shop": str(rows(slack, Shop)[0].id)}
    selling.send("orders/paid", order(1001))
    head = "Name,Created at,Discount Code,Subtotal,Refunded Amount,Currency\n"
    first = "#1002,2026-11-20,ANNA15,50.00,,EUR\n"
    add_orders(slack, head + first, **chosen)
    before = totals(slack, number), stated(slack)
    wrong = "#1001,2026-11-20,ANNA15,40.00,40.00,EUR\n#1002,2026-11-20,ANNA15,50.00,20.00,EUR\n"
    add_orders(slack, head + wrong + "#1003,2026-11-20,ANNA15,99.00,,EUR\n", **chosen)
    assert totals(slack, number) != before[0]

    done = slack.workspace.direct_messages("olivia")[-1]
    slack.press("olivia", done, "orders_undo")
    slack.redeliver_last("action")

    assert "was taken back: 1 order gone. 2 orders stay as they were" in slack.private("olivia")[-1]
    assert (totals(slack, number), stated(slack)) == before
    assert "is being taken back" in slack.text_of(slack.workspace.direct_messages("olivia")[-2])
    add_orders(slack, head + "#1003,2026-11-20,ANNA15,99.00,,EUR\n", **chosen)
    assert totals(slack, number).conversions == 3


def stated(slack: Slack) -> list[tuple[str, object, object]]:
    """Orders as they stand."""
    return [(one.name, one.shop_said, one.file_said) for one in rows(slack, ShopOrder)]


def test_only_managers_take_a_file_back_and_only_once(slack: Slack) -> None:
    number = partnership(slack, code="ANNA15")
    add_orders(slack, WOO, new_shop="Aqua Skin")
    done = slack.workspace.direct_messages("olivia")[-1]
    with slack.writing() as tx:
        olivia = people.get(tx, slack.workspace.user("olivia").id)
        role, olivia.role = olivia.role, None
        tx.session.add(olivia)
    slack.press("olivia", done, "orders_undo")
    assert totals(slack, number).conversions == 2
    with slack.writing() as tx:
        people.get(tx, slack.workspace.user("olivia").id).role = role
    seen = copy.deepcopy(done)  # as it still stands on another screen
    slack.press("olivia", done, "orders_undo")
    slack.press("olivia", seen, "orders_undo")
    assert totals(slack, number).conversions is None
    assert any("taken back already" in one for one in slack.private("olivia"))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("Name,Followers\nanna,100\n", "No column holds"),
        ("Id,Created at,Subtotal\n1,2026-11-20,10\n", "No column holds the promo code"),
        (
            "Id,Created at,Coupon,Total,Currency\n"
            "1,03/04/2026,A1B,10,EUR\n2,05/06/2026,A1B,5,EUR\n",
            "can be read two ways",
        ),
    ],
)
def test_a_file_that_holds_no_orders_is_refused_with_the_reason(
    slack: Slack, content: str, why: str
) -> None:
    assert why in add_orders(slack, content, new_shop="Aqua Skin")
    with slack.reading() as tx:
        assert tx.session.exec(select(ShopOrder)).all() == []
        assert [one.source for one in shops.everyone(tx)] == ["file"]


def test_shops_are_reached_from_the_settings_by_owners_alone(reached: Slack) -> None:
    shop(reached)
    reached.workspace.command("olivia", "settings", "marketing")

    reached.press("olivia", reached.view("olivia"), "shops_open")

    assert "Aqua Skin · Shopify" in reached.text_of(reached.view("olivia"))
