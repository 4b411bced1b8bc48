"""The operating system that a browser says it runs on."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class System(StrEnum):
    """A system whose screenshots we explain; the value is its anchor in the guide."""

    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"
    ANDROID = "android"
    IOS = "ios"


# Sec-CH-UA-Platform, which browsers made from Chromium send by themselves over HTTPS.
HINTS = {
    "Windows": System.WINDOWS,
    "macOS": System.MACOS,
    "Linux": System.LINUX,
    "Android": System.ANDROID,
    "iOS": System.IOS,
}
# Words of User-Agent, the telling ones first: Android and Chrome OS call themselves Linux too.
# A newer iPad says that it is a Macintosh; nothing in what it sends tells the two apart.
WORDS = {
    "Android": System.ANDROID,
    "iPhone": System.IOS,
    "iPad": System.IOS,
    "Windows": System.WINDOWS,
    "Macintosh": System.MACOS,
    "CrOS": None,
    "Linux": System.LINUX,
}


def system_of(headers: Mapping[str, str]) -> System | None:
    """The system of whoever sent these headers; None when they do not say, or it is another one."""
    if hint := headers.get("Sec-CH-UA-Platform", "").strip('"'):
        return HINTS.get(hint)
    agent = headers.get("User-Agent", "")
    return next((system for word, system in WORDS.items() if word in agent), None)
