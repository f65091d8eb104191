"""Pages outside Slack: nothing runs in them, nothing is fetched, nothing is silently missing."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from jinja2 import DictLoader, UndefinedError
from jinja2.loaders import ChoiceLoader

from views import pages

ROOT = Path(__file__).parent.parent


@pytest.fixture
def greeting(monkeypatch):
    """A page of a test's own beside the real ones."""
    environment = pages._environment()
    template = (
        '{% extends "page.html" %}{% block title %}{{ name }}{% endblock %}'
        '{% block body %}<p title="{{ name }}">{{ name }}</p>{% endblock %}'
    )
    both = ChoiceLoader([DictLoader({"greeting.html": template}), environment.loader])
    monkeypatch.setattr(environment, "loader", both)


def test_what_people_wrote_is_text_on_a_page_and_never_markup(greeting):
    hostile = "\"><script>alert('x')</script>{{ 7 * 7 }}"

    page = pages.render("greeting", name=hostile)

    assert "<script" not in page
    assert 3 == page.count("{{ 7 * 7 }}")
    assert "&#34;&gt;&lt;script&gt;" in page


def test_a_page_that_lacks_a_value_is_an_error_and_not_a_gap(greeting):
    with pytest.raises(UndefinedError, match="name"):
        pages.render("greeting")


def test_a_page_fetches_nothing_and_allows_only_its_own_style(greeting):
    page = pages.render("greeting", name="Ana")

    assert "default-src 'none'" in page
    assert not re.findall(r"https?://|\bsrc=|@import|url\(", page)
    assert 1 == page.count("<style>")


def test_the_pages_are_part_of_what_is_installed(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "manifest.yml", "README.md"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "views/pages", source / "views/pages")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=source, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")

    ours = {str(path.relative_to(ROOT)) for path in (ROOT / "views/pages").glob("*.*")}

    assert ours <= set(zipfile.ZipFile(wheel).namelist())
