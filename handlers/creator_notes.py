"""What people add to a creator from the profile: tags, notes, the fee they heard, an owner."""

from domain.money import MoneyError, format_money, parse_fee
from domain.preferences import preferences
from handlers import access
from handlers.answer import Answer
from handlers.context import Context
from handlers.features import Feature
from handlers.from_profile import draw_again, handle_of, kept_by, kept_from, known_of
from handlers.payloads import Action, Submission
from storage import brands, creators, index, profile_store, workspaces
from storage.models import Person
from storage.transaction import Transaction
from views import profile_forms as view

MOST_TAGS = 20
MOST_BRANDS = 100
NOT_THEIRS = {"brand": "Please choose one of your brands."}


def open_tags(action: Action, context: Context) -> Answer | None:
    """Ask for the creator's tags."""
    kept = kept_from(action)
    with context.reading() as tx:
        access.require_member(tx, context)
        known = known_of(tx, kept)
        there = creators.tags(tx, known.profile.creator_id)
        modal = view.tags_modal(handle_of(known), there, creators.common_tags(tx), kept.stored())
    context.open_modal(action.trigger_id, modal)
    return None


def save_tags(submission: Submission, context: Context) -> Answer:
    """Put on and take off tags, so that the creator has those typed."""
    typed = [tag for tag in submission.text("tags").split(",") if creators.tag_key(tag)]
    if len(typed) > MOST_TAGS:
        return Answer(errors={"tags": f"At most {MOST_TAGS} tags, please."})
    too_long = [tag.strip() for tag in typed if len(tag.strip()) > creators.LONGEST_TAG]
    if too_long:
        longest = f"“{too_long[0][:20]}…” is longer than {creators.LONGEST_TAG} characters."
        return Answer(errors={"tags": longest})
    kept = kept_by(submission)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        creator_id = known_of(tx, kept).profile.creator_id
        wanted = {creators.tag_key(tag) for tag in typed}
        for tag in creators.tags(tx, creator_id):
            if creators.tag_key(tag) not in wanted:
                creators.remove_tag(tx, creator_id, tag)
        for tag in typed:
            creators.add_tag(tx, creator_id, tag, person.id)
        return draw_again(tx, context, person, kept)


def open_note(action: Action, context: Context) -> Answer | None:
    """Ask for a note."""
    kept = kept_from(action)
    with context.reading() as tx:
        person = access.require_member(tx, context)
        known = known_of(tx, kept)
        modal = view.note_modal(handle_of(known), _brand_choices(tx, person), kept.stored())
    context.open_modal(action.trigger_id, modal)
    return None


def save_note(submission: Submission, context: Context) -> Answer:
    """Add the note."""
    text = submission.text("note").strip()
    if not text:
        return Answer(errors={"note": "Please write something."})
    brand_id = _brand_chosen(submission)
    kept = kept_by(submission)
    if brand_id is not None and not _is_theirs(context, brand_id):
        return Answer(errors=NOT_THEIRS)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        creator_id = known_of(tx, kept).profile.creator_id
        creators.add_note(tx, creator_id, text, brand_id, person.id)
        return draw_again(tx, context, person, kept)


def open_fee(action: Action, context: Context) -> Answer | None:
    """Ask for the fee of one post."""
    kept = kept_from(action)
    with context.reading() as tx:
        person = access.require_member(tx, context)
        known = known_of(tx, kept)
        fee = known.snapshot.figures.fee
        modal = view.fee_modal(
            handle_of(known),
            format_money(fee) if fee else "",
            _brand_choices(tx, person),
            kept.stored(),
        )
    context.open_modal(action.trigger_id, modal)
    return None


def save_fee(submission: Submission, context: Context) -> Answer:
    """Keep the fee; searches and fits go by it from now on, unless it is for one brand only."""
    kept = kept_by(submission)
    with context.reading() as tx:
        wishes = preferences(workspaces.get(tx).settings)
        before = known_of(tx, kept).snapshot.figures.fee
    try:
        fee = parse_fee(submission.text("fee"), wishes.currency, before)
    except MoneyError as error:
        return Answer(errors={"fee": str(error)})
    brand_id = _brand_chosen(submission)
    if brand_id is not None and not _is_theirs(context, brand_id):
        return Answer(errors=NOT_THEIRS)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        known_of(tx, kept)
        creators.quote_fee(tx, kept.profile_id, fee, person.id, brand_id)
        if brand_id is None:
            profile_store.reindex(
                tx, [kept.profile_id], context.services.vocabulary, index.pools(tx)
            )
        return draw_again(tx, context, person, kept)


def own(action: Action, context: Context) -> Answer | None:
    """Make the person the creator's owner; an owner gives the creator up."""
    kept = kept_from(action)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        creator = known_of(tx, kept).creator
        owner = None if creator.owner_id == person.id else person.id
        creators.set_owner(tx, creator.id or 0, owner)
        draw_again(tx, context, person, kept)
    return None


def _brand_choices(tx: Transaction, person: Person) -> list[tuple[str, str]]:
    """(id, name) of the brands that the person sees."""
    seen = brands.visible(tx, access.hidden_brands(tx, person))[:MOST_BRANDS]
    return [(str(brand.id), brand.name) for brand in seen]


def _brand_chosen(submission: Submission) -> int | None:
    chosen = submission.text("brand")
    return int(chosen) if chosen.isdigit() else None


def _is_theirs(context: Context, brand_id: int) -> bool:
    """Whether this is a brand that the person sees."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        seen = brands.visible(tx, access.hidden_brands(tx, person))
        return brand_id in {brand.id for brand in seen}


FEATURE = Feature(
    actions={
        "creator_tags": open_tags,
        "creator_note": open_note,
        "creator_fee": open_fee,
        "creator_own": own,
    },
    submissions={"creator_tags": save_tags, "creator_note": save_note, "creator_fee": save_fee},
)
