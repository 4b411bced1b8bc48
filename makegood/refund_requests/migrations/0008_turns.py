from django.db import migrations, models

# What is open already keeps its place among its like by the first promise that was made for it.
GIVE_PLACES = """
    UPDATE refund_requests_refundrequest AS request SET examine_by = greatest(queued_at, promised.due_at)
    FROM (
        SELECT DISTINCT ON (refund_request_id) refund_request_id, due_at
        FROM queue_promise ORDER BY refund_request_id, id
    ) AS promised
    WHERE request.id = promised.refund_request_id AND request.state <> 'withdrawn'
"""


class Migration(migrations.Migration):

    dependencies = [
        ('queue', '0001_initial'),
        ('refund_requests', '0007_unanswered_since'),
    ]

    operations = [
        migrations.AddField(
            model_name='refundrequest',
            name='examine_by',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='refundrequest',
            name='law_until',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.RunSQL(GIVE_PLACES, reverse_sql=migrations.RunSQL.noop),
    ]
