"""The forms in which a partnership is logged, filled in with what is known."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from domain.agreement import Terms
from domain.agreement_form import written_terms
from domain.partnership import Costs, Stage, first_stages, moves_from
from domain.partnership_form import PartnershipForm, written_costs
from domain.preferences import preferences
from domain.results import Totals
from domain.stage_plan import StagePlan, stage_plan
from handlers import access
from handlers.answer import Refused
from handlers.context import Context
from handlers.partnership_lines import handle_label, line_of, newest, today_of
from handlers.payloads import Submission
from storage import brands, briefs, creators, overviews, partnerships, profiles, results
from storage.models import Brief, Partnership, Person, Profile
from storage.overviews import Overview
from storage.transaction import Transaction
from views import partnership as view
from views import terms as view_terms
from views.partners import PartnershipLine

NO_CREATOR = "This creator is no longer there."
MOST_PARTNERSHIPS = 40
LONGEST_POSTS = 1_200
NEW, KNOWN = "n", "p"


def hub(
    tx: Transaction,
    person: Person,
    creator_id: int,
    profile_id: int | None,
    row: Partnership | None = None,
    notes: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Which partnership with a creator, and what to log; after saving, with what was saved.

    row: the partnership to begin with, None for the likeliest.
    """
    hidden = access.hidden_brands(tx, person)
    creator_id = creators.current_id(tx, creator_id)
    rows = partnerships.of_creator(tx, creator_id, hidden)[:MOST_PARTNERSHIPS]
    chosen = row or next(iter(rows), None)
    kept: dict[str, Any] = {"creator": creator_id, "profile": profile_id}
    today = today_of(tx, person)
    lines = [line_of(one, today) for one in overviews.overviews(tx, rows)]
    line = next((one for one in lines if chosen is not None and one.id == chosen.id), None)
    known = [
        (f"{KNOWN}:{one.id}", f"{one.brief or 'No brief'} · {one.stage_name}") for one in lines
    ]
    begin = [(f"{NEW}:0", "New, without a brief")]
    begin += [
        (f"{NEW}:{number}", f"New, for {name}") for number, name in briefs.names(tx, hidden).items()
    ]
    return view.hub(
        view.HubView(
            handle=label_of(tx, kept),
            choices=(*known, *begin),
            chosen=f"{KNOWN}:{line.id}" if line else f"{NEW}:0",
            line=line,
            notes=notes,
            what=_likely(line, saved=bool(notes)) if line else "stage",
            metadata=kept,
        )
    )


def _likely(line: PartnershipLine, *, saved: bool) -> str:
    """What is most likely to be logged next: what is missing, once the work is live."""
    if line.stage not in (Stage.LIVE, Stage.DONE):
        return "stage"
    if line.results_as_of is None or not saved:
        return "results"
    return "stage" if line.rating or line.note else "feedback"


def stage_form(
    tx: Transaction,
    context: Context,
    person: Person,
    label: str,
    row: Partnership | None,
    kept: dict[str, Any],
) -> dict[str, Any]:
    """Stage, posts, deliverables, cost and owner of a partnership; row None: of a new one."""
    one = overview_of(tx, row) if row else None
    now = one.stage if one else None
    plan = one.plan if one else _plan_of_new(tx, person, kept)
    shown = PartnershipForm(
        stage=now.value if now else "",
        owner=one.owner.slack_user_id if one and one.owner else "",
        deliverables=one.row.deliverables if one else "",
        currency=_currency(context, one.costs if one else Costs()) or "",
        posts=_fitting([post.url for post in one.posts]) if one else "",
        **(written_costs(one.costs) if one else {}),
    )
    opened = shown
    if one is None:
        shown = shown.model_copy(update={"owner": person.slack_user_id})
        opened = shown.model_copy(update={"stage": Stage.CONTACTED.value})
    return view.stage_form(
        view.StageView(
            handle=label,
            heading=_heading(tx, person, one, kept),
            form=opened,
            stages=plan.offered(moves_from(now) if now else first_stages()),
            now=now,
            names=plan.names,
            metadata={**kept, "shown": _remembered(shown)},
        )
    )


def terms_form(
    tx: Transaction, person: Person, label: str, row: Partnership | None, kept: dict[str, Any]
) -> dict[str, Any]:
    """Deliverables, rights, exclusivity and dates of a partnership; row None: of a new one."""
    one = overview_of(tx, row) if row else None
    form = written_terms(one.terms if one else Terms())
    remembered = {name: value for name, value in form.model_dump().items() if value}
    return view_terms.terms_form(
        label, _heading(tx, person, one, kept), form, {**kept, "terms": remembered}
    )


def _plan_of_new(tx: Transaction, person: Person, kept: dict[str, Any]) -> StagePlan:
    brief = brief_of(tx, person, kept["brief"]) if kept.get("brief") else None
    brand = brands.get(tx, brief.brand_id) if brief and brief.brand_id else None
    return stage_plan(brand.stages if brand else None)


def results_form(
    tx: Transaction,
    context: Context,
    person: Person,
    label: str,
    row: Partnership | None,
    kept: dict[str, Any],
) -> dict[str, Any]:
    """Totals to date of a partnership; row None: of a new one."""
    one = overview_of(tx, row) if row else None
    brief = brief_of(tx, person, kept["brief"]) if kept["brief"] else None
    goal = one.goal if one else briefs.goal(brief) if brief else None
    currency = _currency(context, one.costs if one else Costs())
    posts: tuple[tuple[str, str], ...] = ()
    so_far: tuple[tuple[str, dt.date, Totals], ...] = ()
    if one is not None:
        by_post = results.readings(tx, [one.id])[one.id]
        urls: dict[int | None, str] = {post.id: post.url for post in reversed(one.posts)}
        posts = tuple((str(number), url) for number, url in urls.items())
        so_far = tuple(
            (urls.get(number, ""), as_of, totals)
            for number in (*urls, None)
            for totals, as_of in [newest(by_post.get(number, ()))]
            if as_of is not None
        )
    return view.results_form(
        view.ResultsView(
            handle=label,
            heading=_heading(tx, person, one, kept),
            goal=goal,
            today=today_of(tx, person),
            posts=posts,
            so_far=so_far,
            currency=currency,
            metadata={**kept, "goal": goal.value if goal else "", "currency": currency},
        )
    )


def _heading(tx: Transaction, person: Person, one: Overview | None, kept: dict[str, Any]) -> str:
    if one is None:
        brief = brief_of(tx, person, kept["brief"]) if kept.get("brief") else None
        return f"A new partnership {f'for {brief.name}' if brief else 'without a brief'}"
    owner = f", owner {one.owner.name}" if one.owner and one.owner.name else ""
    return f"For {one.brief}{owner}" if one.brief else f"Without a brief{owner}"


def _remembered(shown: PartnershipForm) -> dict[str, str]:
    return {name: value for name, value in shown.model_dump().items() if value}


def _fitting(urls: Sequence[str]) -> str:
    """As many links, one a line, as fit the field."""
    fitting: list[str] = []
    for url in urls:
        if sum(map(len, fitting)) + len(fitting) + len(url) > LONGEST_POSTS:
            break
        fitting.append(url)
    return "\n".join(fitting)


def _currency(context: Context, costs: Costs) -> str | None:
    known = costs.known
    return known[0].currency if known else preferences(context.workspace.settings).currency


def profile_of(tx: Transaction, kept: dict[str, Any]) -> Profile:
    """The profile that a form is about.

    Raises:
        Refused: the creator is gone.
    """
    number = creators.current_id(tx, number_of(str(kept.get("creator", ""))))
    known = profiles.of_creator(tx, number)
    if not known:
        raise Refused(NO_CREATOR)
    return next((one for one in known if one.id == kept.get("profile")), known[0])


def label_of(tx: Transaction, kept: dict[str, Any]) -> str:
    """How a form names its creator."""
    return handle_label(profile_of(tx, kept).handle)


def brief_of(tx: Transaction, person: Person, number: int) -> Brief:
    """The brief that a form is about.

    Raises:
        Refused: it is gone, or of a brand limited to others.
    """
    found = briefs.get(tx, number, access.hidden_brands(tx, person))
    if found is None:
        raise Refused("This brief is no longer there.")
    return found


def overview_of(tx: Transaction, row: Partnership) -> Overview:
    """A partnership with all that is shown of it."""
    return overviews.overviews(tx, [row])[0]


def kept_with(submission: Submission) -> dict[str, Any]:
    """What was kept with a form when it was opened."""
    kept: dict[str, Any] = json.loads(submission.metadata or "{}")
    return kept


def number_of(text: str) -> int:
    """A row number as a button or an option gives it; 0 where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
