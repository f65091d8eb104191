"""What is said of results that were logged: stored, corrected, known already, or impossible."""

import datetime as dt

from domain.result_form import ResultDraft
from storage import post_results
from storage.models import Partnership, Post
from storage.results import Recorded
from storage.transaction import Transaction
from views.elements import day
from views.partners import brought


def before_it_was_live(post: Post, as_of: dt.date) -> str:
    """Why figures can't be of this day: the post was not there yet; "" where they can."""
    if post.posted_on is None or as_of >= post.posted_on:
        return ""
    return f"The post went live on {day(post.posted_on)}. Figures are of that day or later."


def recorded_words(
    tx: Transaction,
    partnership: Partnership,
    post_id: int | None,
    draft: ResultDraft,
    recorded: Recorded,
) -> str:
    """A sentence on results that were logged, in plain text."""
    on = day(draft.as_of)
    if not recorded.stored:
        first = post_results.first_to_say(tx, partnership.id or 0, post_id, draft.as_of)
        who = f": {first[0]} logged them on {day(first[1].date())}" if first else ""
        return f"These results are on the record already ({on}){who}; nothing was added."
    saved = f"✅ Saved, true on {on}: {brought(draft.totals)}."
    if recorded.corrects:
        return f"{saved} This corrects earlier figures, which stay on the record."
    return saved
