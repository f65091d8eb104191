"""Accounts that ask not to be shown: what their platform told of them goes."""

from collections.abc import Callable, Sequence
from functools import partial

from domain.creator import Platform
from handlers import drawing
from handlers.context import Context
from storage import account_ids, expiry, index, live_accounts, recent_posts
from storage.models import Profile
from storage.transaction import Transaction


def forget(context: Context, find: Callable[[Transaction], Profile | None]) -> None:
    """Of one account nothing stays but what files and people said; unkept ones go altogether."""
    with context.reading() as tx:
        pools = index.pools(tx)
    with context.writing() as tx:
        profile = find(tx)
        if profile is None or expiry.delete_if_unkept(tx, profile.creator_id):
            return
        shown = expiry.forget_live(tx, profile, context.services.vocabulary, pools)
        recent_posts.forget_shown(tx, profile)
        for card in shown:
            drawing.redraw_card(tx, card)
        live_accounts.mark_gone(tx, profile, opted_out=True)


def forget_all(context: Context, accounts: Sequence[tuple[Platform, str]]) -> None:
    """The same for all of these that are stored. accounts: platform and the platform's own id."""
    if not accounts:
        return
    with context.reading() as tx:
        known = account_ids.still_there(tx, accounts)
    for platform, own in known:
        forget(context, partial(account_ids.profile_of, platform=platform, native_id=own))
