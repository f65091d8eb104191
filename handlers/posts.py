"""What people say of posts: that they are disclosed, and which they are."""

from domain.disclosure import Disclosure, Verdict
from handlers import access, partners
from handlers.answer import Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.partnership_forms import number_of
from handlers.payloads import Action
from handlers.post_remarks import name_of
from storage import outbox, partnership_posts, post_states
from storage.models import Partnership, Person, Post
from storage.transaction import Transaction
from views import posts as view

GONE = "This post was taken out meanwhile."
SAID_BY_PERSON = "Somebody of the team looked and says so."


def mark_disclosed(action: Action, context: Context) -> None:
    """Somebody looked: the post says that it is advertising, in a way that we don't read."""
    with context.writing() as tx:
        person = access.require_member(tx, context)
        post, partnership = visible(tx, person, action.value)
        say_disclosed(tx, post, person)
        message = view.marked_disclosed(name_of(tx, partnership), post.url, person.name or "you")
        outbox.update_posted(tx, view.alert_key(post.id or 0), message.payload())


def say_disclosed(tx: Transaction, post: Post, person: Person, *, yes: bool = True) -> None:
    """Keep what a person says of a post."""
    verdict = Verdict.DISCLOSED if yes else Verdict.MISSING
    post_states.judge(tx, post, Disclosure(verdict=verdict, reason=SAID_BY_PERSON), person.id)


def visible(tx: Transaction, person: Person, value: str) -> tuple[Post, Partnership]:
    """The post with this number and its partnership, which this person may see.

    Raises:
        Refused: there is none, or it is of a brand limited to others.
    """
    post = partnership_posts.get(tx, number_of(value))
    if post is None:
        raise Refused(GONE)
    return post, partners.visible(tx, person, str(post.partnership_id))


FEATURE = Feature(actions={"post_disclosed": mark_disclosed})
