"""Amounts: read as people type them, stored without loss, never mixed."""

import datetime as dt
from decimal import Decimal

import pytest
from babel.numbers import get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from domain.creator import Money
from domain.money import (
    DatedRate,
    MoneyError,
    convert,
    currencies,
    format_money,
    format_unit_cost,
    from_minor,
    minor_digits,
    parse_fee,
    parse_money,
    sums,
    to_minor,
)

CODES = st.sampled_from(["EUR", "USD", "JPY", "KWD", "GBP", "ISK"])


def money(amount: str, currency: str = "EUR") -> Money:
    return Money(amount=Decimal(amount), currency=currency)


@pytest.mark.parametrize(
    ("typed", "amount", "currency"),
    [
        ("€1,250.00", "1250", "EUR"),
        ("1.250,00 €", "1250", "EUR"),
        ("€ 75,00", "75", "EUR"),
        ("USD 500", "500", "USD"),
        ("500 usd", "500", "USD"),
        ("$500", "500", "USD"),
        ("500 MXN", "500", "MXN"),
        ("A$80", "80", "AUD"),
        ("R$ 1.500", "1500", "BRL"),
        ("$1.2k", "1200", "USD"),
        ("2M JPY", "2000000", "JPY"),
        ("1 250,50 PLN", "1250.50", "PLN"),
        ("1'000 CHF", "1000", "CHF"),
        ("₹1,25,000", "125000", "INR"),
        ("1.250 KWD", "1.250", "KWD"),
        ("12,345,678.90 GBP", "12345678.90", "GBP"),
        ("£.5", "0.5", "GBP"),
        ("0 EUR", "0", "EUR"),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed, amount, currency):
    assert parse_money(typed) == money(amount, currency)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "one amount"),
        ("free", "one amount"),
        ("-5 EUR", "negative"),
        ("€5 €6", "one amount"),
        ("1e999", "not an amount I can store"),
        ("€1E+9", "not an amount I can store"),
        ("250", "name the currency"),
        ("250 pounds of flour", "not a currency"),
        ("1,2,3 EUR", "can be read"),
        ("0,125 EUR", "more decimals"),
        ("¥500.5", "more decimals"),
        ("9" * 40 + " EUR", "too large"),
        ("99999999999999 EUR", "too large"),
    ],
)
def test_what_is_no_amount_gets_a_sentence(typed, sentence):
    with pytest.raises(MoneyError, match=sentence):
        parse_money(typed)


def test_the_default_currency_tells_shared_signs_apart():
    assert parse_money("$5", "AUD").currency == "AUD"
    assert parse_money("kr 5", "SEK").currency == "SEK"
    assert parse_money("5", "CHF").currency == "CHF"
    assert parse_money("€5", "USD").currency == "EUR"
    assert parse_money("$5", "EUR").currency == "USD"


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_gets_a_sentence(text):
    try:
        found = parse_money(text, "EUR")
    except MoneyError as error:
        assert str(error).endswith((".", "”."))
    else:
        assert 0 <= found.amount <= 10**12
        assert from_minor(to_minor(found), found.currency) == found


@given(st.integers(0, 10**12), CODES)
def test_what_is_stored_comes_back(minor, currency):
    stored = from_minor(minor, currency)

    assert to_minor(stored) == minor


@given(st.integers(0, 10**12), CODES)
def test_what_is_shown_reads_back(minor, currency):
    shown = from_minor(minor, currency)

    assert parse_money(format_money(shown)) == shown


@pytest.mark.parametrize(
    ("currency", "digits"), [("EUR", 2), ("JPY", 0), ("KWD", 3), ("HUF", 2), ("IQD", 3)]
)
def test_minor_units_follow_the_standard(currency, digits):
    assert minor_digits(currency) == digits


def test_everyday_currencies_have_the_decimals_that_the_locale_library_knows():
    everyday = ["EUR", "USD", "GBP", "CHF", "JPY", "KRW", "SEK", "INR", "KWD", "CLP", "TRY", "ZAR"]

    assert set(everyday) <= currencies()
    assert [minor_digits(code) for code in everyday] == [
        get_currency_precision(code) for code in everyday
    ]


@pytest.mark.parametrize("amount", ["0.001", "1e999", "1e13"])
def test_what_can_not_be_paid_is_not_stored(amount):
    with pytest.raises(MoneyError):
        to_minor(money(amount))


def test_sums_keep_each_currency_apart():
    found = sums([money("1.10"), money("5", "USD"), money("2.20")])

    assert found == (money("3.30"), money("5", "USD"))


RATE = DatedRate(base="EUR", quote="USD", rate=Decimal("1.08"), date=dt.date(2026, 11, 2))


def test_a_conversion_shows_its_rate_and_date():
    assert convert(money("100"), RATE).describe() == "€100 (US$108 at 1.08 of 2 Nov 2026)"
    assert convert(money("108", "USD"), RATE).amount == money("100.00")


def test_a_rate_says_nothing_of_other_currencies():
    with pytest.raises(MoneyError, match="says nothing of GBP"):
        convert(money("1", "GBP"), RATE)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("0.4444", "USD", "US$0.44"),
        ("0.15", "EUR", "€0.15"),
        ("0.5", "USD", "US$0.50"),
        ("0.999", "EUR", "€1"),
        ("0.0999", "EUR", "€0.10"),
        ("0.0123", "EUR", "€0.012"),
        ("0.0042", "JPY", "JP¥0.0042"),
        ("0.1234", "KWD", "KWD\u00a00.12"),
        ("0", "EUR", "€0"),
        ("1e-30", "EUR", "€0.00000000"),
        ("12.345", "EUR", "€12.34"),
        ("12", "JPY", "JP¥12"),
        ("1e30", "EUR", "over €1,000,000,000,000"),
    ],
)
def test_small_costs_are_shown_with_two_significant_figures(amount, currency, shown):
    assert format_unit_cost(Decimal(amount), currency) == shown


@pytest.mark.parametrize(
    ("typed", "default", "known", "currency"),
    [
        ("0", None, None, "USD"),
        (" 0,00 ", None, "CHF", "CHF"),
        ("0", "GBP", "CHF", "GBP"),
        ("€0", "GBP", "CHF", "EUR"),
    ],
)
def test_a_fee_of_0_needs_no_currency(typed, default, known, currency):
    before = money("300", known) if known else None
    assert parse_fee(typed, default, before) == money("0", currency)


@pytest.mark.parametrize("typed", ["", "300", "-0", "0 0", "nothing", "1"])
def test_any_other_fee_without_a_currency_is_refused_whatever_is_known(typed):
    with pytest.raises(MoneyError):
        parse_fee(typed, None, money("300"))
