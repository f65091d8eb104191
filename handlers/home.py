"""App Home, drawn when it is opened and after what the person changes there."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from domain import digest_figures, roles
from domain.calendar import DAYS_IN_A_WEEK, Days, week_before
from domain.digest_facts import of_week
from domain.nudging import Frequency, local_day
from domain.partnership import Stage
from handlers import access, brief_lines, partnership_lines, people, searches_run
from handlers.answer import Answer
from handlers.context import Context
from handlers.features import Feature
from handlers.leading import progress_of
from handlers.nudges import frequency_of
from handlers.payloads import Action
from storage import (
    briefs,
    due_dates,
    kpi,
    outbox,
    overviews,
    partnerships,
    preferences,
    rebook,
    saved_searches,
)
from storage import waiting as waiting_for
from storage.digest_scope import Sight
from storage.models import Person, SavedSearch
from storage.partnerships import Asked
from storage.transaction import Transaction
from views import elements, import_columns
from views import home as view
from views.message import Blocks

Section = Callable[[Transaction, Context, Person], Blocks]


def app_home_opened(event: dict[str, Any], context: Context) -> None:
    """Draw Home for the person who opened it."""
    if event.get("tab", "home") != "home":
        return
    people.learn_now(context, [context.user_id])
    with context.writing() as tx:
        searches_run.store(tx, context)
        draw(tx, context, access.acting_person(tx, context))


def draw(tx: Transaction, context: Context, person: Person) -> None:
    """Draw a person's Home again, with everything as it is now."""
    barred = roles.why_not_member(person)
    if barred is not None:
        home = view.not_for_you(barred)
    else:
        blocks = [block for section in SECTIONS for block in section(tx, context, person)]
        home = elements.home(blocks)
    outbox.publish_home(tx, person.slack_user_id, home)


def choose_frequency(action: Action, context: Context) -> Answer | None:
    """How often the person is told what waits for them."""
    with context.writing() as tx:
        person = access.require_member(tx, context)
        chosen = next((each for each in Frequency if str(each.value) == action.value), None)
        if chosen is not None:
            person.nudge_every_days = chosen.value
            tx.session.add(person)
        draw(tx, context, person)
    return None


def open_import(action: Action, context: Context) -> Answer | None:
    """Ask for a file to import, from Home."""
    with context.reading() as tx:
        access.require_manager(tx, context)
    context.open_modal(action.trigger_id, import_columns.ask_for_file())
    return None


def _first_steps(tx: Transaction, context: Context, person: Person) -> Blocks:
    return view.first_steps(progress_of(tx))


def _waiting(tx: Transaction, context: Context, person: Person) -> Blocks:
    hidden = access.hidden_brands(tx, person)
    number = person.id or 0
    return view.waiting(
        _lines(waiting_for.votes(tx, number, hidden)),
        _lines(waiting_for.splits(tx, number, hidden, manages=access.is_manager(person))),
        _lines(waiting_for.partnerships(tx, number, hidden)),
        _lines(waiting_for.stalled(tx, number, hidden)),
        [
            view.DatedLine(id=one.partnership_id, who=one.who, title=one.title, due=one.due)
            for one in due_dates.of_owner(tx, number, hidden, local_day(tx.now, person.timezone))
        ],
    )


def _live(tx: Transaction, context: Context, person: Person) -> Blocks:
    """Live partnerships of the person; of everybody where they own none."""
    hidden, today = access.hidden_brands(tx, person), partnership_lines.today_of(tx, person)
    mine = Asked(hidden=hidden, owner_id=person.id, stage=Stage.LIVE)
    everybodys = Asked(hidden=hidden, stage=Stage.LIVE)
    total = partnerships.count_by_stage(tx, mine).get(Stage.LIVE, 0)
    asked = mine if total else everybodys
    total = total or partnerships.count_by_stage(tx, everybodys).get(Stage.LIVE, 0)
    shown = overviews.overviews(tx, partnerships.page(tx, asked, 0, view.MOST_LIVE))
    lines = [partnership_lines.line_of(one, today) for one in shown]
    return view.live(lines, total, mine=asked is mine)


def _week(tx: Transaction, context: Context, person: Person) -> Blocks:
    """What the last seven days brought, of all that the person may see."""
    today = partnership_lines.today_of(tx, person)
    this = Days(first=today - dt.timedelta(days=DAYS_IN_A_WEEK - 1), last=today)
    before = week_before(this.first)
    seen = Sight(hidden=access.hidden_brands(tx, person))
    tracked = kpi.last_days(tx, seen, today, 2 * DAYS_IN_A_WEEK)
    if not tracked:
        return []
    rows = digest_figures.rows(of_week(tracked, this), of_week(tracked, before))
    return view.week([row for row in rows if not digest_figures.is_empty(row)])


def _again(tx: Transaction, context: Context, person: Person) -> Blocks:
    """Creators whom it is worth asking again, of all that the person may see."""
    seen = Sight(hidden=access.hidden_brands(tx, person))
    found = rebook.candidates(tx, seen, ZoneInfo(preferences.current(tx).timezone))
    return view.again(found)


def _searches(tx: Transaction, context: Context, person: Person) -> Blocks:
    saved = saved_searches.saved(tx, person.id or 0)
    recent = [each for each in saved_searches.recent(tx, person.id or 0) if each.name is None]
    return view.searches([_search(each) for each in saved], [_search(each) for each in recent])


def _briefs(tx: Transaction, context: Context, person: Person) -> Blocks:
    hidden = access.hidden_brands(tx, person)
    total = len(briefs.names(tx, hidden))
    newest = briefs.visible(tx, hidden, view.MOST_BRIEFS)
    return view.briefs(brief_lines.lines(tx, context, person, newest), total)


def _wishes(tx: Transaction, context: Context, person: Person) -> Blocks:
    return view.wishes(frequency_of(person), manages=access.is_manager(person))


def _lines(found: Sequence[waiting_for.Waiting]) -> list[view.WaitingLine]:
    return [view.WaitingLine(**each.model_dump()) for each in found]


def _search(search: SavedSearch) -> view.SearchLine:
    return view.SearchLine(id=search.id or 0, text=search.text, name=search.name or "")


SECTIONS: tuple[Section, ...] = (
    _first_steps,
    _waiting,
    _live,
    _week,
    _again,
    _searches,
    _briefs,
    _wishes,
)
"""What Home is made of, from top to bottom; a feature adds its own here."""

FEATURE = Feature(
    events={"app_home_opened": (app_home_opened,)},
    actions={"home_nudges": choose_frequency, "home_import": open_import},
)
