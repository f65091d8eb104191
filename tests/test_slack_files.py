"""Files that Slack keeps, fetched over HTTP: the token stays with Slack, and nothing is endless."""

from pathlib import Path

import pytest

from sources.slack_files import ELSEWHERE, TOO_LARGE, NotFetched, fetch
from tests.web import Reply, web

TOKEN = "xoxb-canary"


def test_a_redirect_to_elsewhere_gets_no_token(tmp_path: Path) -> None:
    with web(lambda _: b"handle\nmara\n") as other:
        leading = Reply(status=302, headers={"Location": f"{other.url}/list.csv"})
        with web(lambda _: leading) as slack, pytest.raises(NotFetched, match=ELSEWHERE):
            fetch(f"{slack.url}/files/F1", TOKEN, f"{slack.url}/api/", tmp_path / "list.csv")

    assert [one.headers["authorization"] for one in slack.requests] == [f"Bearer {TOKEN}"]
    assert other.requests == []
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_too_large_is_left(tmp_path: Path) -> None:
    with web(lambda _: b"x" * 1_001) as slack:
        address, api = f"{slack.url}/files/F1", f"{slack.url}/api/"
        with pytest.raises(NotFetched, match="larger than 10 MB") as refused:
            fetch(address, TOKEN, api, tmp_path / "list.csv", largest=1_000)
        assert list(tmp_path.iterdir()) == []

        fetch(address, TOKEN, api, tmp_path / "list.csv", largest=1_001)

    assert str(refused.value) == TOO_LARGE
    assert (tmp_path / "list.csv").stat().st_size == 1_001
