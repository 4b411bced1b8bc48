# From when on a promise is in danger, and that those who lead were told.

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('queue', '0004_paused_promises'),
        ('refund_requests', '0007_unanswered_since'),
    ]

    operations = [
        migrations.CreateModel(
            name='EndangeredPromise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('noticed_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='promise',
            name='warn_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(('warn_at__isnull', True), models.Q(('warn_at__gte', models.F('made_at')), ('warn_at__lt', models.F('due_at'))), _connector='OR'), name='promise_warns_while_it_runs'),
        ),
        migrations.AddField(
            model_name='endangeredpromise',
            name='promise',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='endangered', to='queue.promise'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='endangeredpromise',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='65debfc2d9fa3bce10567e8d71d7c1012495ecbd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_22fc3', table='queue_endangeredpromise', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='endangeredpromise',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='23fb07882299782eabd6e9202531489ebf014cb1', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_e1313', table='queue_endangeredpromise', when='BEFORE')),
        ),
    ]
