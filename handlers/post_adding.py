"""Posts logged from a message (a shortcut) or from links: recognised, attached, or asked about."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.chosen_day import NotADay, chosen_day
from domain.creator import Platform
from domain.partnership import Stage
from domain.post_link import LinkError, PostLink, links_in, read_link
from domain.post_reading import PostAsked, PostShown
from domain.wording import PLATFORM_NAMES
from handlers import access, partners, post_reading
from handlers.answer import Answer, FieldErrors, Refused
from handlers.context import Context
from handlers.features import Feature
from handlers.partnership_forms import number_of
from handlers.partnership_lines import handle_label, today_of
from handlers.payloads import Action, Shortcut, Submission
from handlers.post_placing import already, choices, label_of, place
from handlers.posts import say_disclosed
from sources.post_reader import PostAnswer
from storage import jobs, outbox, overviews, partnership_posts, people, relationships
from storage.models import Partnership, Person, Post
from storage.transaction import Transaction
from views import post_forms as form
from views import posts as view
from views.message import Message

PLACE = "posts.place"
MOST_LINKS = 5
SECONDS = 10.0
NO_LINK = (
    "I see no link to a post in this message. I know posts on Instagram, TikTok, YouTube, Bluesky, "
    "Mastodon, Twitch, Threads and X."
)
NO_PARTNERSHIP = "There is no partnership yet. `/influencer log @anna` begins one."
_PUBLISHED = (Stage.LIVE, Stage.DONE)
NOT_OFFERED = "Please choose from the list."


def from_message(shortcut: Shortcut, context: Context) -> Answer | None:
    """The shortcut *Log post* on somebody's message."""
    open_for(shortcut.text, shortcut.trigger_id, shortcut.response_url, context)
    return None


def open_for(text: str, trigger_id: str, response_url: str, context: Context) -> None:
    """Open the form for the posts that a text links to.

    Raises:
        Refused: it links to none, or there is no partnership yet.
    """
    links = links_in(text, MOST_LINKS)
    if not links:
        raise Refused(NO_LINK)
    with context.reading() as tx:
        person = access.require_member(tx, context)
        modal = _form(tx, context, person, links, response_url)
    context.open_modal(trigger_id, modal)


def submit(submission: Submission, context: Context) -> Answer:
    """Attach each post where it was said; what a platform has to be asked for follows."""
    kept = json.loads(submission.metadata or "{}")
    links = [_with_account(url, account) for url, account in kept.get("links", [])]
    with context.writing() as tx:
        person = access.require_member(tx, context)
        posted_on = _day(submission.text("posted_on"), today_of(tx, person))
        chosen = _chosen(tx, person, submission, links)
        lines = []
        for place_number, (link, where) in enumerate(zip(links, chosen, strict=True)):
            if where == form.LEAVE_OUT:
                continue
            if where == form.ASK:
                _ask_platform(tx, person, link, str(kept.get("url", "")))
                lines.append(form.asking(link.url, _platform_name(link)))
                continue
            row = partners.visible(tx, person, str(where))
            said = submission.text(f"said:{place_number}")
            lines.append(_attach(tx, person, row, link, posted_on, said))
        return context.settle(tx, Answer(view=form.added(lines)))


def place_asked(payload: dict[str, Any], context: Context) -> None:
    """Job: ask a platform who published a post, and attach it; else the person is asked."""
    link, live = read_link(str(payload["link"])), context.services.live
    answers: list[PostAnswer] = []
    if live is not None and link.platform is not None:
        asked = PostAsked(key=link.key, url=link.url, platform=link.platform)
        answers, _ = live.read_posts(link.platform, [asked], SECONDS)
    shown = next((one for one in answers if isinstance(one, PostShown)), None)
    with context.writing() as tx:
        person = people.by_id(tx, int(payload["person_id"]))
        number = None
        if shown is not None:
            number = place(tx, person, link, shown.author_id)
        if shown is not None and number is None and shown.account:
            number = place(tx, person, link, shown.account)
        if number is None:
            message = form.which(link.url, [*choices(tx, person, [])], shown is not None)
        else:
            row = partners.visible(tx, person, str(number))
            message = Message(text=_attach(tx, person, row, link, None, ""))
            if shown is not None:
                post_reading.keep(tx, shown)
        _tell(tx, person, f"{PLACE}:{payload['job_id']}", str(payload["response_url"]), message)


def choose(action: Action, context: Context) -> Answer | None:
    """Somebody said which partnership a post is of, after its platform could not."""
    try:
        link = read_link(form.link_of(action.block_id))
    except LinkError as error:
        raise Refused("This question is too old. Please log the post anew.") from error
    with context.writing() as tx:
        person = access.require_member(tx, context)
        row = partners.visible(tx, person, action.value)
        message = Message(text=_attach(tx, person, row, link, None, ""))
        _tell(tx, person, f"{tx.delivery}:placed", action.response_url, message, replaces=True)
    return None


def _form(
    tx: Transaction,
    context: Context,
    person: Person,
    links: Sequence[PostLink],
    response_url: str,
) -> dict[str, Any]:
    placed = [place(tx, person, link) for link in links]
    offered = choices(tx, person, [number for number in placed if number])
    if not offered:
        raise Refused(NO_PARTNERSHIP)
    live = context.services.live
    readable = live.shows_posts() if live is not None else ()
    fields = []
    for link, number in zip(links, placed, strict=True):
        there = already(tx, person, link)
        fields.append(
            form.PostField(
                url=link.url,
                platform=_platform_name(link),
                account=link.account,
                short=link.short,
                there=label_of(there) if there else "",
                partnership=number,
                can_ask=_can_ask(link, readable) and number is None,
                read=link.platform in readable,
            )
        )
    kept = {"links": [(link.url, link.account) for link in links], "url": response_url}
    return form.place_form(fields, [(str(n), label) for n, label in offered], kept)


def _can_ask(link: PostLink, readable: Sequence[Platform]) -> bool:
    """Whether the platform tells who published a post whose link doesn't."""
    return link.platform in readable and not link.account and not link.short


def _chosen(
    tx: Transaction, person: Person, submission: Submission, links: Sequence[PostLink]
) -> list[str]:
    found, wrong = [], {}
    for place_number, link in enumerate(links):
        where = submission.text(f"place:{place_number}")
        if where not in (form.ASK, form.LEAVE_OUT) and not number_of(where):
            wrong[f"place:{place_number}"] = NOT_OFFERED
        elif number_of(where):
            row = partners.visible(tx, person, where)
            if partnership_posts.is_full(tx, row, link.url):
                wrong[f"place:{place_number}"] = "This partnership has as many posts as it holds."
        found.append(where)
    if wrong:
        raise FieldErrors(wrong)
    return found


def _attach(
    tx: Transaction,
    person: Person,
    row: Partnership,
    link: PostLink,
    posted_on: dt.date | None,
    said: str,
) -> str:
    """Log a post with a locked partnership; gives what is said of it, in mrkdwn."""
    before = {post.id for post in partnership_posts.of_partnerships(tx, [row.id or 0])[row.id or 0]}
    post: Post = partnership_posts.add(tx, row, link.url, link.platform, posted_on)
    if post.next_read_at is not None:  # nothing tells who somebody forgotten was
        post.account = post.account or link.account
    tx.session.add(post)
    if said in (form.YES, form.NO):
        say_disclosed(tx, post, person, yes=said == form.YES)
    relationships.refresh(tx, [row.creator_id])
    one = overviews.overviews(tx, [row])[0]
    who = handle_label(one.handle, one.name)
    behind = one.plan.name(one.stage) if one.stage not in _PUBLISHED else ""
    return view.attached(who, one.brief or "", link.url, behind, new=post.id not in before)


def _ask_platform(tx: Transaction, person: Person, link: PostLink, response_url: str) -> None:
    payload = {"link": link.url, "person_id": person.id, "response_url": response_url}
    jobs.add(tx, PLACE, f"{PLACE}:{tx.delivery}:{link.key}"[:250], payload)


def _tell(
    tx: Transaction, person: Person, key: str, url: str, message: Message, *, replaces: bool = False
) -> None:
    if url:
        shown = {**message.payload(), "response_type": "ephemeral", "replace_original": replaces}
        outbox.respond(tx, key, url, shown)
    else:
        outbox.direct(tx, key, person.slack_user_id, message.payload())


def _with_account(url: str, account: str) -> PostLink:
    """A kept link; its plain form may no longer name the account that the first one named."""
    return replace(read_link(url), account=account)


def _platform_name(link: PostLink) -> str:
    return PLATFORM_NAMES[link.platform] if link.platform else ""


def _day(text: str, today: dt.date) -> dt.date | None:
    try:
        day = chosen_day(text) if text else None
    except NotADay as wrong:
        raise FieldErrors({"posted_on": str(wrong)}) from wrong
    if day is not None and day > today:
        raise FieldErrors({"posted_on": "That day is still to come."})
    return day


FEATURE = Feature(
    shortcuts={"log_post": from_message},
    actions={"post_place": choose},
    submissions={"post_places": submit},
    jobs={PLACE: place_asked},
)
