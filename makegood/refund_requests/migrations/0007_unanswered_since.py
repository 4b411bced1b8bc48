from django.db import migrations, models

# What members wrote after a decision before there was anybody to answer it waits since then. The words of
# erased people wait for nothing.
MARK_WAITING = """
    UPDATE refund_requests_refundrequest AS request SET unanswered_since = written.since
    FROM (
        SELECT message.refund_request_id, min(message.at) AS since
        FROM refund_requests_message AS message
        JOIN (
            SELECT refund_request_id, max(at) AS at FROM refund_requests_decision GROUP BY refund_request_id
        ) AS decision USING (refund_request_id)
        WHERE NOT message.from_staff
          AND message.at > decision.at
          AND message.body <> '[erased at the person''s own request]'
          AND NOT EXISTS (
              SELECT FROM refund_requests_message AS answer
              WHERE answer.refund_request_id = message.refund_request_id
                AND answer.from_staff AND answer.visibility = 'public' AND answer.id > message.id
          )
        GROUP BY message.refund_request_id
    ) AS written
    WHERE request.id = written.refund_request_id AND request.state IN ('approved', 'declined', 'refunded')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('refund_requests', '0006_erased_words'),
    ]

    operations = [
        migrations.AddField(
            model_name='refundrequest',
            name='unanswered_since',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='refundrequest',
            index=models.Index(condition=models.Q(('unanswered_since__isnull', False)), fields=['unanswered_since', 'id'], name='written_after_the_decision'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.CheckConstraint(condition=models.Q(('unanswered_since__isnull', True), ('state__in', ['approved', 'declined', 'refunded']), _connector='OR'), name='refund_request_unanswered_once_decided'),
        ),
        migrations.RunSQL(MARK_WAITING, reverse_sql=migrations.RunSQL.noop),
    ]
