"""The place in a request where the words that were looked for stand, in pieces that a page escapes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from makegood.search.asking import Asked

MESSAGES = 20
CHARACTERS = 4_000
"""So many of the newest messages are looked through, and so much of each; the rest has no excerpt."""

# From Unicode's private use: nobody means anything by them, and who types them marks a word of their own.
OPENS, CLOSES = "\ue000", "\ue001"

# The form before the messages, and of those the newest.
SQL = f"""
    WITH said AS (
        SELECT asked.id AS request, left(piece.words, {CHARACTERS}) AS words, piece.place,
               (SELECT language FROM accounts_user WHERE id = piece.speaker_id) AS language
        FROM refund_requests_refundrequest AS asked
        CROSS JOIN LATERAL (
            SELECT asked.member_id, told #>> '{{}}', 0::bigint
            FROM jsonb_path_query(asked.answers, '$.** ? (@.type() == "string")') AS told
            UNION ALL (
                SELECT CASE visibility WHEN 'internal' THEN author_id ELSE asked.member_id END, body, -id
                FROM refund_requests_message WHERE refund_request_id = asked.id
                ORDER BY id DESC LIMIT {MESSAGES}
            )
        ) AS piece(speaker_id, words, place)
        WHERE asked.id = ANY(%s)
    ),
    first AS (
        SELECT DISTINCT ON (request) request, language, words FROM said
        WHERE search_words(language, words) @@ %s::tsquery
        ORDER BY request, place = 0 DESC, place
    )
    SELECT request, ts_headline(search_config(language), words, %s::tsquery, %s) FROM first
"""  # noqa: S608  # only our own numbers

OPTIONS = f"StartSel={OPENS}, StopSel={CLOSES}, MaxFragments=1, MaxWords=28, MinWords=14"


@dataclass(frozen=True)
class Part:
    """A piece of an excerpt; `is_hit` where it is what was looked for. Plain text, to be escaped."""

    text: str
    is_hit: bool


def excerpts(keys: Sequence[int], asked: Asked) -> dict[int, list[Part]]:
    """By request, the place that holds a word of the question; none for those found by name or number."""
    with connection.cursor() as cursor:
        cursor.execute(SQL, [list(keys), asked.any, asked.any, OPTIONS])
        return defaultdict(list, {request: parts_of(words) for request, words in cursor.fetchall()})


def parts_of(words: str) -> list[Part]:
    """The text between and inside the marks."""
    parts = []
    for number, piece in enumerate(words.split(OPENS)):
        inside, _, outside = piece.partition(CLOSES) if number else ("", "", piece)
        parts += [Part(inside, is_hit=True), Part(outside, is_hit=False)]
    return [part for part in parts if part.text]
