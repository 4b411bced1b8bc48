"""`python -m tests.oidc_provider PORT`: an OpenID Connect provider on this machine, which insists on PKCE.

It is oidc-provider-mock (authlib behind Flask); that it refuses a code whose verifier does not fit its
challenge (RFC 7636) is added here, for the version that runs on Python 3.11 does not.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import flask
import httpx
import oidc_provider_mock  # type: ignore[import-untyped]
from werkzeug.serving import make_server

_challenges: dict[str, str] = {}


@contextmanager
def running() -> Iterator[str]:
    """The provider in a process of its own; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    quiet = {**os.environ, "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "tests.oidc_provider", str(port)]
    with subprocess.Popen(command, env=quiet, stderr=subprocess.DEVNULL) as process:  # ourselves
        try:
            _wait_for(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            if httpx.get(f"{url}/.well-known/openid-configuration", timeout=5).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError("The provider did not start.")


def as_setting(url: str) -> dict[str, object]:
    """SOCIALACCOUNT_PROVIDERS for it."""
    app = {
        "provider_id": "vendor",
        "name": "Northwind Shop",
        "client_id": "makegood",
        "secret": "secret of the tests",
        "settings": {"server_url": url},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def at_the_shop(provider: str, sub: str, **claims: object) -> str:
    """Somebody with an account there."""
    httpx.put(f"{provider}/users/{sub}", json=claims).raise_for_status()
    return sub


def _remember(response: flask.Response) -> flask.Response:
    """Which challenge a code was given for."""
    if flask.request.path == "/oauth2/authorize" and response.location:
        for code in parse_qs(urlsplit(response.location).query).get("code", []):
            _challenges[code] = flask.request.args["code_challenge"]
    return response


def _insist() -> tuple[dict[str, str], int] | None:
    """Neither a code without a challenge, nor a token without its verifier."""
    if (
        flask.request.path == "/oauth2/authorize"
        and flask.request.args.get("code_challenge_method") != "S256"
    ):
        return {"error": "invalid_request"}, 400
    if flask.request.path != "/oauth2/token":
        return None
    verifier = flask.request.form.get("code_verifier", "")
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    if _challenges.pop(flask.request.form.get("code", ""), None) != challenge:
        return {"error": "invalid_grant"}, 400
    return None


def main() -> None:
    """Serve until the process is ended."""
    # authlib speaks only TLS otherwise; on loopback there is nobody to listen.
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    app = oidc_provider_mock.app()
    app.before_request(_insist)
    app.after_request(_remember)
    make_server("127.0.0.1", int(sys.argv[1]), app, threaded=True).serve_forever()


if __name__ == "__main__":
    main()
