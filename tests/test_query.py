"""The language of find."""

import random
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.creator import Money, Platform
from domain.niche import default_vocabulary
from domain.query import Kind, Query, QueryError, parse, suggest
from domain.tier import Band, Tier, TierBands

VOCABULARY = default_vocabulary()


def read(text: str) -> Query:
    return parse(text, VOCABULARY)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(part.kind.value, str(part.value)) for part in read(text).parts]


def refusal(text: str) -> str:
    with pytest.raises(QueryError) as refused:
        read(text)
    return str(refused.value)


def test_the_example_of_the_readme_is_a_niche_and_a_tier() -> None:
    query = read("skincare micro")

    assert query.niches == ("skincare",)
    assert query.tiers == (Tier.MICRO,)
    assert query.tier_ranges == ((1_000, 100_000),)
    assert query.describe(VOCABULARY) == "Skincare · micro (1,000–100,000 followers)"


@pytest.mark.parametrize(
    "typed", ["skin care", "SKINCARE", "cuidado de la piel", "#skincare", "<#C12345|skincare>"]
)
def test_every_spelling_of_a_niche_asks_the_same(typed: str) -> None:
    assert read(f"micro {typed}").meaning() == read("skincare micro").meaning()


def test_the_longest_niche_phrase_is_meant_and_the_rest_are_words() -> None:
    assert kinds("korean skincare Zürich") == [("niche", "k-beauty"), ("word", "Zürich")]
    assert read("korean skincare Zürich").parts[1].words == ("zurich",)


def test_a_label_of_two_niches_means_either() -> None:
    assert read("howto & style").parts[0].niches == ("beauty", "fashion", "diy")


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("micro", "tier", "micro"), ("Tier:Nano", "tier", "nano"),
        ("ig", "platform", "instagram"), ("insta", "platform", "instagram"),
        ("TikTok", "platform", "tiktok"), ("tik tok", "platform", "tiktok"),
        ("yt", "platform", "youtube"), ("platform:twitter", "platform", "x"),
        ("germany", "country", "DE"), ("in germany", "country", "DE"), ("DE", "country", "DE"),
        ("country:de", "country", "DE"), ("country: united states", "country", "US"),
        ("united states", "country", "US"), ("uk", "country", "GB"), ("U.S.", "country", "US"),
        ("🇧🇷", "country", "BR"), ("España", "country", "ES"), ("new zealand", "country", "NZ"),
        ("german", "language", "de"), ("lang:es", "language", "es"), ("EN", "language", "en"),
        ("german-speaking", "language", "de"), ("language:pt-BR", "language", "pt"),
        ("audience:germany", "audience_country", "DE"), ("audience:de", "audience_country", "DE"),
        ("audience:german", "audience_language", "de"), ("audience:en", "audience_language", "en"),
        ("audience in united states", "audience_country", "US"),
        ("tag:vip", "tag", "vip"), ("tag:“two words”", "tag", "two words"),
        ("list:\"March import\"", "list", "March import"), ("new", "new", ""),
        ("worked-with", "worked_with", ""), ("worked with", "worked_with", ""),
        ("owner:me", "owner", "me"), ("owner:@ana", "owner", "ana"),
        ("owner:<@U12345|Ana Maria>", "owner", "<@U12345>"),
        ("for Spring launch", "brief", "Spring launch"), ("for “A B”", "brief", "A B"),
        ("brief:spring", "brief", "spring"), ("niche:skincare", "niche", "skincare"),
    ],
)  # fmt: skip
def test_each_word_of_the_language_is_read(typed: str, kind: str, value: str) -> None:
    assert kinds(typed) == [(kind, value)]


@pytest.mark.parametrize(
    ("typed", "least", "most"),
    [
        ("followers:5k-50k", 5_000, 50_000), ("followers: 5k - 50k", 5_000, 50_000),
        ("followers:5k to 50k", 5_000, 50_000), ("followers:5,000-50.000", 5_000, 50_000),
        ("followers>10k", 10_001, None), ("followers>=10k", 10_000, None),
        ("followers<1.5m", None, 1_499_999), ("followers:10k", 10_000, None),
        ("followers ≤ 2M", None, 2_000_000), ("10k-50k", 10_000, 50_000), ("10k+", 10_000, None),
        ("under 50k followers", None, 49_999), ("over 10,000 followers", 10_001, None),
        ("followers>10k followers<20k", 10_001, 19_999), ("followers&gt;10k", 10_001, None),
    ],
)  # fmt: skip
def test_followers_are_read_as_whole_accounts(
    typed: str, least: int | None, most: int | None
) -> None:
    assert read(typed).followers == (least, most)


@pytest.mark.parametrize(
    ("typed", "least", "most", "above", "below"),
    [
        ("er>3%", 0.03, None, True, False), ("er>=0.03", 0.03, None, False, False),
        ("er>3", 0.03, None, True, False), ("ER > 3,5 %", 0.035, None, True, False),
        ("er<20%", None, 0.2, False, True), ("er:2-5%", 0.02, 0.05, False, False),
        ("engagement rate>=2%", 0.02, None, False, False), ("er:3%", 0.03, None, False, False),
        ("er>2% er<=5%", 0.02, 0.05, True, False), ("er&gt;3%", 0.03, None, True, False),
    ],
)  # fmt: skip
def test_engagement_rates_are_ratios_whether_typed_as_shares_or_percentages(
    typed: str, least: float | None, most: float | None, above: bool, below: bool
) -> None:
    rate = read(typed).rate

    assert rate is not None
    assert (rate.least, rate.most, rate.above, rate.below) == (least, most, above, below)


@pytest.mark.parametrize(
    ("typed", "amount", "currency"),
    [
        ("under $500", "500", "USD"), ("under 500 EUR", "500", "EUR"), ("under €500", "500", "EUR"),
        ("under 500 euros", "500", "EUR"), ("max £1.5k", "1500", "GBP"), ("<$300", "300", "USD"),
        ("fee<=250 usd", "250", "USD"), ("under $1,250.50", "1250.50", "USD"),
        ("under $500 under $300", "300", "USD"), ("under 500€", "500", "EUR"),
    ],
)  # fmt: skip
def test_prices_keep_their_currency(typed: str, amount: str, currency: str) -> None:
    assert read(typed).price == Money(amount=Decimal(amount), currency=currency)


def test_a_price_without_currency_takes_the_workspaces_or_asks_for_one() -> None:
    price = parse("under 500 skincare", VOCABULARY, default_currency="EUR").price

    assert price == Money(amount=Decimal(500), currency="EUR")
    assert "needs a currency" in refusal("under 500")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("micro followers:500k-1m", "micro means 1,000–100,000 followers"),
        ("followers:9-3", "did you mean followers:3-9"),
        ("er:5-2%", "ends before it begins"),
        ("followers>50k followers<10k", "exclude each other"),
        ("er>5% er<3%", "exclude each other"),
        ("followers:1e999", "1e999"),
        ("er>1e999", "1e999"),
        ("1e999", "not a number"),
        ("-5k", "not a number"),
        ("followers:-5k", "negative"),
        ("followers>99999999999999", "more followers than there are people"),
        ("er>0.5", "0.5% or 50%"),
        ("er>5000%", "too high"),
        ("under $-5", "negative"),
        ("under $0", "above 0"),
        ("under $1e999", "amount"),
        ("under $500 under 300 EUR", "one currency"),
        ("folowers:5k", "Did you mean “followers:”"),
        ("country:atlantis", "I don't know the country “atlantis”"),
        ("lang:klingon", "I don't know the language “klingon”"),
        ("audience:atlantis", "country or language"),
        ("platform:myspace", "not a platform"),
        ("tier:tiny", "not a tier"),
        ("niche:skincrae", "Did you mean “skincare”"),
        ("tag:", "tag:vip"),
        ("tag:,", "tag:vip"),
        ("country:,", "country:DE"),
        ("followers:", "A number is missing"),
        ("for a for b", "One brief at a time"),
        ("owner:me owner:ana", "One owner at a time"),
        ("x " * 5_000, "9,999 characters"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_reason(typed: str, says: str) -> None:
    assert says in refusal(typed)


def test_a_tier_and_followers_that_overlap_are_both_kept() -> None:
    query = read("micro followers:50k-200k")

    assert query.tier_ranges == ((1_000, 100_000),)
    assert query.followers == (50_000, 200_000)


def test_two_tiers_are_alternatives_so_one_that_fits_is_enough() -> None:
    assert read("micro macro followers:500k-1m").tiers == (Tier.MICRO, Tier.MACRO)


def test_contradictions_are_judged_by_the_workspaces_own_bands() -> None:
    bands = TierBands(micro=Band(least=1_000, most=600_000))

    assert parse("micro followers:500k-1m", VOCABULARY, bands).tiers == (Tier.MICRO,)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("creators in the netherlands", [("country", "NL")]),
        ("beauty it", [("niche", "beauty"), ("word", "it")]),
        ("FIND SKINCARE IN GERMANY", [("niche", "skincare"), ("country", "DE")]),
        ("new york food", [("word", "new"), ("word", "york"), ("niche", "food")]),
        ("jersey", [("word", "jersey")]),
        ("under armour", [("word", "under"), ("word", "armour")]),
        ('"clean girl"', [("word", "clean girl")]),
        ('"skin care"', [("niche", "skincare")]),
        ("instagram:anna", [("platform", "instagram"), ("word", "anna")]),
        ("https://www.tiktok.com/@anna", [("word", "anna"), ("platform", "tiktok")]),
        ("🎉 ??? \u200f", []),
        ("مكياج", [("niche", "makeup")]),
        ("skincare skincare", [("niche", "skincare")]),
    ],
)
def test_plain_words_are_not_taken_for_more_than_they_say(
    typed: str, expected: list[tuple[str, str]]
) -> None:
    assert kinds(typed) == expected


def test_a_brief_ends_where_something_else_plainly_begins() -> None:
    query = read("skincare for Spring launch under $500 micro")

    assert (query.brief, query.tiers) == ("Spring launch", (Tier.MICRO,))
    assert query.price == Money(amount=Decimal(500), currency="USD")


def test_a_known_briefs_name_ends_where_it_stops_matching() -> None:
    query = parse("for spring skincare", VOCABULARY, brief_names=["Spring launch 2026"])

    assert (query.brief, query.niches) == ("spring", ("skincare",))


def test_each_part_remembers_the_words_it_was_typed_as() -> None:
    query = read("micro “skin care” in germany, er > 3 %")

    assert [part.typed for part in query.parts] == ["micro", "skin care", "germany", "er > 3 %"]
    for part in query.parts:
        assert query.text[part.start : part.end] == part.typed


def test_the_relaxed_query_is_without_the_words_that_narrowed_it() -> None:
    query = read("skincare micro tag:vip in germany")
    tag = query.of(Kind.TAG)[0]

    relaxed = query.without(tag)

    assert relaxed.meaning() == query.meaning() - read("tag:vip").meaning()
    assert relaxed.text == "skincare micro germany"
    assert read(relaxed.text).meaning() == relaxed.meaning()


def test_a_niche_can_be_exchanged_for_a_wider_one() -> None:
    query = read("k-beauty micro")

    wider = query.instead(query.parts[0], "skincare", VOCABULARY)

    assert wider.meaning() == read("skincare micro").meaning()


def test_a_search_is_said_in_one_line() -> None:
    query = read(
        "vegan ig german in austria audience:de er>3% 5k-50k under €500 "
        "tag:vip new worked-with owner:me for spring"
    )

    assert query.describe(VOCABULARY) == (
        "Vegan and plant-based · on Instagram · speaks German · in Austria · audience in Germany · "
        "engagement over 3 % · 5,000–50,000 followers · under €500 a post · tagged “vip” · "
        "added in the last 30 days · worked with before · owned by you · for “spring”"
    )
    assert read("").describe(VOCABULARY) == "all creators"
    assert read("owner:<@U12345|Ana>").describe(VOCABULARY) == "owned by Ana"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("micor", "micro"), ("instgram", "instagram"), ("skincrae", "skincare"), ("zzzzzz", None)],
)
def test_a_typo_is_guessed(typed: str, meant: str | None) -> None:
    assert suggest(typed, VOCABULARY) == meant


PIECES = [
    "skincare", "cuidado de la piel", "micro", "tiktok", "germany", "lang:es", "audience:brazil",
    "er>3%", "followers:5k-50k", "under $500", "tag:vip", 'tag:"two words"', 'list:"March import"',
    "new", "worked-with", "owner:me", 'for "Spring launch"', "followers<80k", "🇫🇷", "yoga", "🎉",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), unique=True), st.randoms())
def test_the_order_does_not_matter(pieces: list[str], chance: random.Random) -> None:
    shuffled = chance.sample(pieces, len(pieces))

    assert read(" ".join(pieces)).meaning() == read(" ".join(shuffled)).meaning()


@given(st.lists(st.sampled_from(PIECES), unique=True))
def test_capitals_and_curly_quotes_do_not_matter(pieces: list[str]) -> None:
    text = " ".join(pieces)
    curly = text.replace(' "', " “").replace(':"', ":“").replace('"', "”")

    assert read(curly).meaning() == read(text).meaning()
    assert read(f"{text.upper()} x").meaning() == read(f"{text} x").meaning()


@given(st.lists(st.sampled_from(PIECES), min_size=1, unique=True), st.data())
def test_without_takes_away_exactly_that_part(pieces: list[str], data: st.DataObject) -> None:
    query = read(" ".join(pieces))
    if query.is_empty:
        return
    part = data.draw(st.sampled_from(query.parts))

    relaxed = query.without(part)

    assert len(relaxed.parts) == len(query.parts) - 1
    assert relaxed.meaning() < query.meaning()
    assert read(relaxed.text).meaning() == relaxed.meaning()


WORDS = st.sampled_from([
    *PIECES, "for", "under", "er", ">", "<", ":", "followers", "$", "5k", "-", '"', "“",
    "<@U12345>",
    "<@U1|", "&gt;", "&amp;", "audience", "country:", "tag:", "tag:,", "1e9", "list:", "https://",
    "skin", "care", "IN", "new", "york", ",", "%", "to", "٣", "²", "owner:", "max", "€", "niche:",
])  # fmt: skip


@given(st.one_of(st.text(), st.lists(WORDS).map(" ".join), st.lists(WORDS).map("".join)))
@example("followers:²")
@example("er>٣%")
@example("under $1 000 000 000 000 000 000")
@example("audience:,")
@example("country:\u00a0")
def test_any_text_is_understood_or_refused_with_a_sentence(text: str) -> None:
    try:
        query = read(text)
    except QueryError as refused:
        assert str(refused)[-1] in ".?!"
        return
    assert query.describe(VOCABULARY)
    assert all(part.typed for part in query.parts)
    assert read(query.text).meaning() == query.meaning()


def test_platforms_are_typed_for_who_searches() -> None:
    assert read("ig tiktok").platforms == (Platform.INSTAGRAM, Platform.TIKTOK)


@pytest.mark.parametrize(
    "typed", ["-fashion", "not fashion", "without “fashion”", "except fashion"]
)
def test_a_word_can_be_left_out(typed: str) -> None:
    query = parse(f"skincare {typed}", VOCABULARY)
    assert query.values(Kind.NOT) == ("fashion",)
    assert query.niches == ("skincare",)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("skincare not germany", "leave out words"),
        ("-tag:vip", "leave out words"),
        ("skincare over $500", "only by the most"),
        ("fee>500", "only by the most"),
        ("<#C1234567> skincare", "without #"),
    ],
)
def test_what_would_be_misread_is_refused(typed: str, says: str) -> None:
    with pytest.raises(QueryError, match=says):
        parse(typed, VOCABULARY)


@pytest.mark.parametrize("typed", ["list:'Anna's picks'", "list:‘Anna’s picks’"])
def test_single_quotes_hold_words_together(typed: str) -> None:
    assert parse(typed, VOCABULARY).values(Kind.LIST) == ("Anna's picks",)


def test_a_lone_code_that_joins_no_words_is_a_country() -> None:
    assert parse("skincare us micro", VOCABULARY).values(Kind.COUNTRY) == ("US",)
    assert parse("skincare de", VOCABULARY).values(Kind.COUNTRY) == ("DE",)
    assert parse("show us skincare", VOCABULARY).values(Kind.COUNTRY) == ()
    assert parse("ropa de deporte", VOCABULARY).values(Kind.COUNTRY) == ()


def test_a_brief_that_is_not_known_keeps_all_words_of_its_name() -> None:
    query = parse("for spring zzyzx skincare", VOCABULARY, brief_names=["Spring Tea"])
    assert query.brief == "spring zzyzx"
    assert query.niches == ("skincare",)
    assert parse("skincare for", VOCABULARY).brief == ""


def test_what_a_part_says_has_no_marks_of_slack() -> None:
    part = parse("owner:<@U1234567|ana>", VOCABULARY).parts[0]
    assert part.said == "owner:@ana"
    assert "<" not in parse("owner:<@U1234567>", VOCABULARY).parts[0].said


@pytest.mark.parametrize(
    ("typed", "left_out"),
    [
        ("skincare in", "“in”: for India type country:in"),
        ("skincare no", "“no”: for Norway type country:no"),
        ("beauty in la", "“la”: for Laos type country:la"),
    ],
)
def test_a_code_in_small_letters_that_joins_nothing_is_said_to_be_left_out(typed, left_out) -> None:
    assert read(typed).left_out == (left_out,)


@pytest.mark.parametrize("typed", ["in germany", "skincare de", "skincare us", "arte de la", "NO"])
def test_small_words_that_are_read_or_join_others_are_passed_over_in_silence(typed: str) -> None:
    assert read(typed).left_out == ()


@pytest.mark.parametrize("typed", ["over 500", "skincare over 5k micro", "at least 10,000 vegan"])
def test_the_least_of_an_unnamed_number_is_asked_back(typed: str) -> None:
    assert "may be followers or a price" in refusal(typed)


@pytest.mark.parametrize("typed", ["over 40 women", "over 500 followers", "over 500%"])
def test_ages_followers_and_shares_are_no_prices(typed: str) -> None:
    read(typed)


@pytest.mark.parametrize("typed", ["fitness or yoga", "Fitness OR Yoga", "fitness o yoga"])
def test_either_of_two_niches_will_do_where_or_stands_between_them(typed: str) -> None:
    query = read(f"{typed} micro")

    assert [part.niches for part in query.of(Kind.NICHE)] == [("fitness", "yoga")]
    assert query.describe(VOCABULARY).startswith("Fitness or Yoga · micro")
    assert query.without(query.parts[0]).text == "micro"
    assert read("fitness and yoga").niches == ("fitness", "yoga")


@pytest.mark.parametrize(
    ("typed", "country"),
    [("skincare in de", "DE"), ("skincare IN Germany", "DE"), ("skincare IN", "IN")],
)
def test_in_before_a_place_is_no_part_of_its_name(typed: str, country: str) -> None:
    assert kinds(typed) == [("niche", "skincare"), ("country", country)]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("er 3%", "er>3% or er<3%"),
        ("skincare engagement rate 3.5 %", "er>3.5% or er<3.5%"),
        ("skincare under", "What should stand after “under”?"),
        ("more than", "What should stand after “more than”?"),
    ],
)
def test_half_a_comparison_is_asked_back(typed: str, says: str) -> None:
    assert says in refusal(typed)


@pytest.mark.parametrize(
    "typed", ["fee under 200€", "price max 200€", "budget 200€", "budget of €200"]
)
def test_the_word_before_a_price_belongs_to_it(typed: str) -> None:
    assert [part.kind for part in read(typed).parts] == [Kind.PRICE]


def test_a_picture_that_says_nothing_is_said_to_be_left_out() -> None:
    assert read("🧴").left_out == ("“🧴”: please type it as a word",)
    assert read("skincare 🇩🇪").left_out == ()


@pytest.mark.parametrize(
    "typed", ["-skincare skincare", "vegan not vegan", '"glass skin" -"glass skin"']
)
def test_what_is_left_out_cannot_be_asked_for_too(typed: str) -> None:
    assert "Leave one of them out" in refusal(typed)
    assert read("skincare -makeup").of(Kind.NOT)


@pytest.mark.parametrize(
    "text", [" ".join(f"word{number}" for number in range(21)), "护肤品推荐敏感肌保湿面霜" * 2]
)
def test_more_words_than_can_be_looked_up_at_once_are_refused_with_their_number(text: str) -> None:
    with pytest.raises(QueryError, match=r"has 2\d words to look for; please keep it to 20"):
        parse(text, VOCABULARY)
