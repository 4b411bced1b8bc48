"""More files as attackers send them, and as programs and phones write them; all of them made here."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image

from tests.refund_requests.evidence import files
from tests.refund_requests.evidence.files import RED, chunk, handmade_pdf

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SCRIPT = b"<html><script>alert(document.cookie)</script></html>"


def png(wide: int, high: int, body: bytes, *, depth: int = 8, colour: int = 2, before: bytes = b"") -> bytes:
    """A PNG whose header says `wide` × `high`, with `body` as its pixels and further chunks before them."""
    header = struct.pack(">IIBBBBB", wide, high, depth, colour, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + before + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def pixel_bomb() -> bytes:
    """A PNG of 64 × 48 pixels whose pixels unpack to 300 MB."""
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(1_000_000)) for _ in range(300)) + packer.flush()
    return png(64, 48, body)


def profile_bomb() -> bytes:
    """A PNG with a colour profile that unpacks to 100 MB."""
    profile = chunk(b"iCCP", b"icc\0\0" + zlib.compress(bytes(100_000_000), 9))
    return png(1, 1, zlib.compress(bytes(4)), before=profile)


def wrong_checksum() -> bytes:
    """A PNG whose pixels were changed after it was written."""
    whole = bytearray(files.picture(size=(300, 200)))
    whole[whole.index(b"IDAT") + 40] ^= 0xFF
    return bytes(whole)


def archive() -> bytes:
    """A ZIP with a script in it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        packed.writestr("run.sh", "rm -rf /")
    return written.getvalue()


def isobmff(brand: bytes) -> bytes:
    """The beginning of a photograph as phones keep them (HEIC, AVIF)."""
    return struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + brand + b"mif1" + bytes(400)


def webp_flood() -> bytes:
    """A WebP that says it has 16,384 × 16,384 pixels."""
    size = (16_383).to_bytes(3, "little")
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4) + size + size
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def jpeg_flood() -> bytes:
    """A JPEG that says it has 65,000 × 65,000 pixels."""
    small = files.picture("JPEG")
    start = small.index(b"\xff\xc0")
    return small[: start + 5] + struct.pack(">HH", 65_000, 65_000) + small[start + 9 :]


def progressive_flood() -> bytes:
    """A whole progressive JPEG of 36 megapixels, which is held in memory twice."""
    written = io.BytesIO()
    Image.new("RGB", (6_000, 6_000), RED).save(written, "JPEG", progressive=True, quality=30)
    return written.getvalue()


def large(kind: str, size: tuple[int, int], mode: str) -> bytes:
    """A whole picture of one colour."""
    written = io.BytesIO()
    options = {"PNG": {"compress_level": 1}, "WEBP": {"method": 0}}.get(kind, {})
    Image.new(mode, size).save(written, kind, **options)
    return written.getvalue()


def animation(kind: str) -> bytes:
    """Three pictures one after the other, the first of them red."""
    first, *others = (Image.new("RGB", (64, 48), colour) for colour in (RED, (0, 0, 255), (0, 255, 0)))
    written = io.BytesIO()
    first.save(written, kind, save_all=True, append_images=others, duration=40)
    return written.getvalue()


def several_in_one() -> bytes:
    """A JPEG with a second picture behind the first, as phones with several lenses write them (MPO)."""
    first, second, written = Image.new("RGB", (64, 48), RED), Image.new("RGB", (64, 48)), io.BytesIO()
    first.save(written, "MPO", save_all=True, append_images=[second])
    return written.getvalue()


def sixteen_bits() -> bytes:
    """A grey PNG of 16 bits, half as bright as white."""
    written = io.BytesIO()
    Image.new("I;16", (64, 48), 0x8000).save(written, "PNG")
    return written.getvalue()


# PDFs


def launching_pdf() -> bytes:
    """A PDF that starts a program when it is opened."""
    return handmade_pdf(catalog="/OpenAction << /S /Launch /F (calc.exe) >>")


def pdf_with_a_file_inside() -> bytes:
    """A PDF that carries another file."""
    inside = "/Names << /EmbeddedFiles << /Names [(evil.exe) << /Type /Filespec /F (evil.exe) >>] >> >>"
    return handmade_pdf(catalog=inside)


def pdf_reading_a_file() -> bytes:
    """A PDF that asks for a file of the machine on which it is opened."""
    return handmade_pdf(catalog="/OpenAction << /S /URI /URI (file:///etc/passwd) >>")


def pdf_within_itself() -> bytes:
    """A PDF whose tree of pages is its own child."""
    return handmade_pdf().replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")


def pdf_with_a_huge_picture() -> bytes:
    """A PDF whose page shows a picture of 30,000 × 30,000 pixels."""
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(3 * 30_000 * 100)) for _ in range(300)) + packer.flush()
    image = (
        b"<< /Type /XObject /Subtype /Image /Width 30000 /Height 30000 /ColorSpace /DeviceRGB "
        b"/BitsPerComponent 8 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(body), body)
    )
    draw = b"200 0 0 100 0 0 cm /I Do"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 5 0 R "
        b"/Resources << /XObject << /I 4 0 R >> >> >>",
        image,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(draw), draw),
    ]
    written, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(written)
    written += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return written + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
