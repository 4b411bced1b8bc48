"""An HTML page that stands alone: its style is in it, it loads nothing and runs nothing."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape

STYLE = """
:root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif; }
body { margin: 2rem auto; padding: 0 1rem; max-width: 46rem; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.25; }
table { border-collapse: collapse; }
th, td { padding: .3rem .6rem; border: 1px solid GrayText; text-align: start; vertical-align: top; }
code { font-size: .9em; }
.scroll { overflow-x: auto; }
details.rule { font-size: .9em; }
summary { cursor: pointer; }
"""
ALLOWED = f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
"""What a browser may load for such a page: this style, whatever else stands in the body."""
END = "</main>\n</body>\n</html>"


def beginning(title: str, language: str) -> str:
    """Return the page up to where its content begins; END ends it. `language`: ISO 639."""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{ALLOWED}">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>"
    )
