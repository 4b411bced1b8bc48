"""Pictures, the form they belong to, and the dialog in which they are marked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from makegood.orders.models import Order
from makegood.refund_requests.models import Draft, Evidence
from tests import cases
from tests.jobs import work
from tests.journeys.stage import Person

SIZE = (800, 450)
BLUE, SECRET, MARK = (51, 102, 153), (255, 220, 0), (200, 16, 46)


def a_picture(
    name: str = "error.png",
    *,
    size: tuple[int, int] = SIZE,
    secret: tuple[int, int, int, int] | None = None,
    kind: str = "PNG",
) -> FilePayload:
    """A blue picture; within `secret` (left, top, right, bottom) yellow."""
    picture = Image.new("RGB", size, BLUE)
    if secret:
        picture.paste(SECRET, secret)
    pixels = BytesIO()
    picture.save(pixels, kind)
    return {"name": name, "mimeType": f"image/{kind.lower()}", "buffer": pixels.getvalue()}


def a_form_about(order: Order) -> tuple[Draft, str]:
    """A form about the order that lacks nothing but pictures, and the address of its questions."""
    draft = cases.a_form(order, pictures=0)
    return draft, f"/refunds/form/{draft.token}/what-happened/"


def gives(page: Page, *files: FilePayload) -> None:
    """Choose files, as the browser's own window would."""
    page.locator("input[type=file]").set_input_files(list(files))


def dialog(page: Page) -> Locator:
    """The dialog, which is open."""
    shown = page.locator("dialog[data-annotator]")
    expect(shown).to_be_visible()
    return shown


def said(page: Page, words: str) -> None:
    """The live region of the dialog says so."""
    expect(page.locator("[data-status]")).to_have_text(words)


def kept(row: Evidence) -> Image.Image:
    """The picture that the server keeps."""
    with row.file.open() as stored:
        return Image.open(BytesIO(stored.read())).convert("RGB")


def chooses_tool(person: Person, name: str) -> None:
    """Press a tool of the dialog."""
    person.page.get_by_role("toolbar").get_by_role("button", name=name, exact=True).click()


def draws(person: Person, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Draw on the picture with the mouse, from one of its pixels to another."""
    for point, act in ((start, person.page.mouse.down), (end, person.page.mouse.up)):
        person.page.mouse.move(*on_screen(person, point), steps=3)
        act()


def on_screen(person: Person, pixel: tuple[int, int]) -> tuple[float, float]:
    """Where on the screen a pixel of the picture, which is of `SIZE`, is shown, once it stands still.

    With the first mark a row of marks appears below it, and a frame later it is made to fit what is left.
    """
    canvas = person.page.locator("[data-canvas]")
    canvas.element_handle().wait_for_element_state("stable")
    shown = canvas.bounding_box()
    assert shown is not None
    return (
        shown["x"] + pixel[0] / SIZE[0] * shown["width"],
        shown["y"] + pixel[1] / SIZE[1] * shown["height"],
    )


def sends(person: Person, *, files: int = 1) -> None:
    """What was added, so many files, arrives at the server by itself, and the worker checks it."""
    expect(person.page.locator("dialog[data-annotator]")).to_be_hidden()
    checking = person.page.locator("[data-picture-list] [data-state=checking]")
    # All of them: one that needs no looking at is sent while the dialog is still open.
    expect(checking).to_have_count(files)
    expect(person.page.locator("[data-sending] [data-url]")).to_have_count(0)
    # In a thread of its own: Playwright's loop occupies ours.
    with ThreadPoolExecutor(1) as worker:
        worker.submit(work).result(timeout=60)
    expect(checking).to_have_count(0)


READY = """document.addEventListener("picture:ready", ({detail}) => {
  window.ready = [...(window.ready ?? []), ...detail.files];
})"""
"""Run when a page is open, it remembers the files that the dialog hands on."""
COUNT_READY = "count => (window.ready ?? []).length >= count"


def ready(page: Page, what: str, *, count: int = 1) -> object:
    """`what` of each file that was handed on (JavaScript with `file`), once there are so many.

    The dialog hands them on a moment after it is gone.
    """
    page.wait_for_function(COUNT_READY, arg=count)
    return page.evaluate(f"window.ready.map(file => {what})")


def a_pdf() -> FilePayload:
    """One empty page."""
    pages = BytesIO()
    Image.new("RGB", (200, 100), "white").save(pages, "PDF")
    return {"name": "invoice.pdf", "mimeType": "application/pdf", "buffer": pages.getvalue()}


def colours(picture: Image.Image) -> set[object]:
    """Every colour in a picture."""
    counted = picture.getcolors(picture.width * picture.height)
    assert counted is not None
    return {colour for _, colour in counted}


def touches(person: Person, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Draw on the picture with a finger, as the browser hears of it from the screen."""
    screen = person.page.context.new_cdp_session(person.page)
    middle = ((start[0] + end[0]) // 2, (start[1] + end[1]) // 2)
    for kind, pixel in (("touchStart", start), ("touchMove", middle), ("touchMove", end)):
        x, y = on_screen(person, pixel)
        screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    screen.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def is_like(found: object, meant: tuple[int, int, int]) -> bool:
    """Whether a colour is another one but for what JPEG or a video bends."""
    assert isinstance(found, tuple)
    return all(abs(one - other) <= 12 for one, other in zip(found, meant, strict=True))
