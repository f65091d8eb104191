"""All creators and partnerships of a workspace, row by row, for files people take away."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, true
from sqlmodel import col, select

from domain.exporting import DATE, RATE_BY, Row, beside, plain, together
from domain.goal import Metric
from domain.money import from_minor
from domain.partnership import Stage
from domain.stage_plan import StagePlan
from storage import (
    brands,
    costs,
    deciders,
    disclosures,
    forecasts,
    profiles,
    promo_codes,
    results,
    sale_totals,
    tracking_links,
)
from storage.models import (
    Brand,
    Brief,
    Creator,
    CreatorList,
    Feedback,
    ListMember,
    Note,
    Partnership,
    Person,
    Post,
    Profile,
    QuotedFee,
    Tag,
)
from storage.profiles import Current
from storage.transaction import Transaction
from storage.visibility import brought_openly, hidden_imports

BATCH = 300


def creators(tx: Transaction, hidden: Collection[int] = ()) -> Iterator[Row]:
    """One row a profile of the list, with what the team added to its creator.

    hidden: limited brands whose notes and fees are left out. Whom look-ups found and nobody kept
    is not in the list.
    """
    ids = [
        number
        for number in tx.session.exec(
            select(Profile.id)
            .join(Creator, col(Creator.id) == col(Profile.creator_id))
            .where(
                Profile.workspace_id == tx.workspace_id,
                col(Creator.found_on).is_(None),
                brought_openly(Profile.import_id, hidden_imports(tx)),
            )
            .order_by(col(Profile.id))
        )
        if number is not None
    ]
    people = _names(tx, Person)
    for start in range(0, len(ids), BATCH):
        known = profiles.current(tx, ids[start : start + BATCH])
        of_creators = sorted({one.profile.creator_id for one in known.values()})
        tags = _texts(tx, of_creators, Tag, Tag.tag)
        notes = _texts(tx, of_creators, Note, Note.text, seen(Note.brand_id, hidden))
        lists = _lists(tx, of_creators)
        fees = _brand_fees(tx, list(known), hidden)
        for one in known.values():
            number = one.profile.creator_id
            row = {
                **_profile(one),
                "Owner": people.get(one.creator.owner_id or 0),
                "Fees for brands": together(fees.get(one.profile.id or 0, {}).values()),
                "Tags": together(tags[number]),
                "Notes": together(notes[number]),
                "Lists": together(lists[number]),
            }
            yield beside(row, one.snapshot.extra)


def partnerships(tx: Transaction, hidden: Collection[int] = ()) -> Iterator[Row]:
    """One row a partnership, with its costs and the newest total of each figure.

    hidden: limited brands whose partnerships are left out.
    """
    of_briefs, of_brands, people = _names(tx, Brief), _names(tx, Brand), _names(tx, Person)
    names, plans = _names(tx, Creator), brands.stage_plans(tx)
    rows = tx.session.exec(
        select(Partnership)
        .where(Partnership.workspace_id == tx.workspace_id, seen(Partnership.brand_id, hidden))
        .order_by(col(Partnership.id))
    ).all()
    for row in rows:
        number = row.id or 0
        yield {
            "Creator": names.get(row.creator_id),
            "Brief": of_briefs.get(row.brief_id or 0),
            "Brand": of_brands.get(row.brand_id or 0),
            "Owner": people.get(row.owner_id or 0),
            "Stage": plans.get(row.brand_id or 0, StagePlan()).name(Stage(row.stage)),
            "Approved by": deciders.approved_by(tx, row.card_id),
            "Deliverables": row.deliverables or None,
            "Costs": together(_costs(tx, number)),
            "Posts": together(
                tx.session.exec(select(Post.url).where(*_mine(tx, Post, number))).all()
            ),
            "Disclosure": disclosures.by_partnership(tx, [number])[number].describe() or None,
            **_expected(tx, row),
            **_results(tx, number),
            **_selling(tx, number),
            "Feedback": together(_feedback(tx, number)),
            "Since": row.created_at.date().isoformat(),
        }


def _expected(tx: Transaction, row: Partnership) -> dict[str, Any]:
    """The newest forecast: of each figure where its interval begins and ends."""
    made = forecasts.of_partnerships(tx, [row])[row.id or 0]
    found: dict[str, Any] = {}
    for name in ("views", "engagements", "conversions"):
        expected = getattr(made[-1].forecast, name) if made else None
        found[f"Expected {name}, at least"] = round(expected.low) if expected else None
        found[f"Expected {name}, at most"] = round(expected.high) if expected else None
    return found


def _profile(one: Current) -> dict[str, Any]:
    snapshot, figures = one.snapshot, one.snapshot.figures
    return {
        "Name": snapshot.display_name or one.creator.name,
        "Platform": snapshot.platform.value,
        "Handle": one.profile.handle,
        "Link": snapshot.url,
        "Followers": figures.followers,
        "Following": figures.following,
        "Posts": figures.posts,
        "Total views": figures.total_views,
        "Engagement rate %": _percent(figures.engagement_rate),
        RATE_BY: figures.rate_definition.value if figures.rate_definition else None,
        "Average views": plain(figures.average_views),
        "Average likes": plain(figures.average_likes),
        "Average comments": plain(figures.average_comments),
        "Average shares": plain(figures.average_shares),
        "Average engagements": plain(figures.average_engagements),
        "Authentic engagements": plain(figures.authentic_engagements),
        "Fake followers %": _percent(figures.fake_follower_share),
        "Credibility %": _percent(figures.credibility),
        "Fee": plain(float(figures.fee.amount)) if figures.fee else None,
        "Currency": figures.fee.currency if figures.fee else None,
        "Categories": together(snapshot.categories),
        "Country": snapshot.country,
        "Language": snapshot.language,
        "Audience country": snapshot.audience_country,
        "Audience language": snapshot.audience_language,
        "Verified": None if snapshot.verified is None else "yes" if snapshot.verified else "no",
        "Bio": snapshot.bio,
        "Email": snapshot.email,
        DATE: snapshot.as_of.isoformat() if snapshot.as_of else None,
        "Source": snapshot.source,
    }


def _percent(ratio: float | None) -> float | int | None:
    return None if ratio is None else plain(round(ratio * 100, 6))


def _names(tx: Transaction, model: Any) -> dict[int, str]:
    found = tx.session.exec(
        select(model.id, model.name).where(model.workspace_id == tx.workspace_id)
    )
    return dict(found.all())


def _texts(
    tx: Transaction,
    creator_ids: Sequence[int],
    model: Any,
    text: Any,
    which: ColumnElement[bool] | None = None,
) -> dict[int, list[str]]:
    rows = tx.session.exec(
        select(model.creator_id, text)
        .where(
            model.workspace_id == tx.workspace_id,
            col(model.creator_id).in_(creator_ids),
            brought_openly(model.import_id, hidden_imports(tx)),
            true() if which is None else which,
        )
        .order_by(col(model.id))
    )
    return _grouped(rows)


def seen(brand_id: Any, hidden: Collection[int]) -> ColumnElement[bool]:
    """Whether a row is not of a hidden brand."""
    return or_(col(brand_id).is_(None), col(brand_id).not_in(hidden))


def _lists(tx: Transaction, creator_ids: Sequence[int]) -> dict[int, list[str]]:
    rows = tx.session.exec(
        select(ListMember.creator_id, CreatorList.name)
        .join(CreatorList, col(CreatorList.id) == col(ListMember.list_id))
        .where(
            ListMember.workspace_id == tx.workspace_id,
            col(ListMember.creator_id).in_(creator_ids),
            brought_openly(CreatorList.import_id, hidden_imports(tx)),
            brought_openly(ListMember.import_id, hidden_imports(tx)),
        )
        .order_by(col(CreatorList.id))
    )
    return _grouped(rows)


def _brand_fees(
    tx: Transaction, profile_ids: Sequence[int], hidden: Collection[int]
) -> dict[int, dict[int, str]]:
    """The newest fee typed for each brand, by profile and brand: "Aqua: 300.00 EUR"."""
    rows = tx.session.exec(
        select(QuotedFee, Brand.name)
        .join(Brand, col(Brand.id) == col(QuotedFee.brand_id))
        .where(
            QuotedFee.workspace_id == tx.workspace_id,
            col(QuotedFee.profile_id).in_(profile_ids),
            col(QuotedFee.brand_id).not_in(hidden),
        )
        .order_by(col(Brand.name_key), col(QuotedFee.id))
    )
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for row, brand in rows:
        fee = from_minor(row.amount, row.currency)
        found[row.profile_id][row.brand_id or 0] = f"{brand}: {fee.amount} {fee.currency}"
    return found


def _grouped(rows: Iterable[tuple[int, str]]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for number, text in rows:
        found[number].append(text)
    return found


def _mine(tx: Transaction, model: Any, partnership_id: int) -> tuple[Any, Any]:
    return model.workspace_id == tx.workspace_id, model.partnership_id == partnership_id


def _costs(tx: Transaction, partnership_id: int) -> list[str]:
    of_kind = costs.of_partnerships(tx, [partnership_id])[partnership_id]
    return [f"{kind} {money.amount} {money.currency}" for kind, money in of_kind.items()]


def _results(tx: Transaction, partnership_id: int) -> dict[str, Any]:
    """The totals to date of each figure over all posts, none counted twice."""
    totals = results.known(tx, [partnership_id])[partnership_id].totals
    revenue = totals.revenue
    return {
        **{metric.value.capitalize(): totals.of(metric) for metric in Metric},
        "Accounts reached": totals.accounts_reached,
        "Revenue": f"{revenue.amount} {revenue.currency}" if revenue else None,
    }


def _selling(tx: Transaction, partnership_id: int) -> dict[str, Any]:
    """Codes and links, and what shops counted by them, each currency apart."""
    codes = promo_codes.of_partnerships(tx, [partnership_id]).get(partnership_id, [])
    links = tracking_links.of_partnerships(tx, [partnership_id]).get(partnership_id, [])
    sold = sale_totals.sold(tx, [partnership_id]).get(partnership_id)
    revenue = [f"{one.amount} {one.currency}" for one in sold.revenue] if sold else []
    return {
        "Promo codes": together([one.code for one in codes]),
        "Tracking links": together([one.target for one in links]),
        "Orders counted by shops": sold.orders if sold and sold.shops else None,
        "Revenue counted by shops": together(revenue),
    }


def _feedback(tx: Transaction, partnership_id: int) -> list[str]:
    rows = tx.session.exec(select(Feedback).where(*_mine(tx, Feedback, partnership_id)))
    return [" ".join(filter(None, (f"{r.rating}/5" if r.rating else "", r.note))) for r in rows]
