"""Makes the sample data in one transaction, so that it is whole or not there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from makegood.cli.seeding import cast, catalogue, requests, sales, shop
from makegood.cli.seeding.pictures import screenshot
from makegood.cli.seeding.replies import prepare_replies
from makegood.cli.seeding.ticket import Ticket, play
from makegood.cli.seeding.troubles import Trouble
from makegood.refund_requests.evidence.cleaning import Cleaned, clean
from makegood.refund_requests.translating import publish_in_languages

_POLICIES = Path(__file__).resolve().parents[3] / "policies"


def seed(*, at: datetime, sandbox_url: str, sandbox_secret: str, report: Callable[[str], None]) -> None:
    """Make the sample data that ends at `at`, in an empty database; `report` is told what is being made.

    The same `at` gives the same data, except for references and the provider's ids. Charges every order at
    the sandbox; the worker sends the refunds that were approved. Raises httpx.HTTPError without the sandbox.
    """
    with TemporaryDirectory() as folder, ThreadPoolExecutor(max_workers=2) as pool, transaction.atomic():
        books = sales.Books(at)
        report("people and products")
        company = requests.Cast(books, at, cast.people(at=at))
        stories = requests.stories(company)
        _take_pictures(company.tickets, Path(folder), pool)
        catalogue.stock(at=at)
        publish_in_languages(_documents(), by=company.staff.owner, at=at)
        prepare_replies(by=company.staff.owner, at=at)
        report("orders")
        _sell(books, at=at, url=sandbox_url, secret=sandbox_secret)
        report("requests")
        play(stories)


def _documents() -> list[str]:
    """The vendor's policy, and its translations beside it."""
    files = [_POLICIES / "refund-policy.md", *sorted(_POLICIES.glob("refund-policy.*.md"))]
    return [file.read_text(encoding="utf-8") for file in files]


def _take_pictures(tickets: Sequence[Ticket], folder: Path, pool: ThreadPoolExecutor) -> None:
    """Begin to photograph what does not work: re-encoding takes long, so it goes on beside the rest."""
    for number, ticket in enumerate(tickets):
        if ticket.trouble is not None:
            ticket.pictures.append(pool.submit(_picture, ticket.trouble, number, folder))


def _picture(trouble: Trouble, number: int, folder: Path) -> Cleaned:
    """The screenshot of a member, cleaned as every upload is."""
    program = catalogue.BY_SKU[trouble.sku].name
    drawn = screenshot(program=program, trouble=trouble.message, detail=trouble.detail, seed=number)
    upload = SimpleUploadedFile(f"screenshot-{number + 1}.png", drawn, content_type="image/png")
    return clean(upload, folder)


def _sell(books: sales.Books, *, at: datetime, url: str, secret: str) -> None:
    sales.sell_to_olena(books)
    sales.sell_to_everyone(books)
    books.number()
    shop.charge(books.sales, url=url, secret=secret)
    shop.bring_in(books, at=at)
    cast.settle_in([cast.OLENA_BUYS, *cast.OTHERS])
