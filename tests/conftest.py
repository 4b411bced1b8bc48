"""Every test runs on the embedded PostgreSQL, with sockets closed except loopback."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from tests import browser

USUAL_SHARE = 20


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--faults` and `--every-look` on the command line."""
    parser.addoption(
        "--faults", action="store_true", help=f"kill and race {USUAL_SHARE} times as often as usual"
    )
    parser.addoption(
        "--every-look",
        action="store_true",
        help="open every page, and go every way of the five journeys, at both widths, light and dark",
    )


@pytest.fixture(scope="session")
def fault_runs(pytestconfig: pytest.Config) -> Callable[[int], int]:
    """How often to repeat a fault whose full count is n: all of them with --faults, else a twentieth."""

    def runs(full: int) -> int:
        return full if pytestconfig.getoption("--faults") else max(1, full // USUAL_SHARE)

    return runs


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the browser journeys where there is no browser; under CI let them run, and so fail."""
    journeys = [item for item in items if item.get_closest_marker("browser")]
    if journeys and os.environ.get("CI") != "true" and browser.find() is None:
        for journey in journeys:
            journey.add_marker(pytest.mark.skip(reason=f"{browser.MISSING}. {browser.AS_TO_INSTALL}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Repeat at the end, where nobody overlooks it, why journeys were skipped."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(browser.MISSING in str(report.longrepr) for report in skipped):
        terminalreporter.section("THE BROWSER JOURNEYS DID NOT RUN", red=True, bold=True)
        terminalreporter.line(f"{browser.MISSING}. {browser.AS_TO_INSTALL}")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """A page leaves its language behind in the thread, where the next test would go on in it."""
    with translation.override("en"):
        yield


@pytest.fixture
def in_one_half_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code of an authenticator app is good for its half minute, which could end before it is typed."""
    now = time.time()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", SimpleNamespace(time=lambda: now))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Empty the tables between tests in a way that is quick and passes the triggers that forbid it.

    TRUNCATE makes new files for each of some fifty tables, nearly all of them empty: half a second a test.
    """
    empty = DatabaseOperations.execute_sql_flush
    # Django does not know the tables of the job queue, and of its cache, as its own to empty.
    others = [f"procrastinate_{name}" for name in ("events", "periodic_defers", "jobs", "workers")]
    others.append("accounts_tries")

    def empty_quickly(operations: DatabaseOperations, sql_list: Iterable[str]) -> None:
        database = operations.connection
        names = [*database.introspection.django_table_names(only_existing=True, include_views=False), *others]
        deletions = [f"DELETE FROM {operations.quote_name(name)}" for name in names]  # noqa: S608
        empty(operations, ["SET LOCAL session_replication_role = replica", *deletions])

    # Of the class: where a browser's event loop runs, Django opens another connection.
    DatabaseOperations.execute_sql_flush = empty_quickly  # type: ignore[method-assign, assignment]
