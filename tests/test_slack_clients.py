"""Slack clients of a server: what they share."""

from bot.slack import SlackClients, Token


def test_certificates_are_read_once_for_all_clients_of_a_server() -> None:
    clients = SlackClients("https://slack.com/api/", lambda _workspace: Token("xoxb-1"))

    first, second = clients.with_token("xoxb-1").ssl, clients.with_token("xoxb-2").ssl

    assert first is not None
    assert first is second
