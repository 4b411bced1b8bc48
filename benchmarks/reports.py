"""What the reports cost the server after a thousand requests of the last year, and after a million."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping

from benchmarks import frame
from benchmarks.desk.asking import milliseconds
from benchmarks.frame import Row

FEW, MANY = 1_000, 1_000_000
PERIODS = {"7 days": "7", "30 days": "30", "90 days": "90"}
AUDITOR = "aude@northwind.example"

# What the triggers write in the life of a request, with the grounds, products and clauses of a large desk.
MARKS = """
    INSERT INTO reports_mark (at, what, key, under, currency, number, amount_minor)
    SELECT now() - random() * interval '1 year', kind.what,
           CASE WHEN kind.keys IS NULL THEN (ARRAY['60', '240', '1440', '2880', '7200', 'longer'])[1 + n %% 6]
                WHEN kind.keys = 0 THEN '' ELSE (n::bigint * 7919 %% kind.keys)::text END,
           CASE kind.what WHEN 'refund_by_clause' THEN '2026-11' ELSE '' END,
           CASE WHEN kind.what LIKE 'refund%%' THEN (ARRAY['USD', 'EUR', 'JPY'])[1 + n / 3 %% 3] ELSE '' END,
           1, CASE WHEN kind.what LIKE 'refund%%' THEN 7900 ELSE 0 END
    FROM generate_series(%(first)s, %(last)s) AS n, (VALUES
        ('received', 6), ('promise_due', 0), ('first_answer', NULL), ('decision', NULL),
        ('refund_by_ground', 6), ('refund_by_product', 20), ('refund_by_clause', 30),
        ('refund_by_provider', 3), ('refund_by_version', 1)
    ) AS kind(what, keys)
"""


def main() -> None:
    """Milliseconds in the server, through Django's test client: the fastest of TIMES after a first look.

    `growth` is what MANY costs against FEW; the goal of the design is 1.2.
    """
    arguments = ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=MANY, help="how many requests there were (1 M)")
    rows: int = arguments.parse_args().rows
    frame.live_in_a_fresh_database("reports")
    _collect_static_files()
    _begin()
    _fill(0, FEW)
    few = _measured()
    _fill(FEW, rows)
    many = _measured()
    question = f"Milliseconds for the reports after {FEW:,} and {rows:,} requests in a year"
    frame.tell("reports", question, _compared(few, many, rows))


def _compared(
    few: Mapping[str, tuple[float, int]], many: Mapping[str, tuple[float, int]], rows: int
) -> list[Row]:
    return [
        {
            "page": page,
            "queries": many[page][1],
            f"{FEW:,}": few[page][0],
            f"{rows:,}": many[page][0],
            "growth": round(many[page][0] / few[page][0], 2),
        }
        for page in many
    ]


def _collect_static_files() -> None:
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


def _begin() -> None:
    from django.utils import timezone

    from makegood.accounts.granting import grant
    from makegood.accounts.models import User
    from makegood.accounts.roles import Role
    from makegood.audit.actors import System

    auditor = User.objects.create_user(AUDITOR, name="Aude", language="en")
    grant(auditor, Role.AUDITOR, by=System("benchmark"), at=timezone.now())


def _fill(first: int, last: int) -> None:
    from zoneinfo import ZoneInfo

    from django.db import connection
    from django.utils import timezone

    from makegood.reports.folding import fold

    with connection.cursor() as cursor:
        cursor.execute(MARKS, {"first": first, "last": last - 1})
        fold(at=timezone.now(), zone=ZoneInfo("Europe/Kyiv"))
        cursor.execute("VACUUM ANALYZE")


def _measured() -> Mapping[str, tuple[float, int]]:
    """Milliseconds and queries by page."""
    from django.test import Client

    from makegood.accounts.models import User

    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(email=AUDITOR))
    return {name: milliseconds(browser, f"/desk/reports/?period={key}") for name, key in PERIODS.items()}


if __name__ == "__main__":
    main()
