"""Guards of what comes from outside: files, texts, links, platforms, shops."""

from benchmarks.guard import Guard, of

GUARDS = (
    Guard(
        "formulas in files", "domain/exporting.py",
        """return f"'{text}" if text.startswith(RISKY) else text""", "return text",
        of("export", "a_formula_in_a_name_is_text_in_the_file", "no_cell_begins_as_a_formula"),
    ),
    Guard(
        "formulas in CSV", "sources/writing.py",
        'writer.writerow(["" if value is None else safe(value) for value in cells])',
        'writer.writerow(["" if value is None else value for value in cells])',
        of("export", "a_formula_in_a_name_is_text_in_the_file"),
    ),
    Guard(
        "formulas in XLSX", "sources/writing.py",
        "sheet.write(number, column, safe(value))", "sheet.write(number, column, value)",
        of("export", "a_formula_is_text_in_a_sheet_as_well"),
    ),
    Guard(
        "mentions and links in what people wrote", "views/elements/text.py",
        'safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")', "safe",
        of("elements", "escaped_text_holds_no_markup_and_reads_the_same"),
    ),
    Guard(
        "markup on pages", "views/pages/__init__.py", "autoescape=True", "autoescape=False",
        of("pages", "what_people_wrote_is_text_on_a_page_and_never_markup"),
    ),
    Guard(
        "what an archive says it unpacks to", "sources/spreadsheets.py",
        "if unpacked > MAX_UNPACKED or (unpacked > _SMALL and unpacked > packed * MAX_RATIO):",
        "if False:",
        of("reading_refusals", "what_cannot_be_read_is_refused_fast_and_in_little_memory"),
    ),
    Guard(
        "what an archive really unpacks to", "sources/spreadsheets.py",
        "if size > max(info.file_size, _SMALL):", "if False:",
        of("reading_files", "a_bomb_that_hides_its_size_is_refused"),
    ),
    Guard(
        "macros", "sources/spreadsheets.py",
        'if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in lower):',
        "if False:",
        of("reading_refusals", "what_cannot_be_read_is_refused_fast_and_in_little_memory"),
    ),
    Guard(
        "passwords", "sources/spreadsheets.py",
        "if any(info.flag_bits & 1 for info in infos):", "if False:",
        of("reading_files", "a_protected_archive_is_refused"),
    ),
    Guard(
        "NUL bytes", "sources/text_tables.py",
        '            if b"\\0" in chunk:\n', "            if False:\n",
        of("reading_refusals", "what_cannot_be_read_is_refused_fast_and_in_little_memory"),
    ),
    Guard(
        "more rows than anybody has", "sources/text_tables.py",
        "            if lines > MAX_ROWS and not quoted:\n", "            if False:\n",
        of("reading_refusals", "more_than_two_million_rows_are_refused_with_the_number"),
    ),
    Guard(
        "the reader's memory", "sources/reader_process.py",
        "    limit_memory(request.memory)\n", "",
        of("reading_process", "a_file_that_needs_too_much_memory_is_refused_with_a_sentence"),
    ),
    Guard(
        "the reader's time", "sources/process_limits.py",
        "        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))\n", "        pass\n",
        of("reading_process", "a_file_that_takes_too_long_is_refused_with_a_sentence"),
    ),
    Guard(
        "addresses inside the network", "sources/connections.py",
        "public = [address for address in addresses if is_public(address)]", "public = addresses",
        of("wire", "a_name_that_leads_into_a_private_network_is_not_followed"),
    ),
    Guard(
        "IPv4 addresses in tunnels", "sources/addresses.py",
        "        and not any(address in network for network in _NOT_IPV6)\n", "",
        of("wire", "an_address_that_is_not_on_the_public_internet_is_refused"),
    ),
    Guard(
        "hosts that a source may ask", "sources/wire.py",
        'if place.scheme != "https" or place.port != 443 or not known or address.userinfo:',
        "if False:",
        of("wire", "only_the_hosts_of_a_source_are_asked_and_only_over_https"),
    ),
    Guard(
        "redirects to elsewhere", "sources/wire.py",
        "            self._check(address)\n            answer = self._ask(address, deadline)\n",
        "            answer = self._ask(address, deadline)\n",
        of("wire", "a_redirect_to_a_place_that_may_not_be_asked_is_not_followed",
           "only_the_hosts_of_a_source_are_asked_and_only_over_https"),
    ),
    Guard(
        "a key goes along no redirect", "sources/wire.py",
        "return new == old or (named and not fixed)", "return new == old or named",
        of("wire", "a_key_never_follows_a_redirect_to_another_server"),
    ),
    Guard(
        "a server that somebody named leads to no other", "sources/wire.py",
        "return new == old or (named and not fixed)", "return True",
        of("wire", "a_server_that_a_person_named_sends_us_to_no_other"),
    ),
    Guard(
        "a base address is trusted for its scheme alone", "sources/wire.py",
        " for place in self._trusted if place.scheme == scheme\n", " for place in self._trusted\n",
        of("wire", "a_base_address_is_trusted_for_no_other_scheme_at_its_port"),
    ),
    Guard(
        "a base address is trusted for its port alone", "sources/network.py",
        "return cls(url.scheme, host, url.port or _PORTS.get(url.scheme, 0))",
        "return cls(url.scheme, host, _PORTS.get(url.scheme, 0))",
        of("wire", "a_base_address_is_trusted_for_exactly_its_scheme_host_and_port"),
    ),
    Guard(
        "the deadline of a call", "sources/connections.py",
        "        return left if wanted is None else min(left, wanted)\n", "        return wanted\n",
        of("wire", "whatever_a_server_does_ends_in_a_named_gap_by_the_deadline"),
    ),
    Guard(
        "the deadline of a look-up", "sources/asking.py",
        "if not self._over.wait(max(deadline - time.monotonic(), 0)):",
        "if not self._over.wait(20):",
        of("live_sources", "a_source_that_never_ends_holds_nobody_up_and_collects_no_threads"),
    ),
    Guard(
        "the size of an answer", "sources/bodies.py",
        "        if len(body) > MAX_BYTES:\n            raise TooLarge\n", "",
        of("wire", "a_body_without_end_is_left_when_it_is_too_large_and_never_held",
           "a_body_that_unpacks_without_end_is_left_as_well"),
    ),
    Guard(
        "the size of what comes around an answer", "sources/connections.py",
        "        if self._room < 0:\n            raise TooLarge\n", "",
        of("wire", "what_a_server_sends_without_end_around_a_body_is_left_early"),
    ),
    Guard(
        "a server that says too many is left alone", "sources/pace.py",
        "            if seen.closed_until > now:\n", "            if False:\n",
        of("wire", "a_server_that_says_too_many_is_left_alone_for_as_long_as_it_says"),
    ),
    Guard(
        "the token goes to Slack's hosts only", "sources/slack_files.py",
        'any(asked.host == name or asked.host.endswith(f".{name}") for name in _SLACK)', "True",
        of("import", "the_token_goes_to_slack_alone"),
    ),
    Guard(
        "the token goes along no redirect to elsewhere", "sources/slack_files.py",
        "        if not is_slack(url, base_url):\n", "        if False:\n",
        of("slack_files", "a_redirect_to_elsewhere_gets_no_token"),
    ),
    Guard(
        "the size of a file from Slack", "sources/slack_files.py",
        "            if size > largest:\n", "            if False:\n",
        of("slack_files", "a_file_that_is_too_large_is_left"),
    ),
    Guard(
        "what a shop sends is signed", "handlers/shop_words.py",
        "if not secret or not service.is_signed(secret, headers, body):", "if not secret:",
        of("shop_webhooks", "what_was_not_signed_by_this_shop_is_refused_and_its_owner_sees_it"),
    ),
    Guard(
        "a shop's signature is of the raw bytes", "sources/webhooks.py",
        "return hmac.new(secret.encode(), body, hashlib.sha256).digest()",
        "return hmac.new(secret.encode(), b\"\".join(body.split()), hashlib.sha256).digest()",
        of("hook_shapes", "only_the_signed_bytes_are_signed"),
    ),
    Guard(
        "a shop that says the same again", "storage/sale_events.py",
        '            "delivery_key": delivery_key or None,\n'
        '            "event_key": event_key or None,\n',
        '            "delivery_key": None,\n            "event_key": None,\n',
        of("other_shops", "dub_tells_of_sales_clicks_and_sign_ups_each_once"),
    ),
    Guard(
        "a shop that is turned off", "storage/shops.py",
        "                ~col(Shop.is_off),\n", "",
        of("shop_webhooks",
           "a_shop_without_a_secret_and_one_that_is_turned_off_are_not_listened_to"),
    ),
    Guard(
        "a tracking link leads where it was made for", "bot/outside.py",
        "    if target is None:\n", "    if False:\n",
        of("clicks", "names_that_were_never_given_out_lead_nowhere"),
    ),
)  # fmt: skip
