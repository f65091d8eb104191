"""`/influencer look`: one account, fetched from its platform now."""

from typing import Any

from domain.creator import Platform
from domain.handle import read_person
from domain.look_up import Account, Answers, Gap, GapKind
from domain.wording import PLATFORM_NAMES, listed
from handlers import access, naming, opting_out, show
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.look_at_whom import USAGE, Wanted, require_handle, told_by_its_form, whole
from handlers.look_up_asking import note_health, store
from handlers.look_up_question import source_names
from handlers.payloads import Action, Command
from sources.gaps import SourceGap
from storage import (
    expiry,
    forgotten_keys,
    jobs,
    live_accounts,
    outbox,
    people,
    profiles,
)
from storage.models import Profile
from storage.transaction import Transaction
from views import look_up as view
from views import naming as naming_view
from views.forgetting import kept_away
from views.message import Message

JOB = "look_up.one"
ALL_OFF = "Looking on platforms is switched off here; whoever runs this bot can change that."
LOOKABLE = frozenset({Platform.BLUESKY, Platform.MASTODON, Platform.YOUTUBE, Platform.INSTAGRAM})
DEADLINE_SECONDS = 10.0
FRESH_SECONDS = 3600
"""What was seen of an account this lately is shown without asking again."""


def look(command: Command, context: Context) -> Answer:
    """Fetch the account that was typed; asks for the platform where it isn't clear."""
    if not command.text.strip():
        raise Refused(USAGE)
    meant = read_person(command.text)
    if meant.slack_user_id:
        with context.reading() as tx:
            access.require_member(tx, context)
            who = naming.meant(tx, command.text).colleague or "somebody"
        return Answer(message=naming_view.is_colleague(who, ()))
    there = _platforms(context)
    if meant.platform is None:
        meant = told_by_its_form(meant)
    if meant.platform is None:
        require_handle(meant.handle)
        return Answer(message=_ask_where(context, meant.handle, there))
    return _begin(context, whole(meant.platform, meant.handle), command.response_url)


def press(action: Action, context: Context) -> Answer | None:
    """The platform was chosen, or *Try again*; the answer takes the place of the question."""
    typed = Wanted.read(action.value)
    wanted = whole(Platform(typed.platform), typed.handle)
    return _begin(context, wanted, action.response_url, replaces=True)


def fetch(payload: dict[str, Any], context: Context) -> None:
    """Job: fetch one account, and show it to who asked."""
    wanted = Wanted(str(payload["platform"]), str(payload["handle"]))
    found = fetch_now(context, wanted, DEADLINE_SECONDS)
    with context.reading() as tx:
        person = people.by_id(tx, int(payload["person_id"]))
        profile = _known(tx, wanted if isinstance(found, Gap) else _of(found))
        known = profile.id if profile is not None else None
        if isinstance(found, Gap):
            message = _not_shown(wanted, found, known)
        elif known is None:  # found under another handle, and of somebody forgotten
            message = Message(text=kept_away())
        else:
            message = show.draw(tx, context, person, known)
    with context.writing() as tx:
        key = f"look_up.one:{payload['job_id']}"
        shown = {**message.payload(), "response_type": "ephemeral"}
        shown["replace_original"] = bool(payload.get("replaces"))
        outbox.respond(tx, key, str(payload["response_url"]), shown)


def fetch_now(
    context: Context, wanted: Wanted, seconds: float, *, with_posts: bool = True
) -> Account | Gap:
    """Fetch an account and store what its platform shows of it, or that it is not there.

    One that goes by another handle now is found by its platform's own id. with_posts: recent posts
    are wanted even where they cost more than the figures.
    """
    found = _fetch(context, wanted, wanted.handle, seconds, with_posts=with_posts)
    if isinstance(found, Gap) and found.kind is GapKind.NOT_THERE:
        native_id = _native_id(context, wanted)
        if native_id:
            found = _fetch(context, wanted, native_id, seconds, with_posts=with_posts)
    if isinstance(found, Gap):
        _settle_absence(context, wanted, found)
    else:
        _free_handle(context, found)
        store(context, [found])
    return found


def _free_handle(context: Context, found: Account) -> None:
    """Where another account had this handle before: see first what became of that one."""
    here = _of(found)
    with context.reading() as tx:
        profile = _known(tx, here)
        row = live_accounts.of_profile(tx, profile.id or 0) if profile else None
    if row is None or not row.native_id or row.native_id == found.native_id:
        return
    before = _fetch(context, here, row.native_id, DEADLINE_SECONDS)
    if isinstance(before, Account):
        store(context, [before])
        return
    with context.writing() as tx:
        profile, row = _known(tx, here), live_accounts.of_profile(tx, row.profile_id)
        if profile is not None and row is not None:
            live_accounts.mark_gone(tx, profile)
            live_accounts.release_handle(tx, profile, row)


def _fetch(
    context: Context, wanted: Wanted, handle: str, seconds: float, *, with_posts: bool = True
) -> Account | Gap:
    live = context.services.live
    if live is None:
        return Gap(source=wanted.platform, kind=GapKind.SWITCHED_OFF, said=ALL_OFF)
    try:
        platform = Platform(wanted.platform)
        account = live.fetch_one(platform, handle, seconds, with_posts=with_posts)
    except SourceGap as missing:
        if missing.gap.kind not in (GapKind.NOT_THERE, GapKind.OPTED_OUT, GapKind.SWITCHED_OFF):
            note_health(context, Answers(gaps=(missing.gap,)))
        return missing.gap
    names = source_names(context, wanted.platform)
    if len(names) == 1:
        note_health(context, Answers(answered=tuple(names)))
    return account


def _settle_absence(context: Context, wanted: Wanted, gap: Gap) -> None:
    """An account that is gone is marked so; of one that asks not to be shown nothing stays."""
    if gap.kind is GapKind.OPTED_OUT:
        opting_out.forget(context, lambda tx: _known(tx, wanted))
    elif gap.kind is GapKind.NOT_THERE:
        with context.writing() as tx:
            profile = _known(tx, wanted)
            if profile is not None and not expiry.delete_if_unkept(tx, profile.creator_id):
                live_accounts.mark_gone(tx, profile)


def _begin(
    context: Context, wanted: Wanted, response_url: str, *, replaces: bool = False
) -> Answer:
    """Ask for the job; what was seen in the last hour is shown at once."""
    name = PLATFORM_NAMES[Platform(wanted.platform)]
    _require(context, wanted)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        if forgotten_keys.is_forgotten(tx, wanted.platform, wanted.handle):
            raise Refused(kept_away())
        known = _seen_lately(tx, wanted)
        if known is not None:
            return context.settle(tx, Answer(message=show.draw(tx, context, person, known)))
        jobs.add(
            tx,
            JOB,
            f"{JOB}:{context.delivery}",
            {
                "platform": wanted.platform,
                "handle": wanted.handle,
                "person_id": person.id,
                "response_url": response_url,
                "replaces": replaces,
            },
        )
        said = Message(text=view.looking_for(wanted.handle, name))
        if replaces:
            shown = {**said.payload(), "replace_original": True}
            outbox.respond(tx, f"{context.delivery}:looking", response_url, shown)
            return context.settle(tx, Answer())
        return context.settle(tx, Answer(message=said))


def _require(context: Context, wanted: Wanted) -> None:
    """Refuse at once what no source can look at."""
    name = PLATFORM_NAMES[Platform(wanted.platform)]
    live = context.services.live
    if live is None:
        raise Refused(ALL_OFF)
    states = [one for one in live.states() if one.platform == wanted.platform]
    if not states and wanted.platform in LOOKABLE:
        raise Refused(f"{name} is not set up here; whoever runs this bot can change that.")
    if not states:
        names = listed([PLATFORM_NAMES[one] for one in _platforms(context)])
        only = f" I can look on {names}." if names else ""
        raise Refused(f"{name} lets no bot look up accounts; a file can bring them in.{only}")
    if not any(one.ready for one in states):
        raise Refused(states[0].why_not or f"{name} is not set up here.")
    if wanted.platform == Platform.MASTODON and "@" not in wanted.handle:
        raise Refused(
            "On which server is that? For example `/influencer look "
            f"mastodon:{wanted.handle[:40]}@mastodon.social`."
        )


def _platforms(context: Context) -> list[Platform]:
    """Platforms whose accounts can be looked at now."""
    live = context.services.live
    if live is None:
        raise Refused(ALL_OFF)
    return list(dict.fromkeys(one.platform for one in live.states() if one.ready))


def _ask_where(context: Context, handle: str, there: list[Platform]) -> Message:
    """Where it could be: a handle without a server is on no Mastodon server."""
    choices = [one for one in there if one is not Platform.MASTODON]
    if not choices:
        raise Refused(USAGE)
    named = [(PLATFORM_NAMES[one], Wanted(one.value, handle).stored()) for one in choices]
    return view.which_platform(handle, named)


def _known(tx: Transaction, wanted: Wanted) -> Profile | None:
    found = profiles.by_handle(tx, wanted.handle, wanted.platform)
    return found[0] if found else None


def _of(account: Account) -> Wanted:
    return Wanted(account.snapshot.platform.value, account.snapshot.handle)


def _native_id(context: Context, wanted: Wanted) -> str:
    with context.reading() as tx:
        profile = _known(tx, wanted)
        row = live_accounts.of_profile(tx, profile.id or 0) if profile else None
        return row.native_id if row else ""


def _seen_lately(tx: Transaction, wanted: Wanted) -> int | None:
    profile = _known(tx, wanted)
    row = live_accounts.of_profile(tx, profile.id or 0) if profile else None
    if row is None or row.seen_at is None or row.gone_since is not None:
        return None
    lately = (tx.now - row.seen_at).total_seconds() < FRESH_SECONDS
    return row.profile_id if lately else None


def _not_shown(wanted: Wanted, gap: Gap, known: int | None) -> Message:
    name = PLATFORM_NAMES[Platform(wanted.platform)]
    if gap.kind is GapKind.NOT_THERE and known is not None:
        return view.gone(wanted.handle, name, known)
    return view.not_shown(wanted.handle, name, gap.kind, gap.said, wanted.stored())


FEATURE = Feature(commands={"look": look}, actions={"look_on": press}, jobs={JOB: fetch})
