from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside the running code: an index made in one go would stop every change until it is there."""

    atomic = False

    dependencies = [
        ('refunds', '0001_initial'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='refund',
            index=models.Index(fields=['provider', 'state'], name='refund_by_provider'),
        ),
        AddIndexConcurrently(
            model_name='refund',
            index=models.Index(condition=models.Q(('last_asked_at__isnull', False)), fields=['provider', '-last_asked_at'], name='refund_last_asked'),
        ),
    ]
