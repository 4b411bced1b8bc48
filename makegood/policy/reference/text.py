"""Writes docs/policy/reference.md: all that the policy language has, as the code has it."""

from __future__ import annotations

import string
from importlib.resources import files

from makegood.policy import limits
from makegood.policy.documents import fact_tables, front_matter
from makegood.policy.documents import tables as document_tables
from makegood.policy.documents.clauses import Role
from makegood.policy.documents.policy import PAID
from makegood.policy.facts import (
    CANNOT_BE_ESTABLISHED,
    LONGEST_LIST,
    MOST_DIGITS,
    MOST_PLACES,
    Kind,
    Source,
)
from makegood.policy.languages.english import ENGLISH
from makegood.policy.languages.known import LANGUAGES
from makegood.policy.reference import meanings, rules, shown
from makegood.policy.reference.tables import code, codes, table
from makegood.policy.rules import calendars, numbers
from makegood.policy.rules.checking import REFUSED, REFUSED_NAMES

WORDS = ENGLISH.words


def reference_text() -> str:
    """Return the reference in Markdown, ended by a line end.

    Raises LookupError or ValueError where a part of the language has no meaning in `meanings` yet.
    """
    page = files("makegood.policy.reference").joinpath("page.md").read_text(encoding="utf-8")
    return string.Template(page).substitute(
        head=_head(),
        applies=WORDS.applies[0].strip(),
        every_other=min(WORDS.every_other),
        methods="\n".join(f"- *{each}*: the method is `{method}`." for each, method in WORDS.methods.items())
        + "\n- else the money goes back the way it was paid, `original`.",
        all_of=WORDS.all_of[0],
        any_of=WORDS.any_of[0],
        leads=_leads(),
        paid=PAID,
        beats=shown.beats(),
        fact_headings=_headings("Fact", fact_tables.HEADINGS),
        kinds=_kinds(),
        items=codes(fact_tables.ITEMS),
        sources=table(("Source", "Who it is"), [[str(each), meanings.SOURCES[each]] for each in Source]),
        lost=CANNOT_BE_ESTABLISHED,
        term_headings=_headings("Term", document_tables.TERM_HEADINGS),
        ground_headings=_headings("Ground", document_tables.GROUND_HEADINGS),
        case_headings=_headings("Case", document_tables.EXAMPLE_HEADINGS),
        keys=shown.keys(),
        case=rules.case(),
        operators=rules.operators(),
        refused=codes(sorted((*REFUSED.values(), *map(str.upper, REFUSED_NAMES)))),
        functions=rules.functions(),
        special=rules.special(),
        numbers=", ".join(WORDS.numbers),
        error=shown.error(),
        answer=shown.answer(),
        limits=_limits(),
        languages=_languages(),
    )


def _head() -> str:
    required, keys = front_matter.REQUIRED, front_matter.KNOWN
    rows = [[code(key), "yes" if key in required else "no", meanings.HEAD[key]] for key in keys]
    return table(("Key", "Required", "What it says"), rows)


def _leads() -> str:
    rows = [["; ".join(WORDS.leads[role]), *meanings.ROLES[role]] for role in Role]
    return table(("It begins", "What the list does", "Amount in back quotes", "Example"), rows)


def _headings(first: str, headings: tuple[str, ...]) -> str:
    return table(
        ("Heading", "What stands there"), [[each, meanings.HEADINGS[first][each]] for each in headings]
    )


def _kinds() -> str:
    rows = [[str(kind), meanings.KINDS[kind][0], code(meanings.KINDS[kind][1])] for kind in Kind]
    return table(("Kind", "What it is", "A value"), rows)


def _limits() -> str:
    most = {
        "characters of a document": limits.LARGEST,
        "characters of its head": limits.LONGEST_HEAD,
        "lines of a document": limits.MOST_LINES,
        "bars of its tables": limits.MOST_BARS,
        "sections of a document": limits.MOST_SECTIONS,
        "characters of a paragraph, an item or a cell": limits.LONGEST_PARAGRAPH,
        "characters of all rules of a document": limits.MOST_OF_RULES,
        "conditions of a clause": len(string.ascii_lowercase),
        "characters of a rule": limits.LONGEST_RULE,
        "operations of a rule inside one another": limits.DEEPEST_RULE,
        "rules and rows of tables for something to be proved": limits.MOST_PROVED,
        "names a term comes down to, through other terms": limits.MOST_NAMES,
        "items of a list": LONGEST_LIST,
        "digits of a number before the point": MOST_DIGITS,
        "digits of a number after the point": MOST_PLACES,
        "digits of a result; one with more is unknown": numbers.MANY_DIGITS,
        "days between two dates for working days to be counted": calendars.LONGEST_COUNT,
    }
    return table(("What", "At most"), [[what, f"{count:,}"] for what, count in most.items()])


def _languages() -> str:
    rows = [
        [code(each.code), each.name, *("; ".join(each.words.leads[role]) for role in Role)]
        for each in LANGUAGES.values()
    ]
    return table(("Code", "Language", *(code(role) for role in Role)), rows)
