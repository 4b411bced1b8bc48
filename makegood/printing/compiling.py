"""The process that runs Typst: what to set comes by stdin, the PDF leaves by stdout, no file is seen.

Its root is an empty folder that is gone afterwards, so that a template could read nothing even if it tried;
packages, which Typst would fetch from the network, are looked for there too.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import tempfile
from typing import Any

import typst

MEMORY_BYTES = 2 * 1024**3  # of address space, much of which the fonts only reserve
CPU_SECONDS = 20
NO_SHAPE = re.compile(r'the text `"(.+?)"` could not be displayed')
INSTEAD = "\N{WHITE SQUARE}"
MOST_INSTEAD = 200


def pdf(template: str, told: dict[str, object], at: int) -> bytes:
    """`template` set with `told`; `at` are seconds since 1970. Raises typst.TypstError."""
    if told.get("attachments"):
        return _to_keep(template, told, at)
    try:
        return _compiled(template, told, at, standards=["ua-1"])
    except typst.TypstError as refused:
        if not NO_SHAPE.search(str(refused)):
            raise
    # Somebody wrote a character that no font here has, which the standard does not allow. It is printed as an
    # empty box, and the document says so.
    return _compiled(template, told | {"is_incomplete": True}, at, standards=[])


def _to_keep(template: str, told: dict[str, object], at: int) -> bytes:
    """PDF/A-3, which knows no empty boxes: a sign stands for what has no shape; the attachment spells it."""
    for _ in range(MOST_INSTEAD):
        try:
            return _compiled(template, told, at, standards=["a-3a", "ua-1"])
        except typst.TypstError as refused:
            found = NO_SHAPE.search(str(refused))
            if not found:
                raise
            told = _without(_unescaped(found[1]), told) | {"is_incomplete": True}
    raise ValueError("too many characters without a shape")


def _unescaped(text: str) -> str:
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), text)


def _without(text: str, told: dict[str, object]) -> dict[str, object]:
    def changed(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace(text, INSTEAD)
        if isinstance(value, list):
            return [changed(each) for each in value]
        if isinstance(value, dict):
            return {name: changed(each) for name, each in value.items()}
        return value

    return {name: value if name == "attachments" else changed(value) for name, value in told.items()}


def _compiled(
    template: str, told: dict[str, object], at: int, *, standards: list[typst.PDFStandard]
) -> bytes:
    with tempfile.TemporaryDirectory() as empty:
        compiler = typst.Compiler(
            template.encode(),
            root=empty,
            package_path=empty,
            package_cache_path=empty,
            sys_inputs={"told": json.dumps(told)},
        )
        made = compiler.compile(format="pdf", pdf_standards=standards, timestamp=at)
    if not isinstance(made, bytes):
        raise TypeError(type(made))  # only pictures come as several files
    return made


def main() -> None:
    """Set what comes in, within the limits of memory and time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    # Typst starts a thread for each core; one document is set as fast by one, and the others have requests.
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    given = json.load(sys.stdin)
    sys.stdout.buffer.write(pdf(given["template"], given["document"], given["at"]))


if __name__ == "__main__":
    main()
