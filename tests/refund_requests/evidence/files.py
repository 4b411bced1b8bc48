"""Files as members send them, and as attackers do; byte by byte where no program would make them."""

from __future__ import annotations

import io
import struct
import zlib

import pypdfium2
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

RED = (200, 30, 30)


def picture(
    kind: str = "PNG", *, size: tuple[int, int] = (64, 48), mode: str = "RGB", exif: Image.Exif | None = None
) -> bytes:
    """A red picture; `kind` as Pillow names formats."""
    written = io.BytesIO()
    image = Image.new("RGB", size, RED).convert(mode)
    image.save(written, format=kind, **({"exif": exif} if exif else {}))
    return written.getvalue()


def photo_with_a_place() -> bytes:
    """A JPEG lying on its side, with the camera, the time and the coordinates where it was taken."""
    exif = Image.Exif()
    exif[Base.Make.value] = "Spycam"
    exif[Base.Orientation.value] = 6
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude.value] = (50.0, 27.0, 0.0)
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitudeRef.value] = "N"
    return picture("JPEG", exif=exif)


def pictures_with_notes() -> dict[str, bytes]:
    """A JPEG with a comment and a PNG with a colour profile, each carrying the word “secret”."""
    image, jpeg, png = Image.new("RGB", (64, 48), RED), io.BytesIO(), io.BytesIO()
    image.save(jpeg, format="JPEG", comment=b"secret")
    image.save(png, format="PNG", icc_profile=b"secret" * 40)
    return {"JPEG": jpeg.getvalue(), "PNG": png.getvalue()}


def png_with_words() -> bytes:
    """A PNG with a text chunk, an ICC-like note and a script after its end."""
    whole = picture()
    end = whole.index(b"IEND") - 4
    return (
        whole[:end]
        + chunk(b"tEXt", b"Comment\0<script>alert(1)</script>")
        + whole[end:]
        + b"<script>alert(2)</script>"
    )


def flood() -> bytes:
    """A complete PNG of 30,000 × 30,000 pixels in about a hundred kilobytes."""
    packer, rows = zlib.compressobj(9), []
    row = b"\0" + bytes(30_000 // 8)
    rows = [packer.compress(row * 1000) for _ in range(30)]
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    body = b"".join(rows) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A PNG of 64 × 48 pixels with a text chunk that unpacks to 100 MB."""
    whole = picture()
    after_header = whole.index(b"IDAT") - 4
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9))
    return whole[:after_header] + bomb + whole[after_header:]


def chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG with its checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def pdf(*, pages: int = 1, size: tuple[float, float] = (200, 100)) -> bytes:
    """A PDF of empty pages."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(*size)
    written = io.BytesIO()
    document.save(written)
    document.close()
    return written.getvalue()


def handmade_pdf(*, catalog: str = "", trailer: str = "") -> bytes:
    """A PDF of one page, with words of PDF put into its catalog and trailer."""
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >>",
    ]
    written, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += f"{number} 0 obj\n{body}\nendobj\n"
    start = len(written)
    written += "xref\n0 4\n0000000000 65535 f \n" + "".join(f"{place:010d} 00000 n \n" for place in places)
    written += f"trailer\n<< /Size 4 /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n"
    return written.encode("latin-1")


def active_pdf() -> bytes:
    """A PDF that runs JavaScript when it is opened."""
    return handmade_pdf(catalog="/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")


def locked_pdf() -> bytes:
    """A PDF that asks for a password (standard security handler, revision 2)."""
    secret = "".join(f"{number:02x}" for number in range(32))
    encrypt = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{secret}> /U <{secret}> >>"
    return handmade_pdf(trailer=f"{encrypt} /ID [<00> <00>]")
