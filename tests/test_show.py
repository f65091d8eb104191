"""`/influencer show`: the full profile, and what people add to it."""

import datetime as dt

from domain.creator import Figures, Platform, ProfileSnapshot
from storage import audit, brands, creators, index, people, profile_store, profiles
from storage.pools import refresh_pools


def store(slack, *snapshots: ProfileSnapshot) -> list[int]:
    with slack.writing() as tx:
        made = profile_store.store(
            tx, list(snapshots), slack.bot.services.vocabulary, index.pools(tx)
        )
        return made.created


def anna(platform=Platform.INSTAGRAM, **facts) -> ProfileSnapshot:
    given = {
        "display_name": "Anna Example",
        "bio": "Honest skincare",
        "country": "DE",
        "figures": Figures(followers=10_000, engagement_rate=0.04),
        "as_of": dt.date(2026, 3, 1),
        "source": "import:spring.csv",
        **facts,
    }
    return ProfileSnapshot(platform=platform, handle="anna_example", **given)


def newest(slack, who):
    return max(slack.workspace.ephemerals(who), key=lambda message: message.ts)


def test_show_tells_every_part_of_the_fit_with_evidence_and_source(slack):
    store(slack, anna(extra={"Shoe size": "39"}))
    text = slack.text_of(slack.command("ana", "show anna_example"))

    assert "Anna Example" in text
    for part in ("Engagement", "Authenticity", "Cost", "Freshness", "Relationship"):
        assert part in text
    assert "from spring.csv" in text
    assert "Figures of 1 March 2026" in text
    assert "Fee unknown" in text
    assert "Shoe size: 39" in text
    assert "None yet" in text


def test_a_source_that_all_evidence_shares_is_said_once(slack):
    store(slack, anna(figures=Figures(followers=10_000, engagement_rate=0.04, credibility=0.9)))
    text = slack.text_of(slack.command("ana", "show anna_example"))

    assert "Evidence from spring.csv, where nothing else is said:" in text
    assert "(from spring.csv)" not in text


def test_growth_is_told_between_dated_figures(slack):
    store(slack, anna())
    later = Figures(followers=12_000, engagement_rate=0.04)
    store(slack, anna(figures=later, as_of=dt.date(2026, 11, 2)))
    text = slack.text_of(slack.command("ana", "show anna_example"))

    assert "10k followers on 1 March 2026, 12k on 2 November 2026 (+20 %)" in text


def test_an_old_rate_keeps_its_date_beside_newer_followers(slack):
    store(slack, anna(as_of=dt.date(2022, 12, 1)))
    later = {"as_of": dt.date(2026, 11, 2), "source": "import:autumn.csv"}
    store(slack, anna(figures=Figures(followers=12_000, credibility=0.9), **later))
    text = slack.text_of(slack.command("ana", "show anna_example"))
    parts = {line.split()[1]: line for line in text.splitlines() if line.startswith("•")}

    assert "Figures of 1 December 2022, from spring.csv" in text
    assert (
        "Of other dates: followers 2 November 2026 (from autumn.csv) and "
        "share of real followers 2 November 2026 (from autumn.csv)" in text
    )
    assert "(from spring.csv)" in parts["Engagement"]
    assert "(from autumn.csv)" in parts["Authenticity"]
    assert "(2022-12-01)" in text
    assert "years old" in slack.text_of(slack.command("ana", "find anna_example"))


def test_the_place_within_its_own_size_is_told_once_thirty_are_known(slack):
    with_rates = [
        anna(figures=Figures(followers=10_000 + number, engagement_rate=number / 1_000))
        for number in range(1, 31)
    ]
    small = Figures(followers=2_000, engagement_rate=0.5)
    store(
        slack,
        *(one.model_copy(update={"handle": f"anna{at}"}) for at, one in enumerate(with_rates)),
        anna(figures=small).model_copy(update={"handle": "small"}),
    )
    refresh_pools(slack.bot.services.database, slack.workspace_id)

    assert "; top tenth of 10k–50k." in slack.text_of(slack.command("ana", "show anna29"))
    assert "; lowest third of 10k–50k." in slack.text_of(slack.command("ana", "show anna0"))
    assert "of 1k–10k" not in slack.text_of(slack.command("ana", "show small"))


def test_details_tell_the_fit_for_the_search_they_were_opened_from(demo):
    answer = demo.command("ana", "find skincare micro")
    shown = [one for one in demo.actions(answer) if one.startswith("show:")]
    demo.press("ana", answer, shown[0])

    text = demo.text_of(newest(demo, "ana"))
    assert "for Skincare · micro" in text
    assert "Niche" in text


def test_tags_are_put_on_and_taken_off_and_found(slack):
    store(slack, anna())
    slack.press("ana", slack.command("ana", "show anna_example"), "creator_tags")
    assert slack.submit("ana", {"tags": "VIP, spring launch"}) is None
    assert "#spring launch, #VIP" in slack.text_of(newest(slack, "ana"))
    assert "1 creator" in slack.text_of(slack.command("ben", "find tag:vip"))

    slack.press("ana", newest(slack, "ana"), "creator_tags")
    slack.submit("ana", {"tags": "spring launch"})
    assert "Nobody matches" in slack.text_of(slack.command("ben", "find tag:vip"))


def test_a_fee_is_read_checked_and_searched_by_at_once(slack):
    store(slack, anna())
    slack.press("ana", slack.command("ana", "show anna_example"), "creator_fee")
    assert "fee" in slack.submit("ana", {"fee": "a lot"})
    assert slack.submit("ana", {"fee": "€300"}) is None

    assert "€300 a post (typed by your team)" in slack.text_of(newest(slack, "ana"))
    assert "1 creator" in slack.text_of(slack.command("ana", "find under €301"))
    assert "Nobody matches" in slack.text_of(slack.command("ana", "find under €299"))
    in_dollars = slack.text_of(slack.command("ana", "find under $300"))
    assert "1 creator has a fee in another currency" in in_dollars


def test_a_fee_of_nothing_needs_no_currency_and_fits_any_price(slack):
    store(slack, anna())
    slack.press("ana", slack.command("ana", "show anna_example"), "creator_fee")
    assert slack.submit("ana", {"fee": "€300"}) is None
    slack.press("ana", newest(slack, "ana"), "creator_fee")
    assert slack.submit("ana", {"fee": "0"}) is None

    assert "Fee: 0 a post (typed by your team)" in slack.text_of(newest(slack, "ana"))
    assert "1 creator" in slack.text_of(slack.command("ana", "find under €1"))


def test_a_first_fee_may_be_nothing_although_no_currency_is_known(slack):
    store(slack, anna())
    slack.press("ana", slack.command("ana", "show anna_example"), "creator_fee")
    assert "fee" in slack.submit("ana", {"fee": "300"}), "any other amount needs one"
    assert slack.submit("ana", {"fee": "0"}) is None

    assert "Fee: 0 a post" in slack.text_of(newest(slack, "ana"))


def test_a_note_for_a_limited_brand_is_seen_by_its_people_only(slack):
    store(slack, anna())
    with slack.writing() as tx:
        ana = people.get(tx, slack.workspace.user("ana").id)
        aqua = brands.create(tx, "Aqua", ana.id)
        brands.limit(tx, aqua, True, [ana])
    slack.press("ana", slack.command("ana", "show anna_example"), "creator_note")
    assert slack.submit("ana", {"note": "  "}) is not None
    slack.submit("ana", {"note": "Asks <!channel> for exclusivity", "brand": str(aqua.id)})

    seen = slack.text_of(slack.command("ana", "show anna_example"))
    assert "for exclusivity" in seen
    assert "only for Aqua" in seen
    assert "exclusivity" not in slack.text_of(slack.command("ben", "show anna_example"))


def test_a_fee_for_a_limited_brand_reaches_nobody_else_in_any_way(slack):
    (profile_id,) = store(slack, anna())
    with slack.writing() as tx:
        ana = people.get(tx, slack.workspace.user("ana").id)
        aqua = brands.create(tx, "Aqua", ana.id)
        brands.limit(tx, aqua, True, [ana])
    before = slack.text_of(slack.command("ben", "show anna_example"))
    slack.press("ana", slack.command("ana", "show anna_example"), "creator_fee")
    assert slack.submit("ana", {"fee": "€777", "brand": str(aqua.id)}) is None

    assert "Fee for Aqua: €777 a post" in slack.text_of(newest(slack, "ana"))
    assert slack.text_of(slack.command("ben", "show anna_example")) == before
    for who in ("ana", "ben"):  # what is searched and ranked is the same for everybody
        assert "1 creator may match" in slack.text_of(slack.command(who, "find under €9000"))
    refresh_pools(slack.bot.services.database, slack.workspace_id)
    with slack.reading() as tx:
        assert index.pools(tx).cost == {}
        assert profiles.current(tx, [profile_id])[profile_id].snapshot.figures.fee is None
        assert "777" not in str([entry.after for entry in audit.of(tx, "profile", profile_id)])


def test_nobody_types_a_fee_for_a_brand_they_do_not_see(slack):
    (profile_id,) = store(slack, anna())
    with slack.writing() as tx:
        ana = people.get(tx, slack.workspace.user("ana").id)
        aqua = brands.create(tx, "Aqua", ana.id)
    slack.press("ben", slack.command("ben", "show anna_example"), "creator_fee")
    with slack.writing() as tx:
        brands.limit(tx, brands.get(tx, aqua.id), True, [ana])

    assert "brand" in slack.submit("ben", {"fee": "€300", "brand": str(aqua.id)})
    with slack.reading() as tx:
        assert creators.brand_fees(tx, profile_id) == []


def test_owning_a_creator_is_on_the_record_and_searched_by(slack):
    (profile_id,) = store(slack, anna())
    slack.press("ana", slack.command("ana", "show anna_example"), "creator_own")
    assert "Owner: Ana" in slack.text_of(newest(slack, "ana")).replace("*", "")
    assert "1 creator" in slack.text_of(slack.command("ana", "find owner:me"))
    assert "Nobody" in slack.text_of(slack.command("ben", "find owner:me"))

    with slack.reading() as tx:
        creator_id = profiles.current(tx, [profile_id])[profile_id].profile.creator_id
        acts = [entry.action for entry in audit.of(tx, "creator", creator_id)]
        assert acts == ["own"]
        assert creators.get(tx, creator_id).owner_id is not None


def test_guests_see_no_profile(slack):
    store(slack, anna())

    assert "Anna Example" not in slack.text_of(slack.command("gus", "show anna_example"))


def test_lists_are_made_filled_searched_and_emptied(slack):
    store(slack, anna())
    added = slack.text_of(slack.command("ana", "list add @anna_example to Spring glow"))
    assert "@anna_example is on the new list “Spring glow” now." in added
    again = slack.text_of(slack.command("ana", "list add anna_example to spring GLOW"))
    assert "was on it already" in again

    assert "1 creator" in slack.text_of(slack.command("ben", "find list:spring"))
    overview = slack.command("ben", "lists")
    assert "Spring glow · 1 creator" in slack.text_of(overview).replace("*", "")
    assert "anna_example" in slack.text_of(slack.command("ana", "show anna_example"))
    gone = slack.text_of(slack.command("ana", "list remove anna_example from spring"))
    assert "off the list" in gone
    assert "Nobody matches" in slack.text_of(slack.command("ben", "find list:spring"))


def test_an_unknown_list_is_named_with_those_there_are(slack):
    store(slack, anna())
    slack.command("ana", "list add anna_example to Spring")

    assert "“Spring”" in slack.text_of(slack.command("ana", "find list:autumn"))


def test_a_list_that_is_to_go_is_named_in_full_or_told_what_lists_there_are(slack):
    store(slack, anna())
    slack.command("ana", "list add @anna_example to Spring 2026")

    part = slack.text_of(slack.command("ana", "list delete spring"))
    assert "/influencer list delete Spring 2026" in part
    none = slack.text_of(slack.command("ana", "list delete autumn"))
    assert "There is no list “autumn”. There is “Spring 2026”." in none
    slack.command("ana", "list delete Spring 2026")
    assert "No lists yet" in slack.text_of(slack.command("ana", "list"))
