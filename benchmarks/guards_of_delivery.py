"""Guards of what comes from Slack and what goes there: once, in order, and never lost."""

from benchmarks.guard import POSTGRESQL, Guard, of

GUARDS = (
    Guard(
        "the signature of Slack's requests", "bot/gate.py",
        'if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):',
        "if not signature:",
        of("gate", "a_wrong_signature_or_time_is_refused_with_401", "a_changed_body_is_refused"),
    ),
    Guard(
        "the five minutes of Slack's timestamp", "bot/gate.py",
        "if abs(self._clock() - int(timestamp)) > MAX_AGE:", "if False:",
        of("gate", "a_wrong_signature_or_time_is_refused_with_401"),
    ),
    Guard(
        "nothing unsigned is read", "bot/gate.py",
        "        self._verify(environ, body)\n", "",
        of("gate", "the_challenge_is_answered_only_when_signed"),
    ),
    Guard(
        "the stated length of a body", "bot/wsgi.py",
        "if stated and length > max_bytes:", "if False:",
        of("gate", "an_oversize_body_is_refused_without_being_read_whole"),
    ),
    Guard(
        "the length of a body that states none", "bot/wsgi.py",
        "if len(body) > max_bytes:", "if False:",
        of("gate", "a_chunked_body_whose_end_the_server_marks_comes_through",
           "an_oversize_body_is_refused_without_being_read_whole"),
    ),
    Guard(
        "a workflow's step is done once, whatever becomes of its job", "handlers/access.py",
        "user_id=slack_user_id, delivery=key,", "user_id=slack_user_id, delivery=None,",
        of("workflow_steps", "a_job_that_died_after_its_commit_does_its_step_once"),
    ),
    Guard(
        "a step that ended twice is taken for ended", "bot/sender.py",
        ', "execution_not_in_running_state"}', "}",
        of("workflow_steps", "an_end_whose_answer_was_lost_is_said_again_and_taken_for_said"),
    ),
    Guard(
        "how a step ended is told for longer than ten minutes", "bot/sender.py",
        "message.method in (POST, COMPLETE, FAIL):", "message.method == POST:",
        of("workflow_steps",
           "an_end_is_said_until_slack_confirms_it_however_long_that_takes"),
    ),
    Guard(
        "a step whose list was refused is not said to be done", "bot/arguments.py",
        "if claim.refused:", "if False:",
        of("workflow_steps", "a_list_that_slack_does_not_take_ends_the_step_with_an_error"),
    ),
    Guard(
        "one change for each delivery", "storage/database.py",
        "            if delivery is not None:\n                deliveries.begin(tx, delivery)\n",
        "",
        of("delivery", "a_command_delivered_twice_acts_once_and_gets_the_same_answer",
           "a_modal_sent_off_twice_is_saved_once"),
    ),
    Guard(
        "a repeated delivery is told by its row", "storage/deliveries.py",
        "    if not taken:\n", "    if False:\n",
        of("deliveries", "a_repeated_delivery_is_known_and_gets_the_answer_of_the_first"),
    ),
    Guard(
        "each handler of a repeated event once", "handlers/registry.py",
        'key = f"{context.delivery}:{handler.__module__}.{handler.__name__}"',
        'key = f"{context.delivery}"',
        of("delivery", "an_event_reaches_each_of_its_handlers_once"),
    ),
    Guard(
        "a modal as it was drawn is sent off once", "bot/delivery.py",
        """return f"view:{view.get('id')}:{view['hash']}\"""",
        """return f"view:{body.get('trigger_id')}\"""",
        of("delivery", "two_presses_of_one_modal_as_it_was_drawn_are_one_delivery",
           "a_modal_sent_off_twice_is_saved_once"),
    ),
    Guard(
        "what was sent is stored before it is acknowledged", "bot/app.py",
        "process_before_response=True", "process_before_response=False",
        of("delivery", "an_event_that_cannot_be_saved_is_left_to_slack_to_repeat"),
    ),
    Guard(
        "what cannot be kept is not acknowledged to a shop", "bot/outside.py",
        "        return answer(start_response, HTTPStatus.SERVICE_UNAVAILABLE)\n"
        "    except CannotUnseal",
        "        return answer(start_response, HTTPStatus.OK)\n    except CannotUnseal",
        of("shop_webhooks", "nothing_is_promised_while_the_database_is_out_of_reach"),
    ),
    Guard(
        "card and shortlist are locked before votes are counted", "storage/cards.py",
        "    shortlist = shortlists.lock_behind(tx, found.first_id, found.shortlist_id)\n"
        "    row = tx.session.exec(_ONE_LOCKED,",
        "    shortlist = shortlists.get(tx, found.shortlist_id)\n    row = tx.session.exec(_ONE,",
        of("vote_race", "two_last_approvals_make_exactly_one_decision",
           "an_approval_and_a_rejection_at_once_are_decided_by_the_first"),
        POSTGRESQL,
    ),
    Guard(
        "the shortlist is locked, not the card alone", "storage/shortlists.py",
        "_ONE_LOCKED = _ONE.with_for_update().execution_options(populate_existing=True)",
        "_ONE_LOCKED = _ONE.execution_options(populate_existing=True)",
        of("vote_race", "the_last_two_cards_decided_at_once_close_the_shortlist_once"),
        POSTGRESQL,
    ),
    Guard(
        "a writer takes SQLite's lock before it reads", "storage/sqlite.py",
        '            driver.execute("BEGIN IMMEDIATE")\n', '            driver.execute("BEGIN")\n',
        of("write_turns", "a_writer_of_another_process_is_waited_for"),
    ),
    Guard(
        "who is awaited in Slack writes first", "storage/write_turns.py",
        "queue = self._awaited or self._workers\n            if",
        "queue = self._workers or self._awaited\n            if",
        of("write_turns", "who_is_awaited_goes_first_and_nobody_is_passed_by_within_their_kind"),
    ),
    Guard(
        "reactions given while the bot was away are looked for", "handlers/reactions.py",
        "    hourly=(look_for_missed_votes,),\n", "",
        of("reactions", "votes_given_while_the_bot_was_away_count_once_it_is_back"),
    ),
    Guard(
        "the bot's own seeds are no votes", "handlers/reactions.py",
        "if slack_id != bot_user_id:", "if slack_id:",
        of("reactions", "the_bots_own_seeds_are_no_votes"),
    ),
    Guard(
        "a reaction taken away takes its own vote only", "handlers/voting.py",
        'change = rules.react if self.kind == "react" else rules.unreact',
        "change = rules.react",
        of("reactions", "taking_a_reaction_away_withdraws_only_the_vote_it_gave"),
    ),
    Guard(
        "one message of a channel at a time", "storage/windows.py",
        ", ~blocked, ~unplaced", ", ~unplaced",
        of("outbox", "a_channel_keeps_its_order_and_gets_each_message_once_whatever_slack_does",
           "many_senders_send_everything_once_and_in_order"),
    ),
    Guard(
        "what answers a message waits until that was posted", "storage/windows.py",
        ", ~blocked, ~unplaced", ", ~blocked",
        of("outbox", "what_changes_a_message_waits_until_that_was_posted"),
    ),
    Guard(
        "a sender whose lease is nearly over does not call", "bot/sender.py",
        "if self._now() > claim.until - dt.timedelta(seconds=PATIENCE_SECONDS):", "if False:",
        of("unconfirmed", "who_was_held_up_past_the_lease_sends_nothing"),
    ),
    Guard(
        "a sender that lost its lease writes nothing", "storage/sending.py",
        '_TABLE.c.attempts == bindparam("taken")', 'bindparam("taken") == bindparam("taken")',
        of("outbox", "a_sender_that_lost_its_lease_takes_nothing_from_whoever_has_it_now"),
    ),
    Guard(
        "an unanswered post is looked for before it is sent again", "bot/sender.py",
        "            if claim.unanswered:\n                if self._is_settled",
        "            if claim.unanswered:\n                if False and self._is_settled",
        of("outbox", "an_unanswered_direct_message_is_looked_for_before_it_is_sent_again",
           "a_message_of_a_dead_sender_is_settled_once_its_lease_has_lapsed"),
    ),
    Guard(
        "a post is known again by its key", "bot/unanswered.py",
        '        payload.get("key") == message.message_key\n', "        True\n",
        of("outbox", "an_unanswered_post_is_found_however_much_was_written_since",
           "a_post_that_could_not_be_looked_for_is_looked_for_again",
           "an_unanswered_post_is_not_taken_for_its_neighbour"),
    ),
    Guard(
        "a post carries its key", "bot/arguments.py",
        '        arguments["metadata"] = unanswered.metadata_of(message)\n', "",
        of("outbox", "an_unanswered_post_is_found_however_much_was_written_since"),
    ),
    Guard(
        "a private message is sent at most once", "bot/sender.py",
        '{"chat.update", "reactions.add", "reactions.remove", "views.publish", "views.update"}',
        '{"chat.update", "chat.postEphemeral", "reactions.add", "reactions.remove",'
        ' "views.publish", "views.update"}',
        of("outbox", "a_private_message_is_sent_at_most_once"),
    ),
    Guard(
        "Slack is left alone for as long as it asks", "bot/sender.py",
        'self._later(claim, limit.seconds, "ratelimited")', 'self._later(claim, 0, "ratelimited")',
        of("outbox", "slack_is_left_alone_for_as_long_as_it_asks"),
    ),
    Guard(
        "what cannot be settled is put aside after ten minutes", "bot/unanswered.py",
        "return message.unknown_since is not None and now - message.unknown_since >= LONGEST",
        "return False",
        of("unconfirmed",
           "what_cannot_be_settled_for_ten_minutes_is_put_aside_and_its_channel_goes_on"),
    ),
    Guard(
        "no more edits than Slack grants", "bot/sender.py",
        "return self._pace.wait(message.workspace_id, self._now())",
        "return dt.timedelta()",
        of("outbox",
           "more_edits_than_slack_grants_wait_for_their_turn_and_show_what_came_meanwhile"),
    ),
    Guard(
        "the pace of edits", "bot/pace.py",
        "return max(dt.timedelta(), begins - self._at_once - now)", "return dt.timedelta()",
        of("pace", "whatever_comes_no_minute_has_more_than_a_burst_and_what_slack_grants"),
    ),
    Guard(
        "a week is claimed before its digest is posted", "handlers/digest_posting.py",
        "if digests.due(tx, locked) == owed and digests.claim(tx, locked, owed):",
        "if digests.due(tx, locked) == owed:",
        of("digest_schedule", "it_comes_once_in_each_of_three_weeks",
           "after_three_weeks_away_only_the_newest_comes_and_says_what_it_covers"),
    ),
    Guard(
        "a digest has one key a week", "handlers/digest_posting.py",
        'key = f"digest:{locked.id}:{owed.period}"', 'key = f"digest:{locked.id}"',
        of("digest_schedule", "it_comes_once_in_each_of_three_weeks"),
    ),
    Guard(
        "a week was posted once and for all", "domain/calendar.py",
        "if due_at <= since or (last_period is not None and period <= last_period):",
        "if due_at <= since:",
        of("calendar", "a_clock_that_ticks_and_stops_posts_each_period_at_most_once"),
    ),
    Guard(
        "a job in hand is nobody else's", "storage/jobs.py",
        "lapsed = job.leased_until < now", "lapsed = job.leased_until.is_not(None)",
        of("failures", "a_long_job_keeps_its_lease_and_is_done_by_one_worker",
           "several_workers_share_the_jobs_and_do_each_once"),
    ),
    Guard(
        "a long job keeps its lease", "bot/workers.py",
        "                    jobs.extend(tx.session, job, self._now())\n",
        "                    pass\n",
        of("failures", "a_long_job_keeps_its_lease_and_is_done_by_one_worker"),
    ),
    Guard(
        "a job that kills its workers is given up", "storage/jobs.py",
        "        if job.times_left < MOST_LEFT:\n", "        if True:\n",
        of("jobs", "a_job_of_which_each_worker_dies_is_given_up_in_the_end"),
    ),
    Guard(
        "a job is asked for once under its key", "storage/jobs.py",
        '"job_key": job_key,', '"job_key": f"{job_key}:{dt.datetime.now(dt.UTC)}",',
        of("failures", "a_job_asked_for_twice_is_done_once"),
    ),
    Guard(
        "one server has the turn of the minute", "storage/turns.py",
        'taken = bool(link.execute(_TAKE, {"kind": LOCKS + kind, "number": number}).scalar())',
        "taken = True",
        of("turns", "a_turn_is_one_servers_until_its_next_one",
           "only_one_of_two_servers_looks_what_is_due"),
        POSTGRESQL,
    ),
    Guard(
        "one process migrates at a time", "storage/migrate.py",
        '            connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))\n',
        "",
        of("migrations", "several_processes_that_start_at_once_migrate_once"),
        POSTGRESQL,
    ),
    Guard(
        "a newer database is refused", "storage/migrate.py",
        "            _refuse_newer(present)\n", "",
        of("migrations", "a_database_of_a_newer_release_is_left_alone_with_a_sentence"),
    ),
    Guard(
        "whoever opens a new SQLite file waits for others that do", "storage/sqlite.py",
        "if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:",
        "if True:",
        of("migrations", "several_open_a_new_file_at_once_and_none_is_refused"),
    ),
    Guard(
        "a signal is heard whichever thread gets it", "bot/running.py",
        "    signal.set_wakeup_fd(written.detach(), warn_on_full_buffer=False)\n",
        "    written.detach()\n",
        of("answering", "a_signal_that_the_system_gives_to_another_thread_is_heard"),
    ),
    Guard(
        "one server on a SQLite file", "bot/server_lock.py",
        "        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)\n", "        pass\n",
        of("server_lock", "the_lock_is_free_again_after_release_and_refused_twice_in_one_process"),
    ),
)  # fmt: skip
