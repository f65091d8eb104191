"""Promo codes: whose they are, from when to when; and what a brief's creators offer."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import delete
from sqlmodel import col, select

from domain.orders import Mark, MarkKind, mark_key
from domain.promo_code import proposals, skeleton
from storage import audit, deliveries
from storage.models import Offer, Partnership, PromoCode
from storage.transaction import Transaction

CODE, LINK = MarkKind.CODE.value, MarkKind.LINK.value
_TRIES = 200


class Taken(Exception):
    """This code, or one that looks like it, is somebody's."""

    def __init__(self, row: PromoCode) -> None:
        super().__init__(row.code)
        self.row = row


def of_partnerships(
    tx: Transaction, partnership_ids: Collection[int]
) -> dict[int, list[PromoCode]]:
    """Codes of partnerships, the newest last."""
    found: dict[int, list[PromoCode]] = defaultdict(list)
    rows = tx.session.exec(
        select(PromoCode)
        .where(
            PromoCode.workspace_id == tx.workspace_id,
            col(PromoCode.partnership_id).in_(partnership_ids),
        )
        .order_by(col(PromoCode.id))
    )
    for row in rows:
        found[row.partnership_id or 0].append(row)
    return found


def of_marks(tx: Transaction, marks: Sequence[Mark]) -> dict[tuple[str, str], PromoCode]:
    """The codes among the marks of an order, by kind and key."""
    keys = {one.key for one in marks if one.kind != MarkKind.VISIT}
    if not keys:
        return {}
    rows = tx.session.exec(
        select(PromoCode).where(
            PromoCode.workspace_id == tx.workspace_id, col(PromoCode.code_key).in_(keys)
        )
    )
    return {(row.kind, row.code_key): row for row in rows}


def get(tx: Transaction, code_id: int) -> PromoCode | None:
    """The code with this number; locked where it may be changed."""
    query = select(PromoCode).where(
        PromoCode.workspace_id == tx.workspace_id, PromoCode.id == code_id
    )
    return tx.session.exec(query.with_for_update() if tx.writable else query).one_or_none()


def find(tx: Transaction, kind: str, text: str) -> PromoCode | None:
    """The code that is written so."""
    return tx.session.exec(
        select(PromoCode).where(
            PromoCode.workspace_id == tx.workspace_id,
            PromoCode.kind == kind,
            PromoCode.code_key == mark_key(text),
        )
    ).one_or_none()


def looks(tx: Transaction) -> set[str]:
    """What codes look like that are somebody's: none that looks so is proposed."""
    return set(
        tx.session.exec(
            select(PromoCode.looks).where(
                PromoCode.workspace_id == tx.workspace_id, PromoCode.kind == CODE
            )
        )
    )


def issue(
    tx: Transaction, partnership: Partnership, handle: str, name: str, offer: str
) -> PromoCode:
    """Make a code that nobody has and that looks like nobody's."""
    for code, _ in zip(proposals(handle, name, offer), range(_TRIES), strict=False):
        if _alike(tx, code) is None:
            made = _add(tx, CODE, code, partnership.id, since=tx.now)
            if made is not None:
                _note(tx, partnership.id, None, code)
                return made
    raise LookupError("no code is free")


def set_code(tx: Transaction, partnership: Partnership, code: str) -> PromoCode:
    """Give a partnership a code that somebody typed; it counts since the partnership began.

    Raises:
        Taken: it is another partnership's, or looks like one.
    """
    known = find(tx, CODE, code)
    if known is not None and known.partnership_id == partnership.id:
        return known
    if known is not None and known.partnership_id is None:  # was set aside as no creator's
        return assign(tx, CODE, code, partnership.id)
    other = known or _alike(tx, code, but=partnership.id)
    if other is not None:
        raise Taken(other)
    made = _add(tx, CODE, code, partnership.id, since=partnership.created_at)
    if made is None:
        found = find(tx, CODE, code)
        raise Taken(found or PromoCode(code=code, code_key="", created_at=tx.now, workspace_id=0))
    _note(tx, partnership.id, None, code)
    return made


def assign(tx: Transaction, kind: str, text: str, partnership_id: int | None) -> PromoCode:
    """Say whose an unknown code is, for all orders that ever had it; None = no creator's."""
    known = find(tx, kind, text) or _add(tx, kind, text, partnership_id, since=None)
    if known is None:
        known = find(tx, kind, text)
    if known is None:
        raise LookupError("the code that was just stored is not there")
    before = known.partnership_id
    known.partnership_id, known.since = partnership_id, None
    tx.session.add(known)
    tx.session.flush()
    audit.record(
        tx, "assign code", "promo code", known.id or 0,
        before={"partnership": before}, after={"code": text, "partnership": partnership_id},
    )  # fmt: skip
    if partnership_id is not None:
        _note(tx, partnership_id, None, text)
    return known


def end(tx: Transaction, row: PromoCode, until: dt.date | None) -> None:
    """Give a locked code a last day, or none."""
    if row.until == until:
        return
    before = {"code_until": row.until.isoformat() if row.until else None}
    row.until = until
    tx.session.add(row)
    after = {"code_until": until.isoformat() if until else None}
    audit.record(tx, "change", "partnership", row.partnership_id or 0, before=before, after=after)


def remove(tx: Transaction, row: PromoCode) -> None:
    """Take a locked code away; orders with it are unknown ones again."""
    _note(tx, row.partnership_id, row.code, None)
    tx.session.execute(
        delete(PromoCode).where(
            col(PromoCode.workspace_id) == tx.workspace_id, col(PromoCode.id) == row.id
        )
    )


def offer_of(tx: Transaction, brief_id: int | None) -> Offer | None:
    """What the creators of a brief offer."""
    if brief_id is None:
        return None
    return tx.session.exec(
        select(Offer).where(Offer.workspace_id == tx.workspace_id, Offer.brief_id == brief_id)
    ).one_or_none()


def set_offer(tx: Transaction, brief_id: int, words: str, *, is_issued: bool) -> None:
    """Say what the creators of a brief offer, and whether approvals issue codes."""
    known = offer_of(tx, brief_id)
    before = {"offer": known.words, "issued": known.is_issued} if known else {}
    row = known or Offer(workspace_id=tx.workspace_id, brief_id=brief_id)
    row.words, row.is_issued = words, is_issued
    tx.session.add(row)
    tx.session.flush()
    after = {"offer": words, "issued": is_issued}
    audit.record(tx, "offer", "brief", brief_id, before=before, after=after)


def _note(
    tx: Transaction, partnership_id: int | None, before: str | None, after: str | None
) -> None:
    """On the record of the partnership, where its details show it."""
    audit.record(
        tx, "change", "partnership", partnership_id or 0,
        before={"promo code": before}, after={"promo code": after},
    )  # fmt: skip


def _alike(tx: Transaction, code: str, but: int | None = None) -> PromoCode | None:
    """A code that is easily taken for this one."""
    rows: Iterable[PromoCode] = tx.session.exec(
        select(PromoCode).where(
            PromoCode.workspace_id == tx.workspace_id,
            PromoCode.kind == CODE,
            PromoCode.looks == skeleton(code),
        )
    )
    return next((one for one in rows if but is None or one.partnership_id != but), None)


def _add(
    tx: Transaction, kind: str, text: str, partnership_id: int | None, since: dt.datetime | None
) -> PromoCode | None:
    """Add a code; None where somebody was faster."""
    values = {
        "workspace_id": tx.workspace_id,
        "partnership_id": partnership_id,
        "kind": kind,
        "code": text.strip(),
        "code_key": mark_key(text),
        "looks": skeleton(text) if kind == CODE else "",
        "since": since,
        "created_at": tx.now,
    }
    if not deliveries.insert_ignoring(tx, PromoCode, values):
        return None
    return find(tx, kind, text)
