"""`/influencer find`, from what is typed to what is shown and done with it."""

import re

from sqlmodel import select

from bot.memory_keeper import MemoryKeeper
from domain.creator import Platform, ProfileSnapshot
from storage import brands, index, people, profile_store, saved_searches
from storage.models import Creator, Partnership
from tests.shortlisting import add_creators
from tests.slack import Slack
from tests.test_briefs import write_brief


def handles(answer) -> list[str]:
    """Handles of the creators shown, in order."""
    return [
        block["elements"][0]["text"]["text"].removeprefix("Details ")
        for block in answer.blocks
        if block["type"] == "actions" and block["elements"][0]["action_id"].startswith("show:")
    ]


def newest(slack, who):
    """The last message that only this person sees."""
    return max(slack.workspace.ephemerals(who), key=lambda message: message.ts)


def test_the_heading_of_find_says_the_order(demo):
    answer = demo.command("ana", "find skincare")
    assert "best first, by fit and how much is known" in demo.text_of(answer)


def test_find_shows_the_best_creators_with_reasons_and_the_total(demo):
    answer = demo.command("ana", "find skincare micro")

    text = demo.text_of(answer)
    assert re.search(r"10 of \d+ creators", text)
    assert "Skincare · micro (1,000–100,000 followers)" in text
    assert len(handles(answer)) == 10
    assert re.search(r"Fit \d+ of 100 · \d+ % known", text)
    assert "For: Skincare, from “skincare” in the category" in text
    assert re.search(r"engagement by (followers|views)", text)
    assert "days old" in text


def test_the_same_creators_are_found_in_any_order_and_language(demo):
    first = handles(demo.command("ana", "find skincare micro"))

    assert first == handles(demo.command("ana", "find MICRO “skin care”"))
    assert first == handles(demo.command("ana", "find micro cuidado de la piel"))


def test_next_and_back_turn_pages_in_place_and_repeat_nobody(demo):
    answer = demo.command("ana", "find skincare micro")
    first = handles(answer)
    demo.press("ana", answer, "find_page:next")
    second = handles(newest(demo, "ana"))

    assert len(second) == 10
    assert not set(first) & set(second)
    demo.press("ana", newest(demo, "ana"), "find_page:back")
    assert first == handles(newest(demo, "ana"))


def test_creators_left_out_for_an_unknown_figure_are_counted_and_shown_on_request(demo):
    answer = demo.command("ana", "find skincare under €300")
    left_out = re.search(r"(\d+) more left out: fee unknown", demo.text_of(answer))
    assert left_out
    assert re.search(r"\d+ creators have a fee in another currency", demo.text_of(answer))

    total = int(re.search(r"of (\d+) creators", demo.text_of(answer))[1])
    demo.press("ana", answer, "find_unknown")
    shown = demo.text_of(newest(demo, "ana"))
    assert f"of {total + int(left_out[1])} creators" in shown
    assert "Figures that are unknown count as a match" in shown
    everybody = shown
    while "find_page:next" in demo.actions(newest(demo, "ana")):
        demo.press("ana", newest(demo, "ana"), "find_page:next")
        everybody += demo.text_of(newest(demo, "ana"))
    assert everybody.count("Unknown: fee") == int(left_out[1])


def test_a_search_for_nobody_says_which_word_did_it_and_offers_the_nearest(demo):
    answer = demo.command("ana", "find skincare country:CL")

    text = demo.text_of(answer)
    assert "Nobody matches" in text
    assert "“country:CL” narrows it to nothing" in text
    demo.press("ana", answer, "find_run:0")
    assert "creators" in demo.text_of(newest(demo, "ana"))


def test_a_contradiction_gets_a_sentence_and_no_results(demo):
    text = demo.text_of(demo.command("ana", "find micro followers:500k-1m"))

    assert "Nobody can be both" in text


def test_an_empty_workspace_is_told_how_to_begin(slack):
    text = slack.text_of(slack.command("olivia", "find skincare"))

    assert "There are no creators here yet" in text
    assert "/influencer import" in text


def test_post_here_shows_everybody_the_list_without_fees(demo):
    answer = demo.command("ana", "find skincare micro", channel="marketing")
    before = len(demo.messages("marketing"))
    demo.press("ana", answer, "find_post")

    posted = demo.messages("marketing")[before:]
    assert len(posted) == 1
    text = demo.text_of(posted[0])
    assert "Ana searched for Skincare" in text
    assert handles(answer)[0] in text
    assert "a post" not in text


def test_a_posted_list_says_that_unknown_figures_count_as_a_match(demo):
    found = demo.command("ana", "find skincare under $500")
    demo.press("ana", found, "find_post")
    assert "unknown figure" not in demo.text_of(demo.messages("marketing")[-1])

    demo.press("ana", found, "find_unknown")
    demo.press("ana", demo.workspace.ephemerals("ana")[-1], "find_post")
    assert "Whoever has an unknown figure" in demo.text_of(demo.messages("marketing")[-1])


def test_saved_and_last_searches_are_on_home_and_run_from_there(demo):
    answer = demo.command("ana", "find skincare micro")
    demo.command("ana", "find running")
    demo.press("ana", answer, "find_save")
    home = demo.open_home("ana")

    text = demo.text_of(home)
    assert "skincare micro" in text
    assert "running" in text
    demo.press("ana", home, next(one for one in demo.actions(home) if "search_run" in one))
    assert any("creators" in text for text in demo.private("ana"))


def test_searches_are_remembered_after_seconds_the_newest_first_once_each(demo):
    for words in ("running", "skincare", "running"):
        demo.command("ana", f"find {words}")
    keeper = MemoryKeeper(demo.bot)
    keeper.store()
    keeper.store()

    with demo.reading() as tx:
        person = people.find(tx, demo.workspace.user("ana").id)
        assert ["running", "skincare"] == [one.text for one in saved_searches.recent(tx, person.id)]


def test_untrusted_text_never_pings_or_links(demo):
    with demo.writing() as tx:
        evil = ProfileSnapshot(
            platform=Platform.TIKTOK,
            handle="evil",
            display_name="<!channel> *Bold* <https://evil.example|click>",
            bio="skincare <@U12345> &lt; `code`",
            categories=("Skincare",),
        )
        profile_store.store(tx, [evil], demo.bot.services.vocabulary, index.pools(tx))
    answer = demo.command("ana", "find skincare tiktok new evil")
    shown = str(answer.blocks)

    assert "<!channel>" not in shown
    assert "&lt;!channel&gt;" in shown
    assert "<@U12345>" not in shown


def test_absurd_numbers_get_a_sentence(demo):
    for words in (
        "find er>1e999",
        "find followers:-5k",
        "find under -5 EUR",
        "find " + "x" * 10_000,
    ):
        text = demo.text_of(demo.command("ana", words))
        assert text
        assert "our mistake" not in text


def limit_spring_glow(slack) -> None:
    """A brief of a brand that only Ana sees."""
    write_brief(slack, name="Spring Glow", niches="skincare", new_brand="Lumen")
    with slack.writing() as tx:
        ana = people.get(tx, slack.workspace.user("ana").id)
        brands.limit(tx, brands.named(tx, "lumen"), True, [ana])


def test_results_for_a_limited_brands_brief_are_not_posted(demo):
    limit_spring_glow(demo)
    answer = demo.command("ana", "find for spring", channel="marketing")
    before = len(demo.messages("marketing"))
    demo.press("ana", answer, "find_post")

    said = demo.text_of(newest(demo, "ana"))
    assert "This brief is limited; its results can't be posted here." in said
    assert len(demo.messages("marketing")) == before


def test_nor_is_another_brief_posted_in_its_place(demo):
    write_brief(demo, name="A spring run", niches="running")
    limit_spring_glow(demo)
    answer = demo.command("ana", "find for spring", channel="marketing")
    before = len(demo.messages("marketing"))
    demo.press("ana", answer, "find_post")

    assert "limited" in demo.text_of(newest(demo, "ana"))
    assert len(demo.messages("marketing")) == before


def test_a_colleague_in_a_creators_place_is_named(demo):
    for typed in ("find @ana", "find skincare @ana"):
        assert "from your team" in demo.text_of(demo.command("ben", typed))


def test_a_dangling_for_offers_the_briefs(demo):
    write_brief(demo, name="Spring Glow", niches="skincare")
    answer = demo.command("ana", "find skincare for")
    assert "For which brief?" in demo.text_of(answer)
    demo.press("ana", answer, "find_run:0")
    assert "for “Spring Glow”" in demo.text_of(newest(demo, "ana"))


def test_two_words_that_only_together_narrow_to_nothing_are_named(demo):
    text = demo.text_of(demo.command("ana", "find skincare zzyzx xyzzy"))
    assert "“zzyzx” and “xyzzy” together narrow it to nothing" in text


def test_words_left_out_are_not_found(demo):
    demo_text = demo.text_of(demo.command("ana", 'find skincare -"cuidado de la piel"'))
    assert "cuidado" not in demo_text.replace("nobody who writes “cuidado de la piel”", "")


def test_a_niche_that_the_brief_has_too_is_said_once(demo):
    write_brief(demo, name="Spring Glow", niches="skincare")
    answer = demo.command("ana", "find skincare for spring")
    assert handles(answer)
    assert "; skincare" not in demo.text_of(answer).casefold()


def test_work_for_a_limited_brand_is_no_filter_for_those_who_do_not_see_it(slack: Slack) -> None:
    add_creators(slack, "mara")
    with slack.writing() as tx:
        brand = brands.create(tx, "Secret Brand", None)
        brands.limit(tx, brand, True, [people.get(tx, slack.workspace.user("olivia").id)])
        (creator,) = tx.session.exec(select(Creator))
        tx.session.add(
            Partnership(
                workspace_id=tx.workspace_id, creator_id=creator.id or 0, brand_id=brand.id,
                stage="done", created_at=tx.now, updated_at=tx.now,
            )
        )  # fmt: skip

    assert "@mara" in slack.text_of(slack.command("olivia", "find worked-with"))
    assert "@mara" not in slack.text_of(slack.command("ana", "find worked-with"))
