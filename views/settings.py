"""The settings of a workspace, and who sees which brand."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.wording import listed
from views import elements
from views.elements import escape
from views.message import Blocks, Message

LISTED = 20
EVERYBODY, NAMED = "everybody", "named"


class SettingsView(BaseModel):
    """What the form shows. owners: None for a manager, who can't change them.

    benchmarks: (name, title) pairs. version: comes back with the form.
    """

    model_config = ConfigDict(frozen=True)

    owners: tuple[str, ...] | None = None
    managers: tuple[str, ...] = ()
    tier_bands: str = ""
    benchmarks: tuple[tuple[str, str], ...] = ()
    benchmark: str = ""
    currency: str = ""
    rates: str = ""
    timezone: str = ""


class BrandLine(BaseModel):
    """A brand as it is listed. people: names of those who see it, where it is limited."""

    model_config = ConfigDict(frozen=True)

    id: int
    name: str
    limited: bool
    people: tuple[str, ...] = ()


def form(view: SettingsView) -> dict[str, Any]:
    """The modal of owners and managers."""
    owners: Blocks = []
    shops = []
    if view.owners is not None:
        shops.append(elements.button("Shops", "shops_open", label="Connect and manage shops"))
        shops.append(elements.button("How long things are kept", "retention_open"))
        owners.append(
            elements.people_field(
                "owners", "Owners", initial=view.owners,
                hint="They may do everything. Only owners name owners.",
            )
        )  # fmt: skip
    return elements.modal(
        "Settings",
        "settings_form",
        [
            *owners,
            elements.people_field(
                "managers", "Managers", initial=view.managers, optional=True,
                hint="They import, export, set up digests and change settings.",
            ),
            elements.text_field(
                "tier_bands", "Tiers by followers", initial=view.tier_bands, multiline=True,
                hint="A line each. Bands may overlap.", longest=600,
            ),
            elements.choice_field(
                "benchmark", "Published engagement benchmarks", view.benchmarks,
                initial=view.benchmark,
                hint="Used where too few of your own creators are known to compare with.",
            ),
            elements.text_field(
                "currency", "Usual currency", initial=view.currency, optional=True, longest=10,
                placeholder="EUR", hint="For amounts that are typed without one.",
            ),
            elements.text_field(
                "rates", "Rates of exchange", initial=view.rates, optional=True, multiline=True,
                placeholder="1 EUR = 1.08 USD on 2026-11-01",
                hint="A line each. Prices in two currencies compare only by these, "
                "and the rate is shown.",
            ),
            elements.text_field(
                "timezone", "Time zone", initial=view.timezone, longest=60,
                placeholder="Europe/London", hint="For people of whom Slack gives none.",
            ),
            elements.actions(
                elements.button("Brands", "brands_open", label="Brands: who sees which"), *shops
            ),
        ],
        submit="Save",
    )  # fmt: skip


def brand_list(lines: Sequence[BrandLine]) -> Message:
    """All brands, with who sees what belongs to them."""
    if not lines:
        text = "No brands yet. A brief names the first one."
        return Message(text=text, blocks=[elements.section(text)])
    blocks = [elements.header("Brands")]
    for line in lines[:LISTED]:
        blocks += _brand(line)
    if len(lines) > LISTED:
        blocks.append(elements.context(f"… and {len(lines) - LISTED} more"))
    names = ", ".join(escape(line.name) for line in lines[:LISTED])
    return Message(text=f"Brands: {names}", blocks=blocks)


def brand_modal(lines: Sequence[BrandLine]) -> dict[str, Any]:
    """The list of brands as a modal."""
    return elements.modal("Brands", "brands_shown", brand_list(lines).blocks or [], close="Done")


def limit_form(brand: BrandLine, people: Sequence[str], metadata: str) -> dict[str, Any]:
    """The modal that limits a brand to named people. people: Slack ids."""
    return elements.modal(
        "Who sees this brand",
        "brand_limit_form",
        [
            elements.section(f"*{escape(brand.name)}*"),
            elements.radio_field(
                "who", "Its briefs, fees, notes and partnerships are seen by",
                [(EVERYBODY, "Every full member"), (NAMED, "Named people only")],
                initial=NAMED if brand.limited else EVERYBODY,
            ),
            elements.people_field(
                "people", "Named people", initial=people, optional=True,
                hint="Nobody else sees anything of it, owners included; they only see that a "
                "creator is in use elsewhere.",
            ),
        ],
        submit="Save",
        private_metadata=metadata,
    )  # fmt: skip


def brand_saved(line: BrandLine) -> dict[str, Any]:
    """What the form of a brand becomes once it is stored."""
    seen_by = "the people you named" if line.limited else "every full member"
    return saved(f"✅ *{escape(line.name)}* is seen by {seen_by}.")


def saved(text: str) -> dict[str, Any]:
    """What a form becomes once it is stored."""
    return elements.modal("Saved", "settings_saved", [elements.section(text)], close="Done")


def _brand(line: BrandLine) -> Blocks:
    seen_by = "everybody"
    if line.limited:
        names = [escape(name, 60) for name in line.people[:8]]
        rest = len(line.people) - len(names)
        seen_by = listed([*names, *([f"{rest} more"] if rest > 0 else [])]) or "nobody"
    number = str(line.id)
    return [
        elements.section(f"*{escape(line.name)}*\nseen by {seen_by}"),
        elements.actions(
            elements.button(
                "Who sees it", f"brand_limit:{number}", number, label=f"Who sees {line.name}"
            ),
            elements.button(
                "Stages", f"brand_stages:{number}", number, label=f"Stages of {line.name}"
            ),
        ),
    ]
