"""Guards of what is counted, shown and kept: sales, forecasts, outsiders, people's rights."""

from benchmarks.guard import Guard, of

GUARDS = (
    Guard(
        "nothing is worked out from YouTube's figures without leave", "bot/settings.py",
        "return frozenset() if self.youtube_derived_figures else NEED_LEAVE", "return frozenset()",
        of("look_up_youtube", "raw_counts_are_shown_and_nothing_that_is_worked_out_from_them"),
    ),
    Guard(
        "refunds subtract", "domain/attribution.py",
        "        left -= back\n", "        back = Decimal(0)\n",
        of("attribution", "entries_add_up_to_what_is_left_of_the_order"),
    ),
    Guard(
        "a code beats a link", "domain/attribution.py",
        "return max(codes or counted, key=", "return max(counted, key=",
        of("attribution", "a_code_beats_a_link_that_was_touched_later"),
    ),
    Guard(
        "thirty days", "domain/attribution.py",
        "if one.at <= ordered_at <= one.at + WINDOW]", "if one.at <= ordered_at]",
        of("attribution", "a_link_counts_for_exactly_thirty_days"),
    ),
    Guard(
        "test orders", "domain/attribution.py",
        "    if order.is_test:\n", "    if False:\n",
        of("attribution", "what_is_not_counted_says_why"),
    ),
    Guard(
        "the newest word of a shop stands", "domain/orders.py",
        "return said if known is None else max(known, said, key=_rank)", "return said",
        of("attribution", "an_order_stands_the_same_in_whatever_order_it_is_said"),
    ),
    Guard(
        "a disclosure that comes too late", "domain/disclosure.py",
        "    if number > first:\n", "    if False:\n",
        of("disclosure", "a_hashtag_counts_in_the_first_three_lines_and_is_too_late_after_them"),
    ),
    Guard(
        "a live post without disclosure is told to its owner", "handlers/post_remarks.py",
        "undisclosed = post.disclosure in (Verdict.MISSING, Verdict.TOO_LATE, Verdict.REFUSED)",
        "undisclosed = False",
        of("posts_read", "a_live_post_without_disclosure_is_told_to_its_owner_at_once_and_once"),
    ),
    Guard(
        "a forecast once there are results", "handlers/forecasting.py",
        " or any(results.rows(tx, [row.id or 0])):", ":",
        of("forecasts_kept",
           "terms_that_change_are_forecast_anew_until_results_are_in_and_nothing_is_overwritten"),
    ),
    Guard(
        "a forecast made when it was known how it went", "storage/forecasts.py",
        "place = counted([one.made_at for one in kept], first.get(number))",
        "place = len(kept) - 1",
        of("forecasts_kept",
           "a_forecast_that_was_made_after_the_first_result_is_never_held_against_it"),
    ),
    Guard(
        "somebody forgotten in an import", "storage/profile_store.py",
        "    found = forgotten_keys.without(tx, found)\n", "",
        of("forgetting", "no_import_or_refresh_brings_a_forgotten_creator_back"),
    ),
    Guard(
        "somebody forgotten in a look-up", "storage/live_accounts.py",
        "    gone = forgotten_keys.among(tx, by_id.values())\n", "    gone: set[str] = set()\n",
        of("forgetting",
           "platforms_are_not_asked_for_somebody_removed_and_a_new_handle_helps_nobody"),
    ),
    Guard(
        "a preview before outsiders read a shortlist", "handlers/shortlist.py",
        ") if terms.has_outsiders else None", ") if False else None",
        of("outsiders", "what_outsiders_will_read_is_previewed_and_only_then_posted"),
    ),
    Guard(
        "a preview before outsiders read a draft", "handlers/outside_preview.py",
        "    if kept.get(_SHOWN) == mark:\n", "    if True:\n",
        of("outsiders", "a_draft_is_previewed_where_outsiders_read_it"),
    ),
    Guard(
        "what was previewed is what is posted", "handlers/outside_preview.py",
        "    if kept.get(_SHOWN) == mark:\n", "    if kept.get(_SHOWN):\n",
        of("outsiders", "what_outsiders_will_read_is_previewed_and_only_then_posted"),
    ),
    Guard(
        "costs where outsiders read", "handlers/card_views.py",
        "or shortlist.has_outsiders is not False", "or False",
        of("outsiders", "where_outsiders_read_no_card_says_costs_or_weak_points"),
    ),
    Guard(
        "costs where nobody knows who reads", "handlers/card_views.py",
        "or shortlist.has_outsiders is not False", "or shortlist.has_outsiders is True",
        of("outsiders", "while_slack_does_not_say_who_is_there_nothing_internal_is_shown"),
    ),
    Guard(
        "costs in a digest that outsiders read", "handlers/digest_posting.py",
        "drawn = _weekly(tx, schedule, owed, outsiders=channel.has_outsiders)",
        "drawn = _weekly(tx, schedule, owed, outsiders=False)",
        of("digest", "costs_and_notes_stay_out_of_channels_with_outsiders"),
    ),
    Guard(
        "comments are kept for thirty days", "storage/comments.py",
        "KEPT = dt.timedelta(days=30)", "KEPT = dt.timedelta(days=60)",
        of("comment_reading", "texts_are_deleted_after_thirty_days_and_the_counts_stay"),
    ),
    Guard(
        "YouTube's figures are kept for thirty days", "sources/youtube.py",
        "REFRESH_DAYS, KEEP_DAYS = 25, 30", "REFRESH_DAYS, KEEP_DAYS = 25, 60",
        of("look_up_youtube", "kept_figures_are_renewed_before_their_terms_end_and_old_ones_go"),
    ),
    Guard(
        "figures past their terms are deleted", "storage/expiry.py",
        "col(Snapshot.keep_until) <= tx.now)",
        "col(Snapshot.keep_until) <= tx.now, Snapshot.id < 0)",
        of("look_up_youtube", "kept_figures_are_renewed_before_their_terms_end_and_old_ones_go"),
    ),
    Guard(
        "a platform's daily budget", "storage/quotas.py",
        "left = col(QuotaUse.used) <= budget.units - units",
        "left = col(QuotaUse.used) <= budget.units",
        of("quotas", "processes_that_spend_at_once_never_spend_more_than_there_is"),
    ),
    Guard(
        "a search that was paid for is not paid again", "sources/youtube.py",
        "        if kept is not None:\n            return kept\n", "",
        of("source_youtube", "a_search_costs_one_search_and_one_unit_and_the_same_again_no_search"),
    ),
    Guard(
        "what nobody kept goes after a month", "domain/retention.py",
        "    found: int = 30\n", "    found: int = 300\n",
        of("look_up", "whom_nobody_kept_goes_after_a_month_and_those_people_worked_with_stay"),
    ),
    Guard(
        "whom people worked with stays", "storage/expiry.py",
        "        Card, Partnership, Reason, Restriction, Tag, Note, ListMember,\n",
        "        Tag,\n",
        of("look_up", "whom_nobody_kept_goes_after_a_month_and_those_people_worked_with_stay"),
    ),
)  # fmt: skip
