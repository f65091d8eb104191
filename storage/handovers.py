"""What one person passes on to another: partnerships, waiting votes, shortlists, reminders."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import update
from sqlmodel import col, select

from domain.partnership import Stage
from storage import audit, digests, partnerships, shortlists
from storage.models import (
    Card,
    Creator,
    DigestSchedule,
    Handover,
    Nudge,
    Partnership,
    Person,
    Shortlist,
    ShortlistApprover,
)
from storage.transaction import Transaction

_OVER = (Stage.DONE.value, Stage.DECLINED.value)
_UNDECIDED = ("open", "split")
_CHUNK = 400


class OpenWork(BaseModel):
    """Row numbers of what somebody has open.

    partnerships: those that go on. votes: open shortlists that they are named to decide on and
    that have undecided cards. shortlists: open ones that they asked for. creators: those they look
    after. digests: theirs, paused ones too.
    """

    model_config = ConfigDict(frozen=True)

    partnerships: tuple[int, ...] = ()
    votes: tuple[int, ...] = ()
    shortlists: tuple[int, ...] = ()
    creators: tuple[int, ...] = ()
    digests: tuple[int, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to pass on."""
        return not any(self.model_dump().values())


def open_work(tx: Transaction, person_id: int, hidden: Collection[int] = ()) -> OpenWork:
    """What a person has open. hidden: brands of which nothing is to be passed on."""
    owned = tx.session.exec(
        select(Partnership.id)
        .where(
            Partnership.workspace_id == tx.workspace_id,
            Partnership.owner_id == person_id,
            col(Partnership.stage).not_in(_OVER),
            partnerships.seen(hidden),
        )
        .order_by(col(Partnership.id))
    )
    running = (
        Shortlist.workspace_id == tx.workspace_id,
        Shortlist.state == shortlists.OPEN,
        col(Shortlist.brand_id).is_(None) | col(Shortlist.brand_id).not_in(hidden),
    )
    undecided = select(Card.shortlist_id).where(
        Card.workspace_id == tx.workspace_id, col(Card.state).in_(_UNDECIDED)
    )
    named = tx.session.exec(
        select(Shortlist.id)
        .join(ShortlistApprover, col(ShortlistApprover.shortlist_id) == col(Shortlist.id))
        .where(
            *running,
            ShortlistApprover.person_id == person_id,
            col(Shortlist.id).in_(undecided),
        )
        .order_by(col(Shortlist.id))
    )
    asked = tx.session.exec(
        select(Shortlist.id)
        .where(*running, Shortlist.asker_id == person_id)
        .order_by(col(Shortlist.id))
    )
    looked_after = tx.session.exec(
        select(Creator.id)
        .where(Creator.workspace_id == tx.workspace_id, Creator.owner_id == person_id)
        .order_by(col(Creator.id))
    )
    schedules = tx.session.exec(
        select(DigestSchedule)
        .where(
            DigestSchedule.workspace_id == tx.workspace_id,
            DigestSchedule.owner_id == person_id,
            DigestSchedule.state != digests.DRAFT,
        )
        .order_by(col(DigestSchedule.id))
    )
    shown = [one.id for one in schedules if not set(one.scope.get("brands", ())) & set(hidden)]
    return OpenWork(
        partnerships=_known(owned),
        votes=_known(named),
        shortlists=_known(asked),
        creators=_known(looked_after),
        digests=_known(shown),
    )


def record(
    tx: Transaction,
    giver: Person,
    taker: Person,
    by_id: int | None,
    until: dt.date | None,
    moved: OpenWork,
) -> Handover:
    """Write down what was passed on; reminders that wait go along."""
    tx.session.execute(
        update(Nudge)
        .where(
            col(Nudge.workspace_id) == tx.workspace_id,
            col(Nudge.person_id) == giver.id,
            col(Nudge.sent_at).is_(None),
            col(Nudge.text) != "",
        )
        .values(person_id=taker.id)
    )
    made = Handover(
        workspace_id=tx.workspace_id,
        giver_id=giver.id or 0,
        taker_id=taker.id or 0,
        by_id=by_id,
        until=until,
        moved=moved.model_dump(mode="json"),
        created_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    after: dict[str, Any] = {"to": taker.id, "until": until.isoformat() if until else None}
    audit.record(tx, "hand over", "person", giver.id or 0, after={**after, **made.moved})
    return made


def pass_partnerships(
    tx: Transaction, numbers: Sequence[int], owner_now: int | None, owner: Person
) -> tuple[int, ...]:
    """Give those that still belong to `owner_now` to another; says which."""
    passed = []
    for number in sorted(numbers):
        row = partnerships.get(tx, number)
        if row is not None and row.owner_id == owner_now and row.stage not in _OVER:
            partnerships.hand_over(tx, row, owner)
            passed.append(number)
    return tuple(passed)


def pass_creators(
    tx: Transaction, numbers: Sequence[int], owner_now: int | None, owner: Person
) -> tuple[int, ...]:
    """Have those whom `owner_now` still looks after looked after by another; says which."""
    passed: list[int] = []
    tx.session.flush()  # what was changed before this must not be forgotten below
    for start in range(0, len(numbers), _CHUNK):
        of_giver = (
            col(Creator.workspace_id) == tx.workspace_id,
            col(Creator.id).in_(numbers[start : start + _CHUNK]),
            col(Creator.owner_id) == owner_now,
        )
        some = _known(
            tx.session.exec(select(Creator.id).where(*of_giver).order_by(col(Creator.id)))
        )
        tx.session.execute(
            update(Creator)
            .where(*of_giver)
            .values(owner_id=owner.id)
            .execution_options(synchronize_session=False)
        )
        passed += some
    tx.session.expire_all()
    return tuple(passed)


def pass_digests(
    tx: Transaction, numbers: Sequence[int], owner_now: int | None, owner: Person
) -> tuple[int, ...]:
    """Give those digests that are still `owner_now`'s to another; says which."""
    rows = tx.session.exec(
        select(DigestSchedule)
        .where(
            DigestSchedule.workspace_id == tx.workspace_id,
            col(DigestSchedule.id).in_(numbers),
            DigestSchedule.owner_id == owner_now,
        )
        .order_by(col(DigestSchedule.id))
        .with_for_update()
    )
    passed = []
    for row in rows:
        row.owner_id = owner.id or 0
        tx.session.add(row)
        audit.record(tx, "hand over", "digest", row.id or 0,
                     before={"owner": owner_now}, after={"owner": owner.id})  # fmt: skip
        passed.append(row.id)
    return _known(passed)


def to_return(tx: Transaction, day: dt.date) -> list[int]:
    """Numbers of handovers whose last day was before this one and that were not returned."""
    found = tx.session.exec(
        select(Handover.id)
        .where(
            Handover.workspace_id == tx.workspace_id,
            col(Handover.returned_at).is_(None),
            col(Handover.until) < day,
        )
        .order_by(col(Handover.id))
    )
    return list(_known(found))


def lock(tx: Transaction, number: int) -> Handover | None:
    """A handover that was not returned yet, locked."""
    return tx.session.exec(
        select(Handover)
        .where(
            Handover.workspace_id == tx.workspace_id,
            Handover.id == number,
            col(Handover.returned_at).is_(None),
        )
        .with_for_update()
    ).one_or_none()


def _known(numbers: Any) -> tuple[int, ...]:
    return tuple(number for number in numbers if number is not None)
