"""`makegood policy check` and `diff`: what they print, and the code they end with."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from makegood.cli.policy.frame import policy
from makegood.policy.checks import check, solver
from tests.policy.checks.documents import fourteen_days
from tests.policy.documents import REFUND_POLICY, grant, refund_policy, text_of

REFUNDS = str(REFUND_POLICY)


@pytest.fixture
def shorter(tmp_path: Path) -> str:
    """Return the path of the vendor's policy with 14 days."""
    path = tmp_path / "shorter.md"
    path.write_text(fourteen_days().text, encoding="utf-8")
    return str(path)


@pytest.fixture
def without_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "installed", lambda: False)


def test_a_good_policy_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert policy(["check", REFUNDS]) == 0
    assert "40 of 40 examples come out as written" in capsys.readouterr().out


def test_an_example_that_fails_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "wrong.md"
    path.write_text(
        REFUND_POLICY.read_text(encoding="utf-8").replace("| refuse (2(b)) |", "| refuse (2(a)) |"),
        encoding="utf-8",
    )
    assert policy(["check", "--quick", "--json", str(path)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["fine"] is False
    (error,) = [each for each in told["findings"] if each["severity"] == "error"]
    assert error["about"] == "example"
    assert (
        path.read_text(encoding="utf-8").splitlines()[error["line"] - 1].startswith("| The bug can be fixed")
    )


def test_a_document_that_cannot_be_read_is_told_with_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "wrong.md"
    path.write_text(text_of(grant("aa")), encoding="utf-8")
    assert policy(["check", "--quick", "--json", str(path), REFUNDS]) == 1
    wrong, good = map(json.loads, capsys.readouterr().out.splitlines())
    assert wrong["findings"][0]["message"] == "there is no fact or term `aa`"
    assert good["fine"] is True


@pytest.mark.usefixtures("without_solver")
def test_without_the_solver_check_says_what_it_would_add(capsys: pytest.CaptureFixture[str]) -> None:
    assert policy(["check", REFUNDS]) == 0
    said = capsys.readouterr().out
    assert "With the solver z3 it would also be proved" in said
    assert "pip install 'makegood[proofs]'" in said


@pytest.mark.usefixtures("without_solver")
def test_without_the_solver_diff_says_what_to_install(
    shorter: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert policy(["diff", REFUNDS, shorter]) == 2
    assert "pip install 'makegood[proofs]'" in capsys.readouterr().err


def test_diff_tells_each_kind_of_change_with_a_case(shorter: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert policy(["diff", REFUNDS, shorter]) == 0
    said = capsys.readouterr().out
    assert "Was refunded, now refused. For example:" in said
    assert "  version 2026-12: refuse (1(a))" in said
    assert "- was refused, now refunded" in said


def test_the_cases_of_diff_can_be_decided(shorter: str, capsys: pytest.CaptureFixture[str]) -> None:
    from makegood.policy import decide

    assert policy(["diff", "--json", REFUNDS, shorter]) == 0
    first = json.loads(capsys.readouterr().out)["changes"][0]["witness"]["facts"]
    assert decide(refund_policy(), first).outcome == "eligible"
    assert decide(fourteen_days(), first).outcome == "ineligible"


def test_a_policy_stricter_than_a_statute_ends_with_1(
    shorter: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert policy(["check", "--quick", shorter, "--statute", REFUNDS]) == 1
    assert "The statute refunds, the policy refuses. For example:" in capsys.readouterr().out
    assert policy(["check", "--quick", REFUNDS, "--statute", REFUNDS]) == 0
    assert "Proved: refunds 2026-11 (policy) is never stricter" in capsys.readouterr().out


def test_checks_without_a_solver_are_fast() -> None:
    document, begun = refund_policy(), time.process_time()
    check(document)
    assert time.process_time() - begun < 1
