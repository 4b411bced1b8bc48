"""Somebody without a mouse: Tab, Shift+Tab, Enter, Space, arrows and typing, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.stage import Person

ADD = "Add this picture"
FARTHEST = 80
"""Presses of Tab after which a person would have given up."""

HAS_FOCUS = """words => {
  const at = document.activeElement;
  if (!at || at === document.body) return false;  // nothing has the focus, and all words are inside it
  const labels = [...(at.labels || [])].map(label => label.innerText);
  const named = [at.innerText, at.getAttribute("aria-label"), at.value, ...labels];
  return named.some(name => (name || "").includes(words));
}"""
IS_SEEN = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return over !== null && (at.contains(over) || [...(at.labels || [])].some(l => l.contains(over)));
}"""
KIND = """() => [document.activeElement.type || "", document.activeElement.name || ""]"""


class Hands:
    """What a journey does to a page: how, the hands that perform it know."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def open(self, address: str) -> None:
        """Type an address of the site."""
        self.person.open(address)

    def press(self, button: str) -> None:
        """Press a button that leads to a page, which is there."""
        self.person.submits(button)

    def follow(self, link: str) -> None:
        """Follow a link to a page, which is there."""
        self.person.follows(link)

    def choose(self, option: str) -> None:
        """Choose a radio button or tick a box by words beside it."""
        self.person.chooses(option)

    def write(self, label: str, words: str) -> None:
        """Write into a field; a day as 2026-11-03."""
        self.person.writes(label, words)

    def attach(self, label: str, picture: Path) -> None:
        """Choose a picture; where scripts run it is looked at before it is sent."""
        # Before the scripts are there, a file stays in its field and goes with the form.
        self.person.page.wait_for_load_state("load")
        self.person.page.get_by_label(label).set_input_files(picture)
        if self.person.look.runs_scripts:
            self.person.presses(ADD)
            self._is_on_its_way()

    def _is_on_its_way(self) -> None:
        expect(self.person.page.locator("[data-picture-list] [data-state]")).to_have_count(1)

    def sees(self, heading: str, *, step: str) -> None:
        """The page under this heading is there, without a fault."""
        self.person.sees(heading, step=step)

    def reads(self, *words: str) -> None:
        """These words stand in the main part of the page."""
        self.person.reads(*words)


class Keys(Hands):
    """The same by the keyboard alone, on a browser that runs scripts."""

    def press(self, button: str) -> None:
        self._tab_to(button)
        with self.person.page.expect_navigation():
            self.person.page.keyboard.press("Enter")

    def follow(self, link: str) -> None:
        self.press(link)

    def choose(self, option: str) -> None:
        """Tab enters a group of radio buttons at one of them; arrows go to the others."""
        page = self.person.page
        for _ in range(FARTHEST):
            page.keyboard.press("Tab")
            kind, name = page.evaluate(KIND)
            if kind == "radio" and self._chose_in_group(option, name):
                return
            if kind == "checkbox" and page.evaluate(HAS_FOCUS, option):
                page.keyboard.press("Space")
                return
        pytest.fail(f"{FARTHEST} presses of Tab do not lead to “{option}”")

    def _chose_in_group(self, option: str, name: str) -> bool:
        page = self.person.page
        members = page.locator(f'input[type="radio"][name="{name}"]').count()
        for _ in range(members + 1):
            if page.evaluate(HAS_FOCUS, option):
                page.keyboard.press("Space")
                return True
            page.keyboard.press("ArrowDown")
        return False

    def write(self, label: str, words: str) -> None:
        self._tab_to(label)
        keys = self.person.page.keyboard
        kind, _name = self.person.page.evaluate(KIND)
        day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", words)
        if kind == "date" and day:
            self._write_day(*day.groups())
            return
        keys.press("Control+A")
        keys.type(words)

    def _write_day(self, year: str, month: str, day: str) -> None:
        """Part by part, in the order that the browser shows: its own language decides that."""
        page = self.person.page
        for parts in (day + month + year, month + day + year):
            page.keyboard.type(parts)
            if page.evaluate("() => document.activeElement.value") == f"{year}-{month}-{day}":
                return
            page.keyboard.press("ArrowLeft")
            page.keyboard.press("ArrowLeft")
        pytest.fail(f"the field does not take {year}-{month}-{day}")

    def attach(self, label: str, picture: Path) -> None:
        page = self.person.page
        # The browser asks for the file itself unless it knows beforehand that we answer.
        page.once("filechooser", lambda chooser: chooser.set_files(picture))
        self._tab_to(label)
        page.keyboard.press("Space")
        expect(page.get_by_role("button", name=ADD)).to_be_focused()
        page.keyboard.press("Enter")
        self._is_on_its_way()

    def _tab_to(self, words: str) -> None:
        """Press Tab until what is called so has the focus, and is not hidden under something else."""
        page = self.person.page
        expect(page.locator("main")).to_be_visible()
        for _ in range(FARTHEST):
            page.keyboard.press("Tab")
            if page.evaluate(HAS_FOCUS, words):
                page.wait_for_function(IS_SEEN)
                return
        pytest.fail(f"{FARTHEST} presses of Tab do not lead to “{words}”")
