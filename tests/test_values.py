"""Cells of files as values: every spelling that is met in real files, and any text at all."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.creator import Money
from domain.values import (
    LARGEST,
    NEGATIVE,
    NOT_A_NUMBER,
    TOO_LARGE,
    Problem,
    boolean,
    count,
    decimal_mark,
    is_blank,
    is_missing,
    number,
    rate,
    share,
)
from domain.written_dates import date_in_name, day_first, written_date
from domain.written_money import NO_CURRENCY, currency_code, money

MISSING = ["", " ", "-", "--", "N/A", "N/A'", "null", "nan", "NaN", "#VALUE!", "#VALOR!", "none"]
MISSING += ["n.d.", "#N/A", "#REF!", "#DIV/0!", "#¡VALOR!", "–", "unknown", "k.A.", "s/d", "?"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("48.5M", 48_500_000),
        ("221.7K", 221_700),
        ("409.8M", 409_800_000),
        ("1,234,567", 1_234_567),
        ("1.234.567", 1_234_567),
        ("1 234 567", 1_234_567),
        ("1\u202f234\u00a0567", 1_234_567),
        ("1'234'567", 1_234_567),
        ("2,34,56,789", 23_456_789),
        ("234,000,000", 234_000_000),
        ("212,900,271,553", 212_900_271_553),
        ("1.2B", 1_200_000_000),
        ("12,5 mil", 12_500),
        ("2,5 Mio.", 2_500_000),
        ("1,2 millones", 1_200_000),
        ("3 тыс.", 3_000),
        ("3万", 30_000),
        ("1.5 lakh", 150_000),
        ("5k+", 5_000),
        ("~10k", 10_000),
        ("1.2M followers", 1_200_000),
        ("137171.0", 137_171),
        ("1.2E+06", 1_200_000),
        ("1.234", 1_234),
        ("1,234K", 1_234_000),
        (" 42 ", 42),
        ("0", 0),
        ("-0", 0),
        ("٣٤", 34),
    ],
)
def test_a_count_is_read_in_every_spelling(text, expected):
    assert count(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("-5k", NEGATIVE),
        ("-1,200", NEGATIVE),
        ("(500)", NEGATIVE),
        ("−3", NEGATIVE),
        ("1e999", TOO_LARGE),
        ("9" * 40, TOO_LARGE),
        ("12 34", NOT_A_NUMBER),
        ("1,2,3", NOT_A_NUMBER),
        ("10K-20K", NOT_A_NUMBER),
        ("inf", NOT_A_NUMBER),
        ("1_000", NOT_A_NUMBER),
        ("²", NOT_A_NUMBER),
        ("K", NOT_A_NUMBER),
        ("Anna", NOT_A_NUMBER),
        ("1" * 100_000, NOT_A_NUMBER),
    ],
)
def test_what_is_no_count_is_a_problem_that_says_why(text, problem):
    assert count(text) == problem


@pytest.mark.parametrize("text", [*MISSING, "-1", "-1.0"])
def test_missing_spellings_are_unknown_and_never_zero(text):
    assert count(text) is None
    assert number(text) is None
    assert rate(text) is None
    assert money(text) is None
    if not text.startswith("-1"):
        assert written_date(text) is None
        assert is_missing(text)


def test_a_name_is_not_missing_because_it_would_be_as_a_figure():
    assert is_missing("Unknown")
    assert not is_blank("Unknown")
    assert is_blank("#NAME?")
    assert not is_blank("#fitness")


def test_the_columns_decimal_mark_decides_what_a_lone_mark_is():
    assert count("1.234", decimal=".") == 1
    assert number("1.234", decimal=".") == 1.234
    assert number("1.234", decimal=",") == 1_234
    assert number("1,234", decimal=",") == 1.234
    assert decimal_mark(["1,5", "2,25", "1.000"]) == ","
    assert decimal_mark(["1.234.567", "12"]) == ","
    assert decimal_mark(["1,234.50", "7"]) == "."
    assert decimal_mark(["0.89", "357.3"]) == "."
    assert decimal_mark(["1.234", "5"]) == ""


def test_a_column_of_millions_multiplies_bare_numbers_only():
    assert count("475.8", scale=1_000_000) == 475_800_000
    assert count("3", scale=1_000) == 3_000
    assert count("48.5M", scale=1_000_000) == 48_500_000


@given(st.text(max_size=40))
def test_no_text_makes_a_reader_fail_or_give_a_negative_number(text):
    for value in (count(text), number(text), rate(text), rate(text, percent=True), share(text)):
        assert value is None or isinstance(value, Problem) or 0 <= value <= LARGEST
    amount = money(text, "EUR")
    assert amount is None or isinstance(amount, Problem) or amount.amount >= 0
    assert isinstance(boolean(text), bool | Problem | None)
    assert isinstance(written_date(text), dt.date | Problem | None)
    date_in_name(text)


@given(st.text(alphabet="0123456789.,-+eE%kKmM€$ '’/:", max_size=24))
def test_nothing_that_looks_like_a_number_makes_a_reader_fail(text):
    for value in (count(text), number(text, ","), rate(text, "."), share(text)):
        assert value is None or isinstance(value, Problem) or 0 <= value <= LARGEST
    assert isinstance(money(text, "USD"), Money | Problem | None)
    assert isinstance(written_date(text, day_first=False), dt.date | Problem | None)


@given(st.integers(min_value=0, max_value=LARGEST))
def test_whole_numbers_survive_every_way_of_grouping(whole):
    grouped = f"{whole:,}"
    assert count(str(whole)) == whole
    assert count(grouped) == whole
    assert count(grouped.replace(",", " ")) == whole
    if whole >= 1_000_000:
        assert count(grouped.replace(",", ".")) == whole


@given(st.integers(1, 9_999), st.sampled_from([("K", 10**3), ("M", 10**6), ("B", 10**9)]))
def test_a_rounded_count_comes_back_as_it_was_written(tenths, suffix):
    letter, factor = suffix
    written = f"{tenths / 10:.1f}".removesuffix(".0") + letter
    assert count(written) == tenths * factor // 10
    assert count(written.lower().replace(".", ",")) == tenths * factor // 10


@given(st.integers(0, 99_999))
def test_a_rate_is_the_same_as_percent_with_and_without_sign_and_as_a_fraction(thousandths):
    percent = f"{thousandths / 1000:.3f}"
    expected = pytest.approx(thousandths / 100_000)
    assert rate(f"{percent}%") == expected
    assert rate(f"{percent} %", percent=True) == expected
    assert rate(percent, percent=True) == expected
    assert rate(percent.replace(".", ","), percent=True) == expected
    assert rate(f"{thousandths / 100_000:.5f}") == expected


def test_rates_and_shares_have_an_end():
    assert isinstance(rate("2000%"), Problem)
    assert rate("150%") == 1.5
    assert isinstance(share("150%"), Problem)
    assert share("82.5%") == 0.825
    assert rate("-2%") == NEGATIVE


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("€ 75,00", "75", "EUR"),
        ("$1,200", "1200", "USD"),
        ("1.200,50 EUR", "1200.50", "EUR"),
        ("USD 1.2k", "1200", "USD"),
        ("R$ 1.500", "1500", "BRL"),
        ("100 euros", "100", "EUR"),
        ("1500 руб", "1500", "RUB"),
        ("£300.50", "300.50", "GBP"),
    ],
)
def test_money_is_read_with_its_currency(text, amount, currency):
    assert money(text) == Money(amount=Decimal(amount), currency=currency)


def test_a_bare_amount_takes_the_columns_currency_or_is_a_problem():
    assert money("500") == NO_CURRENCY
    assert money("500.25") == NO_CURRENCY
    assert money("500", "CAD") == Money(amount=Decimal(500), currency="CAD")
    assert money("$500", "CAD") == Money(amount=Decimal(500), currency="CAD")
    assert money("€500", "CAD") == Money(amount=Decimal(500), currency="EUR")
    assert money("412.33333333", "EUR") == Money(amount=Decimal("412.33"), currency="EUR")
    assert money("-$5") == NEGATIVE
    assert isinstance(money("free"), Problem)
    assert currency_code("Euro") == currency_code("€") == "EUR"
    assert currency_code("banana") is None


@pytest.mark.parametrize("text", ["TRUE", "yes", "Sí", "sim", "Oui", "ja", "да", "1", "✅", "wahr"])
def test_yes_is_read_in_several_languages(text):
    assert boolean(text) is True


@pytest.mark.parametrize("text", ["False", "no", "não", "non", "Nein", "нет", "0", "❌", "falsch"])
def test_no_is_read_in_several_languages(text):
    assert boolean(text) is False


def test_neither_yes_nor_no_is_a_problem():
    assert isinstance(boolean("perhaps"), Problem)
    assert boolean("N/A") is None


@pytest.mark.parametrize(
    "text",
    [
        "2022-12-31",
        "2022/12/31",
        "31.12.2022",
        "31/12/22",
        "12/31/2022",
        "2022-12-31T10:00:00Z",
        "2022-12-31 10:00:00",
        "31 Dec 2022",
        "Dec 31, 2022",
        "31 de dezembro de 2022",
        "31 de diciembre de 2022",
        "31 décembre 2022",
        "31. Dezember 2022",
        "20221231",
        "44926",
        "1672444800",
    ],
)
def test_a_date_is_read_in_several_orders_and_languages(text):
    assert written_date(text) == dt.date(2022, 12, 31)


def test_months_and_years_alone_give_their_first_day():
    assert written_date("December 2022") == dt.date(2022, 12, 1)
    assert written_date("2022-12") == dt.date(2022, 12, 1)
    assert written_date("2022") == dt.date(2022, 1, 1)


def test_a_date_before_there_were_creators_is_a_problem():
    assert isinstance(written_date("1970-01-01"), Problem)
    assert isinstance(written_date("31.02.2022"), Problem)
    assert isinstance(written_date("soon"), Problem)


def test_day_and_month_are_told_apart_by_the_whole_column():
    assert day_first(["03/04/2022", "25/04/2022"]) is True
    assert day_first(["03/04/2022", "04/25/2022"]) is False
    assert day_first(["03/04/2022", "05/06/2022"]) is None
    assert written_date("03/04/2022", day_first=False) == dt.date(2022, 3, 4)
    assert written_date("03/04/2022", day_first=True) == dt.date(2022, 4, 3)


@pytest.mark.parametrize(
    ("name", "day", "precision", "words"),
    [
        ("ig_ramjas_dec2022.csv", dt.date(2022, 12, 1), "month", "December 2022"),
        ("list 2022-12-31.xlsx", dt.date(2022, 12, 31), "day", "31 December 2022"),
        ("export_20221231.csv", dt.date(2022, 12, 31), "day", "31 December 2022"),
        ("creators 31.12.2022.csv", dt.date(2022, 12, 31), "day", "31 December 2022"),
        ("report 31 de março de 2023.csv", dt.date(2023, 3, 31), "day", "31 March 2023"),
        ("2023-04 creators.csv", dt.date(2023, 4, 1), "month", "April 2023"),
        ("creators 04-2023.csv", dt.date(2023, 4, 1), "month", "April 2023"),
        ("creators2024.csv", dt.date(2024, 1, 1), "year", "2024"),
        ("data_set_2022.csv", dt.date(2022, 1, 1), "year", "2022"),
    ],
)
def test_a_files_name_gives_its_date_away_as_exactly_as_it_says(name, day, precision, words):
    found = date_in_name(name)
    assert found is not None
    assert (found.day, found.precision, found.words) == (day, precision, words)


@pytest.mark.parametrize(
    "name", ["twitch_top1000.csv", "tt_v1.csv", "60_day_eng.csv", "a1080p.csv"]
)
def test_other_numbers_in_a_files_name_are_no_date(name):
    assert date_in_name(name) is None
