"""Every page, in a language made from English: what is still English was written past the catalogues.

The policy is the Ukrainian one, so that its words are told from ours; names and numbers are known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from django.conf import settings

from makegood.accounts.models import User
from makegood.accounts.speaking import choose_language
from makegood.notifications import addressing
from makegood.notifications.models import Letter
from tests import cases
from tests.authorisation import table
from tests.languages import pseudo
from tests.notifications.scenes import every_letter
from tests.world import World

pytestmark = pytest.mark.django_db
POLICY = cases.POLICY.with_name("refund-policy.uk.md")
INSIDE = re.compile(r"\[!![^\[\]]*!!\]")
LATIN = re.compile(r"[A-Za-z]{2,}")
SAID = ("title", "aria-label", "placeholder", "alt")
FOR_MACHINES = {"script", "style", "time", "bdi", "kbd", "code", "textarea", "pre"}
WITHOUT_END = {"br", "img", "input", "meta", "link", "hr", "source", "wbr"}
NO_WORDS_OF_OURS = {
    "/dev/mail",  # the letters of the demo, with the heads of mail
    "/dev/mail/<key>",
    "/dev/mail/<key>/html",
    "/desk/events/",  # for auditors: the names of events as they are stored
}


class Words(HTMLParser):
    """The texts of a page that somebody sees or hears: `said`."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        is_foreign = tag != "html" and any(name == "lang" for name, _value in attributes)
        if not is_foreign and not self._is_silent:
            self.said += [
                value
                for name, value in attributes
                if value
                and (name in SAID or (name.startswith("data-") and " " in value and name != "data-steps"))
            ]
        if tag not in WITHOUT_END:
            self._open.append((tag, tag in FOR_MACHINES or is_foreign))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, text: str) -> None:
        if not self._is_silent:
            self.said.append(text)

    @property
    def _is_silent(self) -> bool:
        return any(is_silent for _tag, is_silent in self._open)


def english_in(html: str, known: re.Pattern[str]) -> Iterator[str]:
    """The words of a page that are neither of the pseudo-language nor `known`."""
    page = Words()
    page.feed(html)
    for said in _pieces(page.said):
        rest = known.sub(" ", said)
        while (shorter := INSIDE.sub(" ", rest)) != rest:
            rest = shorter
        if LATIN.search(rest):
            yield " ".join(rest.split())


def _pieces(said: list[str]) -> Iterator[str]:
    """Texts as they were translated: one with a tag inside comes in several pieces."""
    whole = ""
    for piece in said:
        whole += piece
        if whole.count("[!!") <= whole.count("!!]"):
            yield whole
            whole = ""
    yield whole


def _known() -> re.Pattern[str]:
    people = [word for user in User.objects.all() for word in (user.email, *user.name.split())]
    things = [
        "Northwind Mail",
        "Refund department",
        "Mail Sender",
        "Mail Verifier Online",
        "Visa ending 4242",
        "error.png",
        "SEPA",  # the name of the scheme, and below of its provider
        "sepa",
        *("2Checkout", "PayPal", "Stripe", "2checkout", "paypal", "stripe", "PDF"),
    ]
    told = ["It stops after 400 letters", "Stops after 400 letters", "1. I pressed Send", "Press Send"]
    told += ["We have looked at it with care.", "a test", "first start"]
    told += [
        "Which provider do you use?",
        "Which version?",
        "A colleague reproduced it",
        "verification credits",
        "Bank wire",
    ]
    told += ["Right of withdrawal in the European Union", "We sell there.", "It was another program"]
    told.append("ARN 74537604221")
    names = ["Windows", "macOS", "Linux", "Android", "iPhone", "iPad", "English", "Europe/Kyiv", "UTC"]
    names += ["Shift", "Print", "Ctrl", "⊞ Win", "⌘ Cmd", "PowerShell", "Terminal"]
    names += [name for _code, name in settings.LANGUAGES]
    names += {zone.rpartition("/")[2].replace("_", " ") for zone in available_timezones()}  # as CLDR has them
    told += ["Dear {first_name}, thank you.", "Thanks", "Waiting", "stops after 400", "letters"]
    grounds = [
        "defect",
        "duplicate",
        "automatic_charge",
        "automatic charge",
    ]  # the desk says a ground as the policy names it
    words = sorted([*grounds, *people, *things, *told, *names], key=len, reverse=True)
    ours = [
        r"R-\w{4}-\w{2}",
        r"D-\d+",
        r"CN-\d{4}-\d{6}",
        r"\bUS\$",
        r"\b(?:USD|EUR)\b",
        r"\w+_\w+",
        "sandbox",
    ]
    return re.compile("|".join([*map(re.escape, words), *ours]))


@pytest.fixture(scope="module")
def locale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the catalogue of the pseudo-language."""
    folder = tmp_path_factory.mktemp("locale")
    pseudo.catalogue(folder)
    return folder


@pytest.fixture
def world(locale: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(cases, "POLICY", POLICY)
    with pseudo.spoken(locale):
        world = World()
        for user in User.objects.all():
            choose_language(user, pseudo.CODE)
        yield world


def test_no_page_has_words_past_the_catalogues(world: World) -> None:
    known, found = _known(), defaultdict(set)
    for actor in ("stranger", "member", "representative", "engineer", "finance", "owner"):
        client = world.client(actor)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = pseudo.CODE
        for line in table():
            if line.method == "GET" and line.statuses[actor] == 200 and line.address not in NO_WORDS_OF_OURS:
                answer = line.answer(client, world)
                if answer.streaming:
                    answer.getvalue()  # read to its end, a file is closed
                elif "html" in answer["Content-Type"]:
                    assert 'dir="rtl"' in answer.text or "<html" not in answer.text
                    for words in english_in(answer.text, known):
                        found[words].add(f"{line} ({actor})")
    assert not found, "\n".join(f"{words}: {min(places)}" for words, places in sorted(found.items()))


@every_letter
def test_no_letter_has_words_past_the_catalogues(
    write: Callable[[], Letter], locale: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "POLICY", POLICY)
    monkeypatch.setattr(addressing, "spoken_by", lambda _user: pseudo.CODE)
    with pseudo.spoken(locale):
        letter = write()
    known = re.compile(rf"{_known().pattern}|https?://\S+")
    assert list(english_in(letter.html, known)) == []
    assert list(english_in(letter.text, known)) == []
    assert list(english_in(letter.subject, known)) == []
    assert 'dir="rtl"' in letter.html


@pytest.mark.parametrize(
    ("html", "english"),
    [
        ("<p>[!! Šîgñ îñ~~ !!]</p>", []),
        ("<p>[!! Ördèr [!! áñd !!] Olena !!]</p>", []),
        ("<p>[!! Sèè <b>[!! thîš !!]</b> ñöw !!]</p>", []),
        ("<p>Sign in</p>", ["Sign in"]),
        ("<p>[!! Šîgñ îñ !!] or else</p>", ["or else"]),
        ("<input aria-label='Your name'><br>", ["Your name"]),
        ("<p data-remove='Remove it'></p><p data-key='x'>1 %</p>", ["Remove it"]),
        ("<p>Olena</p><p lang='en'>A <b title='sentence'>policy</b></p><time>Monday</time>", []),
    ],
)
def test_english_is_seen(html: str, english: list[str]) -> None:
    assert list(english_in(html, re.compile("Olena"))) == english
