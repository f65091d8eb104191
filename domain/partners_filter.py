"""What `/influencer partners` was asked for: whose, of which brand, at which stage."""

import re

from pydantic import BaseModel, ConfigDict

from domain.partnership import Stage
from domain.text import fold

ME, OVERDUE = "me", "overdue"
_WORD = re.compile(r"(?:owner|brand|stage):\s*|[^\s\"“”]+|[\"“”]([^\"“”]*)[\"“”]?", re.IGNORECASE)
_KEY = re.compile(r"\b(owner|brand|stage)\s*:\s*", re.IGNORECASE)
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_LONG_STAGE = re.compile(
    "|".join(rf"\b{stage.replace(' ', r'[ -]+')}\b" for stage in Stage if " " in stage),
    re.IGNORECASE,
)
_QUOTES = "\"'“”„ "


class PartnersFilter(BaseModel):
    """What to list. owner: "me" or a Slack id. brand: a name as typed. "" is not asked for.

    strange: the owner that was asked for and is neither. overdue: only what is late.
    """

    model_config = ConfigDict(frozen=True)

    owner: str = ""
    brand: str = ""
    stage: Stage | None = None
    strange: str = ""
    overdue: bool = False


def read_filter(text: str) -> PartnersFilter:
    """Read "owner:me brand:Acme live"; words that are nothing else are a brand's name."""
    pieces = _KEY.split(_LONG_STAGE.sub(lambda found: _joined(found[0]), text))
    loose, keyed = pieces[0].split(), dict(zip(pieces[1::2], pieces[2::2], strict=True))
    found: dict[str, str] = {key.lower(): value.strip(_QUOTES) for key, value in keyed.items()}
    owner, _, behind = found.get("owner", "").partition(" ")
    loose += behind.split()
    stage, *behind_stage = found.get("stage", "").split() or [""]
    loose += behind_stage
    brand_words = found.get("brand", "").split()
    stages = [word for word in (stage, *loose, *brand_words[1:]) if _stage(word)]
    late = [word for word in loose if fold(word) == OVERDUE]
    others = [word for word in (*loose, *brand_words) if word not in (*stages, *late)]
    strange = "" if not stage or _stage(stage) else stage
    mention = _MENTION.fullmatch(owner)
    known_owner = ME if fold(owner) == ME else mention[1] if mention else ""
    return PartnersFilter(
        owner=known_owner,
        brand=" ".join(others).strip(_QUOTES),
        stage=_stage(stages[0]) if stages else None,
        strange=strange or ("" if known_owner else owner),
        overdue=bool(late),
    )


def _stage(word: str) -> Stage | None:
    return next((stage for stage in Stage if _joined(stage) == _joined(fold(word))), None)


def _joined(words: str) -> str:
    """ "product-sent", as one word."""
    return "-".join(words.split())
