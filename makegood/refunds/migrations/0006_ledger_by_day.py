from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Beside the running code: an index made in one go would stop every posting until it is there."""

    atomic = False

    dependencies = [
        ('refunds', '0005_fees_of_providers'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='ledgertransaction',
            index=models.Index(fields=['at', 'id'], name='ledger_by_day'),
        ),
    ]
