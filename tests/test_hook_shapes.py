"""Whatever is signed: an order, or refused with a reason; never anything else."""

import base64
import datetime as dt
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from domain.orders import Order, Refund
from sources import dub, shopify, woocommerce
from sources.shops import SERVICES
from sources.webhooks import Hook, Malformed
from tests.selling import order, refund
from tests.test_other_shops import dub as dub_event
from tests.test_other_shops import woo

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["10.00", "-1", "EUR", "2026-11-20T10:00:00Z", "9e99", "0001-01-01"])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
TOPICS = ("orders/paid", "orders/cancelled", "refunds/create", "order.updated", "", "x")


def spoiled(whole: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An order of which some fields are something else, or gone."""
    names = st.lists(st.sampled_from(sorted(whole)), max_size=3, unique=True)
    return names.flatmap(
        lambda chosen: st.fixed_dictionaries(dict.fromkeys(chosen, values)).map(
            lambda changed: {**whole, **changed}
        )
    )


WHOLE = st.one_of(*(spoiled(one) for one in (order(), refund(), woo(), dub_event("sale.created"))))


@given(st.sampled_from(sorted(SERVICES)), st.sampled_from(TOPICS), WHOLE | values)
def test_any_json_is_read_or_refused(service: str, topic: str, said: Any) -> None:
    headers = {"x-shopify-topic": topic, "x-wc-webhook-topic": topic}

    try:
        read = SERVICES[service].read(headers, json.dumps(said).encode())
    except Malformed:
        return

    assert isinstance(read, Hook)
    for fact in read.facts:
        again = type(fact).model_validate(fact.model_dump(mode="json"))
        assert again == fact
        if isinstance(fact, Order):
            assert fact.ordered_at.tzinfo is not None
        if isinstance(fact, Refund):
            assert fact.amount.amount >= 0


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_only_the_signed_bytes_are_signed(body: bytes, other: bytes) -> None:
    for service, header, write in (
        (shopify, "x-shopify-hmac-sha256", "base64"),
        (woocommerce, "x-wc-webhook-signature", "base64"),
        (dub, "dub-signature", "hex"),
    ):
        signature = sign("secret", body, write)
        assert service.is_signed("secret", {header: signature}, body)
        assert not service.is_signed("Secret", {header: signature}, body)
        assert service.is_signed("secret", {header: signature}, other) == (body == other)
        assert not service.is_signed("secret", {}, body)


def sign(secret: str, body: bytes, write: str) -> str:
    mac = hmac.new(secret.encode(), body, "sha256")
    return mac.hexdigest() if write == "hex" else base64.b64encode(mac.digest()).decode()


def test_the_orders_of_these_tests_are_orders_of_shopify(shared_specs: Any) -> None:
    schema = json.loads((shared_specs / "shopify-order-schema.thirdparty.json").read_text())

    for one in (order(), order(refunds=[refund()]), order(code=None)):
        Draft202012Validator(schema).validate(one)


def test_an_order_of_the_schema_alone_is_read(shared_specs: Any) -> None:
    """Without the fields of newer versions: `subtotal_price` and no sets of prices."""
    said = {
        "id": 820982911946154508,
        "name": "#9999",
        "created_at": "2026-11-20T10:00:00-05:00",
        "updated_at": "2026-11-20T10:00:00-05:00",
        "currency": "JPY",
        "subtotal_price": "4000",
        "financial_status": "paid",
        "discount_codes": [{"code": "ANNA15"}, {"code": "anna15 "}, {"code": ""}],
    }

    hook = shopify.read({"x-shopify-topic": "orders/paid"}, json.dumps(said).encode())

    (fact,) = hook.facts
    assert isinstance(fact, Order)
    assert (fact.order_key, str(fact.gross.amount), fact.gross.currency) == (
        "820982911946154508",
        "4000",
        "JPY",
    )
    assert [mark.text for mark in fact.marks] == ["anna15"]
    assert fact.ordered_at == dt.datetime(2026, 11, 20, 15, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ({}, "10.00"),
        ({"refund_line_items": []}, "11.90"),
        (
            {
                "order_adjustments": [
                    {"kind": "refund_discrepancy", "amount": "-5.00"},
                    {"kind": "shipping_refund", "amount": "-4.90"},
                ]
            },
            "15.00",
        ),
    ],
)
def test_a_refund_of_shopify_is_what_went_back_for_goods(said: Any, amount: str) -> None:
    body = json.dumps(refund(**said)).encode()

    (fact,) = shopify.read({"x-shopify-topic": "refunds/create"}, body).facts

    assert isinstance(fact, Refund)
    assert str(fact.amount.amount) == amount


def test_a_refund_by_which_nothing_went_back_says_nothing() -> None:
    failed = [{"kind": "refund", "status": "failure", "amount": "9.00", "currency": "EUR"}]
    for said in (
        refund(refund_line_items=[], transactions=failed),
        refund(refund_line_items=[], transactions=[]),
        refund(amount="0.00"),
    ):
        hook = shopify.read({"x-shopify-topic": "refunds/create"}, json.dumps(said).encode())
        assert hook.facts == ()
