"""What a client reads, and a client without Slack: a file goes out, answers are written down.

Nothing internal reaches them unless it is ticked: no cost, contact, vote, note, weakness or other
brand. In the scene mara has all of these.
"""

import io
import itertools
import re
from collections.abc import Sequence

import openpyxl
import pytest
from sqlmodel import col, select

from domain.brief import BriefContent
from domain.brief_form import BriefDraft
from domain.client_review import ClientReview, Tick
from domain.creator import Figures, Money, Platform, ProfileSnapshot, RateDefinition
from domain.niche import default_vocabulary
from handlers import client_cards
from storage import (
    audit,
    brands,
    briefs,
    cards,
    exporting,
    index,
    merging,
    pools,
    profile_store,
    shortlists,
)
from storage.models import Card, Note, Profile, Shortlist
from tests.clients import add_brief, all_sent, approved_by_team, ask_client, clients_cards
from tests.shortlisting import (
    CHECK,
    CROSS,
    Posted,
    add_creators,
    fill_in,
    open_form,
    posted,
    shortlist,
    slack_ids,
)
from tests.slack import Slack
from tests.test_client_step import partnerships, states
from views import client_list
from views.card import card

SECRETS = {
    Tick.COST: re.compile(r"€|EUR|for each expected engagement", re.IGNORECASE),
    Tick.CONTACT: re.compile(r"mara@example\.com"),
    Tick.VOTES: re.compile(r"in the team by"),
    Tick.REASONS: re.compile(r"asks for twice the time"),
    Tick.WEAKNESSES: re.compile(r"Against"),
    Tick.OTHER_BRANDS: re.compile(r"Autumn|wanted somebody else"),
}
NEVER = re.compile(r"only for our own eyes")
HANDLES = ("mara", *(f"creator{number}" for number in range(10)))


def set_scene(slack: Slack, sees: Sequence[Tick] = (), channel: str = "clients") -> Posted:
    """mara, dear and with few engagements, was rejected for another brand; now she is approved."""
    with slack.writing() as tx:
        snapshots = [_creator(handle, 20 * place) for place, handle in enumerate(HANDLES)]
        profile_store.store(tx, snapshots, default_vocabulary(), index.pools(tx))
        rival = brands.create(tx, "Rival", None).id
        content = BriefContent(niches=("skincare",))
        briefs.create(tx, BriefDraft(name="Autumn", content=content), rival, None)
        mara = tx.session.exec(select(Profile).where(Profile.handle == "mara")).one()
        tx.session.add(
            Note(
                workspace_id=tx.workspace_id, creator_id=mara.creator_id,
                text="only for our own eyes", created_at=tx.now,
            )
        )  # fmt: skip
    pools.refresh_pools(slack.bot.services.database, slack.workspace_id)
    before = shortlist(slack, "mara", channel="general")
    slack.react("ana", CROSS, before.card)
    slack.press("ana", before.card, "card_why")
    assert not slack.submit("ana", {"category": "other", "reason": "they wanted somebody else"})
    number = add_brief(slack, sees=sees, channel=channel)
    open_form(slack, "olivia", ["mara"])
    assert not fill_in(slack, "olivia", brief=str(number), layout="thread")
    made = posted(slack, ["mara"])
    slack.press("ana", made.card, "card_why")
    assert not slack.submit("ana", {"category": "other", "reason": "asks for twice the time"})
    slack.react("ana", CHECK, made.card)
    return made


def _creator(handle: str, fee: int) -> ProfileSnapshot:
    is_mara = handle == "mara"
    return ProfileSnapshot(
        platform=Platform.INSTAGRAM,
        handle=handle,
        display_name=handle.capitalize(),
        email=f"{handle}@example.com",
        categories=("Skincare",),
        figures=Figures(
            followers=10_000,
            engagement_rate=0.002 if is_mara else 0.04,
            rate_definition=RateDefinition.FOLLOWERS,
            fee=Money(amount=900 if is_mara else 50 + fee, currency="EUR"),
        ),
        source="invented for a test",
    )


def test_a_client_reads_what_is_ticked_and_nothing_else_in_message_and_file(slack: Slack) -> None:
    """Every choice of ticks: card, page and sheet say exactly those things."""
    set_scene(slack)
    with slack.reading() as tx:
        first = tx.session.exec(
            select(Shortlist).where(Shortlist.asks_client == True)  # noqa: E712
        ).one()
        team = cards.of_shortlist(tx, shortlists.number_of(first))
        for size in range(len(Tick) + 1):
            for ticked in itertools.combinations(Tick, size):
                (view,) = client_cards.preview(tx, team, first, ClientReview(sees=ticked))
                message = card(view)
                for said in (
                    f"{message.text}\n{message.blocks}",
                    client_list.page("Spring Glow", [view], tx.now.date()).decode(),
                    str(client_list.rows([view])),
                ):
                    told = {tick for tick, secret in SECRETS.items() if secret.search(said)}
                    assert told - set(ticked) == set(), said
                    assert not NEVER.search(said)
                assert {t for t in ticked if SECRETS[t].search(str(message.blocks))} == set(ticked)


def test_nothing_internal_was_ever_sent_to_the_clients_channel(slack: Slack) -> None:
    made = set_scene(slack)
    ask_client(slack, made)
    theirs = clients_cards(slack, "mara")["mara"]
    slack.press("ana", theirs, "card_why")
    slack.submit("ana", {"category": "too dear", "reason": "between us: €900 is too much"})
    slack.press("sam", theirs, "card_reject")

    sent = all_sent(slack, "clients")
    assert "For: " in sent
    assert [tick for tick, secret in SECRETS.items() if secret.search(sent)] == []
    assert not NEVER.search(sent)
    assert "between us" not in sent
    assert "Ana gave a reason" in slack.text_of(theirs)
    assert "between us: €900" in slack.text_of(made.card)


def test_what_is_no_longer_ticked_goes_from_cards_that_the_client_has(slack: Slack) -> None:
    made = set_scene(slack, sees=[Tick.COST, Tick.VOTES])
    ask_client(slack, made)
    theirs = clients_cards(slack, "mara")["mara"]
    assert "Fee: €900" in slack.text_of(theirs)
    answer = slack.command("ana", "brief Spring Glow")
    slack.press("ana", answer, "brief_edit")

    assert not slack.submit("ana", {"niches": "skincare", "client_sees": ["votes", "contact"]})

    said = slack.text_of(theirs)
    assert "€" not in said
    assert "Approved in the team by Ana" in said
    assert "mara@example.com" not in said  # ticked after they were asked: no preview showed it


def test_the_preview_shows_the_card_as_it_is_then_posted(slack: Slack) -> None:
    made = set_scene(slack, sees=[Tick.CONTACT])
    form = slack.press("olivia", made.summary, "client_send")
    preview = slack.text_of(form)
    assert not slack.submit("olivia")

    theirs = slack.text_of(clients_cards(slack, "mara")["mara"])
    body = theirs.partition("\nApprove @mara")[0]
    shown = preview.partition("this is all that they read")[2]
    assert [line for line in body.splitlines() if line not in shown] == []
    assert "Expected" in theirs
    assert set(shown.split()) - set(theirs.split()) <= {"Post", "Cancel", "-"}
    assert "Shown besides figures and fit: e-mail addresses." in preview
    assert "Left out: fees and cost" in preview


def test_a_teams_card_where_outsiders_read_does_not_tell_the_clients_reason(slack: Slack) -> None:
    add_brief(slack)
    made = shortlist(slack, channel="agency")
    slack.react("ana", CHECK, made.card)
    ask_client(slack, made)
    theirs = clients_cards(slack, "mara")["mara"]
    slack.press("sam", theirs, "card_why")
    slack.submit("sam", {"category": "other", "reason": "our board said no"})
    slack.press("sam", theirs, "card_reject")

    assert "Client: Sam gave a reason" in slack.text_of(made.card)
    assert "our board" not in "".join(slack.text_of(one) for one in slack.messages("agency"))
    assert "our board" not in slack.text_of(made.card)


# ---- a client without Slack


def file_of(slack: Slack, who: str) -> bytes:
    files = [file for one in slack.workspace.direct_messages(who) for file in one.files]
    return slack.workspace.store.files[files[-1]].content


def record(slack: Slack, who: str, place: Posted, client: str, **given: str) -> dict[str, str]:
    """Write answers down; given: "approve" or "reject" by handle."""
    form = slack.press(who, place.summary, "client_answer")
    assert form is not None
    blocks = {
        block["label"]["text"].lstrip("@"): block["block_id"]
        for block in form.blocks
        if block.get("block_id", "").startswith("answer:")
    }
    values = {blocks[handle]: answer for handle, answer in given.items()}
    return slack.submit(who, {"client": client, **values}) or {}


def test_a_client_without_slack_gets_a_page_that_only_the_asker_is_sent(slack: Slack) -> None:
    made = approved_by_team(slack, "mara", "ines", channel="")
    before = len(slack.messages("clients"))

    ask_client(slack, made)

    page = file_of(slack, "olivia").decode()
    assert "Spring Glow" in page
    assert "@mara" in page
    assert "<script" not in page
    assert "2 creators" in slack.private("olivia")[-1]
    assert len(slack.messages("clients")) == before
    assert states(slack) == [("team", "approved")] * 2 + [("client", "open")] * 2
    assert "Client: asked, no answer yet" in slack.text_of(made.card)


def test_the_list_as_a_sheet_is_safe_to_open(slack: Slack) -> None:
    made = approved_by_team(slack, channel="")
    with slack.writing() as tx:
        for row in tx.session.exec(select(Card)):
            row.profile = {**row.profile, "display_name": "=cmd|' /C calc'!A0"}
            tx.session.add(row)
    ask_client(slack, made, file="xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(file_of(slack, "olivia"))).active
    assert sheet is not None
    header, row = sheet.iter_rows(values_only=True)
    cells = dict(zip(header, row, strict=True))
    assert cells["Creator"] == "'=cmd|' /C calc'!A0"
    assert cells["Handle"] == "mara"
    assert "Your answer (yes or no)" in cells


def test_an_answer_on_the_clients_behalf_decides_and_is_marked_everywhere(slack: Slack) -> None:
    made = approved_by_team(slack, "mara", "ines", channel="")
    ask_client(slack, made)

    assert record(slack, "olivia", made, "Jane Doe", mara="approve") == {}

    assert "Client: ✅ approved by Jane Doe (recorded by Olivia)" in slack.text_of(made.card)
    assert states(slack)[2:] == [("client", "approved"), ("client", "open")]
    (begun,) = partnerships(slack)
    with slack.reading() as tx:
        rows = list(tx.session.exec(select(Card).order_by(col(Card.id))))
        said = [one for one in audit.of(tx, "card", rows[2].id or 0) if one.action == "approve"]
        exported = list(exporting.partnerships(tx))
    assert begun.card_id == rows[0].id
    assert said[0].after["on_behalf_of"] == "Jane Doe"
    assert said[0].actor == slack_ids(slack, ["olivia"])[0]
    assert exported[0]["Approved by"] == "Ana; client: Jane Doe (recorded by Olivia)"

    assert record(slack, "olivia", made, "Jane Doe", ines="reject") == {}
    told = slack.replies(made.summary)[-1].text
    assert "Answers of Jane Doe were recorded on their behalf." in told


def test_a_reason_given_on_the_clients_behalf_names_the_client(slack: Slack) -> None:
    made = approved_by_team(slack, channel="")
    ask_client(slack, made)
    form = slack.press("olivia", made.card, "client_answer")
    assert form is not None
    number = next(b["block_id"] for b in form.blocks if b.get("block_id", "").startswith("answer"))
    why = number.replace("answer", "reason")

    assert not slack.submit("olivia", {"client": "Jane", number: "reject", why: "too loud"})

    said = "Jane (recorded by Olivia) says other: too loud"
    assert f"Client: {said}" in slack.text_of(made.card)
    assert "too loud" in slack.text_of(slack.command("ben", "show mara"))


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"client": ""}, "client", "required"),
        ({"client": "Jane"}, "answer", "at least one creator"),
    ],
)
def test_an_answer_needs_a_name_and_a_choice(
    slack: Slack, values: dict[str, str], field: str, sentence: str
) -> None:
    made = approved_by_team(slack, channel="")
    ask_client(slack, made)
    slack.press("olivia", made.summary, "client_answer")

    errors = slack.submit("olivia", values)

    assert errors is not None
    assert [name.partition(":")[0] for name in errors] == [field]
    assert sentence in next(iter(errors.values()))


def test_an_answer_comes_too_late_when_the_client_has_voted_meanwhile(slack: Slack) -> None:
    made = approved_by_team(slack)
    ask_client(slack, made)
    form = slack.press("olivia", made.card, "client_answer")
    assert form is not None
    slack.react("sam", CROSS, clients_cards(slack, "mara")["mara"])
    block = next(b["block_id"] for b in form.blocks if b.get("block_id", "").startswith("answer"))

    errors = slack.submit("olivia", {"client": "Jane", block: "approve"})

    assert errors == {block: "This card is rejected; there is nothing to answer."}
    assert partnerships(slack) == []


def test_members_who_neither_asked_nor_manage_record_no_answers(slack: Slack) -> None:
    made = approved_by_team(slack)
    ask_client(slack, made)

    assert slack.press("ben", made.summary, "client_answer") is None
    assert slack.press("ben", made.summary, "client_file") is None

    assert "Whoever asked for this shortlist, and managers" in slack.private("ben")[-1]


def test_a_merge_of_creators_takes_the_clients_card_along(slack: Slack) -> None:
    made = approved_by_team(slack)
    ask_client(slack, made)
    add_creators(slack, "mara_two")
    with slack.writing() as tx:
        ids = {p.handle: p.creator_id for p in tx.session.exec(select(Profile))}
        merging.merge(tx, ids["mara_two"], ids["mara"], default_vocabulary())
    slack.react("sam", CHECK, clients_cards(slack, "mara")["mara"])

    with slack.reading() as tx:
        rows = list(tx.session.exec(select(Card)))
        kinds = {one.id: one.kind for one in tx.session.exec(select(Shortlist))}
    assert {kinds[row.shortlist_id]: row.creator_id for row in rows} == {
        "team": ids["mara_two"], "client": ids["mara_two"],
    }  # fmt: skip
    assert partnerships(slack)[0].creator_id == ids["mara_two"]
