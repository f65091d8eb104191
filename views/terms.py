"""The form of deliverables, pay, rights, exclusivity and the day to follow up."""

import datetime as dt
import json
from typing import Any

from domain.agreement import LONGEST_TERM
from domain.agreement_form import PAID, UNPAID, TermsForm
from views import elements


def terms_form(
    handle: str, heading: str, form: TermsForm, metadata: dict[str, Any]
) -> dict[str, Any]:
    """What was agreed beside the price, with what is known filled in."""
    blocks = [
        elements.plain_context(elements.clean(heading, 300)),
        elements.text_field(
            "owed", "Deliverables", initial=form.owed, optional=True, multiline=True, longest=1_500,
            placeholder="2 Reels on Instagram by 2026-12-14",
            hint="A line each, with the day it is due. Add “(done)” to what was delivered.",
        ),
        elements.radio_field(
            "paid", "Is it paid?", [(PAID, "Paid"), (UNPAID, "Unpaid, or for products only")],
            initial=form.paid or None, optional=True,
        ),
        elements.text_field(
            "usage_rights", "Usage rights", initial=form.usage_rights, optional=True,
            longest=LONGEST_TERM, placeholder="Paid social and our own channels",
        ),
        elements.date_field(
            "usage_until", "Usage rights end on", initial=_day(form.usage_until), optional=True
        ),
        elements.text_field(
            "exclusive_of", "Exclusivity: they advertise no other …", initial=form.exclusive_of,
            optional=True, longest=LONGEST_TERM, placeholder="skincare, Glow & Co",
            hint="Niches or competitors, with commas. Searches and cards for other brands warn.",
        ),
        elements.date_field(
            "exclusive_until", "Exclusivity ends on", initial=_day(form.exclusive_until),
            optional=True,
        ),
        elements.date_field(
            "follow_up_on", "Follow up on", initial=_day(form.follow_up_on), optional=True,
            hint="While they are contacted or negotiating: when to write again.",
        ),
    ]  # fmt: skip
    kept = json.dumps(metadata, ensure_ascii=False, separators=(",", ":"))
    return elements.modal(
        f"Terms {handle}", "log_terms", blocks, submit="Save", private_metadata=kept
    )


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
