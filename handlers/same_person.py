"""*Same person as…*: two creators become one, and *Separate* makes them two again."""

import json
from collections.abc import Collection
from typing import Any, NamedTuple

from domain.wording import listed
from handlers import access, from_profile, naming, same_person_lines, show
from handlers.answer import Answer, FieldErrors, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.from_profile import Kept
from handlers.payloads import Action, Command, Submission
from handlers.same_person_lines import name_of
from storage import (
    creators,
    decisions,
    lists,
    merging,
    partnerships,
    people,
    profile_pairs,
    profiles,
)
from storage.models import Person
from storage.transaction import Transaction
from views import creator_facts
from views import same_person as view
from views.elements import escape
from views.same_person import Side, Waiting

DECIDED = "Somebody has decided on these two in the meantime."
ALREADY = "They are one person already."
GONE = "One of these two creators is no longer in your list."
USAGE = "Please name two creators, for example `/influencer same @anna tiktok:anna_tok`."
LONGEST_METADATA = 2_900


class Compared(NamedTuple):
    """Two creators side by side. pair_id: the proposal, 0 = a person named them.

    kept: the profile whose creator stays, and where to draw it again; in_list: the list of all
    proposals is to be drawn there instead.
    """

    kept: Kept
    other: int
    pair_id: int = 0
    in_list: bool = False

    def stored(self) -> str:
        """As private_metadata, at most 3,000 characters."""
        told = json.dumps(self, ensure_ascii=False)
        if len(told) <= LONGEST_METADATA:
            return told
        return json.dumps(self._replace(kept=self.kept._replace(search_text="")))


def command(typed: Command, context: Context) -> Answer:
    """Who may be one person; or, of two creators who are named, both side by side."""
    words = [word for word in typed.text.split() if word.lower() not in ("and", "as", "is", "with")]
    with context.reading() as tx:
        person = access.require_member(tx, context)
        if not words:
            return Answer(message=_waiting(tx))
        if len(words) != 2:
            raise Refused(USAGE)
        first, second = (_one(tx, word) for word in words)
        modal = _compare(tx, person, Compared(Kept(first, "", ""), second))
    context.open_modal(typed.trigger_id, modal)
    return Answer()


def open_ask(action: Action, context: Context) -> Answer | None:
    """Ask who is the same person as the one shown."""
    kept = from_profile.kept_from(action)
    with context.reading() as tx:
        access.require_member(tx, context)
        handle = from_profile.handle_of(from_profile.known_of(tx, kept))
    context.open_modal(action.trigger_id, view.ask(handle, kept.stored()))
    return None


def find_other(submission: Submission, context: Context) -> Answer:
    """On to both side by side."""
    kept = from_profile.kept_by(submission)
    with context.reading() as tx:
        person = access.require_member(tx, context)
        try:
            other = _one(tx, submission.text(view.OTHER))
            return Answer(view=_compare(tx, person, Compared(kept, other)))
        except Refused as refused:
            return Answer(errors={view.OTHER: str(refused).replace("`", "")})


def open_compare(action: Action, context: Context) -> Answer | None:
    """Two who may be the same person, side by side."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        compared, why = _proposed(tx, action)
        modal = _compare(tx, person, compared, why)
    context.open_modal(action.trigger_id, modal)
    return None


def join(submission: Submission, context: Context) -> Answer:
    """They are one person."""
    compared = _compared(submission)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        mine, theirs = _creator(tx, compared.kept.profile_id), _creator(tx, compared.other)
        pair = profile_pairs.get(tx, compared.pair_id)
        merged = creators.get(tx, theirs)
        takes_name = submission.text(view.NAME) == view.MERGED
        takes_owner = submission.text(view.OWNER) == view.MERGED
        try:
            merging.merge(
                tx,
                mine,
                theirs,
                context.services.vocabulary,
                person_id=person.id,
                why=pair.why if pair else "",
                name=merged.name if merged and takes_name else None,
                owner_id=merged.owner_id if merged and takes_owner else None,
            )
        except merging.NotTwo as error:
            raise Refused(ALREADY) from error
        return _draw_again(tx, context, person, compared)


def refuse(action: Action, context: Context) -> Answer | None:
    """They are not one person: it is not proposed again."""
    with context.writing() as tx:
        person = access.require_member(tx, context)
        compared, _ = _proposed(tx, action)
        profile_pairs.say_no(tx, compared.pair_id, person.id)
        _draw_again(tx, context, person, compared)
    return None


def open_separate(action: Action, context: Context) -> Answer | None:
    """Ask who is to be separated."""
    kept = from_profile.kept_from(action)
    with context.reading() as tx:
        access.require_member(tx, context)
        known = from_profile.known_of(tx, kept)
        made = same_person_lines.joined(tx, known.profile.creator_id)
        if not made:
            raise Refused(DECIDED)
        modal = view.choose_merge(made, kept.stored())
    context.open_modal(action.trigger_id, modal)
    return None


def separate(submission: Submission, context: Context) -> Answer:
    """They are two people again."""
    kept = from_profile.kept_by(submission)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        done = merging.separate(
            tx,
            _number(submission.text(view.MERGE)),
            context.services.vocabulary,
            person_id=person.id,
        )
        if done is None:
            raise FieldErrors({view.MERGE: DECIDED})
        return from_profile.draw_again(tx, context, person, kept)


def _waiting(tx: Transaction) -> Any:
    pairs = profile_pairs.waiting(tx, view.MOST_WAITING + 1)
    known = profiles.known(tx, [one.id or 0 for _, *both in pairs for one in both])
    shown = [
        Waiting(pair.id or 0, known[first.id], known[second.id], pair.why)
        for pair, first, second in pairs
        if first.id in known and second.id in known
    ]
    return view.waiting(shown[: view.MOST_WAITING], len(shown) > view.MOST_WAITING)


# ---- who is meant, and both sides ---------------------------------------------------------------


def _one(tx: Transaction, typed: str) -> int:
    """The profile that is named. Raises Refused, saying what is unclear."""
    meant = naming.meant(tx, typed)
    name = escape(meant.typed, 60)
    if meant.is_clear:
        return meant.found[0].id
    if meant.found:
        ways = listed([f"`{one.platform}:{one.handle}`" for one in meant.found[:4]])
        raise Refused(f"“{name}” is on several platforms. Please type one of {ways}.")
    if meant.colleague is not None:
        raise Refused(f"That is {escape(meant.colleague, 60)} from your team, and no creator.")
    near = [f"{one.platform}:{one.handle}" for one in meant.near[:3]]
    hint = f" Did you mean {listed(near)}?" if near else " Is the handle right?"
    raise Refused(f"I don't know a creator “{name}”.{hint}")


def _compare(tx: Transaction, person: Person, compared: Compared, why: str = "") -> dict[str, Any]:
    mine, theirs = _creator(tx, compared.kept.profile_id), _creator(tx, compared.other)
    if mine == theirs:
        raise Refused(ALREADY)
    hidden = access.hidden_brands(tx, person)
    kept = _side(tx, mine, compared.kept.profile_id, hidden)
    merged = _side(tx, theirs, compared.other, hidden)
    return view.compare(kept, merged, why, compared.stored())


def _draw_again(tx: Transaction, context: Context, person: Person, compared: Compared) -> Answer:
    if compared.in_list:
        return from_profile.put_in_place(tx, context, compared.kept.url, _waiting(tx))
    return from_profile.draw_again(tx, context, person, compared.kept)


def _side(tx: Transaction, creator_id: int, first: int, hidden: Collection[int]) -> Side:
    creator = creators.get(tx, creator_id)
    theirs = [one.id or 0 for one in profiles.of_creator(tx, creator_id)]
    known = profiles.known(tx, sorted(theirs, key=lambda number: number != first))
    if creator is None or first not in known:
        raise Refused(GONE)
    owner = people.by_id(tx, creator.owner_id) if creator.owner_id else None
    ordered = [known[first], *(one for number, one in known.items() if number != first)]
    return Side(
        name=creator.name or creator_facts.plain_handle(known[first]),
        profiles=tuple(ordered),
        owner=name_of(owner),
        tags=tuple(creators.tags(tx, creator_id)),
        lists=tuple(lists.of_creator(tx, creator_id)),
        notes=len(creators.notes(tx, creator_id, hidden)),
        partnerships=len(partnerships.of_creator(tx, creator_id, hidden)),
        shortlists=decisions.cards_of(tx, creator_id, hidden),
        elsewhere=bool(decisions.in_use_elsewhere(tx, [creator_id], hidden)),
    )


def _creator(tx: Transaction, profile_id: int) -> int:
    known = profiles.current(tx, [profile_id]).get(profile_id)
    if known is None:
        raise Refused(GONE)
    return known.profile.creator_id


def _proposed(tx: Transaction, action: Action) -> tuple[Compared, str]:
    """The pair whose button was pressed, in a profile or in the list of all, and why."""
    number, _, state = action.value.partition("|")
    pair = profile_pairs.get(tx, _number(number))
    if pair is None or pair.state != profile_pairs.PROPOSED:
        raise Refused(DECIDED)
    first, second, search_text = pair.first_id, pair.second_id, ""
    if state:
        shown, search_text = show.read_state(state)
        if _creator(tx, shown) == _creator(tx, second):
            first, second = second, first
        first = shown
    kept = Kept(first, search_text, action.response_url)
    return Compared(kept, second, pair.id or 0, in_list=not state), pair.why


def _compared(submission: Submission) -> Compared:
    try:
        (profile_id, search_text, url), other, pair_id, in_list = json.loads(submission.metadata)
        kept = Kept(int(profile_id), str(search_text), str(url))
        return Compared(kept, int(other), int(pair_id), bool(in_list))
    except (ValueError, TypeError) as error:
        raise Refused(GONE) from error


def _number(value: str) -> int:
    return int(value) if value.isdigit() else 0


FEATURE = Feature(
    commands={"same": command},
    actions={
        "creator_same": open_ask,
        "creator_separate": open_separate,
        "same_person_compare": open_compare,
        "same_person_refuse": refuse,
    },
    submissions={
        "same_person_find": find_other,
        "same_person_join": join,
        "same_person_separate": separate,
    },
)
