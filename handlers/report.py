"""`/influencer report`: a brief, a brand or a period as a message, a file or a page."""

from typing import Any

from domain import roles
from domain.report import Report
from domain.report_rows import partnerships, summary
from handlers import access, channels, file_sending, report_scope
from handlers.answer import Answer, Refused
from handlers.channels import Channel
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Command, Submission
from handlers.report_scope import Wanted
from sources.writing import book, write
from storage import audit, jobs, outbox, people
from storage.models import Person
from storage.transaction import Transaction
from views import exports, report_page
from views import report as view
from views.message import Message

OF_ONE = (
    "A client's version is of one brief or one brand, so that no other brand is in it: "
    "`/influencer report Spring Glow` or `report Acme Q3`."
)
ACROSS = (
    "Guests or people from outside read this channel, and this report tells of several brands. "
    "Ask for one brief or brand, then *Client's version…*."
)
POSTED_ALREADY = "It was posted from here already. Ask for the report again to post it once more."
BEING_MADE = "One moment: this report is over many partnerships. Only you will see it."
ON_ITS_WAY = "The file comes to you in a private message."
_ADDED = {"replace_original": False, "response_type": "ephemeral"}
"""An answer beside the message whose button was pressed."""
KINDS = tuple(kind for kind, _ in view.KINDS)


def report(command: Command, context: Context) -> Answer:
    """Show the report that was asked for, or ask which one is meant."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        wanted = report_scope.meant(tx, command.text, person)
        if isinstance(wanted, Message):
            return Answer(message=wanted)
        if not report_scope.is_large(tx, wanted, person):
            return Answer(message=_private(tx, wanted, person, command.channel_id))
    return _show_later(context, wanted, command.channel_id, command.response_url)


def press_show(action: Action, context: Context) -> Answer:
    """Show the report that was chosen."""
    wanted = Wanted.read(action.value)
    with context.reading() as tx:
        person = access.require_member(tx, context)
        if not report_scope.is_large(tx, wanted, person):
            return Answer(message=_private(tx, wanted, person, action.channel_id))
    return _show_later(context, wanted, action.channel_id, action.response_url)


def _show_later(context: Context, wanted: Wanted, channel_id: str, url: str) -> Answer:
    """Have a report over many partnerships made in a job: Slack does not wait so long."""
    with context.writing() as tx:
        person = access.require_member(tx, context)
        _ask_to_show(tx, wanted, person, channel_id, url)
        return context.settle(tx, Answer(message=Message(text=BEING_MADE)))


def _ask_to_show(
    tx: Transaction, wanted: Wanted, person: Person, channel_id: str, url: str
) -> None:
    payload = {
        "value": wanted.value(), "channel": channel_id, "user": person.slack_user_id, "url": url,
    }  # fmt: skip
    jobs.add(tx, "report.show", f"report-show:{tx.delivery}", payload)


def show(payload: dict[str, Any], context: Context) -> None:
    """Show a report to who asked for it, where they asked (job `report.show`)."""
    wanted, channel_id = Wanted.read(payload["value"]), str(payload["channel"])
    with context.reading() as tx:
        person = _still_there(tx, payload["user"])
        if person is None:
            return
        try:
            drawn = _private(tx, wanted, person, channel_id)
        except Refused as refused:
            drawn = Message(text=str(refused))
    key, user = f"report-show:{payload['job_id']}", str(payload["user"])
    with context.writing() as tx:
        if payload["url"]:
            outbox.respond(tx, key, payload["url"], {**_ADDED, **drawn.payload()})
        elif _is_channel(channel_id):
            outbox.tell(tx, key, user, channel_id, drawn.payload())
        else:
            outbox.direct(tx, key, user, drawn.payload())


def press_client(action: Action, context: Context) -> Answer | None:
    """Ask what a client may see beyond results."""
    wanted = Wanted.read(action.value)
    if not wanted.of_one:
        raise Refused(OF_ONE)
    with context.reading() as tx:
        person = access.require_member(tx, context)
        title = report_scope.title_for(tx, wanted, person)
    place = f"{action.channel_id}|{wanted.value()}"
    context.open_modal(action.trigger_id, view.client_form(place, title))
    return None


def show_client(submission: Submission, context: Context) -> Answer:
    """Show the client's version to who asked for it; nothing is posted yet."""
    channel_id, _, value = submission.metadata.partition("|")
    wanted = Wanted.read(value).for_client(submission.chosen(view.TICKED))
    with context.writing() as tx:
        person = access.require_member(tx, context)
        _ask_to_show(tx, wanted, person, channel_id, "")
        return context.settle(tx, Answer(clear=True))


def press_post(action: Action, context: Context) -> None:
    """Have the report posted in the channel, once it is known who reads that."""
    wanted = Wanted.read(action.value)
    problem = channels.why_not(action.channel_id, context)
    if problem:
        raise Refused(problem)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        key = f"report-post:{action.channel_id}:{action.message_ts or context.delivery}"
        payload = {
            "key": key, "value": wanted.value(), "channel": action.channel_id,
            "user": person.slack_user_id, "url": action.response_url,
        }  # fmt: skip
        if not jobs.add(tx, "report.post", key, payload):
            raise Refused(POSTED_ALREADY)
        audit.record(
            tx, "post", "report", wanted.brief_id or 0, after={"channel": action.channel_id}
        )


def press_file(action: Action, context: Context) -> Answer:
    """Have the report written as a file and sent to who pressed."""
    wanted, kind = Wanted.read(action.value), action.action_id.partition(":")[2]
    if kind not in KINDS:
        raise Refused(report_scope.TOO_OLD)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        key = f"report-file:{context.delivery}"
        payload = {"value": wanted.value(), "kind": kind, "user": person.slack_user_id}
        jobs.add(tx, "report.send", key, payload)
        audit.record(tx, "export", "report", wanted.brief_id or 0, after={"format": kind})
        return context.settle(tx, Answer(message=Message(text=ON_ITS_WAY)))


def post(payload: dict[str, Any], context: Context) -> None:
    """Post a report, or show who asked what outsiders would read (job `report.post`)."""
    wanted = Wanted.read(payload["value"])
    channel = channels.ask(context, payload["channel"])
    preview_only = channel.has_outsiders and not wanted.client
    with context.reading() as tx:
        asker = _still_there(tx, payload["user"])
        if asker is None:
            return
        try:
            drawn = _to_post(tx, wanted, asker, channel, payload["channel"])
        except Refused as refused:
            drawn, preview_only = Message(text=str(refused)), True
    with context.writing() as tx:
        if preview_only:
            outbox.respond(tx, payload["key"], payload["url"], {**_ADDED, **drawn.payload()})
        else:
            outbox.post(tx, payload["key"], payload["channel"], drawn.payload())


def _to_post(
    tx: Transaction, wanted: Wanted, asker: Person, channel: Channel, channel_id: str
) -> Message:
    """What is posted, or shown to who asked first; raises Refused where neither can be."""
    if channel.problem:
        raise Refused(channel.problem)
    if channel.has_outsiders and not wanted.of_one:
        raise Refused(ACROSS)
    if channel.has_outsiders and not wanted.client:
        outside = _private(tx, wanted.for_client(), asker, channel_id)
        return view.looked_at_first(channel_id, outside)
    reader = asker if wanted.of_one else None  # across brands, nothing of limited ones
    return view.message(report_scope.compose_for(tx, wanted, reader))


def send(payload: dict[str, Any], context: Context) -> None:
    """Write a report as a file and send it to a person (job `report.send`)."""
    wanted, kind = Wanted.read(payload["value"]), str(payload["kind"])
    with context.reading() as tx:
        person = _still_there(tx, payload["user"])
        if person is None:
            return
        try:
            drawn = report_scope.compose_for(tx, wanted, person)
        except Refused as refused:
            _tell(context, payload, Message(text=str(refused)))
            return
    name = f"{_file_name(drawn)}.{kind}"
    content = _written(drawn, kind, person.name or "")
    key = f"report-file:{payload['job_id']}"
    unsent = file_sending.send(
        context,
        key,
        payload["user"],
        name,
        content,
        view.comment(drawn),
        last_try=payload["last_try"],
    )
    if unsent is None:
        return
    of, hint = "the report", ""
    message = (
        exports.may_not_send(unsent.scope, of, hint)
        if unsent.scope
        else exports.not_sent(unsent.code, of, hint)
    )
    _tell(context, payload, message)


def _tell(context: Context, payload: dict[str, Any], message: Message) -> None:
    with context.writing() as tx:
        outbox.direct(tx, f"report:{payload['job_id']}", payload["user"], message.payload())


def _still_there(tx: Transaction, slack_user_id: str) -> Person | None:
    """Who asked, unless they may do nothing here any more."""
    person = people.find(tx, slack_user_id)
    return None if person is None or roles.why_barred(person) else person


def _private(tx: Transaction, wanted: Wanted, person: Person, channel_id: str) -> Message:
    return view.private(
        report_scope.compose_for(tx, wanted, person),
        wanted.value(),
        may_post=_is_channel(channel_id),
        limited=report_scope.is_limited(tx, wanted),
    )


def _written(drawn: Report, kind: str, made_by: str) -> bytes:
    if kind == "html":
        named = "" if drawn.shown.client else made_by
        return report_page.page(drawn, named).encode()
    if kind == "xlsx":
        return book({"Summary": summary(drawn), "Partnerships": partnerships(drawn)})
    return write(partnerships(drawn), kind)


def _file_name(drawn: Report) -> str:
    """ "report-spring-glow-october-2026": letters and digits of any script."""
    words = "".join(
        letter if letter.isalnum() else " " for letter in f"report {drawn.title} {drawn.when}"
    )
    return "-".join(words.lower().split())[:80]


def _is_channel(channel_id: str) -> bool:
    return channel_id[:1] in ("C", "G")


FEATURE = Feature(
    commands={"report": report, "reports": report},
    actions={
        "report_show": press_show,
        "report_post": press_post,
        "report_file": press_file,
        "report_client": press_client,
    },
    submissions={"report_client": show_client},
    jobs={"report.post": post, "report.send": send, "report.show": show},
)
