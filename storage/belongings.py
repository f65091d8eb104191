"""What there is of one creator, asked at once, so that what is shown of them needs few questions.

Most creators have little: a tag, a list they came with. What is short is brought along; of the
rest it is only told whether there is any, so that it is asked for where there is.
"""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    Select,
    and_,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from domain.decision import REOPENED
from domain.shortlist import DECIDED
from storage.bulk import table_of
from storage.models import (
    Card,
    Creator,
    CreatorList,
    ListMember,
    LiveAccount,
    Note,
    Partnership,
    Profile,
    ProfilePair,
    QuotedFee,
    Reason,
    Restriction,
    Tag,
)
from storage.profile_pairs import PROPOSED
from storage.transaction import Transaction
from storage.visibility import hidden_imports

Kind = Literal[
    "card",
    "decision",
    "partnership",
    "restriction",
    "note",
    "fee",
    "fee of a brand",
    "live account",
    "pair",
    "merge",
]
"""What a creator, or the profile that is asked about, may have any of."""


@dataclass(frozen=True, slots=True)
class Belongings:
    """What there is of a creator, and of the profile that is asked about.

    tags: by alphabet. lists: names. profiles: all of the creator's, by number. has: whatever else
    there is any of; "card" and what tells of a "decision" or a reason on one, whoever may see it.
    """

    creator_id: int
    profile_id: int
    tags: tuple[str, ...]
    lists: tuple[str, ...]
    profiles: tuple[int, ...]
    has: frozenset[Kind]


def of_creator(tx: Transaction, creator_id: int, profile_id: int) -> Belongings:
    """What there is of a creator; rows of hidden imports are left out of what is brought along."""
    if tx.writable:
        tx.session.flush()
    hidden = hidden_imports(tx)
    asked: dict[str, Any] = {
        "workspace_id": tx.workspace_id,
        "creator_id": creator_id,
        "profile_id": profile_id,
    }
    if hidden:
        asked["hidden"] = hidden
    statement = _OPEN if hidden else _ALL
    brought: dict[str, list[Any]] = {"tag": [], "list": [], "profile": []}
    has: set[Kind] = set()
    for kind, number, text, _ in tx.session.connection().execute(statement, asked):
        if kind in brought:
            brought[kind].append(number if kind == "profile" else text)
        else:
            has.add(kind)
    tags, lists, profiles = map(tuple, brought.values())
    return Belongings(creator_id, profile_id, tags, lists, profiles, frozenset(has))


_TAG, _LIST, _MEMBER = table_of(Tag), table_of(CreatorList), table_of(ListMember)
_CREATOR, _PROFILE, _PAIR = table_of(Creator), table_of(Profile), table_of(ProfilePair)
_CARD, _REASON, _FEE = table_of(Card), table_of(Reason), table_of(QuotedFee)
_WORKSPACE: Any = bindparam("workspace_id")
_CREATOR_ID: Any = bindparam("creator_id")
_PROFILE_ID: Any = bindparam("profile_id")
_ZERO: Any = literal_column("0")
_NOTHING: Any = literal_column("''")


def _here(table: Any) -> Any:
    """In this workspace; the sum keeps SQLite from reading all rows of it by an index of it."""
    return table.c.workspace_id + _ZERO == _WORKSPACE


def _of_creator(table: Any) -> Any:
    return and_(table.c.creator_id == _CREATOR_ID, _here(table))


def _of_profile(table: Any) -> Any:
    return and_(table.c.profile_id == _PROFILE_ID, _here(table))


def _older() -> Select[Any]:
    """Creators who are this one now."""
    return select(_CREATOR.c.id).where(
        _CREATOR.c.workspace_id == _WORKSPACE, _CREATOR.c.merged_into == _CREATOR_ID
    )


def _ever_of_creator(table: Any) -> Any:
    """As `_of_creator`, of rows that stay with whom they were of when creators are merged."""
    numbers = union_all(select(_CREATOR_ID), _older())
    return and_(table.c.creator_id.in_(numbers), _here(table))


def _is_told() -> Any:
    """Whether a card tells of a decision, or why somebody thinks so."""
    given = exists().where(
        _REASON.c.workspace_id == _WORKSPACE,
        _REASON.c.card_id == _CARD.c.id,
        _REASON.c.category != REOPENED,
    )
    decided = (_CARD.c.state == state.value for state in DECIDED)
    return or_(_CARD.c.decided_at.is_not(None), *decided, given)


def _is_proposed(profile: Any) -> Any:
    mine = select(_PROFILE.c.id).where(_of_creator(_PROFILE))
    return and_(profile.in_(mine), _PAIR.c.state == PROPOSED, _here(_PAIR))


_WHETHER: dict[Kind, Any] = {
    "card": exists().where(_ever_of_creator(_CARD)),
    "decision": exists().where(_ever_of_creator(_CARD), _is_told()),
    "partnership": exists().where(_of_creator(table_of(Partnership))),
    "restriction": exists().where(_ever_of_creator(table_of(Restriction))),
    "note": exists().where(_of_creator(table_of(Note))),
    "fee": exists().where(_of_profile(_FEE), _FEE.c.brand_id.is_(None)),
    "fee of a brand": exists().where(_of_profile(_FEE), _FEE.c.brand_id.is_not(None)),
    "live account": exists().where(_of_profile(table_of(LiveAccount))),
    "pair": or_(*(exists().where(_is_proposed(_PAIR.c[one])) for one in ("first_id", "second_id"))),
    "merge": exists(_older()),
}


def _rows(kind: str, number: Any = _ZERO, text: Any = _NOTHING, order: Any = _NOTHING) -> Any:
    name: Any = literal_column(f"'{kind}'").label("kind")
    return select(name, number.label("number"), text.label("text"), order.label("in_order"))


def _statement(hidden: Any) -> Any:
    """hidden: the imports of which nothing is seen, None = there are none."""

    def openly(*tables: Any) -> Any:
        if hidden is None:
            return true()
        imports = (table.c.import_id for table in tables)
        return and_(*(or_(one.is_(None), one.not_in(hidden)) for one in imports))

    lists = _rows("list", _LIST.c.id, _LIST.c.name)
    return union_all(
        _rows("tag", _ZERO, _TAG.c.tag, _TAG.c.tag_key).where(_of_creator(_TAG), openly(_TAG)),
        lists.join_from(_LIST, _MEMBER, _MEMBER.c.list_id == _LIST.c.id).where(
            _LIST.c.workspace_id == _WORKSPACE, _of_creator(_MEMBER), openly(_LIST, _MEMBER)
        ),
        _rows("profile", _PROFILE.c.id).where(_of_creator(_PROFILE), openly(_PROFILE)),
        *(_rows(kind).where(is_there) for kind, is_there in _WHETHER.items()),
    ).order_by("in_order", "number")


_ALL = _statement(None)
_OPEN = _statement(bindparam("hidden", expanding=True))
