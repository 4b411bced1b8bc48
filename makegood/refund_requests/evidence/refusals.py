"""Why a file is not taken; plain Python, for the process that decodes knows no Django."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """Why a file is not taken."""

    NOT_A_PICTURE = "not_a_picture"
    OTHER_PICTURE = "other_picture"
    PHONE_PHOTO = "phone_photo"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    LOCKED = "locked"
    TOO_HARD = "too_hard"
    LOST = "lost"


class Refused(Exception):
    """The file is not taken; `room` is how many megapixels or pages would be, 0 where no number helps."""

    def __init__(self, refusal: Refusal, *, room: int = 0) -> None:
        super().__init__(refusal)
        self.refusal, self.room = refusal, room
