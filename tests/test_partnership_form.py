"""Stage, cost and links as they are typed, what changed of them, and what to list."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.creator import Money, Platform
from domain.partners_filter import PartnersFilter, read_filter
from domain.partnership import Costs, DraftStanding, Stage, moves_from, next_step
from domain.partnership_form import (
    PartnershipDraft,
    PartnershipForm,
    as_shown,
    read_form,
    written_costs,
)
from domain.post_link import LinkError, PostLink, read_link, read_links, shown
from domain.shortlist import CardState
from tests.test_results import TODAY


@pytest.mark.parametrize(
    ("typed", "url", "platform"),
    [
        ("https://www.instagram.com/p/Ab1/?igsh=x&img_index=2", "https://instagram.com/p/Ab1",
         Platform.INSTAGRAM),
        ("instagram.com/reel/Ab1/", "https://instagram.com/p/Ab1", Platform.INSTAGRAM),
        ("https://m.tiktok.com/@a/video/7?lang=en", "https://tiktok.com/@a/video/7",
         Platform.TIKTOK),
        ("https://youtu.be/dQw4?si=abc", "https://youtube.com/watch?v=dQw4", Platform.YOUTUBE),
        ("https://www.youtube.com/watch?v=dQw4&feature=share", "https://youtube.com/watch?v=dQw4",
         Platform.YOUTUBE),
        ("https://X.com/a/status/1?s=20", "https://x.com/a/status/1", Platform.X),
        ("<https://blog.example.com/post?id=3&utm_source=x|post>",
         "https://blog.example.com/post?id=3", None),
    ],
)  # fmt: skip
def test_one_post_is_one_link_however_it_was_copied(
    typed: Any, url: str, platform: Platform | None
) -> None:
    assert read_link(typed) == PostLink(url, platform)
    assert read_link(url) == PostLink(url, platform)


@pytest.mark.parametrize(
    "typed",
    ["hello", "javascript:alert(1)", "https://", "https://instagram.com", "ftp://a.example/x",
     "https://user:secret@a.example/x", "https://[::1", "https://a.example/" + "x" * 600, "@anna"],
)  # fmt: skip
def test_what_is_no_link_to_a_post_is_refused(typed: Any) -> None:
    with pytest.raises(LinkError):
        read_link(typed)


@given(st.text(max_size=80))
def test_any_text_is_links_or_a_sentence(text: str) -> None:
    try:
        links = read_links(text)
    except LinkError as error:
        assert str(error).endswith(".")
    else:
        assert all(link.url.startswith("https://") for link in links)
        assert all(len(shown(link.url, 40)) <= 40 for link in links)
        assert read_links("\n".join(link.url for link in links)) == links


def test_too_many_posts_are_refused() -> None:
    with pytest.raises(LinkError):
        read_links("\n".join(f"https://a.example/{number}" for number in range(31)))


FORM = PartnershipForm(
    stage="live",
    owner="U1",
    deliverables="2 Reels",
    currency="EUR",
    fee="500.00 EUR",
    posts="https://instagram.com/p/A",
)


def test_a_form_that_nobody_changed_changes_nothing() -> None:
    assert read_form(FORM, FORM, TODAY) == PartnershipDraft()
    assert read_form(FORM, as_shown(FORM.model_dump()), TODAY) == PartnershipDraft()


def test_only_what_was_changed_is_applied() -> None:
    typed = FORM.model_copy(
        update={
            "stage": "done",
            "fee": "",
            "shipping": "12",
            "posts": "https://tiktok.com/@a/video/1",
        }
    )

    draft = read_form(typed, FORM, TODAY)

    assert isinstance(draft, PartnershipDraft)
    assert (draft.stage, draft.owner, draft.deliverables) == (Stage.DONE, None, None)
    assert draft.costs == {"fee": None, "shipping": Money(amount=Decimal(12), currency="EUR")}
    assert [link.url for link in draft.added] == ["https://tiktok.com/@a/video/1"]
    assert draft.removed == ("https://instagram.com/p/A",)


def test_a_post_is_published_by_today() -> None:
    late, odd = (
        read_form(FORM.model_copy(update={"posted_on": day}), FORM, TODAY)
        for day in ("2026-11-24", "soon")
    )
    good = read_form(FORM.model_copy(update={"posted_on": "2026-11-20"}), FORM, TODAY)

    assert late == {"posted_on": "That day is still to come."}
    assert odd == {"posted_on": "Please choose a date from 1990 to 2100."}
    assert isinstance(good, PartnershipDraft)
    assert good == PartnershipDraft(posted_on=TODAY.replace(day=20))


def test_costs_are_written_as_they_are_read() -> None:
    costs = Costs(
        fee=Money(amount=Decimal("1200.50"), currency="EUR"),
        other=Money(amount=Decimal(500), currency="JPY"),
    )

    draft = read_form(PartnershipForm(**written_costs(costs)), PartnershipForm(), TODAY)

    assert isinstance(draft, PartnershipDraft)
    assert draft.costs == {"fee": costs.fee, "other": costs.other}


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.text(max_size=5))
def test_whatever_is_typed_is_a_draft_or_sentences_under_fields(
    stage: str, fee: str, posts: str, currency: str
) -> None:
    typed = PartnershipForm(stage=stage, fee=fee, posts=posts, currency=currency)

    found = read_form(typed, PartnershipForm(), TODAY)

    if not isinstance(found, PartnershipDraft):
        assert set(found) <= {"stage", "fee", "posts"}
        assert all(found.values())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", PartnersFilter()),
        ("owner:me", PartnersFilter(owner="me")),
        ("owner: ME live", PartnersFilter(owner="me", stage=Stage.LIVE)),
        ("brand:Acme Care", PartnersFilter(brand="Acme Care")),
        ("Acme done owner:<@U12|ana>", PartnersFilter(owner="U12", brand="Acme", stage=Stage.DONE)),
        ("brand:“Acme” stage:agreed", PartnersFilter(brand="Acme", stage=Stage.AGREED)),
        ("owner:somebody", PartnersFilter(strange="somebody")),
        ("stage:lunch", PartnersFilter(strange="lunch")),
    ],
)
def test_filters_are_read_in_any_order(typed: Any, meant: Any) -> None:
    assert read_filter(typed) == meant


@given(st.text(max_size=60))
def test_any_filter_is_read(text: str) -> None:
    assert isinstance(read_filter(text), PartnersFilter)


def _next(
    stage: Any,
    posts: int = 0,
    days_old: int | None = None,
    rated: bool = False,
    draft: DraftStanding | None = None,
) -> str:
    as_of = None if days_old is None else TODAY.fromordinal(TODAY.toordinal() - days_old)
    return next_step(stage, posts=posts, results_as_of=as_of, rated=rated, today=TODAY, draft=draft)


def test_each_partnership_says_what_is_next() -> None:
    assert _next(Stage.APPROVED) == "write to them"
    assert _next(Stage.LIVE) == "log the post links"
    assert _next(Stage.LIVE, posts=1) == "log the results"
    assert _next(Stage.LIVE, posts=1, days_old=7) == "log newer results"
    assert _next(Stage.LIVE, posts=1, days_old=6) == "set it to done when it is over"
    assert _next(Stage.DONE, posts=1, days_old=6) == "log the audience's feedback"
    assert _next(Stage.DONE, posts=1, days_old=6, rated=True) == ""
    assert _next(Stage.DECLINED) == ""
    assert all(_next(stage) or stage == Stage.DECLINED for stage in Stage if moves_from(stage))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (CardState.OPEN, "decide on version 2 of the draft"),
        (CardState.SPLIT, "decide on version 2 of the draft"),
        (CardState.REJECTED, "ask for version 3 of the draft"),
        (CardState.WITHDRAWN, "add the draft"),
        (CardState.APPROVED, "log the post links once they are live"),
    ],
)
def test_what_is_next_follows_the_newest_draft(state: CardState, said: str) -> None:
    draft = DraftStanding(version=2, state=state)
    assert _next(Stage.DRAFT, draft=draft) == said
    assert _next(Stage.DRAFT) == "add the draft"
    assert _next(Stage.LIVE, draft=draft) == _next(Stage.LIVE)
    silent = DraftStanding(version=2, state=CardState.APPROVED, undisclosed=True)
    assert "say that it is advertising" in _next(Stage.DUE, draft=silent)
