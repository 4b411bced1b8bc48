from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside the running code: an index made in one go would stop every change until it is there."""

    atomic = False

    dependencies = [
        ('audit', '0001_initial'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='event',
            index=models.Index(fields=['action', 'at', 'id'], name='event_by_action'),
        ),
        AddIndexConcurrently(
            model_name='event',
            index=models.Index(fields=['actor_id', 'action', 'at', 'id'], name='event_by_actor'),
        ),
    ]
