"""The language of a writer is looked up by its key.

Joined, it cost a look at every person there is: PostgreSQL takes a request for one of a thousand words.
"""

from django.db import migrations

RECKON = r"""
    CREATE OR REPLACE FUNCTION search_reckon(request bigint) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        found tsvector;
        room int := 200000;
        piece record;
    BEGIN
        PERFORM FROM search_entry WHERE refund_request_id = request FOR NO KEY UPDATE;
        SELECT (
                SELECT string_agg(search_quoted(number) || ':1A', ' ') FROM (
                    SELECT asked.reference
                    UNION ALL
                    SELECT sold.number FROM refund_requests_namedorder AS named
                    JOIN orders_order AS sold ON sold.id = named.order_id
                    WHERE named.refund_request_id = request
                ) AS numbers(number)
            )::tsvector
            || (search_quoted(member.email) || ':1B')::tsvector
            || setweight(to_tsvector('pg_catalog.simple'::regconfig, search_folded(member.name)), 'B')
        INTO found
        FROM refund_requests_refundrequest AS asked
        JOIN accounts_user AS member ON member.id = asked.member_id
        WHERE asked.id = request;

        FOR piece IN
            SELECT weight, language, string_agg(words, E'\n' ORDER BY place) AS words
            FROM (
                SELECT said.weight, said.place, said.words,
                       (SELECT language FROM accounts_user WHERE id = said.speaker_id) AS language
                FROM refund_requests_refundrequest AS asked
                CROSS JOIN LATERAL (
                    SELECT 'C'::"char", 0::bigint, asked.member_id, told #>> '{}'
                    FROM jsonb_path_query(asked.answers, '$.** ? (@.type() == "string")') AS told
                    UNION ALL
                    SELECT 'C', id, asked.member_id, why
                    FROM refund_requests_disputedfact WHERE refund_request_id = request
                    UNION ALL
                    SELECT 'D', id, CASE visibility WHEN 'internal' THEN author_id ELSE asked.member_id END, body
                    FROM refund_requests_message WHERE refund_request_id = request
                    UNION ALL
                    SELECT 'D', id, author_id, note
                    FROM refund_requests_finding WHERE refund_request_id = request AND note <> ''
                ) AS said(weight, place, speaker_id, words)
                WHERE asked.id = request AND said.speaker_id IS NOT NULL
            ) AS spoken
            GROUP BY weight, language
            ORDER BY weight, language
        LOOP
            found := found || setweight(search_words(piece.language, left(piece.words, room)), piece.weight);
            room := greatest(0, room - length(piece.words));
        END LOOP;

        UPDATE search_entry AS entry
        SET words = found, said_length = 200000 - room,
            amount_minor = asked_back.minor, currency = coalesce(asked_back.currency, '')
        FROM (
            SELECT CASE WHEN count(DISTINCT currency) = 1 THEN sum(amount_minor) END AS minor,
                   CASE WHEN count(DISTINCT currency) = 1 THEN min(currency) END AS currency
            FROM refund_requests_namedorder AS named JOIN orders_order AS sold ON sold.id = named.order_id
            WHERE named.refund_request_id = request AND named.wanted
        ) AS asked_back
        WHERE entry.refund_request_id = request;
    END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0002_entries_of_earlier_requests'),
    ]

    operations = [
        # It gives what it gave before, so going back needs nothing.
        migrations.RunSQL(RECKON, migrations.RunSQL.noop),
    ]
