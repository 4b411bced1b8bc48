import makegood.refund_requests.states
from django.conf import settings
from django.db import migrations, models


# Going back, the version before knows neither state: who tries a fix waits again, what a fix solved is over.
FORGET_FIXES = """
    UPDATE refund_requests_refundrequest
    SET state = CASE state WHEN 'solved' THEN 'withdrawn' ELSE 'waiting' END,
        try_until = NULL, unanswered_since = NULL
    WHERE state IN ('solved', 'trying_fix')
"""


class Migration(migrations.Migration):

    dependencies = [
        ('defects', '0002_described_defects'),
        ('orders', '0002_usage_and_end_of_trials'),
        ('refund_requests', '0010_returns'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='refundrequest',
            name='refund_request_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='refundrequest',
            name='refund_request_unanswered_once_decided',
        ),
        migrations.AddField(
            model_name='refundrequest',
            name='fix_to_try',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.AddField(
            model_name='refundrequest',
            name='still_broken_in',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.AddField(
            model_name='refundrequest',
            name='try_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='refundrequest',
            name='state',
            field=models.CharField(choices=[('waiting', 'waiting'), ('examining', 'examining'), ('asked', 'asked'), ('with_engineers', 'with_engineers'), ('trying_fix', 'trying_fix'), ('awaiting_approval', 'awaiting_approval'), ('approved', 'approved'), ('refunded', 'refunded'), ('declined', 'declined'), ('withdrawn', 'withdrawn'), ('solved', 'solved')], default=makegood.refund_requests.states.State['WAITING'], max_length=20),
        ),
        migrations.AddIndex(
            model_name='refundrequest',
            index=models.Index(condition=models.Q(('state', makegood.refund_requests.states.State['TRYING_FIX'])), fields=['try_until', 'id'], name='fixes_being_tried'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'examining', 'asked', 'with_engineers', 'trying_fix', 'awaiting_approval', 'approved', 'refunded', 'declined', 'withdrawn', 'solved'])), name='refund_request_state_known'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.CheckConstraint(condition=models.Q(('unanswered_since__isnull', True), ('state__in', ['approved', 'declined', 'refunded', 'solved']), _connector='OR'), name='refund_request_unanswered_once_decided'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('defect__isnull', False), ('state', makegood.refund_requests.states.State['TRYING_FIX']), ('try_until__isnull', False), models.Q(('fix_to_try', ''), _negated=True)), models.Q(models.Q(('state', makegood.refund_requests.states.State['TRYING_FIX']), _negated=True), ('try_until__isnull', True)), _connector='OR'), name='refund_request_tries_a_fix_until'),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, reverse_sql=FORGET_FIXES),
    ]
