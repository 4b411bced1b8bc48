import django.db.models.functions.comparison
import makegood.refund_requests.states
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('refund_requests', '0008_turns'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='refundrequest',
            name='queue_first_come',
        ),
        migrations.AddIndex(
            model_name='refundrequest',
            index=models.Index(django.db.models.functions.comparison.Coalesce('examine_by', 'queued_at'), models.F('queued_at'), models.F('id'), condition=models.Q(('state', makegood.refund_requests.states.State['WAITING'])), name='queue_in_turn'),
        ),
        migrations.AddConstraint(
            model_name='refundrequest',
            constraint=models.CheckConstraint(condition=models.Q(('examine_by__isnull', True), ('examine_by__gte', models.F('queued_at')), _connector='OR'), name='refund_request_turn_not_before_it_came'),
        ),
    ]
