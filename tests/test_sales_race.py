"""Shops, workers and people at the same instant, on both databases: each order counts once."""

import datetime as dt
import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlmodel import select

from domain.creator import Money
from domain.orders import Mark, MarkKind, Order
from domain.partnership import Stage
from storage import (
    partnerships,
    people,
    profiles,
    promo_codes,
    sale_events,
    sale_totals,
    sales,
    shops,
    tracking_links,
    workspaces,
)
from storage.database import Database
from storage.models import Partnership, PromoCode, SaleEntry, SaleEvent, ShopOrder
from tests.shortlisting import store_creators

ORDERED = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


@pytest.fixture
def workspace_id(database: Database) -> int:
    return workspaces.ensure(database, "", "T1").id or 0


def begin(database: Database, workspace_id: int, handle: str = "anna") -> int:
    with database.writing(workspace_id) as tx:
        person = people.get(tx, "U_OLIVIA")
        store_creators(tx, handle)
        profile = profiles.by_handle(tx, handle)[0]
        row = partnerships.create(tx, profile.creator_id, profile.id, None, person.id, Stage.LIVE)
        row.created_at = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
        return row.id or 0


def open_shop(database: Database, workspace_id: int) -> int:
    with database.writing(workspace_id) as tx:
        return shops.create(tx, "shopify", "Aqua Skin", "a long secret", None).id or 0


def order(number: int, code: str = "ANNA15") -> Order:
    return Order(
        order_key=str(number),
        ordered_at=ORDERED,
        stated_at=ORDERED,
        paid=True,
        gross=Money(amount=Decimal(10), currency="EUR"),
        marks=(Mark(kind=MarkKind.CODE, text=code),),
    )


def together(*acts: Callable[[], None]) -> None:
    """Do these at the same time; fails where one of them does."""
    start, failed = threading.Barrier(len(acts)), []

    def run(act: Callable[[], None]) -> None:
        start.wait()
        try:
            act()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []


def test_orders_that_come_while_their_code_is_assigned_are_all_counted(
    database: Database, workspace_id: int
) -> None:
    """Whoever counts with an old view of the codes is counted again, or had to wait."""
    number, shop_id = begin(database, workspace_id), open_shop(database, workspace_id)

    def receive(first: int) -> None:
        for place in range(first, first + 15):
            with database.writing(workspace_id) as tx:
                sale_events.receive(tx, shop_id, order(place), f"w{place}", "")
            with database.writing(workspace_id) as tx:
                sales.count_waiting(tx)

    def assign() -> None:
        with database.writing(workspace_id) as tx:
            sales.take_turn(tx)
            promo_codes.assign(tx, "code", "ANNA15", number)
        after: int | None = 0
        while after is not None:
            with database.writing(workspace_id) as tx:
                after = sales.recount(tx, "code", "ANNA15", after)

    together(lambda: receive(0), lambda: receive(100), lambda: receive(200), assign)

    with database.reading(workspace_id) as tx:
        assert sale_totals.sold(tx, [number])[number].orders == 45
        assert len(tx.session.exec(select(SaleEntry)).all()) == 45


def test_one_webhook_that_arrives_at_several_servers_is_kept_once(
    database: Database, workspace_id: int
) -> None:
    number, shop_id = begin(database, workspace_id), open_shop(database, workspace_id)
    with database.writing(workspace_id) as tx:
        promo_codes.assign(tx, "code", "ANNA15", number)

    def deliver() -> None:
        with database.writing(workspace_id) as tx:
            sale_events.receive(tx, shop_id, order(1), "w1", "e1")
        with database.writing(workspace_id) as tx:
            sales.count_waiting(tx)

    together(*[deliver] * 5)

    with database.reading(workspace_id) as tx:
        assert len(tx.session.exec(select(SaleEvent)).all()) == 1
        assert len(tx.session.exec(select(ShopOrder)).all()) == 1
        assert sale_totals.sold(tx, [number])[number].orders == 1


def test_creators_approved_at_the_same_instant_never_get_the_same_code(
    database: Database, workspace_id: int
) -> None:
    numbers = [begin(database, workspace_id, f"anna_{place}") for place in range(4)]

    def issue(number: int) -> None:
        with database.writing(workspace_id) as tx:
            row = tx.session.get(Partnership, number)
            assert row is not None
            promo_codes.issue(tx, row, "anna", "", "15 %")

    together(*[lambda number=number: issue(number) for number in numbers])

    with database.reading(workspace_id) as tx:
        codes = [one.code for one in tx.session.exec(select(PromoCode))]
    assert len({*codes}) == 4
    assert "ANNA15" in codes


def test_codes_links_and_orders_of_one_workspace_are_nothing_to_another(
    database: Database, workspace_id: int
) -> None:
    other = workspaces.ensure(database, "", "T2").id or 0
    mine, theirs = begin(database, workspace_id), begin(database, other)
    with database.writing(workspace_id) as tx:
        row = tx.session.get(Partnership, mine)
        assert row is not None
        promo_codes.set_code(tx, row, "ANNA15")
        target = "https://shop.example.com/"
        slug = tracking_links.issue(tx, row, "anna", target, "instagram", "", None).slug
    shop_id = open_shop(database, other)
    with database.writing(other) as tx:
        row = tx.session.get(Partnership, theirs)
        assert row is not None
        visit = order(2).model_copy(update={"marks": (Mark(kind=MarkKind.VISIT, text=slug),)})
        assert sales.add(tx, shop_id, [order(1)]) == {"unknown code": 1}
        assert sales.add(tx, shop_id, [visit]) == {"not a creator's": 1}
        assert promo_codes.set_code(tx, row, "ANNA15").partnership_id == theirs

    with database.reading(workspace_id) as tx:
        assert sale_totals.sold(tx, [mine, theirs]) == {}
        assert sale_totals.unknown(tx) == []
        assert shops.everyone(tx) == []
