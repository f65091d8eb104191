"""Codes and links of forgotten people on orders: they count on, under what stands for them."""

from collections.abc import Sequence

from domain.forgetting import mark_of
from domain.orders import Mark, MarkKind
from storage import forgotten_keys, tracking_links
from storage.transaction import Transaction


def conceal(tx: Transaction, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The marks of an order, as they may be kept."""
    if not marks:
        return ()
    keys = {one: mark_of(one.kind.value, one.key) for one in marks}
    stands = forgotten_keys.concealed(tx, keys.values())
    visits = [one.key for one in marks if one.kind == MarkKind.VISIT]
    links = tracking_links.of_slugs(tx, visits)
    found = []
    for one in marks:
        text = stands.get(keys[one], one.text)
        link = links.get(one.key) if one.kind == MarkKind.VISIT else None
        found.append(one.model_copy(update={"text": link.slug if link else text}))
    return tuple(found)
