"""Creators removed for good: nothing names them any more, and nothing brings them back."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import SQLModel, select

from domain.creator import Platform, ProfileSnapshot
from domain.goal import Metric
from domain.look_up import Account
from domain.niche import default_vocabulary
from domain.partnership import Stage
from handlers import forgetting_work
from storage import (
    audit,
    creators,
    forgetting,
    forgetting_rows,
    forgetting_texts,
    imports,
    index,
    live_accounts,
    merging,
    outbox,
    partnership_posts,
    people,
    personal_rows,
    profile_pairs,
    profile_store,
    profiles,
    promo_codes,
    tracking_links,
    workspaces,
)
from storage.models import (
    Card,
    Forgetting,
    Job,
    LiveAccount,
    OutboxMessage,
    Partnership,
    Post,
    Profile,
    TrackingLink,
)
from storage.outbox import SHARE
from tests.behind import everything
from tests.forgetting import (
    CANARY,
    CODE,
    EMAIL,
    HANDLE,
    NAME,
    ON_SQLITE,
    creator_of,
    forget,
    places_with,
    profile,
    seen_by_anybody,
    store,
)
from tests.partnering import log, rows
from tests.platforms import Bluesky
from tests.selling import entries, order, shop, totals
from tests.shortlisting import CHECK, add_creators, shortlist
from tests.slack import Slack
from tests.test_drafts import add_draft
from tests.test_find import newest
from tests.test_import_slack import CONFIRMED, brought, confirm, hand_over
from tests.test_look_at import IDA
from tests.test_partner_board import begin
from tests.test_result_imports import bring
from views import elements

pytestmark = pytest.mark.both_databases

POST = f"https://www.instagram.com/{HANDLE}/p/ZqCanar1/"


def known_everywhere(slack: Slack) -> None:
    """Somebody of whom every part of the app holds something."""
    store(slack, profile(), profile(Platform.TIKTOK, handle="zqcanary_tok"))
    add_creators(slack, "mara")
    store(
        slack,
        profile(handle="bo", display_name="Bo", email="bo@b.example", url=None, extra={},
                bio=f"Skincare, best friend of @{HANDLE}", post_texts=(), told_posts=()),
    )  # fmt: skip
    first, second, other = (
        creator_of(slack),
        creator_of(slack, "zqcanary_tok"),
        creator_of(slack, "bo"),
    )
    with slack.writing() as tx:
        olivia = people.get(tx, slack.workspace.user("olivia").id)
        merging.merge(tx, first, second, default_vocabulary(), person_id=olivia.id, why=f"{NAME}!")
        pair = sorted(one.id or 0 for one in tx.session.exec(select(Profile)))
        profile_pairs.propose(tx, pair[0], pair[-1], f"{NAME} links to Bo")
        creators.add_tag(tx, first, "zqcanary tag", olivia.id)
        creators.add_note(tx, first, f"{NAME} is late", None, olivia.id)
        creators.add_note(tx, other, f"Like @{HANDLE}, but cheaper", None, olivia.id)
    slack.command("olivia", f"find skincare {HANDLE}")
    slack.command("olivia", f"list add @{HANDLE} to {NAME} friends")
    made = shortlist(slack, HANDLE, "mara", approvers=("ana", "ben"))
    slack.react("ana", CHECK, made.cards[HANDLE])
    log(slack, "olivia", "stage", {"stage": "live", "posts": POST}, creator=f"@{HANDLE}")
    slack.workspace.close_view("olivia", everything=True)
    (live,) = rows(slack, Partnership)
    with slack.writing() as tx:
        row = tx.session.get(Partnership, live.id)
        assert row is not None
        row.created_at = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
        promo_codes.set_code(tx, row, CODE)
        tracking_links.issue(tx, row, HANDLE, "https://shop.example/serum", "instagram", "x", None)
    outbox_said(slack)
    slack.open_home("olivia")


def outbox_said(slack: Slack) -> None:
    """A message of another kind that names them, in a channel and to one person."""
    said = {"text": f"{NAME} (@{HANDLE}) sold most, then Mara", "blocks": [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"*{NAME}* <{POST}|their post>"}},
    ]}  # fmt: skip
    with slack.writing() as tx:
        outbox.post(tx, "test:channel", slack.workspace.channel("marketing").id, said)
        outbox.direct(tx, "test:private", slack.workspace.user("ben").id, said)
    slack.settle()


def test_nothing_names_a_creator_who_was_forgotten(slack: Slack) -> None:
    """Every text of every table, the database's own files, every message, every Home."""
    known_everywhere(slack)
    tables = {place.partition(".")[0] for place in places_with(slack)}
    assert {"cards", "posts", "outbox", "audit", "merges", "snapshots", "saved_searches"} <= tables
    assert [text for text in seen_by_anybody(slack) if CANARY in text.lower()]

    forget(slack)

    assert places_with(slack) == []
    assert [text for text in seen_by_anybody(slack) if CANARY in text.lower()] == []
    database = slack.bot.services.database
    if database.is_sqlite:
        path = Path(str(database.url.database))
        for file in (path, *path.parent.glob(f"{path.name}-wal")):
            assert CANARY.encode() not in file.read_bytes().lower(), file.name


@ON_SQLITE
def test_a_log_that_is_being_read_when_a_removal_ends_is_emptied_later(slack: Slack) -> None:
    store(slack, profile())
    log_file = Path(f"{slack.bot.services.database.url.database}-wal")
    with slack.bot.services.database.looking() as reading:
        reading.connection().exec_driver_sql("SELECT count(*) FROM workspaces")
        forget(slack)
        assert CANARY.encode() in log_file.read_bytes().lower(), "whoever reads needs it"

    slack.workers.tick_hour()

    assert CANARY.encode() not in log_file.read_bytes().lower()


def test_every_table_about_creators_is_treated_when_one_is_forgotten() -> None:
    """A new table has to say how: its rows go, lose the name, or are numbers only."""
    treated = [
        *forgetting_rows.OF_PROFILES,
        *forgetting_rows.OF_CREATORS,
        *forgetting_rows.WITHOUT_NAME,
        *forgetting_rows.NUMBERS,
    ]
    assert sorted(treated) == sorted(table.name for table in personal_rows.tables())


def test_every_text_is_searched_for_the_name_or_left_alone_with_a_reason() -> None:
    searched = {table.name for table in forgetting_texts.searched()}
    with_text = {
        table.name
        for table in SQLModel.metadata.sorted_tables
        if forgetting_texts.columns_of(table)
    }
    assert with_text - searched <= set(forgetting_texts.LEFT_ALONE)
    assert set(forgetting_texts.LEFT_ALONE) <= set(SQLModel.metadata.tables)


@ON_SQLITE
def test_no_import_or_refresh_brings_a_forgotten_creator_back(slack: Slack) -> None:
    """By handle, by address, or named beside a forgotten account; others come in as ever."""
    store(slack, profile())
    forget(slack)

    left_out = store(
        slack,
        profile(handle=f"@{HANDLE.upper()}"),
        profile(handle="somebody_new", email=EMAIL.upper()),
        profile(Platform.TIKTOK, handle="zq.tok", email=None, same_as=(f"instagram:{HANDLE}",)),
        profile(Platform.TIKTOK, handle=HANDLE, email=None),
    )

    assert left_out == [3]
    assert [(one.platform, one.handle) for one in rows(slack, Profile)] == [("tiktok", HANDLE)]


@ON_SQLITE
def test_an_import_counts_those_left_out_and_names_none(slack: Slack) -> None:
    store(slack, profile())
    forget(slack)
    file = f"handle,followers,category\n{HANDLE},1000,skincare\nmara,2000,skincare\n"

    hand_over(slack, file)
    assert confirm(slack, CONFIRMED) == {}
    said = slack.text_of(brought(slack))
    slack.tick()

    assert "1 new" in said
    assert "1 account left out: your team has removed these creators." in said
    assert CANARY not in said.lower()
    assert places_with(slack) == []


@ON_SQLITE
def test_the_handle_has_to_be_typed_and_only_owners_and_managers_are_asked(slack: Slack) -> None:
    store(slack, profile())
    slack.workspace.command("olivia", f"forget {HANDLE}")
    slack.settle()
    shown = slack.text_of(slack.view("olivia"))
    assert f"@{HANDLE} on Instagram" in shown
    assert "1 account, with 1 set of figures and 1 recent post" in shown
    assert slack.submit("olivia", {"typed": "mara"}) == {
        "typed": f"That is not {HANDLE}. Please type it exactly, or press Cancel."
    }
    assert rows(slack, Forgetting) == []
    refused = slack.command("ana", f"forget {HANDLE}")
    assert "owner" in refused.text.lower()
    assert slack.workspace.view("ana") is None
    assert slack.submit("olivia", {"typed": f"@{HANDLE}"}) is None
    assert {one.state for one in rows(slack, Forgetting)} == {"done"}


@ON_SQLITE
def test_totals_of_a_campaign_stay_and_orders_by_their_code_go_on_counting(slack: Slack) -> None:
    known_everywhere(slack)
    (row,) = rows(slack, Partnership)
    sales = shop(slack)
    assert sales.send("orders/paid", order(1, CODE)) == 200
    (link,) = rows(slack, TrackingLink)
    address = link.slug
    assert "zqcanary" in address
    with slack.writing() as tx:
        tx.actor = slack.workspace.user("ana").id
        audit.record(tx, "export", "creators", 1, after={"format": "csv"})

    forget(slack)
    _what_to_clear_by_hand_is_told(slack.private("olivia")[-1])
    assert sales.send("orders/paid", order(2, CODE.lower())) == 200
    visit = order(3, None, landing_site=f"/serum?utm_content={address}")
    assert sales.send("orders/paid", visit) == 200

    assert [(number, orders) for number, _, _, orders, _ in entries(slack)] == [(row.id, 1)] * 3
    with everything(slack.bot.services.database) as session:
        followed = tracking_links.find(session, address)
    assert followed is not None
    assert followed.partnership_id == row.id
    with slack.writing() as tx:
        known = tx.session.get(Partnership, row.id)
        for _ in range(2):  # a post that is logged by hand counts without its link, and once
            partnership_posts.add(tx, known, f"https://www.tiktok.com/@{HANDLE}/video/7", None)
    assert len(rows(slack, Post)) == 2
    assert places_with(slack) == []
    board = slack.text_of(slack.command("olivia", "partners"))
    assert "a removed creator" in board


def _what_to_clear_by_hand_is_told(said: str) -> None:
    assert "Removal 1 is done" in said
    assert "#marketing" in said
    assert "A file of creators, taken by" in said
    assert "Backups of the database made before today still hold them" in said
    assert CANARY not in said.lower()


@ON_SQLITE
def test_files_of_drafts_that_stay_in_slack_are_told_to_be_cleared_by_hand(slack: Slack) -> None:
    """Each is there twice; names of files are not told, since they often name the creator."""
    number = begin(slack, Stage.AGREED)
    for version in (1, 2):
        name = f"{CANARY} reel {version}.mp4"
        file = slack.workspace.upload("ana", name, b"moving pictures")
        assert add_draft(slack, number, link="", file=[file]) == {}
    (row,) = rows(slack, Partnership)
    with slack.reading() as tx:
        (handle,) = [one.handle for one in profiles.of_creator(tx, row.creator_id)]
        shared = [one for one in tx.session.exec(select(OutboxMessage)) if one.method == SHARE]
    assert len(shared) == 2

    forget(slack, handle)

    said = slack.private("olivia")[-1]
    today = elements.day(row.created_at.date())
    assert (
        f"2 drafts’ files in Slack, handed over by @Ana on {today}, and my copies of them below "
        "the draft’s card in #marketing" in said
    )
    assert CANARY not in said
    assert CANARY not in str([one.to_clear for one in rows(slack, Forgetting)])


@ON_SQLITE
def test_a_card_of_somebody_removed_says_so_and_an_undecided_one_is_withdrawn(slack: Slack) -> None:
    store(slack, profile())
    add_creators(slack, "mara")
    made = shortlist(slack, HANDLE, "mara", approvers=("ana", "ben"))

    forget(slack)

    card = made.cards[HANDLE]
    assert "A removed creator" in slack.text_of(card)
    assert "ithdrawn" in slack.text_of(card)
    assert "12.3k" not in slack.text_of(card)
    assert "@mara" in slack.text_of(made.summary)
    slack.react("ana", CHECK, made.cards["mara"])
    assert {one.state for one in rows(slack, Card)} == {"withdrawn", "approved"}


@ON_SQLITE
def test_an_owner_lets_somebody_be_brought_in_again_on_the_record(slack: Slack) -> None:
    store(slack, profile())
    forget(slack)
    assert "removed this creator for good" in slack.command("olivia", f"forget {HANDLE}").text

    said = slack.command("olivia", f"forget allow instagram:{HANDLE}")

    assert "may be brought in again" in said.text
    assert store(slack, profile()) == [0]
    assert [one.handle for one in rows(slack, Profile)] == [HANDLE]
    with slack.reading() as tx:
        done = [one.action for one in audit.of(tx, "creator", 1)]
    assert done == ["forget", "forgotten", "allow again"]


@ON_SQLITE
def test_a_handle_that_is_a_platforms_name_takes_no_other_text_along(slack: Slack) -> None:
    handle = "instagram"
    store(slack, profile(handle=handle, display_name=handle.capitalize(), url=None, email=None,
                         bio="", extra={}, told_posts=(), post_texts=()))  # fmt: skip
    add_creators(slack, "mara")
    made = shortlist(slack, handle, "mara")
    forget(slack, handle)

    slack.react("ana", CHECK, made.cards["mara"])
    assert "Approved by Ana" in slack.text_of(made.cards["mara"])
    assert "@mara" in slack.command("ana", "find skincare").text
    with slack.reading() as tx:
        known = profiles.by_handle(tx, "mara")[0]
        (shown,) = profiles.current(tx, [known.id or 0]).values()
    assert shown.snapshot.platform == Platform.INSTAGRAM
    assert shown.snapshot.categories == ("Skincare",)


class Killed(Exception):
    """The process died."""


@ON_SQLITE
def test_a_removal_that_is_killed_after_every_single_commit_ends_all_the_same(slack: Slack) -> None:
    """Each worker gets one transaction through and dies in the next one; the last one is done."""
    known_everywhere(slack)
    slack.workspace.command("olivia", f"forget {HANDLE}")
    database = slack.bot.services.database
    commits = [0]

    def die(connection: Any) -> None:
        commits[0] += 1
        if commits[0] > 1:
            connection.exec_driver_sql("ROLLBACK")
            raise Killed

    with slack.writing() as tx:
        olivia = people.get(tx, slack.workspace.user("olivia").id)
        number = forgetting.begin(tx, 1, olivia.id, default_vocabulary())
    with slack.reading() as tx:
        context = slack.bot.context(workspaces.get(tx))
    workers = 0
    event.listen(database.engine, "commit", die)
    try:
        while workers < 200:
            workers, commits[0] = workers + 1, 0
            try:
                forgetting_work.work({"forgetting": number}, context)
            except Killed:
                continue
            break
    finally:
        event.remove(database.engine, "commit", die)

    assert 15 < workers < 200
    slack.settle()
    assert places_with(slack) == []
    assert [text for text in seen_by_anybody(slack) if CANARY in text.lower()] == []
    assert sum("Removal 1 is done" in text for text in slack.private("olivia")) == 1


@ON_SQLITE
def test_a_removal_left_unfinished_is_taken_up_within_the_hour(slack: Slack) -> None:
    store(slack, profile())
    with slack.writing() as tx:
        forgetting.begin(tx, creator_of(slack), None, default_vocabulary())
        for job in tx.session.exec(select(Job).where(Job.kind == forgetting.JOB)):
            job.state = "failed"
            tx.session.add(job)
    slack.tick()
    assert {one.state for one in rows(slack, Forgetting)} == {"done"}
    assert places_with(slack) == []


def test_what_an_import_at_work_brings_meanwhile_goes_as_well(slack: Slack) -> None:
    """It had stored them unseen when they were forgotten; the removal waits for its end."""
    store(slack, profile())
    with slack.writing() as tx:
        run = imports.create(tx, "creators.csv", None)
        run.state = "storing"
        tx.session.add(run)
        tx.session.flush()
        said = [profile(Platform.TIKTOK, same_as=(f"instagram:{HANDLE}",))]
        profile_store.store(tx, said, default_vocabulary(), index.pools(tx), run.id or 0)
    names = places_with(slack)
    with slack.writing() as tx:
        creator = profiles.by_handle(tx, HANDLE, "instagram")[0].creator_id
        forgetting.begin(tx, creator, None, default_vocabulary())
    slack.settle()
    assert names
    assert {one.state for one in rows(slack, Forgetting)} == {"working"}
    with slack.writing() as tx:
        known = imports.lock(tx, run.id or 0)
        imports.end(tx, known, "cancelled")
    slack.tick()

    assert {one.state for one in rows(slack, Forgetting)} == {"done"}
    assert places_with(slack) == []


@ON_SQLITE
def test_platforms_are_not_asked_for_somebody_removed_and_a_new_handle_helps_nobody(
    live: Slack, bluesky: Bluesky
) -> None:
    live.command("ana", f"look bluesky:{IDA}")
    live.press("ana", newest(live, "ana"), "creator_keep")
    (known,) = rows(live, LiveAccount)
    forget(live, IDA)
    asked = dict(bluesky.calls)

    said = live.command("ana", f"look bluesky:{IDA}")

    assert "removed this creator for good" in said.text
    live.tick()
    assert bluesky.calls == asked
    renamed = Account(
        snapshot=ProfileSnapshot(platform=Platform.BLUESKY, handle="ida.example", source="bluesky"),
        native_id=known.native_id,
    )
    with live.writing() as tx:
        pools = index.pools(tx)
        ready = live_accounts.prepare([renamed], default_vocabulary(), pools)
        assert live_accounts.store(tx, ready, default_vocabulary(), pools) == []
    assert rows(live, Profile) == rows(live, LiveAccount) == []
    assert places_with(live, "glowbyida") == places_with(live, "lindqvist") == []


@ON_SQLITE
def test_a_file_of_results_counts_their_posts_and_never_names_them(slack: Slack) -> None:
    """A post that was logged is known by its hash; a row with the handle alone is left out."""
    known_everywhere(slack)
    forget(slack)
    (row,) = rows(slack, Partnership)
    link = POST.replace("www.", "")
    content = f"post link,handle,views,date\n{link},,4321,2026-11-20\n,{HANDLE},99,2026-11-21\n"

    said = bring(slack, content)
    slack.tick()

    assert "is of a creator whom your team has removed" in said
    assert totals(slack, row.id).of(Metric.VIEWS) == 4321
    assert CANARY not in said.lower()
    assert places_with(slack) == []
