"""Every handler of the registry, tried by people who may not: nothing changes, and they are told.

A handler that is added is in none of the lists below, and the first test says so.
"""

import re
import threading
from typing import Any

import pytest
from sqlalchemy import update

from domain import roles
from domain.retention import Kept
from domain.shortlist import CardState
from handlers import registry
from storage import brands, people, preferences
from storage.models import Card, CardVote, Partnership, Shortlist
from tests import test_write_turns as write_turns
from tests import trying
from tests.partnering import rows
from tests.shortlisting import CHECK, shortlist
from tests.slack import Slack
from tests.trying import Try

OWNERS = """
    actions: lead_choose lead_me retention_open shop_new shop_off shop_on shop_secret shops_open
        weights_accept weights_back weights_keep
    submissions: retention_form shop_form shop_secret_form
"""
MANAGERS = """
    commands: block brands digest export forget import settings texts
    actions: block_profile brand_limit brand_stages brands_open creator_block digest_change
        digest_delete digest_new digest_now digest_pause digest_resume digest_start export_profile
        forget_profile handover_offer home_export home_import import_as import_back import_columns
        import_page import_undo orders_add orders_undo restriction_lift sales_assign settings_open
        text_delete text_edit text_new unconfirmed_again unconfirmed_there
    submissions: brand_limit_form brand_stages_form digest_form export forget_form import_file
        import_preview import_results import_review orders_form restriction_form sales_assign_form
        settings_form text_form unconfirmed_there
"""
"""Owners and managers."""
THOSE_CONCERNED = """
    actions: card_done card_end card_keep card_reopen card_repost card_settle_approve
        card_settle_reject card_withdraw client_answer client_file client_send shortlist_cancel
        shortlist_move shortlist_terms
    submissions: card_reopen client_answer client_file client_send shortlist_move shortlist_terms
"""
"""Whoever asked for the shortlist, decided or owns the partnership, and managers."""
APPROVERS = """
    actions: card_approve card_maybe card_reject card_why
    submissions: card_why
"""
"""Votes of others are not counted; why, any member may say."""
MEMBERS = """
    commands: blocklist brief briefs creator figures find handover help imports like list lists log
        look partners plan report reports sales same search shortlist shortlists show similar
        weights
    actions: brief_archive brief_archived brief_codes brief_copy brief_edit brief_list brief_new
        brief_open brief_restore codes creator_fee creator_keep creator_note creator_own
        creator_same creator_separate creator_tags draft_new figures_fill figures_sheet find_page
        find_post find_run find_save find_unknown home_nudges import_find log log_creator
        log_profile look_on look_up nudge_fewer nudge_later outreach outreach_other outreach_sent
        partner_change partner_delivered partner_details partner_move partner_terms partners_page
        plan_choose post_disclosed post_place report_client report_file report_post report_show
        same_person_compare same_person_refuse search_forget search_run shortlist shortlist_add_to
        shortlist_brief show similar
    shortcuts: log_post
    submissions: brief_form codes_form creator_fee creator_note creator_tags draft_form figures
        handover_form log_choose log_feedback log_results log_stage log_terms offer_form partner_log
        plan post_places report_client same_person_find same_person_join same_person_separate
        shortlist
    closings: import_matching import_preview import_reading import_results import_review
    steps: find_creators suggest_creator
"""
"""Every full member; closing a modal throws away what its own person began."""

FILLED_IN: dict[str, dict[str, Any]] = {
    "digest_form": {"channel": "C0MARKETING", "weekday": "1", "time": "09:00", "timezone": "UTC"},
    "export": {"what": "creators", "kind": "csv"},
    "import_file": {"file": [{"id": "F1", "name": "a.csv"}]},
    "orders_form": {"file": [{"id": "F1", "name": "a.csv"}], "shop": "1"},
    "retention_form": {name: str(days) for name, days in Kept().model_dump().items()},
    "settings_form": {"benchmark": "x", "timezone": "UTC", "tier_bands": "micro 1-2"},
    "text_form": {"name": "First message", "text": "Hello {name}"},
    "shop_form": {"source": "shopify", "name": "Ours", "secret": "0123456789abcdef"},
    "shop_secret_form": {"secret": "0123456789abcdef"},
    "shortlist_terms": {"approvers": ["U0BEN000001"], "quorum": "1"},
    "shortlist_move": {"channel": "C0MARKETING"},
    "card_reopen": {"reason": "Their fee has doubled"},
    "card_why": {"category": "other", "reason": "Not our style"},
}
"""What has to be in a form for it to come as far as the check of the role."""
ABOUT: dict[str, str] = {
    "restriction_form": '{"creator": 1}',
    "forget_form": '{"creator": 1}',
    "brand_limit_form": '{"brand": 1}',
    "brand_stages_form": '{"brand": 1}',
    "sales_assign_form": '{"kind": "code", "code": "MARA10"}',
}


BOOKKEEPING = frozenset({"deliveries", "jobs", "outbox", "pending", "people"})
"""Written with a change, or instead of one."""
NOT_YET = frozenset({"actions:search_forget", "submissions:import_file"})
"""Of one's own Home; a file that is read, and on record once it is confirmed."""
AROUND = re.compile(r"context\.(services\.)?database\.(writing|reading)\(|members_only")


def listed(*lists: str) -> list[Try]:
    """Tries of all handlers in lists as above."""
    found, kind = [], ""
    for word in " ".join(lists).split():
        if word.endswith(":"):
            kind = word[:-1]
        else:
            found.append(Try(kind, word, "block @mara" if word == "block" else "1"))
    return found


def attempt(slack: Slack, who: str, tried: Try) -> str:
    """Try a handler with something that it can read."""
    if tried.kind == "commands" and tried.name in ("digest", "settings", "export", "import"):
        tried = Try(tried.kind, tried.name, "")
    if tried.kind != "submissions":
        return trying.answer(slack, who, tried)
    return trying.answer(slack, who, tried, view=trying.form(
        tried, who, ABOUT.get(tried.name, tried.value), FILLED_IN.get(tried.name, {})
    ))  # fmt: skip


@pytest.fixture
def busy(demo: Slack) -> Slack:
    """A workspace with work in it: two cards, one approved, the other open."""
    posted = shortlist(demo, "mara", "lena", asker="ana", approvers=("ana",))
    demo.react("ana", CHECK, posted.card)
    return demo


def test_each_handler_is_in_one_of_the_lists_above() -> None:
    known = listed(OWNERS, MANAGERS, THOSE_CONCERNED, APPROVERS, MEMBERS)
    there = {str(one) for one in trying.everything(registry.everything())}

    assert there - {"commands:(nothing)"} == {str(one) for one in known}
    assert len(known) == len({str(one) for one in known}), "each is in one list only"


@pytest.mark.parametrize("beginning", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("sam", roles.IS_A_STRANGER),
        ("gus", roles.IS_A_GUEST),
        ("robo", roles.IS_A_BOT),
        ("ben", roles.IS_DEACTIVATED),
    ],
)
def test_strangers_guests_bots_and_deactivated_people_get_nowhere(
    busy: Slack, who: str, sentence: str
) -> None:
    if who == "ben":
        busy.workspace.change_user("ben", deleted=True)
        busy.settle()
    trying.answer(busy, who, Try("commands", "help"))  # whoever is new is asked for
    before = trying.contents(busy)
    every = trying.everything(busy.bot.feature)
    tries = [one for one in every if one.kind != "steps"]
    closed = [one for one in tries if one.kind != "closings" and one.name not in outsiders(busy)]

    unlike = {str(one): said for one in closed if sentence not in (said := attempt(busy, who, one))}
    for one in tries:
        if one.kind == "closings":
            attempt(busy, who, one)

    assert unlike == {}
    assert trying.changed(before, trying.contents(busy)) == []

    steps = [one for one in every if one.kind == "steps"]  # each is kept, then refused
    assert [one for one in steps if sentence not in attempt(busy, who, one)] == []
    assert {one.partition(":")[0] for one in trying.changed(before, trying.contents(busy))} == {
        "deliveries",
        "jobs",
    }


@pytest.mark.parametrize("beginning", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", ["sam", "gus", "robo"])
def test_on_a_card_they_are_not_named_on_people_change_nothing(busy: Slack, who: str) -> None:
    """Actions that a client's cards have as well look for themselves who acts."""
    trying.answer(busy, who, Try("commands", "help"))
    before = trying.contents(busy)

    for one in trying.everything(busy.bot.feature):
        if one.name in outsiders(busy):
            for card in rows(busy, Card):
                attempt(busy, who, Try(one.kind, one.name, str(card.id)))

    noted = {"deliveries", "card_votes"}  # that they were told
    assert [one for one in trying.changed(before, trying.contents(busy))
            if one.partition(":")[0] not in noted] == []  # fmt: skip
    theirs = [one for one in rows(busy, CardVote) if one.person_id == person(busy, who).id]
    assert [one.vote for one in theirs if one.vote] == []
    assert [card.state for card in rows(busy, Card)] == [CardState.APPROVED, CardState.OPEN]


@pytest.mark.parametrize("beginning", ["sqlite"], indirect=True)
def test_members_get_nowhere_with_what_is_for_owners_managers_and_those_concerned(
    busy: Slack,
) -> None:
    before = trying.contents(busy)

    unlike = {}
    for one in listed(OWNERS):
        if roles.FOR_OWNERS not in (said := attempt(busy, "carla", one)):
            unlike[str(one)] = said
    for one in listed(MANAGERS):
        if roles.FOR_MANAGERS not in (said := attempt(busy, "carla", one)):
            unlike[str(one)] = said
    for one in listed(THOSE_CONCERNED):
        attempt(busy, "carla", one)

    assert unlike == {}
    assert trying.changed(before, trying.contents(busy)) == []


@pytest.mark.parametrize("beginning", ["sqlite"], indirect=True)
def test_managers_get_nowhere_with_what_is_for_owners(busy: Slack) -> None:
    name_managers(busy, "carla")
    before = trying.contents(busy)

    unlike = {str(one): said for one in listed(OWNERS)
              if roles.FOR_OWNERS not in (said := attempt(busy, "carla", one))}  # fmt: skip

    assert unlike == {}
    assert trying.changed(before, trying.contents(busy)) == []


@pytest.mark.parametrize("beginning", ["sqlite"], indirect=True)
def test_managers_have_no_say_on_shortlists_of_brands_limited_to_others(busy: Slack) -> None:
    """Nor have owners; named on the brand, the same manager has."""
    name_managers(busy, "carla")
    with busy.writing() as tx:
        brand = brands.create(tx, "Lumen", None)
        brands.limit(tx, brand, True, [people.get(tx, busy.workspace.user("ana").id)])
        for model in (Shortlist, Partnership):
            tx.session.execute(update(model).values(brand_id=brand.id))
    before = trying.contents(busy)

    for who in ("carla", "olivia"):
        for one in listed(THOSE_CONCERNED):
            for card in rows(busy, Card):
                attempt(busy, who, Try(one.kind, one.name, str(card.id)))
    assert trying.changed(before, trying.contents(busy)) == []

    with busy.writing() as tx:
        brands.limit(tx, brand, True, [people.get(tx, busy.workspace.user("carla").id)])
    withdrawn = [str(card.id) for card in rows(busy, Card) if card.state == CardState.OPEN]
    attempt(busy, "carla", Try("actions", "card_withdraw", withdrawn[0]))
    assert CardState.WITHDRAWN in [card.state for card in rows(busy, Card)]


@pytest.mark.parametrize("beginning", ["sqlite"], indirect=True)
def test_whatever_the_owner_changes_is_on_record(busy: Slack) -> None:
    unrecorded = {}
    with trying.committed(busy) as written:
        for one in trying.everything(busy.bot.feature):
            written.clear()
            attempt(busy, "olivia", one)
            if written - BOOKKEEPING and "audit" not in written:
                unrecorded[str(one)] = written - BOOKKEEPING

    assert {name: tables for name, tables in unrecorded.items() if name not in NOT_YET} == {}


def test_a_role_taken_away_while_a_form_is_open_counts_when_it_is_sent(slack: Slack) -> None:
    name_managers(slack, "ana")
    slack.workspace.command("ana", "settings")
    name_managers(slack)

    slack.submit("ana", {"currency": "GBP"})

    assert roles.FOR_MANAGERS in slack.text_of(slack.view("ana"))
    with slack.reading() as tx:
        assert preferences.current(tx).currency is None


def test_somebody_who_became_a_guest_while_a_form_was_open_changes_nothing(slack: Slack) -> None:
    slack.workspace.command("ana", "brief")
    slack.workspace.change_user("ana", role="guest")
    slack.settle()

    slack.submit("ana", {"name": "Spring", "niches": "skincare"})

    assert roles.IS_A_GUEST in slack.text_of(slack.view("ana"))


def test_somebody_who_becomes_a_guest_in_that_very_instant_changes_nothing(slack: Slack) -> None:
    """Looked at once, they may still be somebody else by the time that they change something."""
    if not slack.bot.services.database.is_sqlite:
        pytest.skip("On PostgreSQL writers of other rows do not wait for each other.")
    fewer = Try("actions", "nudge_fewer")
    before = person(slack, "ana").nudge_every_days
    pressed = threading.Thread(target=attempt, args=(slack, "ana", fewer))
    with slack.writing() as tx:
        pressed.start()
        write_turns.until(slack.bot.services.database, waiting=1)
        ana = people.get(tx, slack.workspace.user("ana").id)
        ana.is_guest = True
        tx.session.add(ana)
    pressed.join()

    assert person(slack, "ana").nudge_every_days == before


def test_no_handler_goes_around_the_check() -> None:
    """Transactions of handlers come from their context, which looks who acts."""
    own = {"access.py", "context.py", "people.py", "shop_words.py"}
    for path in trying.HANDLERS.glob("*.py"):
        if path.name not in own:
            assert not AROUND.search(path.read_text(encoding="utf-8")), path.name


def outsiders(slack: Slack) -> frozenset[str]:
    """What a client's cards have as well."""
    return slack.bot.feature.for_outsiders


def person(slack: Slack, who: str) -> Any:
    """The row of a person."""
    with slack.reading() as tx:
        return people.find(tx, slack.workspace.user(who).id)


def name_managers(slack: Slack, *names: str) -> None:
    """The owner names managers, and nobody else stays one."""
    slack.workspace.command("olivia", "settings")
    assert not slack.submit(
        "olivia", {"managers": [slack.workspace.user(name).id for name in names]}
    )
