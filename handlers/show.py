"""`/influencer show`: one creator in full, and every part of the fit with its evidence."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from domain.creator import Platform, ProfileSnapshot
from domain.decision import EarlierDecision
from domain.fit import Fit
from domain.growth import growth
from domain.known import of_groups
from domain.money import format_money
from domain.partnership import Stage
from domain.results import Totals
from domain.stage_plan import StagePlan
from domain.wording import compact
from handlers import access, cautions, criteria, naming, same_person_lines
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.fit_facts import fit_of_ranked
from handlers.look_at_whom import names_somebody
from handlers.payloads import Action, Command
from storage import (
    belongings,
    brands,
    briefs,
    creators,
    decisions,
    live_accounts,
    partnerships,
    people,
    profiles,
    results,
    search,
)
from storage.belongings import Belongings
from storage.models import Person
from storage.profiles import Current
from storage.search import Criteria
from storage.transaction import Transaction
from views import live_facts
from views import profile as view
from views.live_facts import LiveFacts
from views.message import Message
from views.profile import NoteLine, PartnershipLine, ProfileView

USAGE = "Whom shall I show? For example `/influencer show @anna`, `instagram:anna`, or a link."
GONE = "This creator is no longer in your list."
LONGEST_STATE = 1_900


@dataclass(frozen=True)
class ToldFor:
    """The search for which a fit is told. said: in words, "" = none."""

    criteria: Criteria
    today: dt.date
    text: str = ""
    said: str = ""
    brief_id: int | None = None


def show(command: Command, context: Context) -> Answer:
    """The creator whose handle, link or name was typed."""
    if not command.text.strip():
        raise Refused(USAGE)
    with context.reading() as tx:
        person = access.require_member(tx, context)
        meant = naming.meant(tx, command.text)
        question = naming.question(meant)
        if question is not None:
            unknown = not (meant.found or meant.colleague) and names_somebody(command.text)
            may_look = context.services.live is not None and unknown
            return Answer(
                message=live_facts.or_look(question, meant.typed) if may_look else question
            )
        return Answer(message=draw(tx, context, person, meant.found[0].id or 0))


def press(action: Action, context: Context) -> Answer | None:
    """*Details*, or one of several profiles: shown below."""
    profile_id, search_text = read_state(action.value)
    with context.reading() as tx:
        person = access.require_member(tx, context)
        return Answer(message=draw(tx, context, person, profile_id, search_text))


def state_of(profile_id: int, search_text: str) -> str:
    """What a button carries to show a profile with its fit for a search."""
    return f"{profile_id}|{search_text}"[:LONGEST_STATE]


def read_state(value: str) -> tuple[int, str]:
    """The profile and the search of `state_of`."""
    number, _, search_text = value.partition("|")
    if not number.isdigit():
        raise Refused(GONE)
    return int(number), search_text


def draw(
    tx: Transaction, context: Context, person: Person, profile_id: int, search_text: str = ""
) -> Message:
    """The full profile as this person may see it.

    search_text: the search for which the fit is told; one that is no longer understood counts as
    none.

    Raises:
        Refused: the profile is not there (any more).
    """
    asked = _asked(tx, context, person, search_text)
    known = profiles.current(tx, [profile_id]).get(profile_id)
    if known is None:
        raise Refused(GONE)
    creator_id = known.profile.creator_id
    there = belongings.of_creator(tx, creator_id, profile_id)
    hidden = asked.criteria.hidden_brands
    owner = _owner(tx, known, person)
    return view.profile(
        ProfileView(
            profile_id=profile_id,
            creator_id=creator_id,
            profile=known.snapshot,
            fit=_fit(tx, context, asked, known, there),
            today=asked.today,
            state=state_of(profile_id, asked.text),
            asked_for=asked.said,
            brief_id=asked.brief_id,
            origins=of_groups(known.origins),
            growth=growth(known.history),
            others=_others(tx, there),
            tags=there.tags,
            lists=there.lists,
            notes=_notes(tx, there, hidden),
            owner=(owner.name or owner.real_name) if owner else "",
            owned_by_reader=owner is not None and owner.id == person.id,
            earlier=_earlier(tx, there, hidden),
            partnerships=_partnerships(tx, there, hidden),
            fee_typed="fee" in there.has,
            brand_fees=_brand_fees(tx, there, hidden),
            cautions=_cautions(tx, there, asked),
            elsewhere=_is_elsewhere(tx, there, hidden),
            live=_live(tx, known, there),
            same_person=same_person_lines.proposals(tx, creator_id) if "pair" in there.has else (),
            joined=same_person_lines.joined(tx, creator_id) if "merge" in there.has else (),
        )
    )


def _fit(
    tx: Transaction, context: Context, asked: ToldFor, known: Current, there: Belongings
) -> Fit:
    """The fit for what was asked, as a search tells it."""
    number, criteria, vocabulary = there.profile_id, asked.criteria, context.services.vocabulary
    ranked = search.explainable(tx, criteria, asked.today, [number]) if criteria.groups else {}
    history = {there.creator_id} if there.has & {"decision", "partnership"} else set()
    fit = fit_of_ranked(tx, criteria, {number: known}, ranked, asked.today, vocabulary, history)
    return fit[number]


def _owner(tx: Transaction, known: Current, reader: Person) -> Person | None:
    owner_id = known.creator.owner_id
    if owner_id is None:
        return None
    return reader if owner_id == reader.id else people.by_id(tx, owner_id)


def _live(tx: Transaction, known: Current, there: Belongings) -> LiveFacts:
    row = live_accounts.of_profile(tx, there.profile_id) if "live account" in there.has else None
    found_on = known.creator.found_on
    return LiveFacts(
        found_on=Platform(found_on) if found_on else None,
        gone_since=row.gone_since.date() if row and row.gone_since else None,
        former=tuple(row.former_handles) if row else (),
    )


def _asked(tx: Transaction, context: Context, person: Person, search_text: str) -> ToldFor:
    if search_text:
        try:
            asked = criteria.read(tx, context.services.vocabulary, person, search_text)
        except (Refused, criteria.WhichBrief):
            pass
        else:
            said = asked.query.describe(context.services.vocabulary)
            return ToldFor(asked.criteria, asked.today, search_text, said, asked.brief_id)
    hidden = access.hidden_brands(tx, person)
    today = tx.now.astimezone(ZoneInfo(person.timezone)).date()
    return ToldFor(Criteria(hidden_brands=hidden), today)


def _others(tx: Transaction, there: Belongings) -> tuple[tuple[int, ProfileSnapshot], ...]:
    """The creator's other profiles."""
    numbers = [number for number in there.profiles if number != there.profile_id]
    others = profiles.current(tx, numbers) if numbers else {}
    return tuple((number, one.snapshot) for number, one in others.items())


def _notes(tx: Transaction, there: Belongings, hidden: Collection[int]) -> tuple[NoteLine, ...]:
    if "note" not in there.has:
        return ()
    names = {brand.id: brand.name for brand in brands.visible(tx, hidden)}
    return tuple(
        NoteLine(
            author=writer.name or writer.real_name if writer else "a file",
            at=note.created_at,
            text=note.text,
            brand=names.get(note.brand_id, ""),
        )
        for note, writer in creators.notes(tx, there.creator_id, hidden)
    )


def _earlier(
    tx: Transaction, there: Belongings, hidden: Collection[int]
) -> tuple[EarlierDecision, ...]:
    if "decision" not in there.has:
        return ()
    return tuple(decisions.about(tx, [there.creator_id], hidden).get(there.creator_id, ()))


def _is_elsewhere(tx: Transaction, there: Belongings, hidden: Collection[int]) -> bool:
    considered = there.has & {"card", "partnership"}
    return bool(considered and decisions.in_use_elsewhere(tx, [there.creator_id], hidden))


def _brand_fees(
    tx: Transaction, there: Belongings, hidden: Collection[int]
) -> tuple[tuple[str, str], ...]:
    if "fee of a brand" not in there.has:
        return ()
    fees = creators.brand_fees(tx, there.profile_id, hidden)
    return tuple((brand, format_money(fee)) for brand, fee in fees)


def _cautions(tx: Transaction, there: Belongings, asked: ToldFor) -> tuple[str, ...]:
    if not there.has & {"restriction", "partnership"}:
        return ()
    found = cautions.of_creators(
        tx,
        [there.creator_id],
        [there.creator_id],
        cautions.plan_of(tx, asked.criteria),
        asked.criteria.hidden_brands,
        asked.today,
    )
    return found.get(there.creator_id, cautions.NONE).said


def _partnerships(
    tx: Transaction, there: Belongings, hidden: Collection[int]
) -> tuple[PartnershipLine, ...]:
    if "partnership" not in there.has:
        return ()
    found = partnerships.of_creator(tx, there.creator_id, hidden)
    if not found:
        return ()
    named, plans = briefs.names(tx, hidden), brands.stage_plans(tx)
    brought = results.known(tx, [one.id for one in found if one.id is not None])
    return tuple(
        PartnershipLine(
            brief=named.get(one.brief_id or 0, ""),
            stage=plans.get(one.brand_id or 0, StagePlan()).name(Stage(one.stage)),
            since=one.updated_at.date(),
            brought=_brought(brought[one.id].totals) if one.id in brought else "",
        )
        for one in found
    )


def _brought(totals: Totals) -> str:
    said = [
        (totals.reach, "reached"),
        (totals.engagements, "engagements"),
        (totals.conversions, "conversions"),
    ]
    return ", ".join(f"{compact(count)} {what}" for count, what in said if count is not None)


FEATURE = Feature(commands={"show": show, "creator": show}, actions={"show": press})
