"""Units that a file lost are guessed, marked as guesses and can be put right."""

from decimal import Decimal

import pytest

from domain.conversion import convert
from domain.creator import Figures, Platform, RateDefinition
from domain.fields import Field
from domain.proposal import propose
from domain.rates import derived_rate
from domain.review import (
    Choices,
    apply_choices,
    code_of,
    is_code,
    offered,
    rate_definition,
    written_code,
)

HEADERS = ["handle", "posts", "followers", "avg_likes", "60_day_eng_rate"]


def _rows() -> list[list[str]]:
    return [
        [f"person{n}", f"{3 + n / 10:.1f}", f"{475.8 - n}", f"{8.7 - n / 20:.2f}", f"{1.8:.2f}"]
        for n in range(1, 40)
    ]


def test_followers_with_fractions_in_a_ranking_are_millions():
    mapping = propose(HEADERS, _rows(), "ig_top_accounts.csv")
    scales = {column.field: column.scale for column in mapping.columns}
    assert scales[Field.FOLLOWERS] == scales[Field.AVERAGE_LIKES] == 1_000_000
    assert scales[Field.POSTS] == 1_000
    assert [column.guess for column in mapping.columns] == [False, True, True, True, False]
    assert len(mapping.questions) == 3
    assert "Please confirm" in mapping.questions[0]


def test_elsewhere_they_are_thousands_and_the_likes_follow():
    mapping = propose(HEADERS, _rows(), "ig_micro.csv")
    scales = {column.field: column.scale for column in mapping.columns}
    assert scales[Field.FOLLOWERS] == scales[Field.AVERAGE_LIKES] == 1_000


def test_a_unit_in_the_header_is_no_guess():
    headers = [*HEADERS[:2], "followers (M)", *HEADERS[3:]]
    mapping = propose(headers, _rows(), "ig_micro.csv")
    followers = mapping.columns[2]
    assert (followers.scale, followers.guess) == (1_000_000, False)
    assert mapping.columns[3].scale == 1_000_000


def test_a_person_puts_a_guess_right():
    mapping = propose(HEADERS, _rows(), "ig_micro.csv").with_scale(2, 1_000_000)
    assert mapping.columns[2].samples[0] == ("474.8", "474,800,000")
    assert not mapping.columns[2].guess


def test_whole_small_numbers_are_asked_about_but_not_changed():
    rows = [[f"person{n}", str(n)] for n in range(1, 40)]
    mapping = propose(["handle", "followers"], rows, "ig.csv")
    assert mapping.columns[1].scale == 1
    assert "thousands or millions" in mapping.questions[0]


def test_a_rate_is_derived_by_the_platforms_usual_definition():
    figures = Figures(
        followers=10_000,
        average_views=2_000,
        average_likes=300,
        average_comments=20,
        average_shares=80,
    )
    assert derived_rate(figures, Platform.INSTAGRAM) == (0.032, RateDefinition.FOLLOWERS)
    assert derived_rate(figures, Platform.TIKTOK) == (0.2, RateDefinition.VIEWS)
    assert derived_rate(figures, Platform.TWITCH) is None


def test_engagements_stand_for_likes_and_comments_where_only_their_sum_is_known():
    figures = Figures(followers=1_000, average_engagements=50)
    assert derived_rate(figures, Platform.INSTAGRAM) == (0.05, RateDefinition.FOLLOWERS)


def test_no_rate_is_made_of_unknowns_or_of_nothing():
    assert derived_rate(Figures(followers=10, average_likes=3), Platform.INSTAGRAM) is None
    assert derived_rate(Figures(average_likes=3, average_comments=1), Platform.YOUTUBE) is None
    nothing = Figures(followers=0, average_likes=3, average_comments=1)
    assert derived_rate(nothing, Platform.INSTAGRAM) is None


def _mixed(bare: str) -> list[list[str]]:
    return [[f"person{n}", f"{n}.5%" if n % 2 else bare] for n in range(1, 20)]


@pytest.mark.parametrize(("bare", "read"), [("4.5", "4.5 %"), ("0.045", "4.5 %")])
def test_signed_and_bare_rates_in_one_column_are_asked_about(bare: str, read: str):
    mapping = propose(["handle", "er"], _mixed(bare), "ig.csv")
    assert any("% sign" in question for question in mapping.questions)
    assert dict(mapping.columns[1].samples)[bare] == read


def test_rates_that_are_all_signed_or_all_bare_are_not_asked_about():
    for cells in (["3%", "4.5%", "0"], ["3.1", "4.5", "0"]):
        rows = [[f"person{n}", cell] for n, cell in enumerate(cells)]
        assert propose(["handle", "er"], rows, "ig.csv").questions == ()


def test_both_readings_of_a_rate_are_offered_and_the_chosen_one_is_read():
    mapping = propose(["handle", "er"], _mixed("0.5"), "ig.csv")
    texts = {text: code for code, text in offered(mapping, 1)}
    assert code_of(mapping, 1) == "engagement_rate*percent"
    chosen = texts["Engagement rate (fraction)"]
    assert is_code(chosen)
    put_right = apply_choices(mapping, Choices({1: chosen}))
    assert dict(put_right.columns[1].samples)["0.5"] == "50 %"
    assert put_right.questions == ()
    back = apply_choices(put_right, Choices({1: texts["Engagement rate (percent)"]}))
    assert dict(back.columns[1].samples)["0.5"] == "0.5 %"


def test_a_unit_belongs_to_its_kind_of_column():
    assert written_code("Engagement rate percent") == "engagement_rate*percent"
    assert written_code("average views*1000") == "average_views*1000"
    assert not is_code("followers*percent")
    assert not is_code("fee*fraction")


def test_what_rates_were_divided_by_can_be_said():
    mapping = propose(["handle", "er"], _mixed("4.5"), "ig.csv")
    assert rate_definition(mapping) is RateDefinition.FOLLOWERS
    said = apply_choices(mapping, Choices(definition=RateDefinition.REACH))
    assert rate_definition(said) is RateDefinition.REACH
    assert "chosen by hand" in said.columns[1].reason


def _fees(*fees: str) -> list[str]:
    rows = [[f"@person{n}", fee] for n, fee in enumerate(fees)]
    return list(propose(["handle", "fee"], rows, "ig.csv").questions)


def test_a_currency_is_asked_for_only_where_a_fee_names_none():
    assert _fees("€1.200,50", "300 USD", "£ 20") == []
    assert _fees("€1.200,50", "300 USD") == []
    assert _fees("€ 20", "€ 30", "40") == [], "most say euro"
    assert _fees("€ 20", "300 USD", "40")[0].startswith("Some fees name no currency")
    assert _fees("20", "1.2k")[0].startswith("The fees name no currency")


def test_a_currency_said_by_hand_goes_to_fees_that_name_none_only():
    rows = [["@anna", "€1.200,50"], ["@ben", "300 USD"], ["@carl", "40"]]
    mapping = propose(["handle", "fee"], rows, "ig.csv")
    mapping = apply_choices(mapping, Choices(platform="instagram", currency="£"))
    assert mapping.questions == ()
    fees = [convert(mapping, row, 1).figures.fee for row in rows]
    assert [(fee.amount, fee.currency) for fee in fees] == [
        (Decimal("1200.50"), "EUR"), (300, "USD"), (40, "GBP")
    ]  # fmt: skip
    assert dict(mapping.columns[1].samples_in(mapping.currency))["40"] == "GBP 40.00"
    assert apply_choices(mapping, Choices(currency="")).currency is None
    assert apply_choices(mapping, Choices(currency="banana")).currency == "GBP"
