"""`/influencer similar anna`: people like one, and what they have in common."""

from typing import Any
from zoneinfo import ZoneInfo

from domain.niche_match import NicheMatch
from domain.similarity import Model, model_of, reasons, shown
from handlers import access, finding, naming
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.fit_facts import judged
from handlers.payloads import Action, Command
from handlers.show import GONE
from storage import index, outbox, profiles
from storage import similar as storage
from storage.index import texts_of
from storage.models import Person
from storage.profiles import Current
from storage.search import Criteria, Term
from storage.transaction import Transaction
from views import creator_facts
from views import similar as view
from views.message import Message

USAGE = "Like whom? For example `/influencer similar @anna`, `instagram:anna`, or a link."


def similar(command: Command, context: Context) -> Answer:
    """People like the creator whose handle, link or name was typed."""
    if not command.text.strip():
        raise Refused(USAGE)
    with context.reading() as tx:
        person = access.require_member(tx, context)
        meant = naming.meant(tx, command.text)
        question = naming.question(meant, "similar")
        if question is not None:
            return Answer(message=question)
        return Answer(message=_draw(tx, context, person, meant.found[0].id or 0))


def press(action: Action, context: Context) -> Answer | None:
    """One of several who may be meant, or another page, in place of what was shown."""
    number, _, skip = action.value.partition("|")
    if not number.isdigit():
        raise Refused(GONE)
    with context.reading() as tx:
        person = access.require_member(tx, context)
        message = _draw(tx, context, person, int(number), int(skip) if skip.isdigit() else 0)
    payload: dict[str, Any] = {**message.payload(), "replace_original": True}
    with context.writing() as tx:
        outbox.respond(tx, f"{context.delivery}:replace", action.response_url, payload)
    return None


def _draw(
    tx: Transaction, context: Context, person: Person, profile_id: int, skip: int = 0
) -> Message:
    one = profiles.current(tx, [profile_id]).get(profile_id)
    if one is None:
        raise Refused(GONE)
    handle = creator_facts.plain_handle(one.snapshot)
    if one.judged is None:
        said = creator_facts.terms_of(one.snapshot.platform)
        raise Refused(f"{handle} can't be compared with others: {said} (see docs/sources.md).")
    vocabulary = context.services.vocabulary
    model = _model(tx, context, one)
    names = {niche: vocabulary.name(niche) for niche in model.niches}
    if not model.niches:
        return view.no_niche(handle, profile_id)
    found, total = storage.top(tx, model, one.profile.creator_id, view.PAGE, skip)
    if not found:
        return view.nobody(handle, tuple(names.values()))
    numbers = [each.profile_id for each in found]
    today = tx.now.astimezone(ZoneInfo(person.timezone)).date()
    criteria = Criteria(
        groups=(tuple(Term(niche=niche) for niche in model.niches),),
        hidden_brands=access.hidden_brands(tx, person),
    )
    lines = finding.lines(tx, criteria, numbers, today, vocabulary)
    relevance = storage.relevance(tx, numbers, model.niches)
    known = {line.profile_id: line.profile for line in lines}
    return view.similar(
        view.Similar(
            profile_id=profile_id,
            handle=handle,
            niches=tuple(names.values()),
            lines=lines,
            alike={
                each.profile_id: (
                    shown(each.score),
                    reasons(model, known[each.profile_id], relevance[each.profile_id], names),
                )
                for each in found
                if each.profile_id in known
            },
            total=total,
            today=today,
            skip=skip,
        )
    )


def _model(tx: Transaction, context: Context, one: Current) -> Model:
    """What the creator's profiles tell together, the one that was named first."""
    mine = one.profile.id or 0
    others = [each.id or 0 for each in profiles.of_creator(tx, one.profile.creator_id)]
    found = profiles.current(tx, dict.fromkeys([mine, *others]))
    known = {number: each.judged for number, each in found.items() if each.judged}
    pools = index.pools(tx)
    matches: list[NicheMatch] = []
    for each in known.values():
        matches += judged(context.services.vocabulary, pools, texts_of(each)).values()
    relevance: dict[str, int] = {}
    niches = {match.niche for match in matches}
    for of_profile in storage.relevance(tx, list(known), niches).values():
        for niche, value in of_profile.items():
            relevance[niche] = max(value, relevance.get(niche, 0))
    snapshots = [known[mine]]
    snapshots += [each for number, each in known.items() if number != mine]
    return model_of(one.creator.name, snapshots, matches, relevance)


FEATURE = Feature(commands={"similar": similar, "like": similar}, actions={"similar": press})
