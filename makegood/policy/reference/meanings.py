"""What the code has no sentence for: the meaning, for people, of each key, heading, kind, source and role.

Whoever adds one to the language adds its meaning here: without it the reference cannot be written.
"""

from __future__ import annotations

from collections.abc import Mapping

from makegood.policy.documents.clauses import Role
from makegood.policy.facts import Kind, Source

HEAD: Mapping[str, str] = {
    "policy": "the name all versions share",
    "version": 'its version, a text in quotes: `version: "2026-11"`',
    "in_force_from": "the first day, in the policy's zone, of the purchases it governs: `2026-11-01`",
    "calendar": "the time zone whose days count: `Europe/Berlin`",
    "governs": "in words, which purchases it governs",
    "currency": "the currency of amounts written in the document, and of a case that tells none",
    "holidays": "the country, or region, whose public holidays are no working days: `DE`, `DE-BY`",
    "language": "the language it is written in; without this line English",
}
HEADINGS: Mapping[str, Mapping[str, str]] = {
    "Fact": {
        "Fact": "its name, as rules write it: small letters, digits, `_`",
        "Kind": "one of the kinds below",
        "Who tells us": "one of the sources below",
        "What we ask": "the question, in the form or at the desk",
        "Hint": "a line below the question",
        "If missing": "`unknown`, or the value its absence means; of a list `none` is an empty one",
        "If it cannot be established": "the value presumed then; without one a person decides",
        "When it applies": "a rule: in other cases there is no such thing, and nobody is asked for it",
        "In words": "how a reason says it: `{}` is the value; of yes/no both, `it works / it is broken`; "
        "of a choice the words of each, in their order",
    },
    "Term": {
        "Term": "a name for a rule, which rules below it may use",
        "Rule": "one rule in back quotes",
        "In words": "how a reason says it; `{}` stands for the value",
    },
    "Ground": {
        "Ground": "why a customer may ask; the same names as the choices of the fact `ground`",
        "What you choose": "how the form says it",
        "Hint": "a line below it",
        "Orders to name": "the orders the form asks for: `one`, a `pair`, or some `renewals`",
    },
    "Case": {
        "Case": "its name",
        "Facts": "`name=value`, with commas between; `like Another case:` begins with the facts of one above",
        "Decision": "what must come out; what stands in brackets is compared too",
    },
}
KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.YES_NO: ("yes or no", "yes"),
    Kind.NUMBER: ("a number", "12"),
    Kind.MONEY: ("an amount, in the currency of the case", "79.00"),
    Kind.CURRENCY: ("ISO 4217, of all amounts of the case", "EUR"),
    Kind.DATE: ("a day; a moment becomes its day in the policy's zone", "2026-11-23"),
    Kind.MOMENT: ("a day and a time with its zone", "2026-11-23T10:00:00+02:00"),
    Kind.CHOICE: ("one of the choices written after it: `choice: software, service`", "software"),
    Kind.TEXT: ("any text", "It stops after 400 letters"),
    Kind.FILES: ("pictures that are uploaded; the value is how many", "2"),
    Kind.LIST: (
        "values, `list of dates`, or records with fields, `list: paid_on date, amount money`",
        "[2026-01-02; 2026-02-03]",
    ),
}
SOURCES: Mapping[Source, str] = {
    Source.CUSTOMER: "the customer: the form asks",
    Source.REQUEST: "the request itself: its ground, the orders named, the day it was received",
    Source.ORDER: "the record of the order",
    Source.USAGE: "the log of what was used",
    Source.HISTORY: "earlier requests and refunds of this customer",
    Source.ENGINEER: "an engineer, who looks into it",
    Source.REPRESENTATIVE: "the representative of the desk, who finds out",
}
ROLES: Mapping[Role, tuple[str, str, str]] = {
    Role.GRANT: (
        "grants that amount",
        "must stand in it",
        "We refund `amount_paid` when **all** of these hold:",
    ),
    Role.MAY: ("leaves it to a person", "may stand in it", "We may refund when **all** of these hold:"),
    Role.ONLY: (
        "without these there is no refund, where the clause applies",
        "none",
        "We refund only when **all** of these hold:",
    ),
    Role.NEEDED: (
        "the same; the form asks for it before a request can be sent",
        "none",
        "We need from you **all** of these:",
    ),
    Role.EXCLUSION: (
        "no refund, whatever grants one",
        "none",
        "We do not refund when **any** of these hold:",
    ),
    Role.UNLESS: ("exceptions to the list just before it", "none", "Unless **any** of these hold:"),
    Role.KEEP: (
        "that amount is taken off any refund",
        "must stand in it",
        "We keep `10` when **all** of these hold:",
    ),
    Role.REVIEW: (
        "a person decides, whatever else is said",
        "none",
        "Whatever else holds, a person decides when **any** of these hold:",
    ),
}
ANSWER: Mapping[str, str] = {
    "format": "the number of this format",
    "language": "the document's language (ISO 639)",
    "policy": "the name of the policy",
    "version": "its version",
    "sha256": "the hash of its text",
    "outcome": "`eligible`, `ineligible` or `needs_review`",
    "why": "`decided`, `to_establish`, `person`, `not_covered` or `contradiction`",
    "amount": "the refund as a decimal text; null where none is granted",
    "currency": "ISO 4217; null where none is granted",
    "method": "`original`, `store_credit` or `account_balance`; null where none is granted",
    "at_stake": "what would be refunded if all that is open came out well; null where that is not known",
    "decided_by": "the clauses and conditions that decided; while it is open, the clauses that wait",
    "open": "the unknown facts that can still change the answer",
    "open.name": "the fact",
    "open.source": "who tells it",
    "open.question": "how it is asked",
    "open.lost": "true where it cannot be established and nothing is presumed: a person decides",
    "clauses": "the whole trace, clause by clause",
    "clauses.id": "the name of the clause, its address on the page",
    "clauses.number": "its number",
    "clauses.title": "its title",
    "clauses.applies": "true, false, or null while that is unknown",
    "clauses.value": "whether it speaks for the refund; null while that is unknown",
    "clauses.set_aside_by": "the numbers of the clauses that take its place in this case",
    "clauses.conditions": "its conditions",
    "clauses.conditions.id": "how it is cited: 2(b)",
    "clauses.conditions.prose": "its words",
    "clauses.conditions.rule": "its rule",
    "clauses.conditions.role": "what its list does",
    "clauses.conditions.against": "true where it speaks against the refund when it holds",
    "clauses.conditions.value": "true, false, or null while it is unknown",
    "clauses.conditions.because": "the values it looks at, in words",
    "clauses.conditions.facts": "the facts it looks at, also through terms and tables",
    "clauses.conditions.waits_for": "those that are unknown, in the shape of `open`",
    "terms": "the value of each term by name",
    "reckoning": "how the amount came about; null where there is nothing to reckon",
    "reckoning.currency": "ISO 4217",
    "reckoning.steps": "the amounts, one after the other",
    "reckoning.steps.clauses": "the numbers of the clauses that refund or keep it",
    "reckoning.steps.kept": "true where it is kept of the refund",
    "reckoning.steps.rule": "its rule",
    "reckoning.steps.shown": "its rule with the values put in",
    "reckoning.steps.plain": "true where nothing is reckoned in it",
    "reckoning.steps.amount": "what it comes to",
    "reckoning.steps.because": "what the values are, in words",
    "reckoning.at_most": "what was paid, where that is less; else null",
    "reckoning.total": "what the steps come to",
    "reckoning.rounded": "true where places fell off",
    "reckoning.amount": "the refund",
}
