"""Profiles are read for links to each other: who is one person by them, and who may be."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from domain.same_person import PAGE, Judgement, Presence, Verdict, judge, may_have_links, targets
from handlers.context import Context
from handlers.features import Feature
from storage import creators, merging, profile_links, profile_pairs, profiles
from storage.transaction import Transaction

AT_ONCE = 400
"""Profiles a job: the next of an import are the next job's."""

MOST_ON_A_PAGE = 20
"""A page that more profiles show is a shop or an agency."""

Pair = tuple[int, int]


def read(payload: dict[str, Any], context: Context) -> None:
    """Read some profiles for links, and do what follows (job `linking.read`)."""
    import_id = payload.get("import")
    with context.reading() as tx:
        if import_id is None:
            ids, after = [int(number) for number in payload.get("profiles", ())], None
        else:
            ids, after = profile_links.of_import(tx, import_id, int(payload["after"]), AT_ONCE)
        told = {
            number: found
            for number, one in profiles.known(tx, ids).items()
            if may_have_links(one) and (found := targets(one))
        }
        changed = bool(told) or profile_links.any_noted(tx, ids)
    if changed:
        with context.writing() as tx:
            profile_links.note(tx, told, ids)
    with context.reading() as tx:
        near = profile_links.neighbours(tx, ids)
    for pair, judgement in _judged(near, set(ids)):
        with context.writing() as tx:
            _act(tx, context, pair, judgement, import_id)
    if after is not None and import_id is not None:
        with context.writing() as tx:
            profile_links.ask_for_import(tx, import_id, after)


def _judged(near: Mapping[int, Presence], asked: set[int]) -> Iterator[tuple[Pair, Judgement]]:
    """Pairs of which something is to be said, the smaller number first."""
    whose = {one.target: number for number, one in near.items()}
    showing: dict[str, list[int]] = {}
    pairs: set[Pair] = set()
    for number, one in near.items():
        for target in one.targets:
            if target in whose:
                pairs.add(_in_order(number, whose[target]))
            elif target.startswith(PAGE):
                showing.setdefault(target, []).append(number)
    for together in showing.values():
        if len(together) <= MOST_ON_A_PAGE:
            pairs.update(_in_order(*two) for two in combinations(together, 2))
    pairs = {pair for pair in pairs if asked & set(pair)}
    for pair in sorted(pairs):
        judgement = judge(near[pair[0]], near[pair[1]])
        if judgement.verdict is not Verdict.NOTHING:
            yield pair, judgement


def _in_order(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _act(
    tx: Transaction, context: Context, pair: Pair, judgement: Judgement, import_id: int | None
) -> None:
    """Join two creators, or propose it, unless they are one or somebody said that they aren't."""
    known = profiles.current(tx, pair)
    whose = sorted({one.profile.creator_id for one in known.values()})
    if len(whose) < 2 or was_refused(tx, *whose):
        return
    first, second = whose
    if judgement.verdict is Verdict.LINKED and may_join(tx, first, second):
        try:
            merging.merge(
                tx,
                first,
                second,
                context.services.vocabulary,
                why=judgement.why,
                import_id=import_id,
            )
        except merging.NotTwo:  # somebody was quicker
            return
    else:
        profile_pairs.propose(tx, *pair, judgement.why, import_id)


def was_refused(tx: Transaction, first: int, second: int) -> bool:
    """Whether somebody said of any two profiles of theirs that they aren't one person's."""
    mine, theirs = (
        [one.id or 0 for one in profiles.of_creator(tx, number)] for number in (first, second)
    )
    crossed = [_in_order(one, other) for one in mine for other in theirs]
    return bool(profile_pairs.decided(tx, crossed))


def may_join(tx: Transaction, first: int, second: int, *, one_account: bool = False) -> bool:
    """Nothing is left for a person to choose, and no platform comes twice.

    one_account: they have an account in common, so that their platform does not count.
    """
    owners = {
        one.owner_id for number in (first, second) if (one := creators.get(tx, number)) is not None
    } - {None}
    mine, theirs = (
        {one.platform for one in profiles.of_creator(tx, number)} for number in (first, second)
    )
    return len(owners) < 2 and (one_account or not mine & theirs)


FEATURE = Feature(jobs={profile_links.JOB: read})
