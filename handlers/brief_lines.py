"""Briefs as they are listed, with the names that people read."""

from collections.abc import Sequence

from domain.fit_learning import Factors
from domain.places import country_name, language_name
from handlers import access
from handlers.context import Context
from storage import brands, briefs, weight_changes
from storage.models import Brand, Brief, Person
from storage.transaction import Transaction
from views.brief import BriefLine


def lines(
    tx: Transaction, context: Context, person: Person, found: Sequence[Brief]
) -> list[BriefLine]:
    """Briefs as they are listed."""
    any_of_brand = any(each.brand_id is not None for each in found)
    seen = brands.visible(tx, access.hidden_brands(tx, person)) if any_of_brand else ()
    known = {each.id: each for each in seen}
    factors = weight_changes.in_use(tx)
    return [_line(context, each, known.get(each.brand_id), factors) for each in found]


def _line(context: Context, stored: Brief, brand: Brand | None, factors: Factors) -> BriefLine:
    content, goal = briefs.content(stored), briefs.goal(stored)
    vocabulary = context.services.vocabulary
    return BriefLine(
        id=stored.id or 0,
        name=stored.name,
        brand=brand.name if brand else None,
        brand_is_limited=bool(brand and brand.limited),
        niches=(*(vocabulary.name(niche) for niche in content.niches), *content.words),
        must_have=content.must_have,
        never=content.never,
        tiers=tuple(tier.value for tier in content.tiers),
        platforms=content.platforms,
        countries=tuple(country_name(code) for code in content.countries),
        languages=tuple(language_name(code) for code in content.languages),
        starts_on=stored.starts_on,
        ends_on=stored.ends_on,
        budget=briefs.budget(stored),
        goal=goal,
        target=stored.target,
        product=content.product,
        deliverables=content.deliverables,
        required_tags=content.required_tags,
        hashtags=content.hashtags,
        link=content.link,
        weights=content.weights_for(goal, factors),
        archived=stored.archived_at is not None,
        client=content.client,
    )
