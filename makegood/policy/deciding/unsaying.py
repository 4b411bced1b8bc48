"""Takes what somebody typed out of a stored answer: what was decided, and on what grounds, stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from makegood.policy.documents.policy import Policy
from makegood.policy.facts import Kind

NAME = re.compile(r"[^\W\d]\w*")


def unsaid(
    stored: Mapping[str, Any], policy: Policy, told: Mapping[str, object], *, instead: str
) -> dict[str, Any]:
    """Return what `Answer.to_json` made, with `instead` in place of each sentence and term that says `told`.

    `policy` is the document that decided, `told` the values of facts by name. A sentence that says of a text
    only that it is there stays; lists are spoken in so many ways that every sentence about one goes.
    """
    return _Unsaying(policy, told, instead).answer(stored)


class _Unsaying:
    """One stored answer being rid of words."""

    def __init__(self, policy: Policy, told: Mapping[str, object], instead: str) -> None:
        self._policy, self._told, self._instead = policy, told, instead

    def answer(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        reckoning = stored.get("reckoning")
        changed: dict[str, Any] = {
            "clauses": [
                {
                    **clause,
                    "conditions": [self._sentence(each, each["facts"]) for each in clause["conditions"]],
                }
                for clause in stored["clauses"]
            ],
            "terms": {name: self._term(name, value) for name, value in stored["terms"].items()},
        }
        if reckoning:
            steps = [
                self._sentence(step, self._under(NAME.findall(step["rule"]))) for step in reckoning["steps"]
            ]
            changed["reckoning"] = {**reckoning, "steps": steps}
        return {**stored, **changed}

    def _sentence(self, said: Mapping[str, Any], facts: Iterable[str]) -> dict[str, Any]:
        because = self._instead if self._says(said["because"], facts) else said["because"]
        return {**said, "because": because}

    def _term(self, name: str, value: Any) -> Any:
        """Numbers and dates stand under their kind; what else is no plain text holds texts, or may."""
        if isinstance(value, dict) and not value.keys() & {"list", "record"}:
            return value
        facts = self._under([name])
        if isinstance(value, dict):
            return self._instead if self._told.keys() & facts else value
        return self._instead if isinstance(value, str) and self._says(value, facts) else value

    def _under(self, names: Iterable[str]) -> set[str]:
        return self._policy.facts_under(names)

    def _says(self, words: str, facts: Iterable[str]) -> bool:
        return bool(words) and any(self._is_in(words, name) for name in facts if name in self._told)

    def _is_in(self, words: str, name: str) -> bool:
        if self._policy.facts[name].kind is not Kind.TEXT:
            return True
        # A sentence begins with a capital letter, whatever the text began with.
        return str(self._told[name]).strip().casefold() in words.casefold()
