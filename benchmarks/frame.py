"""What every benchmark needs: a fresh database, a table on the terminal, and the results in a file."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from makegood.cli import embedded

PROJECT = Path(__file__).resolve().parents[1]
VAR = PROJECT / "var" / "bench"
RESULTS = Path(__file__).parent / "results"

Row = Mapping[str, str | int | float]


def live_in_a_fresh_database(name: str) -> None:
    """Drop and create database `name` on a server of the benchmarks' own, migrate it and set Django up."""
    embedded.start(VAR / "postgres")
    embedded.drop_database(VAR / "postgres", name)
    address = embedded.database(VAR / "postgres", name)
    os.environ.update(
        DATABASE_URL=address,
        DJANGO_SETTINGS_MODULE="makegood.config.settings",
        MAKEGOOD_ALLOWED_HOSTS="localhost",
        MAKEGOOD_DATA_DIR=str(VAR / name),
        MAKEGOOD_DEMO="true",
        MAKEGOOD_EMAIL_FROM="refunds@northwind.example",
        MAKEGOOD_EMAIL_URL="memory://",
        MAKEGOOD_LOG_LEVEL="WARNING",
        MAKEGOOD_SECRET_KEY="only for benchmarks, never used to serve",  # noqa: S106
        MAKEGOOD_SITE_URL="http://localhost",
        MAKEGOOD_VENDOR="Northwind Mail",
    )
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def tell(name: str, question: str, rows: Sequence[Row]) -> None:
    """Print `rows` (all with the same columns) as a table and keep them in `results/NAME.json`."""
    table = Table(title=question, title_justify="left")
    for column in rows[0]:
        words = isinstance(rows[0][column], str)
        table.add_column(column, justify="left" if words else "right", no_wrap=True)
    for row in rows:
        table.add_row(*(_shown(value) for value in row.values()))
    Console().print(table)
    RESULTS.mkdir(exist_ok=True)
    kept = {"question": question, "date": _today(), "machine": machine(), "rows": [dict(row) for row in rows]}
    (RESULTS / f"{name}.json").write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")


def machine() -> dict[str, str | int]:
    """What the figures were measured on; it does not name the machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "memory_gb": round(memory / 1024**3),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgresql": _postgresql(),
        "django": version("django"),
        "psycopg": version("psycopg"),
    }


def _shown(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:,}"


def _today() -> str:
    return datetime.now(UTC).date().isoformat()


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _postgresql() -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])
