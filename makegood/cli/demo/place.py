"""The folder of a demo: its secrets, its settings, and the lock that keeps a second demo out."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TextIO

from makegood.cli import embedded
from makegood.effects.signing import PREFIX

PROJECT = Path(__file__).resolve().parents[3]
USUAL_FOLDER = PROJECT / "var" / "demo"
DATABASE = "makegood"
VENDOR = "Northwind Mail"
DESK_COUNTRY = "UA"
DESK_ZONE = "Europe/Kyiv"
OUR_ACCOUNT = {
    "MAKEGOOD_SEPA_BIC": "COBADEFFXXX",
    "MAKEGOOD_SEPA_IBAN": "DE89370400440532013000",
    "MAKEGOOD_SEPA_NAME": "Northwind Mail GmbH",
}
"""Of the examples in the standard; no bank has it."""


class Refused(Exception):
    """The demo does not start, or cannot go on; the message says why and what to do."""


class AlreadyRunning(Refused):
    """Another process is running the demo of this folder."""

    def __init__(self, place: Place) -> None:
        addresses = place.addresses()
        where = f" at {addresses.site}" if addresses else ""
        super().__init__(
            f"The demo is running already{where} (its files are in {place.folder}). Nothing was changed. "
            f"Stop it with Ctrl-C there, or start another one with --data and --port."
        )


class ForeignFolder(Refused):
    """The folder holds files that no demo wrote."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds other files. Give --data a folder that is empty or does not exist.")


class NoDemoYet(Refused):
    """There is no demo to work with."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"There is no demo in {folder} yet. Run bin/demo once, or set DEMO_DATA "
            "to the folder it lies in, or DATABASE_URL to work on a database of yours."
        )


@dataclass(frozen=True)
class Addresses:
    """Where the demo's two servers answer, without a slash at the end."""

    site: str
    sandbox: str


@dataclass(frozen=True)
class Secrets:
    """Made once and kept, so that sessions and signatures outlive a restart."""

    secret_key: str
    sandbox_secret: str
    sandbox_webhook_secret: str
    handover_secret: str
    shop_secret: str
    shop_token: str


@dataclass(frozen=True)
class Place:
    """One demo's folder."""

    folder: Path

    @property
    def postgres(self) -> Path:
        """The files of the embedded PostgreSQL."""
        return self.folder / "postgres"

    @property
    def sandbox(self) -> Path:
        """The journal of the sandbox provider."""
        return self.folder / "sandbox"

    @property
    def logs(self) -> Path:
        """One file per child process."""
        return self.folder / "logs"

    @property
    def seeded(self) -> Path:
        """Exists once the sample data is complete."""
        return self.folder / "seeded"

    @property
    def static_stamp(self) -> Path:
        """Remembers for which source files the static files were collected."""
        return self.folder / "static.stamp"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other demo out of the folder. Raises AlreadyRunning, ForeignFolder."""
        self._refuse_foreign()
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._lock_file.open("a") as lock:
            _lock(lock, self)
            yield

    def empty(self) -> None:
        """Remove everything in the folder but the lock, which must be held."""
        if embedded.is_running(self.postgres):
            embedded.start(self.postgres)
            embedded.stop(self.postgres)
        for entry in self.folder.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry != self._lock_file:
                entry.unlink()

    def show_letters(self) -> None:
        """Make `mail` beside the usual folder lead to the letters in it; what else has that name stays."""
        (self.folder / "mail").mkdir(exist_ok=True)
        beside = self.folder.parent / "mail"
        if self.folder == USUAL_FOLDER and not (beside.is_symlink() or beside.exists()):
            beside.symlink_to(Path(self.folder.name) / "mail")

    def addresses(self) -> Addresses | None:
        """Where the demo answers, or last answered; None when it never did."""
        if not self._addresses_file.exists():
            return None
        return Addresses(**json.loads(self._addresses_file.read_text()))

    def keep_addresses(self, addresses: Addresses) -> None:
        """Remember where the demo answers."""
        _write_privately(self._addresses_file, json.dumps(asdict(addresses)))

    def secrets(self) -> Secrets:
        """The secrets of this demo; each is made at the first call that knows of it, and then kept."""
        kept = self.folder / "secrets.json"
        known: dict[str, str] = json.loads(kept.read_text()) if kept.exists() else {}
        new = {each.name: secrets.token_urlsafe(48) for each in fields(Secrets) if each.name not in known}
        if new:
            _write_privately(kept, json.dumps(known | new))
        return Secrets(**{each.name: (known | new)[each.name] for each in fields(Secrets)})

    def environment(self, addresses: Addresses, *, debug: bool) -> dict[str, str]:
        """The whole environment of the demo's processes; settings of other installations are left out."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("MAKEGOOD_") and name != "DATABASE_URL"
        }
        made = self.secrets()
        return inherited | {
            "DATABASE_URL": embedded.database(self.postgres, DATABASE),
            "DJANGO_SETTINGS_MODULE": "makegood.config.settings",
            "MAKEGOOD_ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
            "MAKEGOOD_DATA_DIR": str(self.folder),
            "MAKEGOOD_DEBUG": str(debug).lower(),
            "MAKEGOOD_DEMO": "true",
            "MAKEGOOD_DESK_COUNTRY": DESK_COUNTRY,
            "MAKEGOOD_DESK_ZONE": DESK_ZONE,
            "MAKEGOOD_EMAIL_FROM": "refunds@northwind.example",
            "MAKEGOOD_EMAIL_URL": "file:",
            "MAKEGOOD_HANDOVER_SECRET": made.handover_secret,
            "MAKEGOOD_SANDBOX_SECRET": made.sandbox_secret,
            "MAKEGOOD_SANDBOX_URL": addresses.sandbox,
            "MAKEGOOD_SANDBOX_WEBHOOK_SECRET": made.sandbox_webhook_secret,
            "MAKEGOOD_SECRET_KEY": made.secret_key,
            **OUR_ACCOUNT,
            "MAKEGOOD_SHOP_TOKEN": made.shop_token,
            "MAKEGOOD_SHOP_WEBHOOK_SECRET": signing_secret(made.shop_secret),
            "MAKEGOOD_SHOP_WEBHOOK_URL": f"{addresses.site}/dev/shop/effects",
            "MAKEGOOD_SITE_URL": addresses.site,
            "MAKEGOOD_VENDOR": VENDOR,
        }

    @property
    def _lock_file(self) -> Path:
        return self.folder / "demo.lock"

    @property
    def _addresses_file(self) -> Path:
        return self.folder / "addresses.json"

    def _refuse_foreign(self) -> None:
        if self.folder.exists() and not self.folder.is_dir():
            raise ForeignFolder(self.folder)
        if self.folder.is_dir() and not self._lock_file.exists() and any(self.folder.iterdir()):
            raise ForeignFolder(self.folder)


def signing_secret(words: str) -> str:
    """`words` as a secret of Standard Webhooks."""
    return f"{PREFIX}{b64encode(words.encode()).decode()}"


def _lock(file: TextIO, place: Place) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AlreadyRunning(place) from None


def _write_privately(path: Path, text: str) -> None:
    """Write `text` so that only this user can read it, and nobody ever sees half of it."""
    half = path.with_suffix(".new")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    half.replace(path)
