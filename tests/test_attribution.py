"""Whom an order counts for and what it adds to which day: 30-day last touch, codes first."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attribution import (
    WINDOW,
    By,
    Entry,
    Grant,
    Met,
    Outcome,
    Touch,
    day_of,
    end_of,
    entries,
    last_touch,
    verdict,
)
from domain.creator import Money
from domain.goal import Metric
from domain.orders import Mark, MarkKind, Order, Refund, as_it_stands, newest
from domain.results import Reading, Totals, beside, totals_on

BERLIN, KIRITIMATI = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Kiritimati")
ORDERED = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
zones = st.sampled_from(
    [ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "Pacific/Kiritimati", "America/St_Johns")]
)
instants = st.datetimes(
    dt.datetime(2026, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
    dt.datetime(2027, 1, 1),  # noqa: DTZ001
    timezones=st.just(dt.UTC),
)
cents = st.integers(0, 100_000).map(lambda minor: Decimal(minor) / 100)


def order(amount: Decimal = Decimal("40"), **more: object) -> Order:
    given = {
        "order_key": "1",
        "ordered_at": ORDERED,
        "stated_at": ORDERED,
        "paid": True,
        "gross": Money(amount=amount, currency="EUR"),
    }
    return Order.model_validate({**given, **more})


def refund(
    amount: Decimal, at: dt.datetime = ORDERED, key: str = "r", currency: str = "EUR"
) -> Refund:
    money = Money(amount=amount, currency=currency)
    return Refund(order_key="1", refund_key=key, amount=money, at=at)


def code(number: int | None = 1, **more: object) -> Met:
    return Met(Grant(number, By.CODE, **more))  # type: ignore[arg-type]


def link(number: int = 2, at: dt.datetime | None = None) -> Met:
    return Met(Grant(number, By.LINK), at, is_code=False)


def test_a_code_beats_a_link_that_was_touched_later() -> None:
    found = verdict(order(), [link(at=ORDERED), code()], BERLIN)

    assert found == (Outcome.ATTRIBUTED, 1, By.CODE)


def test_of_two_links_the_last_touch_counts() -> None:
    day = dt.timedelta(days=1)
    found = verdict(order(), [link(3, ORDERED - day), link(4, ORDERED - 2 * day)], BERLIN)

    assert found == (Outcome.ATTRIBUTED, 3, By.LINK)


def test_of_two_codes_the_one_listed_first_counts() -> None:
    assert verdict(order(), [code(5), code(6)], BERLIN).partnership_id == 5


@pytest.mark.parametrize(
    ("ago", "outcome"),
    [
        (dt.timedelta(), Outcome.ATTRIBUTED),
        (WINDOW, Outcome.ATTRIBUTED),
        (WINDOW + SECOND, Outcome.OUTSIDE),
        (-SECOND, Outcome.OUTSIDE),
    ],
)
def test_a_link_counts_for_exactly_thirty_days(ago: dt.timedelta, outcome: Outcome) -> None:
    assert verdict(order(), [link(at=ORDERED - ago)], BERLIN).outcome == outcome


@pytest.mark.parametrize("zone", [BERLIN, KIRITIMATI])
def test_a_code_that_ended_counts_thirty_days_more_from_the_end_of_its_last_local_day(
    zone: ZoneInfo,
) -> None:
    last = dt.date(2026, 10, 1)
    over = end_of(last, zone)

    for late, outcome in (
        (dt.timedelta(), Outcome.ATTRIBUTED),
        (WINDOW, Outcome.ATTRIBUTED),
        (WINDOW + SECOND, Outcome.OUTSIDE),
    ):
        found = verdict(order(ordered_at=over + late), [code(until=last)], zone)
        assert found.outcome == outcome
    assert over.astimezone(zone).time() == dt.time()
    assert day_of(over - SECOND, zone) == last


def test_an_order_before_the_code_was_made_is_not_the_creators() -> None:
    assert verdict(order(), [code(since=ORDERED)], BERLIN).outcome == Outcome.ATTRIBUTED
    assert verdict(order(), [code(since=ORDERED + SECOND)], BERLIN).outcome == Outcome.OUTSIDE


def test_what_is_not_counted_says_why() -> None:
    assert verdict(order(), [Met(None)], BERLIN).outcome == Outcome.UNKNOWN
    assert verdict(order(), [code(None)], BERLIN).outcome == Outcome.NOBODYS
    assert verdict(order(paid=False), [code()], BERLIN).outcome == Outcome.NOT_PAID
    assert verdict(order(is_test=True), [code()], BERLIN).outcome == Outcome.TEST
    assert verdict(order(), [Met(None), link(at=ORDERED)], BERLIN).outcome == Outcome.ATTRIBUTED


@given(
    st.lists(st.builds(Touch, st.integers(1, 9), st.sampled_from(By), instants), max_size=8),
    instants,
)
def test_the_touch_that_counts_is_in_the_window_and_nothing_better_is(
    touches: list[Touch], ordered_at: dt.datetime
) -> None:
    chosen = last_touch(touches, ordered_at)

    counted = [one for one in touches if dt.timedelta() <= ordered_at - one.at <= WINDOW]
    if chosen is None:
        assert counted == []
        return
    assert chosen in counted
    assert chosen.by is By.CODE or all(one.by is By.LINK for one in counted)
    assert all(one.at <= chosen.at for one in counted if one.by is chosen.by)


@given(
    cents,
    st.lists(st.tuples(cents, instants), max_size=5),
    st.none() | cents,
    st.none() | instants,
    zones,
)
def test_entries_add_up_to_what_is_left_of_the_order(
    gross: Decimal,
    backs: list[tuple[Decimal, dt.datetime]],
    stated: Decimal | None,
    cancelled_at: dt.datetime | None,
    zone: ZoneInfo,
) -> None:
    refunds = [refund(amount, at, str(place)) for place, (amount, at) in enumerate(backs)]
    told = Money(amount=stated, currency="EUR") if stated is not None else None
    one = order(gross, refunded=told, cancelled_at=cancelled_at)

    found = entries(one, refunds, zone, ORDERED)

    back = max(sum((amount for amount, _ in backs), Decimal(0)), stated or Decimal(0))
    left = Decimal(0) if cancelled_at else max(gross - back, Decimal(0))
    assert sum(entry.amount for entry in found) == left
    gone = cancelled_at is not None or (gross > 0 and left == 0)
    assert sum(entry.orders for entry in found) == (0 if gone else 1)
    assert found[0] == (day_of(ORDERED, zone), 1, gross)
    running = Decimal(0)
    for entry in found:
        running += entry.amount
        assert running >= 0
        assert entry.day >= found[0].day


@given(st.permutations([refund(Decimal(3), ORDERED + k * SECOND, str(k)) for k in range(4)]), zones)
def test_the_order_in_which_refunds_are_known_changes_nothing(
    refunds: list[Refund], zone: ZoneInfo
) -> None:
    assert entries(order(), refunds, zone) == entries(order(), refunds[::-1], zone)


def test_a_refund_in_another_currency_and_one_of_nothing_are_left_out() -> None:
    refunds = [refund(Decimal(40), currency="USD"), refund(Decimal(0), key="2")]

    assert entries(order(), refunds, BERLIN) == (Entry(dt.date(2026, 11, 20), 1, Decimal(40)),)


def test_a_free_order_counts_until_it_is_cancelled() -> None:
    free = order(Decimal(0))

    assert sum(one.orders for one in entries(free, [], BERLIN)) == 1
    cancelled = free.model_copy(update={"cancelled_at": ORDERED})
    assert sum(one.orders for one in entries(cancelled, [], BERLIN)) == 0


@given(st.data())
def test_an_order_stands_the_same_in_whatever_order_it_is_said(data: st.DataObject) -> None:
    """Words of the shop and of files, with equal seconds among them."""
    seconds = st.integers(0, 2).map(lambda count: ORDERED + count * SECOND)
    words = data.draw(
        st.lists(
            st.builds(
                lambda at, paid, off, amount, texts, by_file: order(
                    amount,
                    stated_at=at,
                    paid=paid,
                    cancelled_at=at if off else None,
                    marks=tuple(Mark(kind=MarkKind.CODE, text=text) for text in texts),
                    by_file=by_file,
                ),
                seconds,
                st.booleans(),
                st.booleans(),
                cents,
                st.sets(st.sampled_from(["A", "B"])).map(sorted),
                st.booleans(),
            ),
            min_size=1,
            max_size=5,
        )
    )

    def stands(said: list[Order]) -> Order:
        shop: Order | None = None
        file: Order | None = None
        for one in said:
            if one.by_file:
                file = newest(file, one)
            else:
                shop = newest(shop, one)
        return as_it_stands(shop, file)

    assert stands(words) == stands(data.draw(st.permutations(words)))


def reading(day: int, conversions: int | None, likes: int | None = None) -> Reading:
    totals = Totals(conversions=conversions, likes=likes)
    return Reading(as_of=dt.date(2026, 11, day), recorded_at=ORDERED, totals=totals)


figures = st.lists(
    st.builds(
        reading, st.integers(1, 9), st.none() | st.integers(0, 9), st.none() | st.integers(0)
    ),
    max_size=5,
)


@given(figures, figures, st.integers(1, 9))
def test_of_what_is_logged_and_what_is_counted_the_larger_stands_each_day(
    logged: list[Reading], counted: list[Reading], day: int
) -> None:
    on = dt.date(2026, 11, day)

    found = totals_on(beside(logged, counted), on)

    each = [totals_on(one, on) for one in (logged, counted)]
    for metric in (Metric.CONVERSIONS, Metric.LIKES):
        known = [value for one in each if (value := one.of(metric)) is not None]
        assert found.of(metric) == max(known, default=None)
