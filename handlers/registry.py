"""All features of the bot, gathered into one table of handlers."""

from dataclasses import replace
from functools import partial
from typing import Any

from handlers import (
    audience,
    blocklist,
    brands,
    briefs,
    cards,
    client_answers,
    client_asking,
    client_files,
    codes,
    comment_reading,
    creator_notes,
    digest,
    draft_files,
    drafts,
    exports,
    file_sending,
    find,
    find_step,
    forgetting,
    handover,
    home,
    imports,
    install,
    leading,
    learning,
    linking,
    lists,
    look_at,
    look_up,
    nudges,
    one_account,
    order_files,
    org_access,
    outreach,
    packing,
    partner_details,
    partner_moves,
    partners,
    partnership,
    partnership_saving,
    people,
    personal_export,
    plan,
    post_adding,
    post_figures,
    post_reading,
    posts,
    reactions,
    refreshing,
    reopening,
    report,
    retention,
    sales,
    same_person,
    settings,
    shop_words,
    shops,
    shortlist,
    shortlist_terms,
    show,
    similar,
    stage_plans,
    suggest_step,
    troubles,
    unconfirmed,
    weights,
    workflow_steps,
)
from handlers import help as help_feature
from handlers.context import Context
from handlers.features import EventHandler, Feature
from storage.database import RepeatedDelivery

FEATURES: tuple[Feature, ...] = (
    help_feature.FEATURE,
    people.FEATURE,
    install.FEATURE,
    org_access.FEATURE,
    leading.FEATURE,
    unconfirmed.FEATURE,
    troubles.FEATURE,
    nudges.FEATURE,
    one_account.FEATURE,
    home.FEATURE,
    handover.FEATURE,
    briefs.FEATURE,
    brands.FEATURE,
    blocklist.FEATURE,
    stage_plans.FEATURE,
    settings.FEATURE,
    retention.FEATURE,
    weights.FEATURE,
    shortlist.FEATURE,
    shortlist_terms.FEATURE,
    audience.FEATURE,
    cards.FEATURE,
    reopening.FEATURE,
    client_asking.FEATURE,
    client_answers.FEATURE,
    client_files.FEATURE,
    drafts.FEATURE,
    draft_files.FEATURE,
    digest.FEATURE,
    report.FEATURE,
    plan.FEATURE,
    find.FEATURE,
    look_up.FEATURE,
    look_at.FEATURE,
    refreshing.FEATURE,
    imports.FEATURE,
    packing.FEATURE,
    learning.FEATURE,
    exports.FEATURE,
    forgetting.FEATURE,
    personal_export.FEATURE,
    file_sending.FEATURE,
    show.FEATURE,
    similar.FEATURE,
    creator_notes.FEATURE,
    same_person.FEATURE,
    linking.FEATURE,
    lists.FEATURE,
    reactions.FEATURE,
    partnership.FEATURE,
    partnership_saving.FEATURE,
    partners.FEATURE,
    outreach.FEATURE,
    post_adding.FEATURE,
    post_figures.FEATURE,
    post_reading.FEATURE,
    comment_reading.FEATURE,
    posts.FEATURE,
    partner_details.FEATURE,
    partner_moves.FEATURE,
    codes.FEATURE,
    sales.FEATURE,
    shops.FEATURE,
    shop_words.FEATURE,
    order_files.FEATURE,
    workflow_steps.FEATURE,
    find_step.FEATURE,
    suggest_step.FEATURE,
)


def everything() -> Feature:
    """One table of all handlers.

    Raises:
        ValueError: two features claim the same command, action, modal, step or job.
    """
    table = Feature()
    events: dict[str, tuple[EventHandler, ...]] = {}
    minutely: list[Any] = []
    kept: list[Any] = []
    hourly: list[Any] = []
    for_outsiders: frozenset[str] = frozenset()
    for feature in FEATURES:
        for kind in (
            "commands",
            "actions",
            "shortcuts",
            "submissions",
            "closings",
            "steps",
            "jobs",
            "failures",
            "drawings",
        ):
            ours, theirs = getattr(table, kind), getattr(feature, kind)
            twice = ours.keys() & theirs.keys()
            if twice:
                raise ValueError(f"two features have the same {kind}: {sorted(twice)}")
            ours.update(theirs)
        for name, handlers in feature.events.items():
            events[name] = (*events.get(name, ()), *handlers)
        minutely.extend(feature.minutely)
        kept.extend(feature.kept_in_memory)
        hourly.extend(feature.hourly)
        for_outsiders |= feature.for_outsiders
    table.jobs[workflow_steps.JOB] = partial(workflow_steps.run, table.steps)
    return Feature(
        commands=table.commands,
        actions=table.actions,
        shortcuts=table.shortcuts,
        submissions=table.submissions,
        closings=table.closings,
        steps=table.steps,
        jobs=table.jobs,
        failures=table.failures,
        drawings=table.drawings,
        events=events,
        minutely=tuple(minutely),
        kept_in_memory=tuple(kept),
        hourly=tuple(hourly),
        for_outsiders=for_outsiders,
    )


def once(handler: EventHandler, event: dict[str, Any], context: Context) -> None:
    """Run an event handler; a repeated delivery changes nothing."""
    key = f"{context.delivery}:{handler.__module__}.{handler.__name__}"
    try:
        handler(event, replace(context, delivery=key))
    except RepeatedDelivery:
        return
