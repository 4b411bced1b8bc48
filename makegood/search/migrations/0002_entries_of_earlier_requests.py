from django.db import migrations, transaction

AT_ONCE = 500

# Who writes in a request locks it first: so we wait for what is being written, and what is written next finds the
# entry there.
LOCKED = """
    SELECT id FROM refund_requests_refundrequest
    WHERE id > %s ORDER BY id LIMIT %s FOR NO KEY UPDATE
"""
BEGUN = """
    INSERT INTO search_entry (refund_request_id, words) SELECT unnest(%s::bigint[]), ''
    ON CONFLICT DO NOTHING
"""
RECKONED = "SELECT search_reckon(id), search_decided(id) FROM unnest(%s::bigint[]) AS id"


def reckon(apps, schema_editor):
    """A few at a time, each few by themselves: nobody waits long, and it can be stopped and begun again."""
    last = 0
    while last is not None:
        with transaction.atomic(schema_editor.connection.alias), schema_editor.connection.cursor() as cursor:
            cursor.execute(LOCKED, [last, AT_ONCE])
            keys = [key for key, in cursor.fetchall()]
            cursor.execute(BEGUN, [keys])
            cursor.execute(RECKONED, [keys])
        last = keys[-1] if keys else None


class Migration(migrations.Migration):

    atomic = False
    dependencies = [
        ('search', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(reckon, migrations.RunPython.noop),
    ]
