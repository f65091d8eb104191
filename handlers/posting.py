"""Puts creators on a shortlist: the cards, each with its fit, and the summary above them."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from domain import roles
from domain import shortlist as rules
from domain.creator import ProfileSnapshot
from domain.fit import Fit
from domain.wording import listed
from handlers import access, audience, card_views, choosing, drawing, fit_facts, forecasting
from handlers.answer import Answer, FieldErrors
from handlers.context import Context
from storage import (
    audit,
    brands,
    briefs,
    cards,
    live_accounts,
    people,
    shortlists,
    weight_changes,
)
from storage.models import Brief, Card, Person, Shortlist
from storage.profiles import Current
from storage.transaction import Transaction
from views import shortlist as view
from views.message import Message
from views.shortlist import Skipped

MOST_CARDS = 100
NO_BRIEF = "This brief is no longer there. Please choose another one."
NOT_OPEN = "This shortlist is no longer open. Please choose another one."


@dataclass(frozen=True)
class Terms:
    """How a new shortlist is decided. approvers: Slack ids, known to be full members.

    has_outsiders: whether people from outside read the channel, None when not known yet.
    """

    brief_id: int
    channel_id: str
    quorum: int
    approvers: tuple[str, ...]
    in_thread: bool
    has_outsiders: bool | None = None


def post(context: Context, terms: Terms, profile_ids: Sequence[int]) -> Answer:
    """Make a shortlist and post it; creators on this brief's shortlists before are left out."""
    with context.writing() as tx:
        made, skipped = post_within(tx, context, terms, profile_ids)
        return context.settle(tx, _answer(len(made), skipped))


def preview(
    tx: Transaction, context: Context, terms: Terms, profile_ids: Sequence[int]
) -> list[Message]:
    """The cards of a new shortlist as they would be posted."""
    return _read_by_all(tx, post_within(tx, context, terms, profile_ids)[0])


def post_within(
    tx: Transaction, context: Context, terms: Terms, profile_ids: Sequence[int]
) -> tuple[list[Card], list[Skipped]]:
    """As `post`, in a transaction that does something else besides.

    Raises:
        FieldErrors: the brief is not there for whoever acts.
    """
    asker = access.require_member(tx, context)
    brief = briefs.lock(tx, terms.brief_id, access.hidden_brands(tx, asker))
    if brief is None or brief.archived_at is not None:
        raise FieldErrors({"brief": NO_BRIEF})
    fresh, skipped = choosing.sort_out(tx, brief, profile_ids, asker)
    if not fresh:
        return [], skipped
    shortlist = _create(tx, terms, brief, asker)
    made = _add_cards(tx, context, shortlist, brief, fresh, asker)
    drawing.post_summary(tx, shortlist)
    _post_cards(tx, shortlist, made)
    if terms.has_outsiders is None:
        audience.ask_later(tx, terms.channel_id)
    return made, skipped


def add(context: Context, shortlist_id: int, profile_ids: Sequence[int]) -> Answer:
    """Add creators to a shortlist that is open."""
    with context.writing() as tx:
        made, skipped = add_within(tx, context, shortlist_id, profile_ids)
        return context.settle(tx, _answer(len(made), skipped))


def preview_added(
    tx: Transaction, context: Context, shortlist_id: int, profile_ids: Sequence[int]
) -> list[Message]:
    """The cards that would join a shortlist, as they would be posted."""
    return _read_by_all(tx, add_within(tx, context, shortlist_id, profile_ids)[0])


def add_within(
    tx: Transaction, context: Context, shortlist_id: int, profile_ids: Sequence[int]
) -> tuple[list[Card], list[Skipped]]:
    """As `add`, in a transaction that does something else besides.

    Raises:
        FieldErrors: the shortlist is not open, or full.
    """
    asker = access.require_member(tx, context)
    hidden = access.hidden_brands(tx, asker)
    known = shortlists.get(tx, shortlist_id)
    brief = briefs.lock(tx, known.brief_id, hidden) if known and known.brief_id else None
    shortlist = shortlists.lock(tx, shortlist_id)
    closed = shortlist is None or shortlist.state != shortlists.OPEN
    if shortlist is None or brief is None or closed or shortlist.kind != shortlists.TEAM:
        raise FieldErrors({"add_to": NOT_OPEN})
    fresh, skipped = choosing.sort_out(tx, brief, profile_ids, asker)
    withdrawn = cards.withdrawn(tx, shortlist_id)
    new = [one for one in fresh if one.profile.creator_id not in withdrawn]
    if len(new) + len(cards.of_shortlist(tx, shortlist_id)) > MOST_CARDS:
        raise FieldErrors({"add_to": f"A shortlist holds at most {MOST_CARDS} creators."})
    if not fresh:
        return [], skipped
    back = [one for one in fresh if one.profile.creator_id in withdrawn]
    again = _put_back(tx, context, shortlist, brief, back, asker)
    made = _add_cards(tx, context, shortlist, brief, new, asker)
    _post_cards(tx, shortlist, made)
    added = [card.id for card in made]
    audit.record(tx, "add", "shortlist", shortlist_id, after={"cards": added})
    drawing.redraw_summary(tx, shortlist)
    return [*again, *made], skipped


def _read_by_all(tx: Transaction, made: Sequence[Card]) -> list[Message]:
    known = shortlists.get(tx, made[0].shortlist_id) if made else None
    return [drawing.message_of(tx, card, known) for card in made] if known else []


def why_not_approvers(tx: Transaction, slack_ids: Sequence[str], *, as_client: bool = False) -> str:
    """Who of these can't approve, in a sentence; "" when all can.

    as_client: for a client, where guests and people of other organisations can.
    """
    known = [people.find(tx, slack_id) for slack_id in slack_ids]
    barred = [
        one.name or card_views.SOMEBODY
        for one in known
        if one and roles.why_barred(one, as_client=as_client)
    ]
    if not barred:
        return ""
    if as_client:
        return f"{listed(barred)} can’t approve: bots and deactivated accounts don’t vote."
    verb = "is not a full member" if len(barred) == 1 else "are not full members"
    return f"{listed(barred)} {verb} of this workspace and can’t approve."


def _create(tx: Transaction, terms: Terms, brief: Brief, asker: Person) -> Shortlist:
    shortlist = Shortlist(
        workspace_id=tx.workspace_id,
        brief_id=brief.id,
        brand_id=brief.brand_id,
        brief_version=brief.version,
        name=brief.name,
        channel_id=terms.channel_id,
        has_outsiders=terms.has_outsiders,
        in_thread=terms.in_thread,
        quorum=terms.quorum,
        asker_id=asker.id or 0,
        asks_client=briefs.content(brief).client is not None,
        created_at=tx.now,
    )
    named = [people.get(tx, slack_id) for slack_id in terms.approvers]
    for person in named:
        access.ask_slack(tx, person)
    shortlists.create(tx, shortlist, [person.id for person in named if person.id is not None])
    audit.record(
        tx, "create", "shortlist", shortlists.number_of(shortlist),
        after={"brief": brief.id, "channel": terms.channel_id, "quorum": terms.quorum,
               "approvers": list(terms.approvers)},
    )  # fmt: skip
    return shortlist


def _add_cards(
    tx: Transaction,
    context: Context,
    shortlist: Shortlist,
    brief: Brief,
    creators: Sequence[Current],
    asker: Person,
) -> list[Card]:
    live_accounts.keep(tx, [one.profile.creator_id for one in creators])
    fits = _fits(tx, context, shortlist, brief, creators, asker)
    made = [
        cards.add(
            tx,
            Card(
                workspace_id=tx.workspace_id,
                shortlist_id=shortlists.number_of(shortlist),
                creator_id=one.profile.creator_id,
                profile_id=one.profile.id or 0,
                fit=fits[one.profile.id or 0].model_dump(mode="json"),
                profile=kept(one.snapshot),
                brief_version=brief.version,
                created_at=tx.now,
            ),
        )
        for one in creators
    ]
    forecasting.when_shortlisted(tx, made, creators, brief)
    return made


def _put_back(
    tx: Transaction,
    context: Context,
    shortlist: Shortlist,
    brief: Brief,
    creators: Sequence[Current],
    asker: Person,
) -> list[Card]:
    """Open the withdrawn cards of these creators again, each with its fit as of now."""
    found = []
    fits = _fits(tx, context, shortlist, brief, creators, asker)
    numbers = cards.withdrawn(tx, shortlists.number_of(shortlist))
    for one in creators:
        locked = cards.lock(tx, numbers[one.profile.creator_id])
        if locked is None:
            continue
        card = cards.record(tx, locked, rules.put_back(locked.rules))
        card.profile_id, card.brief_version = one.profile.id or 0, brief.version
        card.fit = fits[card.profile_id].model_dump(mode="json")
        card.profile = kept(one.snapshot)
        tx.session.add(card)
        forecasting.when_shortlisted(tx, [card], [one], brief)
        audit.record(tx, "put back", "card", locked.id)
        drawing.redraw_card(tx, card)
        found.append(card)
    return found


def _post_cards(tx: Transaction, shortlist: Shortlist, made: Sequence[Card]) -> None:
    for card in made:
        drawing.post_card(tx, card, shortlist)
    for card in made:
        drawing.seed_card(tx, card, shortlist)


def _fits(
    tx: Transaction,
    context: Context,
    shortlist: Shortlist,
    brief: Brief,
    creators: Sequence[Current],
    asker: Person,
) -> dict[int, Fit]:
    """Fits as everybody in the channel may see them: nothing of brands limited to others."""
    limited_to_others = brands.hidden_from(tx, None) - {shortlist.brand_id}
    return fit_facts.fit_of(
        tx,
        fit_facts.brief_criteria(brief, limited_to_others, weight_changes.in_use(tx)),
        [one.profile.id for one in creators if one.profile.id is not None],
        context.services.clock.today(ZoneInfo(asker.timezone)),
        context.services.vocabulary,
    )


def kept(snapshot: ProfileSnapshot) -> dict[str, object]:
    """What a card shows of a profile, as it was when the card was posted."""
    shown = {"platform", "handle", "display_name", "country", "figures", "as_of", "source"}
    return snapshot.model_dump(mode="json", include=shown, exclude_none=True)


def _answer(posted: int, skipped: list[Skipped]) -> Answer:
    return Answer(view=view.posted(posted, skipped)) if skipped else Answer()
