"""What a member reads when a file is not taken."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from makegood.refund_requests.evidence.refusals import Refusal

SENTENCES: dict[Refusal, Promise] = {
    Refusal.NOT_A_PICTURE: _(
        "“{name}” is not a picture that we can take. Please send PNG, JPEG, WebP or PDF; a screenshot saved "
        "as PNG always works."
    ),
    Refusal.OTHER_PICTURE: _(
        "“{name}” is a picture of a kind that we cannot take. Please save it as PNG or JPEG and send it "
        "once more."
    ),
    Refusal.PHONE_PHOTO: _(
        "“{name}” is a photograph in the format HEIC or AVIF, which we cannot open. Please send a "
        "screenshot of it, or save it as JPEG."
    ),
    Refusal.BROKEN: _(
        "“{name}” is damaged or not complete. Please save the picture again and send it once more."
    ),
    Refusal.TOO_MANY_PIXELS: _(
        "“{name}” is larger than {room} megapixels. Please send a smaller picture, or only the part "
        "that shows the problem."
    ),
    Refusal.TOO_MANY_PAGES: _("“{name}” has more than {room} pages. Please send only the pages that matter."),
    Refusal.LOCKED: _("“{name}” is protected by a password, so we cannot open it. Please send it without."),
    Refusal.TOO_HARD: _("“{name}” took too long to open. Please save it as PNG and send it once more."),
    Refusal.LOST: _("“{name}” was lost on our side, and we are sorry. Please choose it once more."),
}


class FileRefused(Exception):
    """The file was not taken; the message says what and why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


def sentence(refusal: Refusal, *, name: str, room: int) -> str:
    """Why the file `name` is not taken."""
    return str(SENTENCES[refusal]).format(name=name, room=room)
