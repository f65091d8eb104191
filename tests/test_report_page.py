"""The report's page in a real browser: one sheet of A4, however much there is to say; a phone."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser

from domain.creator import Money
from domain.rebook import Rebook
from domain.report import PartnerRow, Report, Shown
from domain.report_figures import Figure
from tests.browser import PHONE, opened
from views.report_page import page

DAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened() as found:
        yield found


def euros(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def full() -> Report:
    """More than a real report has of everything, in long words."""
    meaning = "Cost ÷ conversions, over @a_long_handle_of_somebody, @another_one and 17 more."
    figure = Figure(
        name="Cost per conversion (CPA)", value="€1,234,567.89", meaning=meaning,
        unknown="unknown for @a_long_handle_of_somebody, @another_one and 17 more (19 of 40)",
        lacking="unknown for 19 of 40",
    )  # fmt: skip
    row = PartnerRow(
        name="@a_rather_long_handle_of_somebody", brief="A brief with a long name",
        stage="live", spent=(euros("12345.67"), Money(amount=Decimal(500), currency="USD")),
        reach=12_345_678, engagements=1_234_567, clicks=123_456, conversions=12_345,
        revenues=(euros("123456.78"),), cost_per_engagement=euros("0.0123"),
        expected="200k–1.2M engagements: within", as_of=DAY,
    )  # fmt: skip
    again = Rebook(
        profile_id=1, name="@anna", strength=2,
        why="1,234,567 engagements, expected 200k–600k (A brief); not asked for 99 days",
    )  # fmt: skip
    return Report(
        title="A campaign with a long name in several words, of a brand",
        when="October 2026", as_of=DAY, shown=Shown(),
        sentence="€12,400 and US$3,000 spent, 310 sales worth €18,900 and US$1,000: €1.52 back per "
        "€1 where both are known (31 of 40); target met by 12 of 30 briefs; results missing for 3 "
        "of 40; sales unknown for 6 more.",
        target=(figure,) * 30, forecast=(figure,) * 6, outcome=(figure,) * 16,
        partners=(row,) * 40, notes=(meaning,) * 3, rebook=(again,) * 3, sales="sales",
    )  # fmt: skip


def usual(rows: int) -> Report:
    """A report on one brief as they mostly are."""
    figure = Figure(
        name="Engagements", value="12,345", meaning="Likes, comments, shares and saves."
    )
    row = PartnerRow(
        name="@anna.bakes", stage="live", spent=(euros("450"),), reach=23_456, engagements=1_234,
        conversions=12, revenues=(euros("345.60"),), cost_per_engagement=euros("0.36"), as_of=DAY,
    )  # fmt: skip
    return full().model_copy(
        update={
            "sentence": "€12,400 spent, 310 sales worth €18,900: €1.52 back per €1.",
            "target": (figure,) * 3,
            "forecast": (figure,) * 3,
            "outcome": (figure,) * 11,
            "partners": (row,) * rows,
            "notes": ("Not counted yet: 3 creators approved or in talks.",),
        }
    )


def bare() -> Report:
    """Rows and little else."""
    return usual(90).model_copy(update={"target": (), "forecast": (), "rebook": ()})


@pytest.mark.parametrize(("report", "whole"), [(full(), False), (usual(12), True), (bare(), False)])
def test_any_report_prints_on_one_sheet(browser: Browser, report: Report, whole: bool) -> None:
    sheet = browser.new_page()
    sheet.set_content(page(report, "Ana"))

    printed = sheet.pdf(prefer_css_page_size=True)

    assert 1 == len(re.findall(rb"/Type\s*/Page[^s]", printed))
    left_out = len(report.partners) - sheet.locator("tbody tr").count()
    assert (left_out == 0) is whole
    assert whole or f"{left_out} more partnerships: see the Excel" in sheet.inner_text("body")


def test_a_phone_shows_it_without_scrolling_sideways_and_nothing_is_refused(
    browser: Browser,
) -> None:
    phone = browser.new_page(viewport=PHONE)
    said: list[str] = []
    phone.on("console", lambda message: said.append(message.text))
    phone.set_content(page(full(), ""))

    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert phone.evaluate("getComputedStyle(document.querySelector('thead')).display") == "none"
    assert said == []
