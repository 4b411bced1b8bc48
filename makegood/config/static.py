"""Static files under names that change with their content, so that browsers may keep them for ever."""

from __future__ import annotations

from functools import cache

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

IMPORT = r"""(?P<matched>from\s+["'](?P<url>\.{1,2}/[^"']+)["'])"""


class HashedStatic(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """The module that one of our scripts imports is named by its hash too.

    Else a browser could mix modules of two versions for as long as it keeps the plain names. Django can do
    this for every script, but fails at those of django-htmx that import by a name of an import map.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((IMPORT, 'from "%(url)s"'),)),
    )

    @cache  # noqa: B019  # there is one storage, and as many names as files
    def url(self, name: str, force: bool = False) -> str:  # as Django calls it
        """The address of a file; a page names some forty, and what they are never changes while we run."""
        return str(super().url(name, force))
