"""Guards of who may see and do what: roles, workspaces, secrets, the record."""

from benchmarks.guard import POSTGRESQL, SQLITE, Guard, of

GUARDS = (
    Guard(
        "who acts is looked at again inside the transaction that changes", "handlers/context.py",
        "            self._admit(tx)\n            tx.asked_at", "            tx.asked_at",
        of("rights", "somebody_who_becomes_a_guest_in_that_very_instant_changes_nothing"),
        SQLITE,
    ),
    Guard(
        "who acts is looked at", "handlers/context.py",
        "    if barred is not None:\n        raise NotAllowed(barred)\n", "",
        of("rights", "strangers_guests_bots_and_deactivated_people_get_nowhere"),
    ),
    Guard(
        "somebody unknown waits for Slack's word", "handlers/context.py",
        "if person is None or person.refreshed_at is None:", "if person is None:",
        of("people", "somebody_whom_others_named_may_do_nothing_until_slack_describes_them"),
    ),
    Guard(
        "votes of guests, bots and strangers", "domain/standing.py",
        "        if applies:\n            return Standing(",
        "        if False:\n            return Standing(",
        of("votes", "guests_bots_and_strangers_are_not_counted_even_when_named"),
    ),
    Guard(
        "votes of those who are no approvers", "domain/standing.py",
        "    if person.id not in approvers:\n", "    if False:\n",
        of("votes", "a_person_who_is_no_approver_is_told_once_and_not_counted"),
    ),
    Guard(
        "the client's people on the team's cards", "domain/standing.py",
        "            if outsiders\n", "            if True\n",
        of("client_step", "the_clients_people_count_on_their_cards_only"),
    ),
    Guard(
        "strangers are told by their team", "domain/roles.py",
        "return bool(theirs) and not theirs & ({team_id, enterprise_id} - {\"\"})", "return False",
        of("people", "people_of_one_organisation_are_no_strangers_and_all_others_are"),
    ),
    Guard(
        "brands limited to others", "storage/brands.py",
        "return frozenset(number for number in hidden if number is not None)",
        "return frozenset()",
        of("briefs", "a_limited_brand_hides_its_briefs_from_everybody_else"),
    ),
    Guard(
        "who builds a workflow can't say who acts", "domain/workflow_step.py",
        "if kinds.get(ACTING) != VOUCHED_FOR or not isinstance(given, Mapping):",
        "if not isinstance(given, Mapping):",
        of("workflow_steps", "an_input_that_anybody_can_fill_says_nothing_of_who_acts"),
    ),
    Guard(
        "a workflow shows nothing of limited brands", "handlers/workflow_steps.py",
        "return brands.hidden_from(tx, None)", "return frozenset()",
        of("workflow_steps",
           "nothing_of_a_limited_brand_comes_out_of_a_workflow_whoever_starts_it"),
    ),
    Guard(
        "a suggestion's brief is looked at again where it is posted", "handlers/suggest_step.py",
        "if briefs.get(tx, asked.brief_id, workflow_steps.hidden_brands(tx)) is None:",
        "if False:",
        of("workflow_steps", "a_brief_limited_while_the_step_is_done_is_not_used"),
    ),
    Guard(
        "no workflow posts a card that outsiders read", "handlers/suggest_step.py",
        "if channel.has_outsiders:", "if False:",
        of("workflow_steps", "what_is_unclear_or_not_there_is_said_with_what_to_do"),
    ),
    Guard(
        "an export leaves out brands limited to others", "handlers/exports.py",
        "hidden = access.hidden_brands(tx, person)", "hidden: frozenset[int] = frozenset()",
        of("export_slack", "limited_brands_are_left_out_for_those_not_named"),
    ),
    Guard(
        "a limited brand's partnerships are no filter for others", "storage/filters.py",
        "return or_(rows.brand_id.is_(None), rows.brand_id.not_in(hidden)) if hidden else true()",
        "return true()",
        of("find", "work_for_a_limited_brand_is_no_filter_for_those_who_do_not_see_it"),
    ),
    Guard(
        "the role of whoever sends the settings", "handlers/settings.py",
        "return (access.require_owner if names_owners else access.require_manager)(tx, context)",
        "return access.acting_person(tx, context)",
        of("rights", "a_role_taken_away_while_a_form_is_open_counts_when_it_is_sent"),
    ),
    Guard(
        "the role of whoever asks for an export", "handlers/exports.py",
        "person = needed(tx, context)", "person = access.acting_person(tx, context)",
        of("rights", "members_get_nowhere_with_what_is_for_owners_managers_and_those_concerned",
           "managers_get_nowhere_with_what_is_for_owners"),
    ),
    Guard(
        "the role of whoever an export is written for", "handlers/exports.py",
        "if person is None or not may(person):", "if person is None:",
        of("export_slack", "whoever_is_no_manager_any_more_gets_no_file"),
    ),
    Guard(
        "the role of whoever removes a creator", "handlers/forgetting.py",
        "        person = access.require_manager(tx, context)\n        creator_id",
        "        person = access.acting_person(tx, context)\n        creator_id",
        of("rights", "members_get_nowhere_with_what_is_for_owners_managers_and_those_concerned"),
    ),
    Guard(
        "the handle is typed before somebody is removed", "handlers/forgetting.py",
        "if not is_typed_name(submission.text(view.TYPED), [*handles, known.name]):", "if False:",
        of("forgetting", "the_handle_has_to_be_typed_and_only_owners_and_managers_are_asked"),
    ),
    Guard(
        "the record is not changed, on SQLite", "storage/audit_guard.py",
        "BEFORE {event} ON audit WHEN {refused} ", "BEFORE {event} ON audit WHEN 0 ",
        of("audit", "the_database_refuses_to_change_an_entry"), SQLITE,
    ),
    Guard(
        "the record is not changed, on PostgreSQL", "storage/audit_guard.py",
        '"UPDATE": f"IF {_CLOSED} OR {changed} THEN {refuse} END IF; RETURN NEW;"',
        '"UPDATE": "RETURN NEW;"',
        of("audit", "the_database_refuses_to_change_an_entry"), POSTGRESQL,
    ),
    Guard(
        "who did what stays when a name is taken out", "storage/audit_guard.py",
        'f"IF {_CLOSED} OR {changed} THEN {refuse} END IF; RETURN NEW;"',
        'f"IF {_CLOSED} THEN {refuse} END IF; RETURN NEW;"',
        of("audit", "who_did_what_stays_even_where_a_name_is_taken_out"), POSTGRESQL,
    ),
    Guard(
        "a vote is on the record", "handlers/voting.py",
        "    _record_vote(tx, locked, outcome, person, act)\n", "",
        of("audit", "owners_get_the_record_as_a_file_that_runs_nothing"),
    ),
    Guard(
        "a query names its workspace", "storage/brands.py",
        "select(Brand).where(Brand.workspace_id == tx.workspace_id, Brand.id == brand_id)",
        "select(Brand).where(Brand.id == brand_id)",
        of("settings", "a_brand_is_limited_to_named_people_and_opened_again"),
    ),
    Guard(
        "what one workspace posts is looked up in it", "storage/outbox.py",
        'HERE = col(OutboxMessage.workspace_id) == bindparam("workspace_id")',
        'HERE = bindparam("workspace_id") == bindparam("workspace_id")',
        of("tenants", "nothing_that_one_of_five_workspaces_writes_reaches_another"),
    ),
    Guard(
        "rows of other workspaces are walled off", "storage/row_security.py",
        "USING ({column} = {HERE})", "USING (true)",
        of("isolation",
           "a_query_without_a_filter_finds_only_the_workspace_that_the_transaction_is_in"),
        POSTGRESQL,
    ),
    Guard(
        "the wall is switched on", "storage/row_security.py",
        'connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")', "pass",
        of("isolation",
           "a_query_without_a_filter_finds_only_the_workspace_that_the_transaction_is_in"),
        POSTGRESQL,
    ),
    Guard(
        "the workspace ends with its transaction", "storage/tenancy.py",
        'f"SET LOCAL {SETTING}', 'f"SET {SETTING}',
        of("isolation", "a_transaction_that_is_in_no_workspace_fails_at_once",
           "stepping_into_a_workspace_ends_with_the_step",
           "the_workspace_of_a_transaction_ends_with_it"),
        POSTGRESQL,
    ),
    Guard(
        "nobody but the bot's role asks whose an address is", "storage/row_security.py",
        'connection.exec_driver_sql(f"REVOKE EXECUTE ON FUNCTION {signature} FROM PUBLIC")', "pass",
        of("isolation", "an_address_tells_whose_it_is_and_nobody_else_may_ask"), POSTGRESQL,
    ),
    Guard(
        "a role that owns the tables is told of", "storage/row_security.py",
        "if any(owns for _, owns in found):", "if False:",
        of("isolation", "doctor_says_when_the_role_that_is_connected_passes_through_the_wall"),
        POSTGRESQL,
    ),
    Guard(
        "tokens in logs", "bot/redaction.py",
        "    text = TOKEN.sub(HIDDEN, text)\n", "",
        of("redaction", "a_secret_is_hidden_in_every_place_that_is_known_to_hold_one"),
    ),
    Guard(
        "configured secrets in logs", "bot/redaction.py",
        "        text = text.replace(secret, HIDDEN)\n", "        pass\n",
        of("redaction", "a_configured_secret_is_hidden_wherever_it_stands"),
    ),
    Guard(
        "tracebacks in logs", "bot/redaction.py",
        "            record.exc_text = self._redact(record.exc_text)\n", "            pass\n",
        of("redaction", "exceptions_and_what_caused_them_are_redacted_with_their_tracebacks"),
    ),
    Guard(
        "values of rows in errors of PostgreSQL", "storage/postgresql.py",
        '    event.listen(engine, "handle_error", _hide_values)\n', "    pass\n",
        of("database_errors", "a_row_that_breaks_a_rule_is_in_no_log"), POSTGRESQL,
    ),
    Guard(
        "a sealed secret is bound to its place", "storage/sealing.py",
        'return b"".join(f"{len(str(part))}:{part};".encode() for part in bound_to)', 'return b""',
        of("installing", "a_sealed_secret_opens_in_its_place_only_and_not_when_changed"),
    ),
    Guard(
        "an example key", "domain/encryption_key.py",
        "if key == EXAMPLE or len(set(key)) < FEWEST_DIFFERENT or _is_text(key):", "if False:",
        of("installing", "a_key_that_is_short_typed_or_known_to_all_is_refused"),
    ),
    Guard(
        "an OAuth state is used once", "bot/oauth.py",
        "if not installations.use_state(self._bot.services.database, *good):",
        "if installations.use_state(self._bot.services.database, *good) is None:",
        of("installing", "a_replayed_state_installs_nothing_more"),
    ),
    Guard(
        "an OAuth state is of one browser", "bot/oauth_state.py",
        'f"{begun}.{browser}".encode(), hashlib', 'f"{begun}".encode(), hashlib',
        of("installing", "a_state_of_another_browser_installs_nothing_and_stays_good"),
    ),
    Guard(
        "an OAuth state ends", "bot/oauth_state.py",
        "if not now < ends <= now + LIFE:", "if False:",
        of("installing", "an_old_state_and_one_of_another_slack_app_are_not_taken"),
    ),
    Guard(
        "one process exchanges a token", "storage/renewals.py",
        "if found.leased_until is not None and found.leased_until > now:", "if False:",
        of("tokens", "of_processes_that_need_a_new_token_at_once_one_gets_it_for_all",
           "two_real_processes_racing_for_a_new_token_both_get_it"),
    ),
    Guard(
        "a new installation wins over a late removal", "storage/installations.py",
        "    if seen(tx) != known:\n        return False\n", "",
        of("removal", "an_installation_during_the_check_of_a_late_event_wins"),
    ),
    Guard(
        "the grace before data is deleted", "bot/purge.py",
        "before = database.now() - dt.timedelta(days=bot.settings.purge_after_days)",
        "before = database.now()",
        of("removal", "after_the_grace_all_is_deleted_of_this_workspace_and_nothing_of_another"),
    ),
    Guard(
        "a workspace whose data is being deleted does not come back", "storage/installations.py",
        "if workspace is None or workspace.purging_at is not None:", "if workspace is None:",
        of("removal", "who_installs_in_the_instant_of_the_decision_gets_a_workspace_of_its_own"),
        SQLITE,
    ),
    Guard(
        "messages of a removed workspace wait", "storage/windows.py",
        "    return not_removed, col(OutboxMessage", "    return col(OutboxMessage",
        of("removal", "work_of_a_removed_workspace_stops_and_goes_on_after_a_new_installation"),
    ),
    Guard(
        "the token of the metrics", "bot/operators.py",
        "        if not self._may_read(environ):\n", "        if False:\n",
        of("metrics", "with_a_token_only_who_sends_it_reads_the_metrics"),
    ),
    Guard(
        "not ready without a database", "bot/health.py",
        "        if not database_is_there:\n", "        if False:\n",
        of("operators", "without_its_database_it_lives_and_is_not_ready_until_that_is_back"),
    ),
)  # fmt: skip
