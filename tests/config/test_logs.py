"""One line of log tells what happened, and nothing about people."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator

import pytest

from makegood.config import logs


@pytest.fixture(autouse=True)
def the_tests_own_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def written(*, as_json: bool) -> str:
    """What a failure with a secret in a local variable looks like in the log."""
    options = logs.options_for(json=as_json, level="INFO")
    options["handlers"]["stderr"]["stream"] = stream = io.StringIO()
    logging.config.dictConfig(options)
    try:
        card_number = "4111 1111 1111 1111"
        raise LookupError(len(card_number))
    except LookupError:
        logging.getLogger("makegood.refunds").exception("refund not found")
    return stream.getvalue()


def test_a_failure_is_one_json_object_a_line() -> None:
    (line,) = written(as_json=True).splitlines()
    said = json.loads(line)
    assert (said["event"], said["level"], said["logger"]) == ("refund not found", "error", "makegood.refunds")
    assert "LookupError: 19" in said["exception"]


@pytest.mark.parametrize("as_json", [True, False])
def test_local_variables_stay_out_of_the_log(as_json: bool) -> None:
    said = written(as_json=as_json)
    assert "LookupError: 19" in said
    assert "1111 1111 1111" not in said.replace('card_number = "4111 1111 1111 1111"', "")
