"""Briefs from the form to the record: written, listed, edited, copied, archived, found, hidden."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.brief import Found, find_brief
from domain.brief_form import BriefDraft, BriefForm, read_form, written_weights
from domain.fit import Weights
from domain.goal import Goal
from domain.niche import default_vocabulary
from domain.text import words
from storage import audit, brands, briefs, people
from storage.models import Brief
from tests import shortlisting
from tests.slack import Slack


def _mrkdwn(thing: Any) -> list[str]:
    if isinstance(thing, list):
        return [text for one in thing for text in _mrkdwn(one)]
    if not isinstance(thing, dict):
        return []
    own = [thing["text"]] if thing.get("type") == "mrkdwn" else []
    return own + [text for one in thing.values() for text in _mrkdwn(one)]


FULL: dict[str, Any] = {
    "name": "Spring Glow",
    "new_brand": "Lumen",
    "product": "Day cream",
    "niches": "cuidado de la piel, vegan",
    "must_have": "routine",
    "never": "fur, fast fashion",
    "tiers": ["micro"],
    "platforms": ["instagram", "tiktok"],
    "countries": "Germany, AT",
    "languages": "Deutsch",
    "starts_on": "2026-12-01",
    "ends_on": "2026-12-31",
    "budget": "€5,000",
    "goal": "engagement",
    "target": "50k",
    "required_tags": "@lumen",
    "hashtags": "#ad #lumen",
    "link": "https://lumen.example/spring",
    "deliverables": "2 Reels",
    "weights": "niche 20, engagement 60",
}


def write_brief(slack: Slack, who: str = "ana", **values: Any) -> dict[str, str] | None:
    slack.workspace.command(who, "brief new")
    return slack.submit(who, values)


def only_brief(slack: Slack) -> Brief:
    with slack.reading() as tx:
        (found,) = briefs.visible(tx)
    return found


def test_a_brief_keeps_all_that_was_typed(slack: Slack) -> None:
    assert write_brief(slack, **FULL) is None

    brief = only_brief(slack)
    content = briefs.content(brief)
    assert (brief.name, brief.version, brief.goal, brief.target) == (
        "Spring Glow", 1, "engagement", 50_000,
    )  # fmt: skip
    assert (brief.budget, brief.currency) == (500_000, "EUR")
    assert content.niches[0] == "skincare"
    assert content.never == ("fur", "fast fashion")
    assert content.countries == ("DE", "AT")
    assert content.languages == ("de",)
    assert content.hashtags == ("ad", "lumen")
    assert content.weights is not None
    assert (content.weights.niche, content.weights.engagement) == (20, 60)
    assert "/influencer find for Spring Glow" in slack.text_of(slack.view("ana"))


def test_only_name_and_niche_are_required(slack: Slack) -> None:
    assert write_brief(slack, name="Bare", niches="skincare") is None
    assert only_brief(slack).name == "Bare"


def test_each_wrong_field_has_its_own_sentence_and_nothing_is_stored(slack: Slack) -> None:
    errors = write_brief(
        slack,
        name="Wrong",
        niches="skincare",
        countries="Narnia",
        languages="Klingonish",
        starts_on="2026-12-31",
        ends_on="2026-12-01",
        budget="-5",
        target="many",
        link="http://lumen.example",
        weights="niche 0, engagement 0, authenticity 0, audience 0, cost 0, freshness 0, "
        "relationship 0",
    )

    assert errors is not None
    assert set(errors) == {
        "countries", "languages", "ends_on", "budget", "goal", "target", "link", "weights",
    }  # fmt: skip
    assert "Narnia" in errors["countries"]
    assert "31 December 2026" in errors["ends_on"]
    with slack.reading() as tx:
        assert briefs.visible(tx) == []


def test_a_corrected_form_is_stored_once(slack: Slack) -> None:
    assert write_brief(slack, name="Twice", niches="skincare", link="nope") is not None

    assert slack.submit("ana", {"name": "Twice", "niches": "skincare", "link": ""}) is None
    slack.redeliver_last()

    assert only_brief(slack).name == "Twice"


def test_words_that_are_no_niches_are_searched_for_and_said(slack: Slack) -> None:
    write_brief(slack, name="Typo", niches="skincrae, zorbing")

    assert briefs.content(only_brief(slack)).words == ("skincrae", "zorbing")
    shown = slack.text_of(slack.view("ana"))
    assert "did you mean skincare?" in shown
    assert "zorbing" in shown


def test_editing_makes_a_new_version_and_the_form_shows_what_was_stored(slack: Slack) -> None:
    write_brief(slack, **FULL)
    listing = slack.command("ana", "brief")

    slack.press("ana", listing, "brief_edit")
    assert slack.submit("ana", {"name": "Spring Glow 2"}) is None

    brief = only_brief(slack)
    assert (brief.name, brief.version) == ("Spring Glow 2", 2)
    assert briefs.content(brief).countries == ("DE", "AT")
    assert brief.budget == 500_000
    with slack.reading() as tx:
        recorded = audit.of(tx, "brief", brief.id or 0)
    assert [entry.action for entry in recorded] == ["create", "edit"]
    assert recorded[1].before["name"] == "Spring Glow"


def test_saving_an_unchanged_brief_keeps_its_version(slack: Slack) -> None:
    write_brief(slack, **FULL)

    slack.press("ana", slack.command("ana", "brief"), "brief_edit")
    slack.submit("ana")

    assert only_brief(slack).version == 1


def test_two_people_editing_at_once_do_not_overwrite_each_other(slack: Slack) -> None:
    write_brief(slack, name="Shared", niches="skincare")
    for who in ("ana", "ben"):
        slack.press(who, slack.command(who, "brief"), "brief_edit")

    assert slack.submit("ana", {"name": "By Ana"}) is None
    errors = slack.submit("ben", {"name": "By Ben"})

    assert errors is not None
    assert "meanwhile" in errors["name"]
    assert only_brief(slack).name == "By Ana"


def test_a_copy_has_its_own_name_and_archiving_takes_a_brief_off_the_list(slack: Slack) -> None:
    write_brief(slack, **FULL)
    slack.press("ana", slack.command("ana", "brief"), "brief_copy")
    with slack.reading() as tx:
        original = next(b for b in briefs.visible(tx) if b.name == "Spring Glow")
        assert "Spring Glow (copy)" in briefs.names(tx).values()

    slack.press("ana", slack.command("ana", "brief"), f"brief_archive:{original.id}")
    assert only_brief(slack).name == "Spring Glow (copy)"

    archived = slack.command("ana", "brief archived")
    slack.press("ana", archived, "brief_restore")
    with slack.reading() as tx:
        assert len(briefs.visible(tx)) == 2


def test_the_list_is_drawn_again_in_place(slack: Slack) -> None:
    write_brief(slack, **FULL)
    slack.press("ana", slack.command("ana", "brief"), "brief_copy")
    assert "Spring Glow (copy)" in slack.private("ana")[-1]


def test_a_name_can_be_taken_only_once(slack: Slack) -> None:
    write_brief(slack, name="Spring", niches="skincare")
    errors = write_brief(slack, name="SPRING ", niches="food")
    assert errors is not None
    assert "already" in errors["name"]


def test_part_of_a_name_opens_the_brief_and_an_ambiguous_one_offers_the_choices(
    slack: Slack,
) -> None:
    write_brief(slack, name="Spring Glow", niches="skincare")
    write_brief(slack, name="Spring Tea", niches="tea")

    assert "Spring Tea" in slack.text_of(slack.command("ana", "brief tea"))
    choices = slack.command("ana", "brief spring")
    assert "may be any of these" in slack.text_of(choices)
    assert len(slack.actions(choices)) == 2
    assert "No brief is called" in slack.text_of(slack.command("ana", "brief autumn"))


def test_a_limited_brand_hides_its_briefs_from_everybody_else(slack: Slack) -> None:
    write_brief(slack, **FULL)
    with slack.writing() as tx:
        brand = brands.named(tx, "lumen")
        assert brand is not None
        brands.limit(tx, brand, True, [people.get(tx, slack.workspace.user("ana").id)])

    assert "Spring Glow" in slack.text_of(slack.command("ana", "brief"))
    slack.workspace.command("ben", "brief")  # nothing to list: the form opens instead
    assert "Lumen" not in slack.text_of(slack.view("ben"))
    errors = slack.submit("ben", {"name": "Mine", "niches": "tea", "new_brand": "LUMEN"})
    assert errors is not None
    assert "limited" in errors["new_brand"]
    assert "Spring Glow" not in slack.text_of(slack.open_home("ben"))
    assert "Spring Glow" in slack.text_of(slack.open_home("ana"))


def test_hostile_names_ping_nobody(slack: Slack) -> None:
    write_brief(slack, name="<!channel> *x* <@U1>", niches="skincare")
    listing = slack.command("ana", "brief")
    marked_up = [*_mrkdwn(listing.blocks), listing.text]
    assert not any("<!channel>" in text or "<@U1>" in text for text in marked_up)
    assert any("&lt;!channel&gt;" in text for text in marked_up)


def test_a_guest_is_told_that_guests_cannot(slack: Slack) -> None:
    assert "Guests" in slack.text_of(slack.command("gus", "brief"))


NAMES = {1: "Spring Glow", 2: "Spring Tea Launch", 3: "Été à Paris", 4: "Tea"}


@pytest.mark.parametrize(
    ("asked", "found", "numbers"),
    [
        ("glow", Found.ONE, (1,)),
        ("SPRING", Found.SEVERAL, (1, 2)),
        ("tea", Found.ONE, (4,)),
        ("launch tea", Found.ONE, (2,)),
        ("ete a paris", Found.ONE, (3,)),
        ("zzz", Found.NONE, (1, 2, 3, 4)),
        ("", Found.NONE, (1, 2, 3, 4)),
    ],
)
def test_any_unambiguous_part_of_a_name_means_the_brief(
    asked: str, found: Found, numbers: tuple[int, ...]
) -> None:
    match = find_brief(NAMES, asked)
    assert (match.found, match.brief_ids) == (found, numbers)


@given(st.dictionaries(st.integers(1, 9), st.text(max_size=20), max_size=5))
def test_a_whole_name_means_the_brief_of_that_name_whatever_the_others(
    names: dict[int, str],
) -> None:
    for name in names.values():
        if words(name):
            match = find_brief(names, name)
            assert {tuple(words(names[number])) for number in match.brief_ids} == {
                tuple(words(name))
            }


@given(st.fixed_dictionaries({name: st.text(max_size=60) for name in (
    "name", "niches", "must_have", "never", "countries", "languages", "starts_on", "ends_on",
    "budget", "goal", "target", "required_tags", "hashtags", "link", "weights",
)}))  # fmt: skip
def test_whatever_is_typed_gives_a_brief_or_sentences(typed: dict[str, str]) -> None:
    read = read_form(BriefForm(**typed), default_vocabulary())
    if isinstance(read, BriefDraft):
        assert read.name
        assert read.content.niches or read.content.words
    else:
        assert read
        assert all(sentence.endswith(".") for sentence in read.values())


@given(st.builds(Weights, **{name: st.integers(0, 1000) for name in Weights.model_fields}))
def test_weights_are_read_as_they_are_written(weights: Weights) -> None:
    form = BriefForm(name="x", niches="skincare", weights=written_weights(weights))
    read = read_form(form, default_vocabulary())
    if any(weights.model_dump().values()):
        assert isinstance(read, BriefDraft)
        assert read.content.weights == weights
        assert read.content.weights_for(Goal.AWARENESS) == weights
    else:
        assert not isinstance(read, BriefDraft)


@pytest.mark.parametrize("typed", ["DE AT CH", "Germany and Austria; Switzerland", "de/at/ch"])
def test_countries_are_read_however_they_are_separated(typed: str) -> None:
    read = read_form(BriefForm(name="x", niches="skincare", countries=typed), default_vocabulary())
    assert isinstance(read, BriefDraft)
    assert read.content.countries == ("DE", "AT", "CH")


def test_cards_say_that_the_brief_has_changed_since(slack: Slack) -> None:
    write_brief(slack, name="Spring Glow", niches="skincare")
    card = shortlisting.shortlist(slack, "mara").card
    assert "has changed" not in slack.text_of(card)

    slack.press("ana", slack.command("ana", "brief"), "brief_edit")
    slack.submit("ana", {"budget": "€900"})

    assert "The brief has changed since this card was posted." in slack.text_of(card)


def test_a_brief_that_moves_to_a_limited_brand_takes_its_shortlists_along(slack: Slack) -> None:
    write_brief(slack, name="Spring Glow", niches="skincare")
    shortlisting.shortlist(slack, "mara", approvers=("ben",))
    assert "waits for your vote" in slack.text_of(slack.open_home("ben"))

    with slack.writing() as tx:
        brand = brands.create(tx, "Lumen", None)
        brands.limit(tx, brand, True, [people.get(tx, slack.workspace.user("ana").id)])
    slack.press("ana", slack.command("ana", "brief"), "brief_edit")
    assert slack.submit("ana", {"brand": str(brand.id)}) is None

    assert "waits for your vote" not in slack.text_of(slack.open_home("ben"))
