from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('defects', '0002_described_defects'),
        ('orders', '0002_usage_and_end_of_trials'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='defect',
            name='fix_due_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='defect',
            name='overdue_since',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='defect',
            index=models.Index(condition=models.Q(('fix_due_on__isnull', False), ('overdue_since__isnull', True)), fields=['fix_due_on', 'id'], name='defects_to_be_fixed_until'),
        ),
        migrations.AddConstraint(
            model_name='defect',
            constraint=models.CheckConstraint(condition=models.Q(('overdue_since__isnull', True), ('fix_due_on__isnull', False), _connector='OR'), name='defect_overdue_after_a_day'),
        ),
    ]
