"""The process that runs Typst: what to set comes by stdin, the PDF leaves by stdout, no file is seen.

Its root is an empty folder that is gone afterwards, so that a template could read nothing even if it tried;
packages, which Typst would fetch from the network, are looked for there too.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile

import typst

MEMORY_BYTES = 2 * 1024**3  # of address space, much of which the fonts only reserve
CPU_SECONDS = 20
NO_SHAPE = "could not be displayed"


def pdf(template: str, told: dict[str, object], at: int) -> bytes:
    """`template` set with `told`; `at` are seconds since 1970. Raises typst.TypstError."""
    try:
        return _compiled(template, told, at, standards=["ua-1"])
    except typst.TypstError as refused:
        if NO_SHAPE not in str(refused):
            raise
    # Somebody wrote a character that no font here has, which the standard does not allow. It is printed as an
    # empty box, and the document says so.
    return _compiled(template, told | {"is_incomplete": True}, at, standards=[])


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
