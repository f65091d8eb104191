"""Terms as people type them into the form."""

import datetime as dt
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from domain.agreement import LONGEST_TERM, Terms, read_owed, written
from domain.chosen_day import NotADay, chosen_day

PAID, UNPAID, NOT_SAID = "paid", "unpaid", ""


class TermsForm(BaseModel):
    """What the modal holds, as typed or chosen; "" is not given. Days are YYYY-MM-DD."""

    model_config = ConfigDict(frozen=True)

    owed: str = ""
    paid: str = ""
    usage_rights: str = ""
    usage_until: str = ""
    exclusive_of: str = ""
    exclusive_until: str = ""
    follow_up_on: str = ""


def written_terms(terms: Terms) -> TermsForm:
    """Terms as the form shows them."""
    paid = {True: PAID, False: UNPAID, None: NOT_SAID}[terms.is_paid]
    return TermsForm(
        owed=written(terms.owed),
        paid=paid,
        usage_rights=terms.usage_rights,
        usage_until=_iso(terms.usage_until),
        exclusive_of=terms.exclusive_of,
        exclusive_until=_iso(terms.exclusive_until),
        follow_up_on=_iso(terms.follow_up_on),
    )


def read_terms(typed: TermsForm, today: dt.date) -> Terms | dict[str, str]:
    """The terms, or a sentence for every field that is wrong."""
    wrong: dict[str, str] = {}
    owed = read_owed(typed.owed, today)
    if isinstance(owed, str):
        wrong["owed"] = owed
    days: dict[str, dt.date | None] = {}
    for name in ("usage_until", "exclusive_until", "follow_up_on"):
        try:
            days[name] = chosen_day(getattr(typed, name)) if getattr(typed, name) else None
        except NotADay as error:
            wrong[name] = str(error)
    for name in ("usage_rights", "exclusive_of"):
        if len(getattr(typed, name)) > LONGEST_TERM:
            wrong[name] = f"Please use at most {LONGEST_TERM} characters."
    if days.get("exclusive_until") and not typed.exclusive_of.strip():
        wrong["exclusive_of"] = "Please say what they may not advertise, or take the date out."
    if wrong or isinstance(owed, str):
        return wrong
    return Terms(
        owed=owed,
        is_paid={PAID: True, UNPAID: False}.get(typed.paid),
        usage_rights=" ".join(typed.usage_rights.split()),
        exclusive_of=" ".join(typed.exclusive_of.split()),
        **days,
    )


def terms_as_shown(kept: Mapping[str, str]) -> TermsForm:
    """The form as it was opened, from what was kept with it."""
    return TermsForm.model_validate(dict(kept))


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
