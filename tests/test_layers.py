"""The layers hold, and each contract fails when somebody breaks it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment import PROJECT

LAYERS = "A layer imports only those below it, and siblings never each other"
PURE = "Policy, money, working time and the tables of states import no Django"
PROVIDERS = "Only refunds imports the payment providers"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package, to do forbidden things in."""
    leave_out = shutil.ignore_patterns("__pycache__", "static", "templates")
    shutil.copytree(PROJECT / "makegood", tmp_path / "makegood", ignore=leave_out)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def verdicts(copy: Path) -> dict[str, bool]:
    """Which contracts hold in the copy."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
        "--no-cache",
    ]
    environment = {**os.environ, "PYTHONPATH": str(copy), "COLUMNS": "200"}
    said = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    lines = said.stdout.splitlines()
    held = {name: f"{name} KEPT" in lines for name in (LAYERS, PURE, PROVIDERS)}
    assert (said.returncode == 0) == all(held.values()), said.stdout + said.stderr
    return held


def plant(copy: Path, module: str, line: str) -> None:
    path = copy / "makegood" / module
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{path.read_text() if path.exists() else ''}\n{line}\n")


def test_every_contract_holds(copy: Path) -> None:
    assert verdicts(copy) == {LAYERS: True, PURE: True, PROVIDERS: True}


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("orders/models.py", "import makegood.refunds.models"),
        ("refunds/models.py", "import makegood.refund_requests.models"),
        ("members/urls.py", "import makegood.desk.urls"),
        ("accounts/models.py", "from makegood.config import environment"),
        ("chats/__init__.py", '"""A new folder without a place among the layers."""'),
    ],
)
def test_an_import_upwards_or_sideways_breaks_the_layers(module: str, line: str, copy: Path) -> None:
    plant(copy, module, line)
    assert not verdicts(copy)[LAYERS]


@pytest.mark.parametrize("module", ["policy/kleene.py", "money.py", "refunds/states.py", "defects/states.py"])
def test_django_in_a_pure_module_breaks_its_contract(module: str, copy: Path) -> None:
    plant(copy, module, "from django.db import models")
    assert verdicts(copy) == {LAYERS: True, PURE: False, PROVIDERS: True}


@pytest.mark.parametrize("module", ["api/urls.py", "desk/urls.py", "cli/apps.py"])
def test_a_provider_outside_refunds_breaks_its_contract(module: str, copy: Path) -> None:
    plant(copy, module, "from makegood.refunds.providers import registry")
    assert verdicts(copy) == {LAYERS: True, PURE: True, PROVIDERS: False}
