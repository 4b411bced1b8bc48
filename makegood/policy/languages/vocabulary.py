"""What a language must say: the words a document is read by, and the phrases an answer is explained in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile

ORIGINAL = "original"
"""The method of a refund that goes back the way it was paid."""
Forms = Mapping[str, str]
"""A phrase for each plural form of Unicode CLDR that the language has: one, few, many, other."""


@dataclass(frozen=True, eq=False)
class Words:
    """The words of documents. Every mapping leads from the words of the language to those of the model.

    `working_tables` are the other way round: the title of a table the desk works by, by its first heading.
    `leads`: how the sentence before a list begins, by role. `all_of`, `any_of`: how that sentence ends.
    `beats`, `replaces`: patterns whose one group names clauses; `precedence` is a sentence of each. `ranges`:
    patterns of the key cells of tables and what they mean. `numbers` are written numbers as prose may use
    them, "one" left out where it is a pronoun too; `units` is the pattern of what makes a number in free
    prose a promise (days, percent).
    """

    leads: Mapping[str, tuple[str, ...]]
    all_of: tuple[str, ...]
    any_of: tuple[str, ...]
    methods: Mapping[str, str]
    applies: tuple[str, ...]
    beats: str
    replaces: str
    precedence: tuple[str, str]
    and_between: str
    every_other: frozenset[str]
    headings: Mapping[str, str]
    working_tables: Mapping[str, str]
    kinds: Mapping[str, str]
    sources: Mapping[str, str]
    picks: Mapping[str, str]
    values: Mapping[str, str]
    ranges: tuple[tuple[str, str], ...]
    like: str
    decisions: Mapping[str, str]
    numbers: Mapping[str, int]
    units: str
    decimal: str = "."
    group: str = ","

    def role_of(self, sentence: str) -> str | None:
        """Return what the list after a sentence does, by the longest beginning that fits; None for none."""
        fits = (
            (len(begins), role)
            for role, leads in self.leads.items()
            for begins in leads
            if sentence.startswith(begins)
        )
        return max(fits, default=(0, None))[1]

    def together(self, sentence: str) -> bool | None:
        """Return whether all must hold (True) or any (False) of the list after a sentence; None: unsaid."""
        for endings, together in ((self.all_of, True), (self.any_of, False)):
            if any(re.search(rf"(?<!\w){re.escape(ending)}$", sentence, re.IGNORECASE) for ending in endings):
                return together
        return None

    def method_of(self, sentence: str) -> str:
        """Return how a sentence says that money goes back."""
        return next((method for words, method in self.methods.items() if words in sentence), ORIGINAL)

    def applies_to(self, sentence: str) -> bool:
        """Whether a sentence says what a clause applies to."""
        return sentence.startswith(self.applies)

    def seems_to_apply(self, sentence: str) -> bool:
        """Whether a sentence speaks of what a clause applies to, without beginning as one that says it."""
        begins = (each.strip().casefold() for each in self.applies)
        return not self.applies_to(sentence) and any(each in sentence.casefold() for each in begins)

    def seems_to_go_first(self, sentence: str) -> bool:
        """Whether a sentence that begins as those of precedence names other clauses, and is none of them."""
        alike = takewhile(
            lambda both: both[0] == both[1], zip(*map(str.split, self.precedence), strict=False)
        )
        begins = " ".join(word for word, _ in alike)
        known = re.match(self.beats, sentence) or re.match(self.replaces, sentence)
        if known or ". " in sentence or not sentence.startswith(begins):
            return False
        rest = sentence[len(begins) :]
        others = {word for words in self.every_other for word in words.split() if len(word) > 3}
        named = any(word in rest for word in others if word.casefold() not in begins.casefold())
        return named or re.search(r"\b[A-Z]{0,4}\d+\b", rest) is not None

    def clauses_named(self, pattern: str, sentence: str, every_other: str) -> tuple[str, ...]:
        """Return the numbers of the clauses a sentence of precedence names; none when it is not one."""
        found = re.match(pattern, sentence)
        if not found:
            return ()
        names = re.split(rf",\s*(?:(?:{self.and_between})\s+)?|\s+(?:{self.and_between})\s+", found[1])
        return tuple(every_other if name in self.every_other else name for name in names)

    def heading(self, words: str) -> str:
        """Return the heading of a table as the model calls it."""
        return self.headings.get(words, words)

    def said_heading(self, heading: str) -> str:
        """Return the heading of the model as this language says it."""
        return next((words for words, known in self.headings.items() if known == heading), heading)

    def value(self, words: str) -> str:
        """Return yes, no, unknown, none or any other as the model calls it; anything else is itself."""
        return self.values.get(words, words)

    def range(self, words: str) -> str:
        """Return a key cell of a table with its words as the model has them."""
        for pattern, meant in self.ranges:
            if found := re.fullmatch(pattern, words):
                return meant.format(*map(self.number, found.groups()))
        return words

    def number(self, written: str) -> str:
        """Return a number of a cell with a point, as the model writes it; any other text is itself."""
        if self.decimal == "." or not re.fullmatch(rf"-?\d+{self.decimal}\d+( [A-Z]{{3}})?", written):
            return written
        return written.replace(self.decimal, ".")

    def is_written_otherwise(self, written: str) -> bool:
        """Whether a number is written with a point in a language that means thousands by it."""
        return self.decimal != "." and re.fullmatch(r"-?\d+\.\d+( [A-Z]{3})?", written) is not None

    def likeness(self, words: str) -> str:
        """Return the words that begin an example like another as the model writes them."""
        return "like" + words[len(self.like) :] if words.startswith(f"{self.like} ") else words

    def decision(self, words: str) -> str:
        """Return a decision of the examples table as the model writes it."""
        for said, meant in self.decisions.items():
            if re.match(rf"{said}(?!\w)", words):
                return meant + words[len(said) :]
        return words


@dataclass(frozen=True, eq=False)
class Phrases:
    """The phrases of explaining; {…} stands for what is put in. Mappings are by the model's own words.

    Sources are who tells a fact; `functions` are those of rules.
    """

    yes: str
    no: str
    none: str
    unknown: str
    not_there: str  # of a fact that does not apply in a case
    no_row: str  # {keys} {table}
    presumed: str  # {words}
    lost: str  # {question}
    waiting: Mapping[str, Mapping[str, str]]  # by audience, then source
    tellers: Mapping[str, Mapping[str, str]]  # by audience, then source
    refunded: Mapping[str, str]  # by audience: {amount}
    refused: Mapping[str, str]  # by audience: {cited}
    person: str
    not_covered: str
    contradiction: str
    to_establish: str  # {count}
    some_against: str
    none_against: str
    for_you: Forms  # {count}
    for_us: Forms  # {count}
    methods: Mapping[str, str]
    set_aside: Forms  # {clauses}
    decides: str
    reckoned: str
    at_stake: str  # {amount}
    at_most: str  # {amount}
    rounded: str  # {currency}
    nothing_left: str
    still_open: str
    open_fact: str  # {question} {teller}
    marks: Mapping[str, str]  # by mark; "against" and "kept" where a condition that holds does so
    functions: Mapping[str, str]
    rule: str
    conditions: str
    governed_by: str  # {policy} {version}


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """One language. `locale` is Babel's, for dates, numbers and amounts."""

    code: str
    name: str
    locale: str
    words: Words
    phrases: Phrases
