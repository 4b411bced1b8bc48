"""The pages that a vendor gives to customers name what stands on the pages of the members area."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from makegood.policy import Policy
from makegood.refund_requests.references import ALPHABET
from tests.cases import POLICY

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs/for-your-customers").glob("*.md"))
QUOTED = re.compile(r"(?<!\*)\*([A-Z][^*]+)\*(?!\*)")
CHOICES = re.compile(r"Choose \*([^*]+)\*")
REFERENCE = re.compile(rf"R-[{ALPHABET}]{{4}}-[{ALPHABET}]{{2}}")


def said_on_pages() -> set[str]:
    """What stands on buttons, links and headings, and the grounds that the policy offers."""
    templates = (ROOT / "makegood/templates").rglob("*.html")
    pages = " ".join(path.read_text("utf-8") for path in templates)
    grounds = {ground.label for ground in Policy.parse(POLICY.read_text("utf-8")).grounds}
    menus = (ROOT / "makegood/members/context.py").read_text("utf-8")
    return {*re.findall(r'{% translate "([^"]+)"', pages), *re.findall(r'_\("([^"]+)"\)', menus), *grounds}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_they_tell_to_choose_is_there_to_be_chosen(page: Path) -> None:
    text = page.read_text("utf-8")
    assert {*QUOTED.findall(text), *CHOICES.findall(text)} <= said_on_pages()


def test_a_number_of_a_request_looks_as_ours_do() -> None:
    numbers = re.findall(r"\bR-[\w-]+", " ".join(page.read_text("utf-8") for page in PAGES))
    assert numbers
    assert all(REFERENCE.fullmatch(number) for number in numbers)
