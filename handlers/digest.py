"""`/influencer digest`: set up weekly digests, look at one, post an extra one."""

import json
from typing import Any

from domain.digest_form import DigestForm, DigestTerms, read_form
from handlers import access, channels, digest_lines, digest_posting
from handlers.answer import Answer, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Command, Submission
from storage import audit, digests, jobs, outbox
from storage.models import DigestSchedule, Person
from storage.transaction import Transaction
from views import digest_settings as view

GONE = "That digest or preview is no longer there. `/influencer digest` lists what is set up."
IN_A_CHANNEL = "Please type this in the channel that the digest is for."
USAGE = (
    "`/influencer digest` sets up a weekly digest or lists those there are, `digest now` posts "
    "one at once, `digest preview` shows it to you alone, `digest new` sets up another."
)
FROM_THE_LIST = "Please choose from the list."


def digest(command: Command, context: Context) -> Answer:
    """List what is set up, or open the form of a first digest."""
    asked = " ".join(command.text.lower().split())
    if asked == "now":
        return _extra_here(command, context)
    if asked == "preview":
        return _preview_here(command, context)
    if asked not in ("", "new", "list"):
        raise Refused(USAGE)
    with context.reading() as tx:
        person = access.require_manager(tx, context)
        known = digests.confirmed(tx)
        if asked == "list" or (known and asked != "new"):
            return Answer(message=_listing(tx, person))
        form = _new_form(tx, person, command.channel_id)
    context.open_modal(command.trigger_id, form)
    return Answer()


def press_new(action: Action, context: Context) -> None:
    """Open the form of a new digest."""
    with context.reading() as tx:
        form = _new_form(tx, access.require_manager(tx, context), action.channel_id)
    context.open_modal(action.trigger_id, form)


def press_change(action: Action, context: Context) -> None:
    """Open the form with what a preview or a digest that is set up has."""
    with context.reading() as tx:
        person = access.require_manager(tx, context)
        schedule = _get_seen(tx, action.value, person)
        what = "draft" if schedule.state == digests.DRAFT else "changes"
        metadata = {"origin": action.channel_id, what: schedule.id}
        form = _form(tx, person, schedule, metadata)
    context.open_modal(action.trigger_id, form)


def submit(submission: Submission, context: Context) -> Answer:
    """Keep what was typed as a draft, and have its preview shown."""
    terms = read_form(
        DigestForm(
            channel=submission.text("channel"), weekday=submission.text("weekday"),
            time=submission.text("time"), timezone=submission.text("timezone"),
            scope=submission.chosen("scope"),
        )
    )  # fmt: skip
    if not isinstance(terms, DigestTerms):
        return Answer(errors=terms)
    with context.reading() as tx:
        person = access.require_manager(tx, context)
        on_offer = {value for value, _ in digest_lines.offered(tx, person)}
    if not set(submission.chosen("scope")) <= on_offer:
        return Answer(errors={"scope": FROM_THE_LIST})
    problem = channels.why_not(terms.channel_id, context)
    if problem:
        return Answer(errors={"channel": problem})
    place = json.loads(submission.metadata or "{}")
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        drafted = digests.draft(tx, person, terms, place.get("draft"), place.get("changes"))
        _show_preview(tx, context, drafted, str(place.get("origin") or terms.channel_id))
        return context.settle(tx, Answer())


def press_start(action: Action, context: Context) -> None:
    """The preview was confirmed: from now on the digest comes every week."""
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        schedule = _get(tx, action.value, person)
        if schedule.state == digests.DRAFT:
            schedule = digests.start(tx, schedule)
        message = view.started(digest_lines.line(tx, schedule, person))
        _replace(tx, action, message.payload())


def press_pause(action: Action, context: Context) -> None:
    """Stop posting until it is resumed."""
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        schedule = _get(tx, action.value, person)
        digests.pause(tx, schedule, f"{person.name or 'somebody'} paused it.")
        _replace(tx, action, _listing(tx, person).payload())


def press_resume(action: Action, context: Context) -> None:
    """Post again from the next due time on."""
    _require_its_channel(action, context)
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        schedule = _get(tx, action.value, person)
        digests.resume(tx, schedule)
        resumed = view.resumed(digest_lines.line(tx, schedule, person))
        _replace(tx, action, (_listing(tx, person) if action.ephemeral else resumed).payload())


def press_delete(action: Action, context: Context) -> None:
    """Delete a digest; what it posted stays."""
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        digests.remove(tx, _get(tx, action.value, person))
        _replace(tx, action, _listing(tx, person).payload())


def press_now(action: Action, context: Context) -> Answer:
    """Post an extra digest of what a schedule is of, into its channel."""
    _require_its_channel(action, context)
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        schedule = _get_seen(tx, action.value, person)
        _post_extra(tx, context, person, schedule.channel_id, schedule, action.response_url)
        return context.settle(tx, Answer(message=view.on_its_way(schedule.channel_id)))


def _extra_here(command: Command, context: Context) -> Answer:
    channel_id = _here(command, context)
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        schedule = _seen_in(tx, channel_id, person)
        _post_extra(tx, context, person, channel_id, schedule, command.response_url)
        return context.settle(tx, Answer(message=view.on_its_way(channel_id)))


def _preview_here(command: Command, context: Context) -> Answer:
    channel_id = _here(command, context)
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        schedule = _seen_in(tx, channel_id, person)
        if schedule is None:
            timing = digest_lines.default_timing(tx, person)
            terms = DigestTerms(channel_id=channel_id, schedule=timing)
            schedule = digests.draft(tx, person, terms)
        _show_preview(tx, context, schedule, channel_id)
        return context.settle(tx, Answer(message=view.preview_on_its_way()))


def _require_channel(channel_id: str, context: Context) -> None:
    """Raises Refused with the way out when nothing can be posted there."""
    problem = channels.why_not(channel_id, context)
    if problem:
        raise Refused(problem)


def _require_its_channel(action: Action, context: Context) -> None:
    """The same for the channel of the digest whose button was pressed."""
    with context.reading() as tx:
        person = access.require_manager(tx, context)
        channel_id = _get(tx, action.value, person).channel_id
    _require_channel(channel_id, context)


def _here(command: Command, context: Context) -> str:
    """The channel in which a manager typed the command; raises Refused as above."""
    with context.reading() as tx:
        access.require_manager(tx, context)
    if command.channel_id[:1] not in ("C", "G"):
        raise Refused(IN_A_CHANNEL)
    _require_channel(command.channel_id, context)
    return command.channel_id


def _post_extra(
    tx: Transaction,
    context: Context,
    person: Person,
    channel_id: str,
    schedule: DigestSchedule | None,
    response_url: str,
) -> None:
    key = f"digest-now:{context.delivery}"
    payload = {
        "key": key,
        "user": person.slack_user_id,
        "channel": channel_id,
        "scope": schedule.scope if schedule else {},
        "timezone": schedule.timezone if schedule else digest_lines.zone_of(tx, person),
        "url": response_url,
    }
    jobs.add(tx, "digest.now", key, payload)
    number = schedule.id if schedule else None
    audit.record(tx, "post at once", "digest", number or 0, after={"channel": channel_id})


def _show_preview(tx: Transaction, context: Context, schedule: DigestSchedule, origin: str) -> None:
    key = f"digest-preview:{context.delivery}"
    payload = {
        "key": key, "schedule_id": schedule.id, "user": context.user_id, "origin": origin,
    }  # fmt: skip
    jobs.add(tx, "digest.preview", key, payload)


def _get(tx: Transaction, value: str, person: Person) -> DigestSchedule:
    """A schedule that was confirmed, or a draft of this person."""
    found = digests.get(tx, int(value)) if value.isascii() and value.isdigit() else None
    if found is None or (found.state == digests.DRAFT and found.owner_id != person.id):
        raise Refused(GONE)
    return found


def _get_seen(tx: Transaction, value: str, person: Person) -> DigestSchedule:
    """The same, of one whose whole scope this person may see."""
    found = _get(tx, value, person)
    if not digest_lines.is_seen(tx, found.scope, person):
        raise Refused(_not_seen(tx, found))
    return found


def _seen_in(tx: Transaction, channel_id: str, person: Person) -> DigestSchedule | None:
    """The digest of a channel, None where none is set up; raises Refused for one not to be seen."""
    known = digests.in_channel(tx, channel_id)
    seen = [one for one in known if digest_lines.is_seen(tx, one.scope, person)]
    if known and not seen:
        raise Refused(_not_seen(tx, known[0]))
    return seen[0] if seen else None


def _not_seen(tx: Transaction, schedule: DigestSchedule) -> str:
    owner = digest_lines.owner_of(tx, schedule).name or "whoever set it up"
    return (
        "This digest tells of a brand that is limited to named people, and you are not one of "
        f"them. Please ask {owner}. You can pause or delete it in `/influencer digest`."
    )


def _new_form(tx: Transaction, person: Person, channel_id: str) -> dict[str, Any]:
    usable = channel_id if channel_id[:1] in ("C", "G") else None
    return view.form(
        view.FormView(
            channel_id=usable,
            schedule=digest_lines.default_timing(tx, person),
            scopes=digest_lines.offered(tx, person),
            metadata={"origin": channel_id},
        )
    )


def _form(
    tx: Transaction, person: Person, schedule: DigestSchedule, metadata: dict[str, Any]
) -> dict[str, Any]:
    return view.form(
        view.FormView(
            channel_id=schedule.channel_id,
            schedule=digests.timing(schedule),
            scopes=digest_lines.offered(tx, person),
            scope=digest_lines.chosen(schedule.scope),
            metadata=metadata,
        )
    )


def _listing(tx: Transaction, person: Person) -> Any:
    return view.listing([digest_lines.line(tx, one, person) for one in digests.confirmed(tx)])


def _replace(tx: Transaction, action: Action, message: dict[str, Any]) -> None:
    """Put a message where the button was pressed."""
    outbox.respond(
        tx, f"{tx.delivery}:digest", action.response_url, {"replace_original": True, **message}
    )


FEATURE = Feature(
    commands={"digest": digest},
    actions={
        "digest_new": press_new,
        "digest_change": press_change,
        "digest_start": press_start,
        "digest_pause": press_pause,
        "digest_resume": press_resume,
        "digest_delete": press_delete,
        "digest_now": press_now,
    },
    submissions={"digest_form": submit},
    events=dict.fromkeys(digest_posting.EVENTS, (digest_posting.channel_gone,)),
    jobs={
        "digest.post": digest_posting.post_due,
        "digest.now": digest_posting.post_extra,
        "digest.preview": digest_posting.show_preview,
    },
    minutely=(digest_posting.find_due,),
    hourly=(digest_posting.forget_drafts,),
    failures={"digest": digest_posting.could_not_post},
)
