"""What people wrote, as a page shows it: their lines kept, their addresses links, all else only text."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django import template
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# Direction marks and invisible characters end an address, so that none reads otherwise than it leads.
ADDRESS = re.compile(
    r"\bhttps?://[^\s<>\"'`\\\u0000-\u0020\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]+",
    re.IGNORECASE,
)
LONGEST = 2000
TRAILING = ".,;:!?…»”’"
BRACKETS = {")": "(", "]": "[", "}": "{"}


@register.filter
def written(text: str) -> SafeString:
    """Paragraphs and line breaks as typed, each read from its own side; web addresses become links.

    An address with a name before its host (`https://bank.example@evil.example`) stays text.
    """
    parts, end = [], 0
    for found in ADDRESS.finditer(text):
        if len(found.group()) > LONGEST:
            continue
        address = _without_the_end_of_the_sentence(found.group())
        if _leads_where_it_says(address):
            parts += [escape(text[end : found.start()]), _link(address)]
            end = found.start() + len(address)
    parts.append(escape(text[end:]))
    paragraphs = linebreaks("".join(parts), autoescape=False).replace("<p>", '<p dir="auto">')
    return mark_safe(paragraphs)  # noqa: S308  # every part is escaped above


def _link(address: str) -> SafeString:
    return format_html('<a href="{}" rel="noopener nofollow ugc" dir="ltr">{}</a>', address, address)


def _without_the_end_of_the_sentence(address: str) -> str:
    """Full stops, and brackets that were opened before the address, belong to the sentence around it."""
    while address:
        last = address[-1]
        opens = BRACKETS.get(last)
        if last in TRAILING or (opens and address.count(last) > address.count(opens)):
            address = address[:-1]
        else:
            break
    return address


def _leads_where_it_says(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:  # such as half an IPv6 address
        return False
