"""A brief as people type it, read into what is stored, with a sentence for each wrong field."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain import brief_fields as fields
from domain.brief import BriefContent
from domain.client_review import ClientReview, Tick
from domain.creator import Platform
from domain.fit import Weights
from domain.goal import Goal
from domain.niche import Vocabulary
from domain.niche_match import spoken
from domain.part import PartName
from domain.places import country_code, country_name, language_code, language_name
from domain.shortlist import check_terms
from domain.tier import Tier

Problems = dict[str, str]
NO_CLIENT, IN_SLACK, BY_FILE = "none", "slack", "file"
CLIENT_STEPS = (NO_CLIENT, IN_SLACK, BY_FILE)


class BriefForm(BaseModel):
    """What the modal holds, as typed or chosen; "" and () are not given. Dates: YYYY-MM-DD.

    client: how the client decides after the team, of `CLIENT_STEPS`.
    """

    model_config = ConfigDict(frozen=True)

    name: str = ""
    product: str = ""
    niches: str = ""
    must_have: str = ""
    never: str = ""
    tiers: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    countries: str = ""
    languages: str = ""
    starts_on: str = ""
    ends_on: str = ""
    budget: str = ""
    goal: str = ""
    target: str = ""
    required_tags: str = ""
    hashtags: str = ""
    link: str = ""
    deliverables: str = ""
    weights: str = ""
    client: str = ""
    client_channel: str = ""
    client_approvers: tuple[str, ...] = ()
    client_quorum: str = ""
    client_sees: tuple[str, ...] = ()


class BriefDraft(BaseModel):
    """A brief that can be stored. budget: minor units of `currency`."""

    model_config = ConfigDict(frozen=True)

    name: str
    content: BriefContent
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    budget: int | None = None
    currency: str | None = None
    goal: Goal | None = None
    target: int | None = None


class _Reader:
    """Reads field by field and remembers the sentence for each that is wrong."""

    def __init__(self) -> None:
        self.problems: Problems = {}

    def read(self, field: str, read: Callable[[], Any], otherwise: Any = None) -> Any:
        try:
            return read()
        except fields.Wrong as wrong:
            self.problems[field] = str(wrong)
            return otherwise


def read_form(
    form: BriefForm, vocabulary: Vocabulary, default_currency: str | None = None
) -> BriefDraft | Problems:
    """The brief that was typed, or a sentence for every field that is wrong.

    default_currency: of a budget that names none.
    """
    reader = _Reader()
    name = reader.read("name", lambda: fields.read_name(form.name), "")
    found, loose = reader.read(
        "niches", lambda: fields.read_niches(form.niches, vocabulary), ((), ())
    )
    starts_on = reader.read("starts_on", lambda: fields.read_date(form.starts_on))
    ends_on = reader.read("ends_on", lambda: fields.read_end(form.ends_on, starts_on))
    budget, currency = reader.read(
        "budget", lambda: fields.read_budget(form.budget, default_currency), (None, None)
    )
    goal = reader.read("goal", lambda: fields.read_goal(form.goal, form.target))
    target = reader.read("target", lambda: fields.read_target(form.target))
    content = BriefContent(
        product=reader.read("product", lambda: fields.read_text(form.product), ""),
        niche_text=" ".join(form.niches.split())[: fields.LONGEST_TEXT],
        niches=found,
        words=loose,
        must_have=reader.read("must_have", lambda: fields.read_entries(form.must_have), ()),
        never=reader.read("never", lambda: fields.read_entries(form.never), ()),
        tiers=reader.read(
            "tiers", lambda: tuple(fields.read_one_of(Tier, each) for each in form.tiers), ()
        ),
        platforms=reader.read(
            "platforms",
            lambda: tuple(fields.read_one_of(Platform, each) for each in form.platforms),
            (),
        ),
        countries=reader.read(
            "countries", lambda: fields.read_places(form.countries, country_code, "country"), ()
        ),
        languages=reader.read(
            "languages", lambda: fields.read_places(form.languages, language_code, "language"), ()
        ),
        required_tags=reader.read(
            "required_tags", lambda: fields.read_handles(form.required_tags, "@"), ()
        ),
        hashtags=reader.read("hashtags", lambda: fields.read_handles(form.hashtags, "#"), ()),
        link=reader.read("link", lambda: fields.read_link(form.link), ""),
        deliverables=reader.read("deliverables", lambda: fields.read_text(form.deliverables), ""),
        weights=reader.read("weights", lambda: fields.read_weights(form.weights, goal)),
        client=_read_client(form, reader),
    )
    if reader.problems:
        return reader.problems
    return BriefDraft(
        name=name,
        content=content,
        starts_on=starts_on,
        ends_on=ends_on,
        budget=budget,
        currency=currency,
        goal=goal,
        target=target,
    )


def _read_client(form: BriefForm, reader: _Reader) -> ClientReview | None:
    """The client's step; what belongs to a way that was not chosen is passed over."""
    if form.client not in (IN_SLACK, BY_FILE):
        return None
    sees = tuple(Tick(each) for each in form.client_sees if each in {*Tick})
    if form.client == BY_FILE:
        return ClientReview(sees=sees)
    if not form.client_channel:
        reader.problems["client_channel"] = "Please choose the channel that the client reads."
    typed = form.client_quorum.strip() or "1"
    if not (typed.isascii() and typed.isdigit() and len(typed) < 5):
        reader.problems["client_quorum"] = "Please type a whole number, for example 1."
        return None
    review = ClientReview(
        channel=form.client_channel,
        approvers=form.client_approvers,
        quorum=int(typed),
        sees=sees,
    )
    for field, sentence in check_terms(review.quorum, review.approvers).items():
        reader.problems[f"client_{field}"] = sentence
    return review


def written_places(codes: Iterable[str], of_country: bool) -> str:
    """Codes as a person types them: "Germany, Austria"."""
    name_of = country_name if of_country else language_name
    return ", ".join(name_of(code) for code in codes)


def written_weights(weights: Weights) -> str:
    """Weights as they are typed: "niche 30, engagement 40, …"."""
    return ", ".join(f"{name.value} {weights.of(name)}" for name in PartName)


def unknown_niche_words(content: BriefContent, vocabulary: Vocabulary) -> tuple[str, ...]:
    """What a person is told of words that are no niches: "skincrae (did you mean skincare?)"."""
    said = []
    for word in content.words:
        near = vocabulary.suggest(word)
        said.append(f"{spoken([word])} (did you mean {near}?)" if near else spoken([word]))
    return tuple(said)
