"""What people add to a creator from the profile: tags, a note, the fee they heard."""

from collections.abc import Sequence
from typing import Any

from views import elements
from views.message import Blocks


def tags_modal(handle: str, tags: Sequence[str], known: Sequence[str], kept: str) -> dict[str, Any]:
    """The tags of a creator, separated by commas. known: tags in use elsewhere."""
    often = f" In use: {', '.join(known)}." if known else ""
    hint = elements.cut(f"Separated by commas. find takes them as tag:vip.{often}", 150)
    field = elements.text_field(
        "tags", "Tags", initial=", ".join(tags), optional=True, hint=hint, longest=500
    )
    return elements.modal(
        f"Tags {handle}", "creator_tags", [field], submit="Save", private_metadata=kept
    )


def note_modal(handle: str, brands: Sequence[tuple[str, str]], kept: str) -> dict[str, Any]:
    """A note about a creator. brands: (id, name) of those the person sees."""
    hint = "Seen by whoever sees that brand; without one, by the whole team."
    blocks = [
        elements.text_field("note", "Note", multiline=True, longest=2_000),
        *_only_for_a_brand(brands, hint),
    ]
    return elements.modal(
        f"Note {handle}", "creator_note", blocks, submit="Save", private_metadata=kept
    )


def fee_modal(
    handle: str, fee: str, brands: Sequence[tuple[str, str]], kept: str
) -> dict[str, Any]:
    """What one post costs, as the team heard it. brands: (id, name) of those the person sees."""
    typed = elements.text_field(
        "fee",
        "Fee for one post",
        initial=fee,
        placeholder="€300",
        hint="With its currency; 0 for somebody who works without a fee. It stands above fees that "
        "come with files.",
        longest=40,
    )
    hint = "Seen by whoever sees that brand. Searches and fits go by the whole team's fee."
    blocks = [typed, *_only_for_a_brand(brands, hint)]
    return elements.modal(
        f"Fee {handle}", "creator_fee", blocks, submit="Save", private_metadata=kept
    )


def _only_for_a_brand(brands: Sequence[tuple[str, str]], hint: str) -> Blocks:
    if not brands:
        return []
    return [elements.choice_field("brand", "Only for a brand", brands, optional=True, hint=hint)]
