"""The connection is cut while a picture is on the way: the page says so, and goes on from there later."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect

from makegood.refund_requests.models import Draft, Upload
from tests.journeys.marking import a_form_about, dialog, kept
from tests.journeys.stage import DESKTOP_AT_NIGHT, PHONE, PHONE_AT_NIGHT, Person, Till, seen_on
from tests.people import olena, usd

pytestmark = pytest.mark.browser

Someone = Callable[..., Person]
Stage = Literal["Request", "Response"]
PIECE = 256 * 1024
TWO, THREE = 2 * PIECE, 3 * PIECE
SIZE = (720, 500)
NO_CONNECTION = "No connection. It goes on by itself as soon as there is one; what was sent is kept."
OF_THE_CUT = ("net::ERR_", "htmx:afterRequest,", "htmx:sendError,")
"""What the browser says of a connection that is not there, and htmx where it was to save or to renew."""
LISTEN = """() => {
  const place = document.querySelector("[data-pictures-said]");
  window.heard = [];
  new MutationObserver(() => window.heard.push(place.textContent)).observe(place, {childList: true});
}"""
"""Run when a page is open, it remembers what is read out about the files."""


@pytest.fixture
def form(till: Till) -> tuple[Draft, str]:
    """Olena's form, which lacks a picture, and the address of its questions."""
    return a_form_about(till.sold(amount=usd("79.00")))


@pytest.fixture
def member(someone: Someone, form: tuple[Draft, str]) -> Person:
    """Olena at the questions of her form."""
    at_form = someone(olena())
    at_form.open(form[1])
    return at_form


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A picture of five pieces, of which no two are alike."""
    path = tmp_path / "error.png"
    Image.frombytes("RGB", SIZE, os.urandom(SIZE[0] * SIZE[1] * 3)).save(path)
    assert 4 * PIECE < path.stat().st_size < 5 * PIECE
    return path


@pytest.mark.parametrize(
    ("look", "lost", "arrived"), [(PHONE, "Request", TWO), (DESKTOP_AT_NIGHT, "Response", THREE)], ids=str
)
def test_a_cut_connection(
    member: Person,
    form: tuple[Draft, str],
    picture: Path,
    till: Till,
    problems: list[str],
    lost: Stage,
    arrived: int,
) -> None:
    """Nothing that arrived is sent again, also where the page never heard that it did."""
    member.page.evaluate(LISTEN)
    cut_at_the_third_piece(member.page, lost)
    sent = pieces_sent_by(member.page)
    gives(member, picture)
    says_that_there_is_no_connection(member)
    assert Upload.objects.get().received == arrived
    member.page.context.set_offline(False)
    it_arrives_whole(member, form[0], picture, till)
    end = picture.stat().st_size
    assert sent == [*range(0, THREE, PIECE), *range(arrived, end, PIECE)]
    assert member.page.evaluate("heard").count(NO_CONNECTION) == 1, "it is read out at every try"
    forgive_the_cut(problems)


@seen_on(PHONE_AT_NIGHT)
def test_the_same_file_chosen_once_more(
    member: Person, form: tuple[Draft, str], picture: Path, till: Till, problems: list[str]
) -> None:
    """Whoever closed the page goes on as well."""
    cut_at_the_third_piece(member.page, "Request")
    gives(member, picture)
    says_that_there_is_no_connection(member)
    member.page.close()
    later = member.at(member.page.context.new_page())
    later.page.context.set_offline(False)
    later.open(form[1])
    later.reads("error.png", "% arrived")
    later.examines(step="02-closed-and-opened")
    sent = pieces_sent_by(later.page)
    gives(later, picture)
    it_arrives_whole(later, form[0], picture, till)
    assert sent == [*range(TWO, picture.stat().st_size, PIECE)]
    forgive_the_cut(problems)


def cut_at_the_third_piece(page: Page, lost: Stage) -> None:
    """The third piece of a file, or the answer to it, is lost on its way; then there is no connection."""
    line = page.context.new_cdp_session(page)

    def pass_on(event: dict[str, Any]) -> None:
        which = {"requestId": event["requestId"]}
        headers = {name.lower(): value for name, value in event["request"]["headers"].items()}
        if headers.get("upload-offset") != str(TWO):
            line.send("Fetch.continueRequest", which)
            return
        line.send("Fetch.failRequest", {**which, "errorReason": "InternetDisconnected"})
        page.context.set_offline(True)
        line.send("Fetch.disable")

    line.on("Fetch.requestPaused", pass_on)
    line.send("Fetch.enable", {"patterns": [{"urlPattern": "*/uploads/*", "requestStage": lost}]})


def pieces_sent_by(page: Page) -> list[int]:
    """Where in the file each piece begins that the page sends from now on, in their order."""
    begins: list[int] = []

    def note(asked: Request) -> None:
        if asked.method == "PATCH":
            begins.append(int(asked.headers["upload-offset"]))

    page.on("request", note)
    return begins


def gives(member: Person, picture: Path) -> None:
    """Choose the picture, and add it as it is."""
    member.page.wait_for_load_state("load")
    member.page.locator("input[type=file]").set_input_files(picture)
    dialog(member.page)
    member.presses("Add this picture")


def says_that_there_is_no_connection(member: Person) -> None:
    """Beside the file, and aloud."""
    expect(member.page.locator("[data-sending] [data-said]")).to_have_text(NO_CONNECTION)
    expect(member.page.locator("[data-pictures-said]")).to_have_text(NO_CONNECTION)
    member.examines(step="01-no-connection")


def it_arrives_whole(member: Person, draft: Draft, picture: Path, till: Till) -> None:
    """What arrives is the file chosen, byte for byte; what is kept are its pixels."""
    expect(member.page.locator("[data-picture-list] [data-state=checking]")).to_have_count(1)
    assert Upload.objects.get().path.read_bytes() == picture.read_bytes()
    till.work()
    expect(member.page.get_by_role("img", name="Open error.png")).to_be_visible()
    with Image.open(picture) as chosen:
        assert kept(draft.evidence.get()).tobytes() == chosen.tobytes()


def forgive_the_cut(problems: list[str]) -> None:
    """That there was no connection is no mistake of the page."""
    others = [problem for problem in problems if not any(said in problem for said in OF_THE_CUT)]
    assert len(others) < len(problems)
    problems[:] = others
