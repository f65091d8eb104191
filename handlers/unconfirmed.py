"""Messages that Slack did not confirm and that can't be looked for: owners look and decide."""

from domain import message_link, roles
from domain.message_link import MessagePlace
from handlers import access
from handlers.answer import Answer, FieldErrors, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Submission
from storage import audit, outbox, parking, people, workspaces
from storage.models import OutboxMessage, Person
from storage.transaction import Transaction
from views import unconfirmed as view
from views.unconfirmed import UnconfirmedView

NOTICE = "unconfirmed"
NOT_A_LINK = "That is no link to a message. Copy it from the message’s menu, or leave this empty."
ELSEWHERE = "That message is in another channel."
KNOWN = "That is another message of mine, which I know of."
GONE = "That is decided already. Thank you."
ARRIVING = ("waiting", "sending", "unknown", "sent")


def is_notice(message: OutboxMessage) -> bool:
    """Whether it is itself such a question to an owner."""
    return message.about.startswith(f"{NOTICE}:")


def tell(tx: Transaction, outbox_id: int) -> None:
    """Ask the owners about a message that is put aside.

    They are not asked about private messages, which are nobody else's. Whoever was asked in a
    message that was itself not confirmed is asked anew.
    """
    message = parking.lock(tx, outbox_id)
    if message is None or not parking.is_undecided(message):
        return
    if is_notice(message) or not _is_channel(_channel_of(message)):
        return
    about = f"{NOTICE}:{message.id}"
    asked = outbox.posted_about(tx, about)
    told = view.ask(_view(tx, message)).payload()
    for person in _deciders(tx):
        own = [one for one in asked if one.lane == person.slack_user_id]
        if not any(one.state in ARRIVING for one in own):
            key = f"{about}:{person.slack_user_id}:{len(own)}"
            outbox.direct(tx, key, person.slack_user_id, told, about=about)


def remind(context: Context) -> None:
    """Ask anew where the question itself may not have arrived (every hour)."""
    with context.reading() as tx:
        waiting = [message.id or 0 for message in parking.undecided(tx)]
    for number in waiting:
        with context.writing() as tx:
            tell(tx, number)


def ask_for_link(action: Action, context: Context) -> None:
    """Somebody found the message: ask for its link."""
    with context.reading() as tx:
        access.require_manager(tx, context)
        message = _undecided(parking.find(tx, int(action.value)))
        form = view.there_modal(_view(tx, message))
    context.open_modal(action.trigger_id, form)


def confirm(submission: Submission, context: Context) -> Answer:
    """It is there: what belongs to it goes on."""
    typed = submission.text(view.LINK)
    place = message_link.read(typed) if typed.strip() else None
    if typed.strip() and place is None:
        raise FieldErrors({view.LINK: NOT_A_LINK})
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        message = _undecided(parking.lock(tx, int(submission.metadata)))
        if place is not None:
            _check(tx, message, place)
        shown = _view(tx, message)
        parking.confirm(tx, message, place)
        _decided(tx, shown, person, there=True)
        return context.settle(tx, Answer())


def send_again(action: Action, context: Context) -> None:
    """It is not there: send it, and what belongs to it."""
    with context.writing() as tx:
        person = access.require_manager(tx, context)
        message = _undecided(parking.lock(tx, int(action.value)))
        shown = _view(tx, message)
        parking.send_again(tx, message)
        _decided(tx, shown, person, there=False)


def _undecided(message: OutboxMessage | None) -> OutboxMessage:
    if message is None or not parking.is_undecided(message):
        raise Refused(GONE)
    return message


def _check(tx: Transaction, message: OutboxMessage, place: MessagePlace) -> None:
    if place.channel_id != _channel_of(message):
        raise FieldErrors({view.LINK: ELSEWHERE})
    if outbox.about_at(tx, *place) is not None:
        raise FieldErrors({view.LINK: KNOWN})


def _decided(tx: Transaction, shown: UnconfirmedView, person: Person, *, there: bool) -> None:
    """Put it on record, and let all owners see that nothing is left to do."""
    action = "found there" if there else "send again"
    audit.record(tx, action, "message", shown.outbox_id, after={"channel": shown.channel_id})
    told = view.decided(shown, person.name, there=there).payload()
    for notice in outbox.posted_about(tx, f"{NOTICE}:{shown.outbox_id}"):
        outbox.update_posted(tx, notice.message_key, told)


def _view(tx: Transaction, message: OutboxMessage) -> UnconfirmedView:
    return UnconfirmedView(
        outbox_id=message.id or 0,
        kind=message.about.partition(":")[0],
        channel_id=_channel_of(message),
        since=message.unknown_since or message.created_at,
        thread=_thread(tx, message),
        may_not_look=message.error == "missing_scope",
    )


def _thread(tx: Transaction, message: OutboxMessage) -> str:
    root = outbox.by_key(tx, message.reply_to) if message.reply_to else None
    home = workspaces.get(tx).url
    if root is None or not root.channel_id or not root.ts or not home:
        return ""
    return message_link.write(home, MessagePlace(root.channel_id, root.ts))


def _deciders(tx: Transaction) -> list[Person]:
    for role in (roles.Role.OWNER, roles.Role.MANAGER):
        found = [one for one in people.with_role(tx, role) if roles.why_barred(one) is None]
        if found:
            return found
    return []


def _channel_of(message: OutboxMessage) -> str:
    payload = message.payload
    return str(message.channel_id or payload.get("channel") or payload.get("channel_id") or "")


def _is_channel(channel_id: str) -> bool:
    return channel_id[:1] in ("C", "G")


FEATURE = Feature(
    actions={"unconfirmed_there": ask_for_link, "unconfirmed_again": send_again},
    submissions={"unconfirmed_there": confirm},
    hourly=(remind,),
)
