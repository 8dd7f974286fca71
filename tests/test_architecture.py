"""The rules of the house that no linter knows."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "promisekeeper"
MODULES = sorted(SOURCE.rglob("*.py"))
# Tables of words may be long; code may not.
LONGEST_MODULE, LONGEST_FUNCTION = 420, 60


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_stay_small(path: Path) -> None:
    is_table = path.name.startswith(("phrases", "timewords"))
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert is_table or lines <= LONGEST_MODULE
    for function in functions(path):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        assert length <= LONGEST_FUNCTION, function.name


def test_only_the_clock_reads_the_clock() -> None:
    readers = {"now", "utcnow", "today"}
    found = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if not is_call or not isinstance(node, ast.Call):
                continue
            called = node.func
            if isinstance(called, ast.Attribute) and called.attr in readers:
                owner = called.value
                if isinstance(owner, ast.Name) and owner.id in {"datetime", "date"}:
                    found.add(name_of(path))
    assert found == {"app/clock.py"}


def test_mocks_and_patches_are_banned() -> None:
    banned = ("unittest." + "mock", "monkeypatch" + ".setattr", "mocker" + ".")
    for path in Path(__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in banned), path


# What `list` must never pay for; each of these costs more than the whole command should.
HEAVY = (
    "dateparser",
    "imapclient",
    "aiosmtplib",
    "asyncio",
    "sqlite_utils",
    "selectolax",
    "email",
    "jinja2",
)


def test_list_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from promisekeeper.app.cli import cli\n"
        "cli(['--ledger', sys.argv[1], 'list'], standalone_mode=False)\n"
    )
    ledger = tmp_path / "ledger.db"
    make = "from promisekeeper.store.ledger import Ledger; import sys; Ledger(sys.argv[1]).close()"
    subprocess.run([sys.executable, "-c", make, str(ledger)], check=True)
    report = "print(*sorted(m for m in sys.modules if '.' not in m), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code + report, str(ledger)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "No open promises.\n"
    assert not set(done.stderr.split()) & set(HEAVY)
