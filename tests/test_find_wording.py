"""What an answer to `find` says of how it was understood, and of why somebody fits."""

import datetime as dt

from domain.creator import Platform, ProfileSnapshot
from domain.niche import default_vocabulary
from domain.part import PartName
from handlers.fit_facts import fit_of
from storage import index, profile_store, search, workspaces
from storage.asked import Criteria, Term
from tests.test_briefs import write_brief


def test_a_word_that_may_have_been_a_code_is_said_to_be_left_out(demo):
    answer = demo.command("ana", "find skincare in")
    assert "left out “in”: for India type country:in" in demo.text_of(answer)


def test_a_brief_says_which_of_its_wishes_only_rank_and_the_posted_list_says_its_order(demo):
    wishes = {"countries": "Germany, AT", "languages": "Deutsch", "niches": "skincare"}
    write_brief(demo, name="Spring Glow", **wishes)
    found = demo.command("ana", "find for spring", channel="marketing")
    assert "The brief's Austria, Germany and German: counted in the fit" in demo.text_of(found)
    spoken = demo.text_of(demo.command("ana", "find lang:de for spring"))
    assert "The brief's Austria and Germany: counted in the fit" in spoken

    before = len(demo.messages("marketing"))
    demo.press("ana", found, "find_post")
    posted = demo.text_of(demo.messages("marketing")[before])
    assert "best first, by fit and how much is known" in posted


def test_a_channel_that_slack_made_of_a_word_is_read_by_its_name(demo):
    demo.workspace.commands.bare_mentions = True
    said = demo.text_of(demo.command("ana", "find #marketing skincare"))
    assert "Slack hid" not in said
    assert "arketing" in said


def test_a_channel_whose_name_the_bot_is_not_told_is_asked_for_in_words(demo):
    demo.workspace.rooms.create("glow", demo.workspace.user("ana").id, is_private=True)
    demo.workspace.commands.bare_mentions = True
    said = demo.text_of(demo.command("ana", "find #glow skincare"))
    assert "please type the word without #" in said


def test_evidence_that_search_and_brief_share_is_said_once_and_phrases_stand_together(database):
    workspace_id = workspaces.ensure(database, "", "T1").id or 0
    vocabulary, today = default_vocabulary(), dt.date(2026, 11, 23)
    anna = ProfileSnapshot(
        platform=Platform.INSTAGRAM, handle="anna", categories=("Skincare",),
        bio="quartz in the dark, and blue quartz dust",
    )  # fmt: skip
    with database.writing(workspace_id) as tx:
        stored = profile_store.store(tx, [anna], vocabulary, index.Pools())
    asked = Criteria(
        groups=(
            (Term(niche="skincare"),),
            (Term(niche="skincare"), Term(niche="zumba")),
            (Term(words=("quartz", "dust")),),
            (Term(words=("dark", "dust")),),
        )
    )
    with database.reading(workspace_id) as tx:
        fit = fit_of(tx, asked, stored.created, today, vocabulary)[stored.created[0]]
    said = fit.parts[0].evidence
    assert said.count("from “skincare” in the category") == 1
    assert "“quartz dust” in the bio" in said
    assert "“dark dust” in the bio" not in said


def test_a_mistyped_place_is_offered_as_it_was_probably_meant(demo):
    answer = demo.command("ana", "find skincare germny")
    assert "“germany” for “germny”" in demo.text_of(answer)
    demo.press("ana", answer, "find_run:0")
    assert "Skincare · in Germany" in demo.text_of(demo.workspace.ephemerals("ana")[-1])


def test_a_link_that_nobody_has_is_left_out_whole(demo):
    answer = demo.command("ana", "find skincare https://instagram.com/nobody_here")
    assert demo.text_of(answer).count("Without “https://instagram.com/nobody_here”") == 1


def test_a_search_of_which_no_part_finds_anybody_says_where_words_are_looked_for(demo):
    answer = demo.command("ana", "find xyzzy plugh")
    assert "Words are looked for in names, handles, bios and categories" in demo.text_of(answer)


def test_a_niche_that_only_the_name_tells_ranks_low_and_says_so(database):
    workspace_id = workspaces.ensure(database, "", "T1").id or 0
    vocabulary = default_vocabulary()
    harry, anna = (
        ProfileSnapshot(
            platform=Platform.INSTAGRAM, handle="harrystyles", display_name="Harry Styles",
            categories=("Music",),
        ),
        ProfileSnapshot(platform=Platform.INSTAGRAM, handle="anna", bio="fashion every day"),
    )  # fmt: skip
    with database.writing(workspace_id) as tx:
        stored = profile_store.store(tx, [harry, anna], vocabulary, index.Pools())
    asked = Criteria(groups=((Term(niche="fashion"),),))
    with database.reading(workspace_id) as tx:
        found = search.top(tx, asked, dt.date(2026, 11, 23), 10)
        fits = fit_of(tx, asked, stored.created, dt.date(2026, 11, 23), vocabulary)
    assert [one.profile_id for one in found] == [stored.created[1], stored.created[0]]
    assert found[1].parts[PartName.NICHE] < 2_000 < found[0].parts[PartName.NICHE]
    assert "only from “styles” in the name" in fits[stored.created[0]].parts[0].evidence
    assert "only" not in fits[stored.created[1]].parts[0].evidence


def test_tags_that_a_file_brought_are_judged_and_stay_when_a_newer_file_has_none(database):
    workspace_id = workspaces.ensure(database, "", "T1").id or 0
    vocabulary = default_vocabulary()
    tagged = ProfileSnapshot(
        platform=Platform.INSTAGRAM, handle="anna", tags=("Vegan", "VIP"), as_of=dt.date(2026, 1, 1)
    )
    newer = ProfileSnapshot(
        platform=Platform.INSTAGRAM, handle="anna", bio="hello", as_of=dt.date(2026, 2, 1)
    )
    asked = Criteria(groups=((Term(niche="vegan"),),))
    for one in (tagged, newer):
        with database.writing(workspace_id) as tx:
            stored = profile_store.store(tx, [one], vocabulary, index.Pools())
        numbers = stored.created or stored.changed
        with database.reading(workspace_id) as tx:
            found = search.top(tx, asked, dt.date(2026, 11, 23), 10)
            fits = fit_of(tx, asked, numbers, dt.date(2026, 11, 23), vocabulary)
        assert [one.parts[PartName.NICHE] for one in found] == [9_500]
        assert "from “vegan” in the tags" in fits[numbers[0]].parts[0].evidence
