"""Codes and links made for a partnership: by an approval, or when somebody asks for them."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from domain.tracking_link import utm_word, why_not
from storage import promo_codes, tracking_links
from storage.models import Brief, Creator, Partnership, Profile, PromoCode, TrackingLink
from storage.transaction import Transaction

_DEFAULT_SOURCE = "creator"


@dataclass(frozen=True)
class Issuable:
    """What a code and a link are made from. target: the brief's link, "" where it has none."""

    handle: str
    name: str
    platform: str
    brief: str
    target: str
    offer: str


def issuable(tx: Transaction, partnership: Partnership) -> Issuable:
    """What is known to make a code and a link from."""
    brief = _one(tx, Brief, partnership.brief_id)
    profile = _one(tx, Profile, partnership.profile_id)
    creator = _one(tx, Creator, partnership.creator_id)
    offer = promo_codes.offer_of(tx, partnership.brief_id)
    return Issuable(
        handle=profile.handle if profile else "",
        name=creator.name if creator else "",
        platform=profile.platform if profile else "",
        brief=brief.name if brief else "",
        target=str((brief.content or {}).get("link") or "") if brief else "",
        offer=offer.words if offer else "",
    )


def on_approval(tx: Transaction, partnership: Partnership, person_id: int | None) -> None:
    """Make a code and a link where the brief asks for them; those it has already stay."""
    offer = promo_codes.offer_of(tx, partnership.brief_id)
    if offer is None or not offer.is_issued:
        return
    if not promo_codes.of_partnerships(tx, [partnership.id or 0]):
        new_code(tx, partnership, offer.words)
    made = issuable(tx, partnership)
    known = tracking_links.of_partnerships(tx, [partnership.id or 0])
    if made.target and why_not(made.target) is None and not known:
        new_link(tx, partnership, made.target, person_id)


def new_code(tx: Transaction, partnership: Partnership, offer: str) -> PromoCode:
    """Make a code for a partnership."""
    made = issuable(tx, partnership)
    return promo_codes.issue(tx, partnership, made.handle, made.name, offer)


def new_link(
    tx: Transaction, partnership: Partnership, target: str, person_id: int | None
) -> TrackingLink:
    """Make a link for a partnership.

    Raises:
        ValueError: the target is no address for a link.
    """
    made = issuable(tx, partnership)
    return tracking_links.issue(
        tx,
        partnership,
        made.handle or made.name,
        target,
        made.platform or _DEFAULT_SOURCE,
        utm_word(made.brief),
        person_id,
    )


def _one(tx: Transaction, model: Any, number: int | None) -> Any:
    if number is None:
        return None
    return tx.session.exec(
        select(model).where(model.workspace_id == tx.workspace_id, model.id == number)
    ).one_or_none()
