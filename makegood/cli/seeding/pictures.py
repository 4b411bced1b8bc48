"""Screenshots as members send them: a window of a mail program with a dialog that tells what went wrong."""

from __future__ import annotations

import io
from functools import lru_cache
from random import Random

from PIL import Image, ImageDraw, ImageFont

_WIDTH, _HEIGHT = 960, 600
_PAPER, _INK, _PALE, _LINE = "#ffffff", "#1f2933", "#66717d", "#d5dae0"
_BAR, _CHOSEN, _SHADE, _ERROR, _BUTTON = "#2b5f8a", "#dbe8f4", "#9aa5b1", "#c0392b", "#e8ecf0"
_SUBJECTS = (
    "Spring prices for our customers",
    "Invitation: open house on Saturday",
    "Your order has been sent",
    "News from the workshop, no. 14",
    "We are closed on Monday",
    "Three recipes for the weekend",
    "Thank you for coming to our concert",
    "Last places in the autumn course",
)


def screenshot(*, program: str, trouble: str, detail: str, seed: int) -> bytes:
    """A PNG of `program` showing `trouble`; `seed` makes the letters behind it different each time."""
    image = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    draw = ImageDraw.Draw(image)
    _draw_window(draw, program)
    _draw_letters(draw, Random(seed))  # noqa: S311 (a picture, not a secret)
    _draw_dialog(draw, program, trouble, detail)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _draw_window(draw: ImageDraw.ImageDraw, program: str) -> None:
    draw.rectangle((0, 0, _WIDTH, 34), fill=_BAR)
    draw.text((14, 8), program, font=_font(15), fill=_PAPER)
    draw.line((_WIDTH - 90, 18, _WIDTH - 80, 18), fill=_PAPER)
    draw.rectangle((_WIDTH - 60, 13, _WIDTH - 50, 23), outline=_PAPER)
    draw.line((_WIDTH - 30, 13, _WIDTH - 20, 23), fill=_PAPER)
    draw.line((_WIDTH - 30, 23, _WIDTH - 20, 13), fill=_PAPER)
    for column, word in enumerate(("File", "Lists", "Letters", "Sending", "Tools", "Help")):
        draw.text((14 + column * 72, 42), word, font=_font(13), fill=_INK)
    draw.line((0, 64, _WIDTH, 64), fill=_LINE)
    draw.rectangle((0, 65, 190, _HEIGHT), fill="#f4f6f8")
    for row, folder in enumerate(("Drafts", "Outbox", "Being sent", "Sent", "Returned")):
        if folder == "Being sent":
            draw.rectangle((0, 78 + row * 30, 190, 104 + row * 30), fill=_CHOSEN)
        draw.text((22, 83 + row * 30), folder, font=_font(14), fill=_INK)


def _draw_letters(draw: ImageDraw.ImageDraw, random: Random) -> None:
    for row, subject in enumerate(random.sample(_SUBJECTS * 2, 15)):
        top = 72 + row * 32
        addresses = random.randint(40, 4000)
        draw.text((208, top + 7), subject, font=_font(14), fill=_INK)
        draw.text((620, top + 7), f"{addresses:,} addresses", font=_font(13), fill=_PALE)
        sent = random.randint(0, 100)
        draw.rectangle((790, top + 10, 930, top + 20), outline=_LINE)
        draw.rectangle((790, top + 10, 790 + sent * 14 // 10, top + 20), fill=_BAR)
        draw.line((200, top + 31, _WIDTH, top + 31), fill=_LINE)


def _draw_dialog(draw: ImageDraw.ImageDraw, program: str, trouble: str, detail: str) -> None:
    left, top, right, bottom = 230, 190, 780, 400
    draw.rectangle((left + 6, top + 6, right + 6, bottom + 6), fill=_SHADE)
    draw.rectangle((left, top, right, bottom), fill=_PAPER, outline=_SHADE)
    draw.rectangle((left, top, right, top + 30), fill=_BUTTON)
    draw.text((left + 12, top + 7), program, font=_font(14), fill=_INK)
    draw.ellipse((left + 24, top + 56, left + 72, top + 104), fill=_ERROR)
    draw.line((left + 38, top + 70, left + 58, top + 90), fill=_PAPER, width=5)
    draw.line((left + 58, top + 70, left + 38, top + 90), fill=_PAPER, width=5)
    draw.text((left + 92, top + 58), _wrapped(trouble, 52), font=_font(16), fill=_INK, spacing=6)
    draw.text((left + 92, top + 116), _wrapped(detail, 66), font=_font(13), fill=_PALE, spacing=5)
    draw.rectangle((right - 112, bottom - 46, right - 20, bottom - 16), fill=_BUTTON, outline=_SHADE)
    draw.text((right - 76, bottom - 40), "OK", font=_font(14), fill=_INK)


def _wrapped(text: str, width: int) -> str:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)
