"""The form of a brief."""

import datetime as dt
import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.brief import LONGEST_NAME
from domain.brief_form import (
    BY_FILE,
    CLIENT_STEPS,
    IN_SLACK,
    NO_CLIENT,
    BriefForm,
    written_weights,
)
from domain.client_review import Tick
from domain.creator import Platform
from domain.fit import Weights
from domain.wording import PLATFORM_NAMES
from views import elements
from views.brief import GOALS
from views.message import Blocks


class FormView(BaseModel):
    """All that the form shows. brands: (id, name) pairs; tiers: (value, label) pairs.

    metadata: comes back with the form: which brief in which version, and where to show it.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    form: BriefForm = BriefForm()
    brand: str | None = None
    brands: tuple[tuple[str, str], ...] = ()
    tiers: tuple[tuple[str, str], ...] = ()
    currency: str | None = None
    weights: Weights = Weights()
    metadata: dict[str, Any] = {}


def form(view: FormView) -> dict[str, Any]:
    """The modal; only name and niche are required."""
    return elements.modal(
        view.title,
        "brief_form",
        [*_who(view), *_campaign(view), *_posts(view), *_weighing(view), *_client(view)],
        submit="Save",
        private_metadata=json.dumps(view.metadata),
    )


def _who(view: FormView) -> Blocks:
    typed = view.form
    brands = [
        elements.choice_field(
            "brand", "Brand", view.brands, initial=view.brand, optional=True,
            placeholder="The client or own brand",
        )
    ] if view.brands else []  # fmt: skip
    return [
        elements.text_field(
            "name", "Name", initial=typed.name, longest=LONGEST_NAME, placeholder="Spring skincare"
        ),
        elements.text_field(
            "niches", "Niches", initial=typed.niches, placeholder="skincare, vegan food",
            hint="With commas between them. Any language you search in works.",
        ),
        *brands,
        elements.text_field(
            "new_brand", "Or a new brand" if brands else "Brand", optional=True, longest=80
        ),
        elements.text_field("product", "Product", initial=typed.product, optional=True),
        elements.text_field(
            "must_have", "Must-have words", initial=typed.must_have, optional=True,
            hint="Only creators who use all of these words or phrases.",
        ),
        elements.text_field(
            "never", "Never words", initial=typed.never, optional=True,
            hint="Creators who use one of these are not shown for this brief.",
        ),
        elements.choices_field("tiers", "Tiers", view.tiers, initial=typed.tiers, optional=True),
        elements.choices_field(
            "platforms", "Platforms", _platform_options(), initial=typed.platforms, optional=True
        ),
        elements.text_field(
            "countries", "Countries of the audience", initial=typed.countries, optional=True,
            placeholder="Germany, Austria, CH",
        ),
        elements.text_field(
            "languages", "Languages", initial=typed.languages, optional=True,
            placeholder="German, English",
        ),
    ]  # fmt: skip


def _campaign(view: FormView) -> Blocks:
    typed = view.form
    example = f"5,000 {view.currency}" if view.currency else "€5,000"
    return [
        elements.date_field("starts_on", "Start", initial=_date(typed.starts_on), optional=True),
        elements.date_field("ends_on", "End", initial=_date(typed.ends_on), optional=True),
        elements.text_field(
            "budget", "Budget with currency", initial=typed.budget, optional=True, longest=60,
            placeholder=example,
        ),
        elements.choice_field(
            "goal", "Goal",
            [(goal.value, f"{name} ({counts})") for goal, (name, counts) in GOALS.items()],
            initial=typed.goal or None, optional=True,
        ),
        elements.text_field(
            "target", "Target number", initial=typed.target, optional=True, longest=30,
            placeholder="50,000",
        ),
    ]  # fmt: skip


def _posts(view: FormView) -> Blocks:
    typed = view.form
    return [
        elements.text_field(
            "required_tags", "Accounts to tag", initial=typed.required_tags, optional=True,
            placeholder="@yourbrand",
        ),
        elements.text_field(
            "hashtags", "Hashtags", initial=typed.hashtags, optional=True,
            placeholder="#ad #yourbrand",
        ),
        elements.text_field(
            "link", "Link", initial=typed.link, optional=True, placeholder="https://…"
        ),
        elements.text_field(
            "deliverables", "Deliverables", initial=typed.deliverables, optional=True,
            multiline=True, placeholder="2 Reels, 3 Stories, rights for 30 days",
        ),
    ]  # fmt: skip


def _weighing(view: FormView) -> Blocks:
    return [
        elements.text_field(
            "weights", "Weights of the fit", initial=view.form.weights, optional=True,
            longest=300, placeholder=written_weights(view.weights),
            hint="Leave empty for the weights of the goal. Parts you leave out keep theirs.",
        )
    ]  # fmt: skip


def _client(view: FormView) -> Blocks:
    typed = view.form
    chosen = typed.client if typed.client in CLIENT_STEPS else NO_CLIENT
    return [
        elements.divider(),
        elements.choice_field(
            "client", "Does a client decide after your team?", _CLIENT_STEPS, initial=chosen
        ),
        elements.channel_field(
            "client_channel", "The client’s channel", initial=typed.client_channel or None,
            optional=True,
        ),
        elements.people_field(
            "client_approvers", "Who decides for the client", initial=typed.client_approvers,
            optional=True,
            hint="Guests and people from Slack Connect count here, and on these cards only.",
        ),
        elements.number_field(
            "client_quorum", "The client’s approvals needed for each creator",
            initial=typed.client_quorum or "1", optional=True,
        ),
        elements.checkboxes_field(
            "client_sees", "What else may the client see?", TICKS, initial=typed.client_sees,
            optional=True,
        ),
    ]  # fmt: skip


_CLIENT_STEPS = (
    (NO_CLIENT, "No, the team’s decision stands"),
    (IN_SLACK, "Yes, in a channel of theirs"),
    (BY_FILE, "Yes, without Slack: they get a file"),
)
TICKS = (
    (Tick.COST.value, "Fees and cost"),
    (Tick.CONTACT.value, "E-mail addresses"),
    (Tick.VOTES.value, "Who of the team approved"),
    (Tick.REASONS.value, "The team’s reasons"),
    (Tick.WEAKNESSES.value, "What speaks against a creator"),
    (Tick.OTHER_BRANDS.value, "Earlier decisions and other brands"),
)


def _platform_options() -> list[tuple[str, str]]:
    return [
        (platform.value, "Podcast" if platform == Platform.PODCAST else PLATFORM_NAMES[platform])
        for platform in Platform
        if platform != Platform.OTHER
    ]


def _date(typed: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        return None
