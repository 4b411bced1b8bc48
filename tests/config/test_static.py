"""Static files as served: every module that a script imports is there, under the name of its content."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from makegood.config.environment import HASHED_STATIC

HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")


def test_scripts_import_modules_by_the_names_of_their_content(tmp_path: Path) -> None:
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": HASHED_STATIC}}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
    served = [path for path in (tmp_path / "js").rglob("*.js") if HASHED.search(path.name)]
    imported = [
        path.parent / name
        for path in served
        for name in re.findall(r"""from ["']([^"']+)["']""", path.read_text())
    ]
    assert len(imported) >= 10
    for module in imported:
        assert HASHED.search(module.name), f"{module.name} is imported by a name that stays"
        assert module.resolve().is_file(), f"{module} is not served"
