"""What a shortlist's messages show when there is as much to show as can be."""

import json
from typing import Any

from domain.shortlist import MOST_APPROVERS, CardState
from handlers.posting import MOST_CARDS
from playground.validation import check_blocks, check_view
from views.shortlist import Skipped, Standing, posted, standings
from views.summary import SummaryLine, SummaryView, summary

PEOPLE = tuple(f"Approver with a long name, no. {number}" for number in range(MOST_APPROVERS))
HANDLES = tuple(f"@creator.with_thirty_letters.{number:02}" for number in range(MOST_CARDS))


def view(state: CardState) -> SummaryView:
    return SummaryView(
        shortlist_id=1,
        brief="Spring Glow",
        asker="Olivia",
        quorum=MOST_APPROVERS,
        approvers=tuple((f"U0{number:08}", name) for number, name in enumerate(PEOPLE)),
        lines=tuple(
            SummaryLine(handle=handle, state=state, awaited=PEOPLE, decided_by=PEOPLE)
            for handle in HANDLES
        ),
    )


def shown(blocks: Any) -> str:
    return json.dumps(blocks, ensure_ascii=False)


def test_a_summary_of_the_longest_shortlist_names_every_creator() -> None:
    for state in CardState:
        drawn = summary(view(state))
        assert check_blocks(drawn.blocks) == []
        assert [handle for handle in HANDLES if handle not in shown(drawn.blocks)] == []
    assert "and 45 more" in shown(summary(view(CardState.OPEN)).blocks)


def test_everybody_who_is_not_posted_again_is_named_with_what_was_decided() -> None:
    skipped = [Skipped(handle, f"rejected by Ana: {'too dear, ' * 30}") for handle in HANDLES[:25]]
    drawn = posted(0, skipped)
    assert check_view(drawn) == []
    assert [one.handle for one in skipped if one.handle not in shown(drawn)] == []


def test_a_list_of_the_longest_shortlists_says_where_each_stands() -> None:
    standing = Standing(view(CardState.OPEN), "C0MARKETING")
    drawn = standings([standing] * 20, [standing] * 20, 20, 20)
    assert check_blocks(drawn.blocks) == []
    assert shown(drawn.blocks).count("waiting for Approver with a long name, no. 0") == 40
