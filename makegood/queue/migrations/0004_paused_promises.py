# The clock of a promise stands while the member is asked.

import datetime
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('queue', '0003_business_calendars'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('left', models.DurationField()),
                ('promise', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='pause', to='queue.promise')),
            ],
        ),
        migrations.AddField(
            model_name='promise',
            name='continues',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='continued_by', to='queue.pause'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.CheckConstraint(condition=models.Q(('left__gt', datetime.timedelta(0))), name='pause_leaves_time'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pause',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ce0aa7229f7b4b8ced0d6f6d00db7d894a96020a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7a3ad', table='queue_pause', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pause',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='016ecbdc1f8153c259203ebb5d43847da06d9ef1', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_e8aee', table='queue_pause', when='BEFORE')),
        ),
    ]
