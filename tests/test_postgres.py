"""The shared PostgreSQL: one server for all processes, gone when the last of them is."""

import json
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from tests import postgres

reason = postgres.missing_reason()
pytestmark = pytest.mark.skipif(reason is not None, reason=reason or "")

ASK = """
import sys
from pathlib import Path
from tests.postgres import postgres_url
print(postgres_url(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""


def ask_from_another_process(tmp_base: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", ASK, str(tmp_base)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )


def first_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(url.replace("+psycopg", ""))


def test_processes_share_one_server_that_ends_with_the_last_even_when_killed(tmp_path):
    first, second = ask_from_another_process(tmp_path), ask_from_another_process(tmp_path)
    urls = {first_line(first), first_line(second)}
    folder = Path(json.loads((tmp_path / "postgres.ready.json").read_text())["folder"])
    server = psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))

    assert len(urls) == 2
    assert {url.split("host=")[1] for url in urls} == {str(folder)}
    first.kill()
    first.wait()
    second_url = next(url for url in urls)
    with connect(second_url) as link:
        assert link.execute("SELECT 1").fetchone() == (1,)
    second.kill()
    second.wait()
    psutil.wait_procs([server], timeout=20)
    assert not server.is_running()


def test_a_template_is_prepared_once_and_copied_into_databases_that_do_not_share_rows(
    tmp_path_factory,
):
    base = tmp_path_factory.getbasetemp()
    prepared = []

    def prepare(url: str) -> None:
        prepared.append(url)
        with connect(url) as link:
            link.execute("CREATE TABLE seen (id int)")

    name = postgres.postgres_template(base, "sample", prepare)
    assert postgres.postgres_template(base, "sample", prepare) == name
    one, other = postgres.postgres_url(base, name), postgres.postgres_url(base, name)
    with connect(one) as link:
        link.execute("INSERT INTO seen VALUES (1)")
    with connect(other) as link:
        assert link.execute("SELECT count(*) FROM seen").fetchone() == (0,)

    assert len(prepared) == 1
    postgres.drop_database(one)
    with pytest.raises(psycopg.OperationalError):
        connect(one)
    postgres.drop_database(other)


def test_the_role_of_the_tests_is_no_superuser_so_row_level_security_is_felt(tmp_path_factory):
    url = postgres.postgres_url(tmp_path_factory.getbasetemp())
    with connect(url) as link:
        answer = link.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert answer.fetchone() == (False,)
    postgres.drop_database(url)
