"""Every example of the guide to policies runs; the reference is what the code says of itself."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from makegood.cli.policy.frame import COMMANDS
from makegood.policy import Fact, Kind, Policy, PolicyErrors, Source
from makegood.policy.documents.clauses import Role
from makegood.policy.documents.fact_tables import HEADINGS as FACT_HEADINGS
from makegood.policy.documents.front_matter import KNOWN
from makegood.policy.documents.tables import EXAMPLE_HEADINGS, GROUND_HEADINGS, TERM_HEADINGS
from makegood.policy.facts import coerce
from makegood.policy.languages.english import ENGLISH
from makegood.policy.reference import meanings, reference_text, rules
from makegood.policy.rules.functions import FUNCTIONS, SPECIAL
from tests.policy.docs_blocks import PAGES, ROOT, Block, page, put_into, read

GUIDE = page("guide.md")
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
COMMAND = re.compile(r"^\$ bin/makegood (.+)\n", re.MULTILINE)
ANYTHING = "…"  # of what a command prints: whatever stands there
LINK = re.compile(r"\]\(([^)#]+)(?:#([^)]+))?\)")


def documents() -> list[tuple[str, str]]:
    """Every policy of the guide that must be readable, with the line where it is written."""
    whole = [(f"line {block.line}", block.text) for block in GUIDE.of("file") if block.language == "markdown"]
    parts = [
        (f"line {block.line}", put_into(GUIDE.named(block.name), block.text)) for block in GUIDE.of("in")
    ]
    return whole + parts


@pytest.mark.parametrize(("where", "text"), documents(), ids=[where for where, _ in documents()])
def test_a_policy_of_the_guide_decides_each_of_its_examples_as_written(where: str, text: str) -> None:
    results = Policy.parse(text, source=where).run_examples()
    assert results, f"{where} shows nothing: it has no examples"
    assert [(each.example.case, each.example.decision) for each in results] == [
        (each.example.case, each.example.decision if each.passed else each.found) for each in results
    ]


@pytest.mark.parametrize("block", GUIDE.of("wrong"), ids=lambda block: block.change)
def test_a_mistake_of_the_guide_is_told_as_the_guide_shows_it(block: Block) -> None:
    right = GUIDE.named(block.name)
    written, _, instead = block.change.partition(" -> ")
    assert right.count(written) == 1, "what is to be written wrongly must stand in the document once"
    with pytest.raises(PolicyErrors) as refused:
        Policy.parse(right.replace(written, instead), source=block.name)
    assert str(refused.value) + "\n" == block.text


@pytest.mark.parametrize("block", GUIDE.of("run"), ids=lambda block: f"line {block.line}")
def test_a_command_of_the_guide_prints_what_the_guide_shows(block: Block, tmp_path: Path) -> None:
    for file in GUIDE.of("file"):
        (tmp_path / file.name).write_text(file.text, encoding="utf-8")
    for part in GUIDE.of("in"):
        if part.change:
            whole = put_into(GUIDE.named(part.name), part.text)
            (tmp_path / part.change).write_text(whole, encoding="utf-8")
    commands = COMMAND.split(block.text)[1:]
    assert commands
    for arguments, shown in zip(commands[::2], commands[1::2], strict=True):
        python = [sys.executable, "-P", "-m", "makegood.cli", *shlex.split(arguments)]
        done = subprocess.run(
            python,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        wanted = re.escape(shown).replace(ANYTHING, ".*")
        assert re.fullmatch(wanted, done.stdout + done.stderr, re.DOTALL), done.stdout + done.stderr


def test_no_block_of_the_guide_is_left_untested() -> None:
    unmarked = [f"line {block.line}" for block in GUIDE.blocks if not block.what]
    assert unmarked == []


def test_whatever_the_guide_puts_in_back_quotes_stands_in_a_tested_block_or_is_part_of_the_language() -> None:
    tested = "".join(block.name + block.text + block.change for block in GUIDE.blocks) + reference_text()
    known = {f"bin/makegood policy {command}" for command in COMMANDS}
    codes = [code for code in CODE.findall(GUIDE.prose) if code not in tested and code not in known]
    assert codes == []


@pytest.mark.parametrize("name", ["guide.md", "reference.md", "languages.md"])
def test_links_lead_somewhere(name: str) -> None:
    for target, anchor in LINK.findall((PAGES / name).read_text(encoding="utf-8")):
        if "://" not in target:
            found = PAGES / target
            assert found.exists(), f"{name} links to {target}"
            if anchor and found.suffix == ".md":
                assert anchor in anchors(found.read_text(encoding="utf-8")), f"{target} has no #{anchor}"


def anchors(text: str) -> set[str]:
    """The names under which headings of a page can be linked to."""
    headings = re.findall(r"^#+ (.+)$", read(text).prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_reference_is_what_the_code_says_of_itself() -> None:
    written = (PAGES / "reference.md").read_text(encoding="utf-8")
    assert written == reference_text(), "run: bin/makegood policy reference > docs/policy/reference.md"


def test_the_reference_gives_a_meaning_to_what_exists_and_to_nothing_else() -> None:
    assert set(meanings.HEAD) == set(KNOWN)
    assert set(meanings.KINDS) == set(Kind)
    assert set(meanings.SOURCES) == set(Source)
    assert set(meanings.ROLES) == set(Role)
    assert {first: tuple(each) for first, each in meanings.HEADINGS.items()} == {
        headings[0]: headings
        for headings in (FACT_HEADINGS, TERM_HEADINGS, GROUND_HEADINGS, EXAMPLE_HEADINGS)
    }
    assert set(rules.EXAMPLES) == {*FUNCTIONS, *SPECIAL}
    text = reference_text()
    missing = [key for key in meanings.ANSWER if f"| `{key}` |" not in text]
    assert missing == [], "these keys are in no answer"


@pytest.mark.parametrize("role", Role)
def test_the_lead_sentence_shown_for_a_role_is_read_as_that_role(role: Role) -> None:
    words = re.sub(r"\*", "", meanings.ROLES[role][2])
    assert ENGLISH.words.role_of(words) == role
    assert ENGLISH.words.together(words) is not None


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.LIST])
def test_the_value_shown_for_a_kind_is_one(kind: Kind) -> None:
    fact = Fact("it", kind, Source.ORDER, "", choices=("software", "service"))
    assert coerce(fact, meanings.KINDS[kind][1], ZoneInfo("Europe/Kyiv")) is not None
