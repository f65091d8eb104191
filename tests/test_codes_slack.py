"""*Codes & links*: made on approval or by hand, from board, details and log."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

from playground.records import View
from storage import brands, people, promo_codes, tracking_links
from storage.models import Brief, Partnership, PromoCode, TrackingLink
from tests.partnering import open_log, rows
from tests.selling import PUBLIC, entries, order, partnership, shop
from tests.shortlisting import CHECK, add_brief, add_creators, shortlist
from tests.slack import Slack

LINK = "https://shop.example.com/serum"


@pytest.fixture
def reached(slack: Slack) -> Iterator[Slack]:
    """A bot that can be reached from outside."""
    services = slack.bot.services
    object.__setattr__(services, "public_url", PUBLIC)  # as PUBLIC_URL does at a start
    yield slack


def open_codes(slack: Slack, who: str = "olivia") -> View:
    board = slack.command(who, "partners")
    view = slack.press(who, board, "codes")
    assert view is not None
    return view


def field(view: View, name: str) -> Any:
    block = next(one for one in view.blocks if one.get("block_id") == name)
    return block["element"]


def ready(slack: Slack) -> int:
    return partnership(slack, brief="Spring Glow", link=LINK)


def test_a_code_and_a_link_are_proposed_and_given_to_copy(reached: Slack) -> None:
    number = ready(reached)
    view = open_codes(reached)
    assert field(view, "code")["initial_value"] == "ANNA"
    assert field(view, "target")["initial_value"] == LINK

    assert not reached.submit("olivia", {"code": "anna 15"})

    text = reached.text_of(reached.view("olivia"))
    (link,) = rows(reached, TrackingLink)
    assert "Code: ANNA15" in text
    assert f"Link: {PUBLIC}/r/{link.slug}" in text
    assert (link.partnership_id, link.target.startswith(f"{LINK}?utm_source=instagram")) == (
        number,
        True,
    )
    assert "utm_campaign=spring-glow" in link.target


def test_without_a_public_address_the_link_itself_is_given_and_that_is_said(slack: Slack) -> None:
    ready(slack)
    open_codes(slack)

    slack.submit("olivia", {"code": "ANNA15"})

    text = slack.text_of(slack.view("olivia"))
    assert f"Link: {LINK}?utm_source=instagram&utm_medium=influencer" in text
    assert "nobody outside can reach this bot" in text
    assert "/r/" not in text


def test_what_can_be_no_code_or_is_somebody_elses_is_said_under_the_field(slack: Slack) -> None:
    ready(slack)
    partnership(slack, "bea", code="BEA10")
    board = slack.command("olivia", "partners")
    anna = next(one for one in rows(slack, Partnership) if one.brief_id)
    slack.press("olivia", board, f"codes:{anna.id}")

    assert "letters" in (slack.submit("olivia", {"code": "!!!"}) or {})["code"]
    assert "another creator's" in (slack.submit("olivia", {"code": "bea10"}) or {})["code"]
    assert "taken for BEA10" in (slack.submit("olivia", {"code": "BEAI0"}) or {})["code"]
    errors = slack.submit("olivia", {"code": "ANNA15", "target": "http://shop.example.com"}) or {}
    assert "https://" in errors["target"]
    assert (
        "dub.sh"
        in (slack.submit("olivia", {"code": "A1B", "short_link": "x y"}) or {})["short_link"]
    )
    assert [one.code for one in rows(slack, PromoCode)] == ["BEA10"]


def test_a_changed_code_is_added_an_emptied_one_taken_away_and_all_is_on_the_record(
    slack: Slack,
) -> None:
    number = ready(slack)
    shop(slack).send("orders/paid", order(code="ANNA15"))
    for typed in ("ANNA15", "ANNA20", ""):
        open_codes(slack)
        slack.submit("olivia", {"code": typed})
        slack.workspace.close_view("olivia", everything=True)
        counted = [one[0] for one in entries(slack)]
        assert counted == [number], typed

    assert [one.code for one in rows(slack, PromoCode)] == ["ANNA15"]
    details = slack.press("olivia", slack.command("olivia", "partners"), "partner_details")
    text = slack.text_of(details)
    assert "promo code: ANNA20 by Olivia" in text
    assert "promo code: ANNA20 taken out by Olivia" in text
    assert "Counted by shops: 1 order, €40" in text.replace("*", "")


def test_an_order_that_came_before_the_code_was_typed_is_counted_then(slack: Slack) -> None:
    number = ready(slack)
    shop(slack).send("orders/paid", order(code="ANNA15"))
    assert entries(slack) == []

    open_codes(slack)
    slack.submit("olivia", {"code": "ANNA15"})

    assert [one[0] for one in entries(slack)] == [number]


def test_the_last_day_of_a_code_ends_it_thirty_days_later(slack: Slack) -> None:
    ready(slack)
    selling = shop(slack)
    open_codes(slack)
    slack.submit("olivia", {"code": "ANNA15", "until": "2026-10-20"})

    selling.send("orders/paid", order(1, at="2026-11-19T23:00:00+00:00"))
    selling.send("orders/paid", order(2, at="2026-11-20T01:00:00+00:00"))

    assert len(entries(slack)) == 1
    said = slack.text_of(slack.command("olivia", "sales"))
    assert "1 outside the 30 days" in said


def test_codes_are_reached_from_the_log_too(slack: Slack) -> None:
    ready(slack)
    open_log(slack, "ana")

    assert not slack.submit("ana", {"what": "codes"})

    assert slack.view("ana").callback_id == "codes_form"


def test_the_same_form_sent_twice_makes_one_code_and_one_link(reached: Slack) -> None:
    ready(reached)
    open_codes(reached)
    reached.submit("olivia", {"code": "ANNA15"})
    reached.redeliver_last()
    reached.workspace.close_view("olivia", everything=True)
    open_codes(reached)
    reached.submit("olivia", {"code": "ANNA15"})

    assert len(rows(reached, PromoCode)) == len(rows(reached, TrackingLink)) == 1


def offer(slack: Slack, words: str, who: str = "olivia") -> None:
    """Say under the brief that approvals make codes and links."""
    with slack.writing() as tx:
        brief = tx.session.exec(select(Brief)).one()
        brief.content = {**brief.content, "link": LINK}
        tx.session.add(brief)
    listing = slack.command(who, "brief")
    slack.press(who, listing, "brief_codes")
    assert not slack.submit(who, {"offer": words, "issue": ["yes"]})
    slack.workspace.close_view(who, everything=True)


def test_an_approval_makes_a_code_and_a_link_where_the_brief_asks_for_them(slack: Slack) -> None:
    add_creators(slack, "mara", "mara.skin")
    add_brief(slack)
    offer(slack, "15 % off")
    posted = shortlist(slack, "mara", "mara.skin", approvers=("ana",))

    for card in posted.cards.values():
        slack.react("ana", CHECK, card)

    assert sorted(one.code for one in rows(slack, PromoCode)) == ["MARA15", "MARASKIN15"]
    assert len(rows(slack, TrackingLink)) == 2
    with slack.reading() as tx:
        for one in rows(slack, Partnership):
            assert len(promo_codes.of_partnerships(tx, [one.id])[one.id]) == 1
            assert len(tracking_links.of_partnerships(tx, [one.id])[one.id]) == 1


def test_an_approval_makes_nothing_where_nobody_asked(slack: Slack) -> None:
    posted = shortlist(slack, approvers=("ana",))

    slack.react("ana", CHECK, posted.card)

    assert len(rows(slack, Partnership)) == 1
    assert rows(slack, PromoCode) == []


def test_a_code_of_a_brand_limited_to_others_is_not_named(slack: Slack) -> None:
    ready(slack)
    hidden = partnership(slack, "bea", code="BEA10")
    with slack.writing() as tx:
        brand = brands.create(tx, "Secret", None)
        brands.limit(tx, brand, True, [people.get(tx, slack.workspace.user("olivia").id)])
        row = tx.session.get(Partnership, hidden)
        assert row is not None
        row.brand_id = brand.id
        tx.session.add(row)
    slack.press("ana", slack.command("ana", "partners"), "codes")

    said = (slack.submit("ana", {"code": "BEAI0"}) or {})["code"]

    assert "another creator's" in said
    assert "BEA10" not in said
