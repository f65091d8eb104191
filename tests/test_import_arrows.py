"""The arrows of docs/architecture.md, read from the imports: bot → handlers → … → domain."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "bot": {"handlers", "views", "storage", "sources", "domain", "playground"},
    "handlers": {"views", "storage", "sources", "domain"},
    "views": {"domain"},
    "storage": {"domain"},
    "sources": {"domain"},
    "domain": set(),
    "playground": set(),
}
FOLDERS = MAY_IMPORT.keys() | {"tests", "benchmarks", "scripts"}
DOMAIN_LIBRARIES = {"pydantic", "sqlmodel", "babel", "vaderSentiment"}
DATABASE_NAMES = {"Session", "create_engine", "select", "text"}


def imports(source: str, package: str) -> set[str]:
    """Dotted names that a file imports; `package` is the folder it is in, with dots."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, *filter(None, [base])])
            found |= {f"{base}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and _imports_by_name(node.func):
            arguments = [arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)]
            found |= {str(argument) for argument in arguments}
    return found


def _imports_by_name(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in {"import_module", "__import__"}


def wrong_arrows(source: str, package: str) -> list[str]:
    """What a file imports although its folder may not, such as `views → storage.models`."""
    folder = package.split(".", maxsplit=1)[0]
    forbidden = FOLDERS - MAY_IMPORT[folder] - {folder}
    names = imports(source, package)
    wrong = {name for name in names if name.split(".")[0] in forbidden}
    if folder == "domain":
        wrong |= {name for name in names if not _may_be_in_domain(name)}
    return sorted(f"{folder} → {name}" for name in wrong)


def _may_be_in_domain(name: str) -> bool:
    top, _, rest = name.partition(".")
    if top == "sqlmodel":
        return rest.split(".")[-1] not in DATABASE_NAMES
    return top in DOMAIN_LIBRARIES or top == "domain" or top in sys.stdlib_module_names


FILES = sorted(
    path.relative_to(ROOT) for folder in MAY_IMPORT for path in (ROOT / folder).rglob("*.py")
)


@pytest.mark.parametrize("path", FILES, ids=str)
def test_a_file_imports_only_what_its_folder_may(path):
    package = ".".join(path.parts[:-1])
    assert wrong_arrows((ROOT / path).read_text(encoding="utf-8"), package) == []


def test_every_folder_has_files_and_no_other_folder_holds_code():
    assert {path.parts[0] for path in FILES} == MAY_IMPORT.keys()
    with_code = {path.parent.name for path in ROOT.glob("*/*.py")}
    assert with_code <= FOLDERS


@pytest.mark.parametrize(
    ("package", "source", "wrong"),
    [
        ("views", "import storage", ["views → storage"]),
        ("views", "from storage.models import Card", ["views → storage.models.Card"]),
        ("views", "from ..sources import files", ["views → sources.files"]),
        ("storage.models", "from ...handlers import find", ["storage → handlers.find"]),
        ("storage.models", "from . import card\nfrom .card import Card", []),
        ("handlers", "from bot.clock import Clock", ["handlers → bot.clock.Clock"]),
        ("handlers", "def f():\n    import bot", ["handlers → bot"]),
        ("handlers", "from views import card\nfrom domain import fit", []),
        ("sources", "importlib.import_module('views.card')", ["sources → views.card"]),
        ("domain", "import httpx", ["domain → httpx"]),
        ("domain", "from sqlmodel import Session", ["domain → sqlmodel.Session"]),
        ("domain", "from sqlmodel import SQLModel\nimport re\nfrom domain.text import fold", []),
        ("playground", "from domain import fit", ["playground → domain.fit"]),
        ("bot", "from playground import server\nimport tests.postgres", ["bot → tests.postgres"]),
    ],
)
def test_a_wrong_arrow_is_found_however_it_is_written(package, source, wrong):
    assert wrong_arrows(source, package) == wrong
