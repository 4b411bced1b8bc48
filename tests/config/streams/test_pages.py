"""Pages beside the streams: what is sent and fetched arrives whole, or not at all."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest
from django.utils import timezone

from makegood.refund_requests.models import Message
from tests.cases import a_request
from tests.config.streams.conftest import Follower
from tests.people import an_order, olena, petro
from tests.serving import Served, session_of

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "a" * 32
A_WHILE = 3.0


def a_message(served: Served) -> tuple[str, dict[str, str], str]:
    """The path, the headers and the body of a message of Olena's."""
    at = timezone.now()
    reference = a_request(an_order(olena(), purchased_at=at), at=at).reference
    headers = {
        "Host": f"127.0.0.1:{served.port}",
        "Cookie": f"session={session_of(olena())}; csrf={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    body = urlencode({"token": str(uuid4()), "body": "Please do not refund the second one."})
    return f"/refunds/{reference}/messages/", headers, body


def test_a_whole_message_is_written(served: Served) -> None:
    path, headers, body = a_message(served)
    answer = httpx.post(served.url + path, headers=headers, content=body, timeout=30)
    assert answer.status_code == 303, answer.text
    assert Message.objects.get().body == "Please do not refund the second one."


def test_half_a_message_is_not(served: Served) -> None:
    path, headers, body = a_message(served)
    told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    cut = body[: body.index("+the+second")]
    with socket.create_connection(("127.0.0.1", served.port)) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\n{told}Content-Length: {len(body)}\r\n\r\n{cut}".encode())
    until = time.monotonic() + A_WHILE
    while time.monotonic() < until:
        assert not Message.objects.exists()
        time.sleep(0.1)


def test_more_pages_at_once_than_threads(served: Served, follow: Callable[..., Follower]) -> None:
    boards = [follow(petro(), "/desk/live/") for _ in range(3)]
    with ThreadPoolExecutor(24) as pool:
        answers = list(
            pool.map(lambda _: httpx.get(f"{served.url}/readyz", timeout=60).status_code, range(72))
        )
    assert set(answers) == {200}
    assert [board.answer.status_code for board in boards] == [200] * 3


def test_a_big_piece_of_a_file_arrives_as_it_was(served: Served) -> None:
    path, headers, _ = a_message(served)
    piece = os.urandom(4_000_000)
    checksum = base64.b64encode(hashlib.sha256(piece).digest()).decode()
    name = base64.b64encode(b"error.png").decode()
    told = {**headers, "Tus-Resumable": "1.0.0", "Upload-Length": str(len(piece))}
    address = served.url + path.replace("messages", "pictures/uploads")
    begun = httpx.post(address, headers={**told, "Upload-Metadata": f"filename {name}"}, timeout=30)
    assert begun.status_code == 201, begun.text
    kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    taken = httpx.patch(
        served.url + begun.headers["Location"],
        headers={**told, **kind, "Upload-Checksum": f"sha256 {checksum}"},
        content=piece,
        timeout=60,
    )
    assert (taken.status_code, taken.headers["Upload-Offset"]) == (204, str(len(piece))), taken.text
