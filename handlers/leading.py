"""Who leads the marketing: asked in the first message; whoever is named becomes the owner."""

from domain import roles
from handlers import access
from handlers import people as people_handler
from handlers.answer import Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action
from storage import onboarding, outbox, people, preferences, workspaces
from storage import roles as stored_roles
from storage.transaction import Transaction
from views import onboarding as view
from views.message import Message

WELCOME = "welcome"
SETTLED = "An owner is named already. Owners can be changed in `/influencer settings`."


def first_message(tx: Transaction, context: Context, *, asks_who_leads: bool = False) -> Message:
    """The greeting with the steps that come first."""
    demo = context.services.demo
    return view.welcome(progress_of(tx), demo=demo, asks_who_leads=asks_who_leads)


def progress_of(tx: Transaction) -> view.Progress:
    """Which of the three first steps the workspace has taken."""
    imported, searched, shortlisted = onboarding.steps_taken(tx)
    return view.Progress(imported=imported, searched=searched, shortlisted=shortlisted)


def is_open(tx: Transaction, context: Context) -> bool:
    """Whether nobody was named owner: neither by whoever runs the bot nor in the workspace."""
    return not context.services.owners and not preferences.current(tx).owners


def choose(action: Action, context: Context) -> None:
    """A colleague leads."""
    with context.reading() as tx:
        access.require_owner(tx, context)
    people_handler.learn_now(context, [action.value])
    _name(context, action.value)


def choose_myself(action: Action, context: Context) -> None:
    """Whoever was asked leads."""
    _name(context, context.user_id)


def _name(context: Context, slack_user_id: str) -> None:
    with context.writing() as tx:
        acting = access.require_owner(tx, context)
        workspace = workspaces.lock(tx)  # two answers at once: the second finds the first
        if not is_open(tx, context):
            raise Refused(SETTLED)
        lead = people.get(tx, slack_user_id)
        refusal = roles.why_not_member(lead)
        if refusal is not None:
            name = lead.name or "This person"
            raise Refused(f"{name} can't own this app: only full members can. {refusal}")
        preferences.change(tx, owners=[slack_user_id])
        stored_roles.apply(tx, context.services.owners)
        first = first_message(tx, context)
        if lead.id == acting.id:
            outbox.update_posted(tx, WELCOME, first.payload())
            return
        workspace.installer_slack_id = workspace.installer_slack_id or acting.slack_user_id
        outbox.update_posted(tx, WELCOME, view.named(slack_user_id).payload())
        greeting = view.named_by(acting.slack_user_id, first)
        outbox.direct(tx, f"{WELCOME}:lead", slack_user_id, greeting.payload())


FEATURE = Feature(actions={"lead_choose": choose, "lead_me": choose_myself})
