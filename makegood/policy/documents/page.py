"""The public page of a policy: its prose as safe HTML, its rules and working tables behind <details>."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

import nh3
from markdown_it.token import Token

from makegood.policy.documents.clauses import Condition
from makegood.policy.documents.front_matter import end_of_head
from makegood.policy.documents.reading import heading_parts, markdown

if TYPE_CHECKING:
    from makegood.policy.documents.policy import Policy
    from makegood.policy.languages.vocabulary import Vocabulary, Words

TAGS = {
    *("h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "a", "em", "strong", "code", "pre", "blockquote"),
    *("hr", "br", "div", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"),
}
ATTRIBUTES = {
    **{tag: {"id"} for tag in ("h1", "h2", "h3", "h4", "li")},
    "a": {"href"},
    "ol": {"type", "start"},
    "details": {"class"},
    "div": {"aria-label"},
}
SCROLLING = {"div": {"class": {"scroll"}, "role": {"region"}, "tabindex": {"0"}}}


def page_html(policy: Policy, *, titled: bool = True) -> str:
    """Return the whole document as HTML that holds no script, no style and no foreign mark-up.

    `titled` False leaves its title out, for a page that says it itself. Headings have the ids of their
    sections (#defect), conditions the ids #c-2a for 2(a).
    """
    reader = markdown()
    lines = policy.text.splitlines()
    end = end_of_head(lines)
    assert end is not None  # noqa: S101  # a policy that was read has a head
    tokens = reader.parse("\n".join(lines[end + 1 :]))
    conditions = iter(
        [each for clause in policy.clauses for part in clause.parts for each in part.conditions]
    )
    language = policy.vocabulary
    ruled = _rules_folded(_headed(tokens), conditions, language)
    shown = list(_tables_folded(ruled, language.words))
    html = reader.renderer.render(shown if titled else _without_title(shown), reader.options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        tag_attribute_values=SCROLLING,
        url_schemes={"http", "https", "mailto"},
    )


def _without_title(tokens: list[Token]) -> list[Token]:
    """All but the first heading of the first level, which has three tokens: it opens, says, closes."""
    first = next((number for number, token in enumerate(tokens) if token.tag == "h1"), None)
    return tokens if first is None else tokens[:first] + tokens[first + 3 :]


def _headed(tokens: Sequence[Token]) -> Sequence[Token]:
    """Give each heading the id it asks for and take {#id} out of its words."""
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and inline.children:
            _, _, anchor = heading_parts(inline.content)
            if anchor:
                opening.attrSet("id", anchor)
                last = inline.children[-1]
                last.content = last.content.removesuffix(f"{{#{anchor}}}").rstrip()
    return tokens


def _rules_folded(
    tokens: Sequence[Token], conditions: Iterator[Condition], language: Vocabulary
) -> Iterator[Token]:
    """Letter the lists of conditions and put each rule, and what a clause applies to, behind a <details>."""
    awaited = next(conditions, None)
    listing: Token | None = None
    item: Token | None = None
    lettered: list[Token] = []
    for place, token in enumerate(tokens):
        if token.type == "bullet_list_open":
            listing = token
        elif token.type == "list_item_open":
            item = token
        elif token.type == "bullet_list_close" and lettered and lettered[-1].level == token.level:
            token.tag = "ol"
        elif token.type == "inline" and awaited and item and listing and _ends_with(token, awaited.rule.text):
            _fold(token, awaited, language.phrases.rule)
            item.attrSet("id", f"c-{_plain_id(awaited)}")
            if listing.tag != "ol":
                listing.tag = "ol"
                listing.attrSet("type", "a")
                listing.attrSet("start", str(ord(awaited.id[-2]) - ord("a") + 1))
                lettered.append(listing)
            awaited = next(conditions, None)
        elif (
            token.type == "inline"
            and language.words.applies_to(token.content)
            and tokens[place - 1].type == "paragraph_open"
        ):
            token.children = [_code_of(token, language.words.applies[0].strip())]
            tokens[place - 1].hidden = tokens[place + 1].hidden = True
        yield token


def _ends_with(inline: Token, rule: str) -> bool:
    children = inline.children or []
    return bool(children) and children[-1].type == "code_inline" and children[-1].content == rule


def _fold(inline: Token, condition: Condition, rule: str) -> None:
    words = (inline.children or [])[:-1]
    inline.children = [*words, _details(f"{rule} {condition.id}", condition.rule.text)]


def _code_of(inline: Token, applies: str) -> Token:
    codes = [child.content for child in inline.children or [] if child.type == "code_inline"]
    return _details(applies, *codes)


def _details(summary: str, *codes: str) -> Token:
    inside = "".join(f"<code>{escape(code)}</code>" for code in codes)
    return _html(f'<details class="rule"><summary>{escape(summary)}</summary>{inside}</details>')


def _html(text: str) -> Token:
    return Token("html_inline", "", 0, content=text)


def _plain_id(condition: Condition) -> str:
    return condition.id.replace("(", "").replace(")", "")


def _tables_folded(tokens: Iterator[Token], words: Words) -> Iterator[Token]:
    """Put the tables the desk works by behind a <details>; tables of the policy itself stay open."""
    held: list[Token] = []
    for token in tokens:
        if held or token.type == "table_open":
            held.append(token)
        else:
            yield token
        if token.type == "table_close":
            yield from _table(held, words)
            held = []


def _table(held: list[Token], words: Words) -> Iterator[Token]:
    first = next(token.content for token in held if token.type == "inline")
    title = words.working_tables.get(words.heading(first))
    if title:
        yield _block(f'<details class="working"><summary>{escape(title)}</summary>\n')
    # On a phone the table scrolls by itself; whoever uses a keyboard must be able to reach it.
    name = escape(title or first, quote=True)
    yield _block(f'<div class="scroll" tabindex="0" role="region" aria-label="{name}">\n')
    yield from held
    yield _block("</div>\n")
    if title:
        yield _block("</details>\n")


def _block(text: str) -> Token:
    return Token("html_block", "", 0, content=text)
