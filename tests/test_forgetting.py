"""Creators removed for good: nothing names them any more, and nothing brings them back."""

from pathlib import Path

from sqlmodel import SQLModel, select

from domain.creator import Platform
from domain.niche import default_vocabulary
from storage import (
    creators,
    forgetting_rows,
    forgetting_texts,
    merging,
    outbox,
    people,
    personal_rows,
    profile_pairs,
    promo_codes,
    tracking_links,
)
from storage.models import Partnership, Profile
from tests.forgetting import (
    CANARY,
    CODE,
    HANDLE,
    NAME,
    creator_of,
    forget,
    places_with,
    profile,
    seen_by_anybody,
    store,
)
from tests.partnering import log, rows
from tests.shortlisting import CHECK, add_creators, shortlist
from tests.slack import Slack

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
