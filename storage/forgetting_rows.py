"""The rows of a creator who is forgotten: which go, which stay without a name, which are numbers.

Every table of `storage.personal_rows.tables` is in one of the groups below; a test sees to it.
"""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import delete
from sqlmodel import SQLModel, col, select

from domain.creator import Platform, ProfileSnapshot
from domain.fit import Fit
from domain.forgetting import REMOVED, mark_of, post_key
from domain.orders import MarkKind
from domain.tracking_link import nameless_slug, tagged_anew
from storage import forgotten_keys, moved_rows, personal_rows, profile_store
from storage.models import (
    Card,
    Creator,
    Draft,
    Feedback,
    ForecastRow,
    Partnership,
    Post,
    Profile,
    PromoCode,
    TrackingLink,
)
from storage.personal_rows import Numbers
from storage.transaction import Transaction

OF_PROFILES = (
    "niche_rows", "word_rows", "snapshots", "recent_posts", "live_accounts", "profile_links",
    "profile_pairs", "quoted_fees",
)  # fmt: skip
OF_CREATORS = (
    "notes", "tags", "list_members", "restrictions", "relationships", "reasons", "merges",
    "comments",
)  # fmt: skip
WITHOUT_NAME = (
    "creators", "profiles", "cards", "partnerships", "posts", "drafts", "feedback", "forecasts",
    "promo_codes", "tracking_links", "shop_orders",
)  # fmt: skip
"""Rows that totals of campaigns rest on: they stay, without what tells of whom they are."""
NUMBERS = {
    "votes": "who of the team voted how",
    "costs": "amounts",
    "deliverables": "how many of what were owed by when; texts are searched like all others",
    "stage_changes": "stages and days",
    "results": "figures and days",
    "post_feedback": "how many comments said what",
    "link_days": "clicks a day",
    "sale_entries": "orders and amounts a day",
}
"""Rows that stay as they are, and why that tells of nobody."""


def lock(tx: Transaction, creator_ids: Collection[int]) -> None:
    """Nobody merges, votes on or imports these creators until the transaction ends."""
    moved_rows.take_turn(tx)
    moved_rows.lock(tx, creator_ids)
    profile_store.take_turn(tx)


def remove_profiles(tx: Transaction, creator_ids: Collection[int]) -> None:
    """Accounts with all that was said of them; those that totals rest on stay without a name."""
    numbers = personal_rows.leading(tx, creator_ids)
    _delete_forecasts(tx, numbers)
    _delete(tx, OF_PROFILES, numbers)
    kept = _referred_to(tx, numbers)
    for profile in _rows(tx, Profile, numbers["profiles"]):
        if profile.id in kept:
            profile.handle, profile.handle_key = "", f"removed {profile.id}"
            profile.import_id = None
            tx.session.add(profile)
        else:
            tx.session.delete(profile)
    tx.session.flush()


def forget_index(tx: Transaction, profile_ids: Collection[int]) -> None:
    """Index rows that an import wrote meanwhile for profiles that are gone."""
    profile_store.forget_rows(tx, sorted(profile_ids))


def remove_creators(tx: Transaction, creator_ids: Collection[int]) -> bool:
    """The people with what the team wrote of them; says whether anybody stands in their place."""
    numbers = personal_rows.leading(tx, creator_ids)
    _delete(tx, OF_CREATORS, numbers)
    kept = {
        number
        for table in (Card, Partnership)
        for number in tx.session.exec(
            select(table.creator_id).where(
                table.workspace_id == tx.workspace_id, col(table.creator_id).in_(creator_ids)
            )
        )
    }
    for creator in _rows(tx, Creator, creator_ids):
        if creator.id not in kept:
            tx.session.delete(creator)
            continue
        creator.name, creator.owner_id, creator.import_id = REMOVED, None, None
        creator.found_on, creator.forgotten_at = None, creator.forgotten_at or tx.now
        if creator.merged_into not in kept:
            creator.merged_into = None
        tx.session.add(creator)
    tx.session.flush()
    return bool(kept)


def empty_card(tx: Transaction, card: Card) -> None:
    """A card without a name: the values of its fit stay, for what was learned from decisions."""
    shown = ProfileSnapshot(
        platform=Platform(card.profile.get("platform", Platform.OTHER)), handle=REMOVED
    )
    fit = Fit.model_validate(card.fit)
    parts = tuple(part.model_copy(update={"evidence": "", "source": ""}) for part in fit.parts)
    card.profile = shown.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    card.fit = Fit(parts=parts, withheld=fit.withheld).model_dump(mode="json")
    tx.session.add(card)


def empty_partnership(tx: Transaction, forgetting_id: int, row: Partnership) -> None:
    """Posts, drafts and what people wrote of the audience; figures go on counting."""
    mine = (Post, Draft, Feedback)
    posts, drafts, heard = (_of_partnership(tx, table, row.id) for table in mine)
    keys = [post_key(post.link_key) for post in posts if _is_named(post)]
    forgotten_keys.add(tx, forgetting_id, keys)
    stands = forgotten_keys.concealed(tx, keys)
    for post in posts:
        if _is_named(post):
            post.url = post.link_key = stands[post_key(post.link_key)]
        post.account = post.native_id = post.lacks = post.disclosure_reason = ""
        post.is_short, post.next_read_at = False, None
        tx.session.add(post)
    for draft in drafts:
        draft.link = draft.file_id = draft.file_name = draft.caption = ""
        tx.session.add(draft)
    for one in heard:
        one.note = ""
        tx.session.add(one)
    tx.session.flush()


def codes_of(tx: Transaction, partnership_ids: Collection[int]) -> list[tuple[str, str]]:
    """(kind, text) of the codes and names of links by which orders find these partnerships."""
    codes = _of_partnerships(tx, PromoCode, partnership_ids)
    links = _of_partnerships(tx, TrackingLink, partnership_ids)
    return [
        *((one.kind, one.code) for one in codes if not one.code.startswith("removed-")),
        *((MarkKind.VISIT.value, one.slug) for one in links if nameless_slug(one.slug) != one.slug),
    ]


def conceal_codes(tx: Transaction, forgetting_id: int, partnership_ids: Collection[int]) -> None:
    """Codes and links go on counting under what stands for them."""
    codes = [
        one
        for one in _of_partnerships(tx, PromoCode, partnership_ids)
        if not one.code.startswith("removed-")
    ]
    keys = {one.id: mark_of(one.kind, one.code_key) for one in codes}
    forgotten_keys.add(tx, forgetting_id, keys.values())
    stands = forgotten_keys.concealed(tx, keys.values())
    for one in codes:
        one.code = one.code_key = stands[keys[one.id]]
        one.looks = ""
        tx.session.add(one)
    for link in _of_partnerships(tx, TrackingLink, partnership_ids):
        bare = nameless_slug(link.slug)
        link.target = tagged_anew(link.target, bare)
        link.slug = bare
        tx.session.add(link)
    tx.session.flush()


def _is_named(post: Post) -> bool:
    return bool(post.link_key) and not post.url.startswith("removed-")


def _delete(tx: Transaction, names: Iterable[str], numbers: Numbers) -> None:
    for name in names:
        table = SQLModel.metadata.tables[name]
        for condition in personal_rows.conditions(table, numbers):
            tx.session.execute(
                delete(table).where(table.c.workspace_id == tx.workspace_id, condition)
            )


def _delete_forecasts(tx: Transaction, numbers: Numbers) -> None:
    """Forecasts of campaigns stay as numbers; those that came to nothing go."""
    table = SQLModel.metadata.tables["forecasts"]
    for condition in personal_rows.conditions(table, {**numbers, "partnerships": []}):
        tx.session.execute(
            delete(table).where(
                table.c.workspace_id == tx.workspace_id,
                table.c.partnership_id.is_(None),
                condition,
            )
        )


def _referred_to(tx: Transaction, numbers: Numbers) -> set[int]:
    """Profiles that cards, partnerships or forecasts of campaigns are of."""
    found: set[int] = set()
    for table in (Card, Partnership, ForecastRow):
        rows: Any = table
        for start in range(0, len(numbers["profiles"]), personal_rows.CHUNK):
            some = numbers["profiles"][start : start + personal_rows.CHUNK]
            found.update(
                tx.session.exec(
                    select(rows.profile_id).where(
                        rows.workspace_id == tx.workspace_id, col(rows.profile_id).in_(some)
                    )
                )
            )
    return found


def _rows(tx: Transaction, model: Any, numbers: Collection[int]) -> list[Any]:
    return list(
        tx.session.exec(
            select(model).where(model.workspace_id == tx.workspace_id, col(model.id).in_(numbers))
        )
    )


def _of_partnership(tx: Transaction, model: Any, number: int | None) -> list[Any]:
    return _of_partnerships(tx, model, [number or 0])


def _of_partnerships(tx: Transaction, model: Any, numbers: Collection[int]) -> list[Any]:
    return list(
        tx.session.exec(
            select(model).where(
                model.workspace_id == tx.workspace_id, col(model.partnership_id).in_(numbers)
            )
        )
    )
