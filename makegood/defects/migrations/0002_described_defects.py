import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('defects', '0001_initial'),
        ('orders', '0002_usage_and_end_of_trials'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FormerSteps',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('steps', models.TextField()),
                ('replaced_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='TrackerDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tracker', models.CharField(max_length=10)),
                ('delivery', models.CharField(max_length=200)),
                ('digest', models.CharField(max_length=64)),
                ('received_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='defect',
            name='occurs_in',
            field=models.CharField(blank=True, db_default='', default='', max_length=300),
        ),
        migrations.AddField(
            model_name='defect',
            name='revision',
            field=models.PositiveIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name='defect',
            name='tracker_changed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='defect',
            name='tracker_status',
            field=models.CharField(blank=True, choices=[('open', 'open'), ('closed', 'closed')], db_default='', default='', max_length=10),
        ),
        migrations.AddField(
            model_name='defect',
            name='tracker_url',
            field=models.CharField(blank=True, db_default='', default='', max_length=300),
        ),
        migrations.AddIndex(
            model_name='defect',
            index=models.Index(condition=models.Q(('tracker_url', ''), _negated=True), fields=['tracker_url'], name='defects_by_tracker'),
        ),
        migrations.AddConstraint(
            model_name='defect',
            constraint=models.CheckConstraint(condition=models.Q(('tracker_url', ''), ('tracker_url__startswith', 'https://'), _connector='OR'), name='defect_tracker_by_https'),
        ),
        migrations.AddConstraint(
            model_name='defect',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('tracker_changed_at__isnull', True), ('tracker_status', '')), models.Q(('tracker_changed_at__isnull', False), ('tracker_status__in', ['open', 'closed']), models.Q(('tracker_url', ''), _negated=True)), _connector='OR'), name='defect_tracker_says_of_its_link'),
        ),
        migrations.AddField(
            model_name='formersteps',
            name='defect',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='former_steps', to='defects.defect'),
        ),
        migrations.AddConstraint(
            model_name='trackerdelivery',
            constraint=models.UniqueConstraint(fields=('tracker', 'delivery'), name='tracker_delivery_once'),
        ),
        migrations.AddConstraint(
            model_name='trackerdelivery',
            constraint=models.UniqueConstraint(fields=('tracker', 'digest'), name='tracker_delivery_not_replayed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trackerdelivery',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='26092335295d8d3919c0cab3d3f37f38de16175d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d37ee', table='defects_trackerdelivery', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='trackerdelivery',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='2462fa850f03f275fb1af5f06a311456ffb22154', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_91945', table='defects_trackerdelivery', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='formersteps',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='61319e8a4d3cbf37f14a67126d4c0221e9eef63a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9e890', table='defects_formersteps', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='formersteps',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='ed11096e0f710d9b13b328374d6dca555bc03f3e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_33b28', table='defects_formersteps', when='BEFORE')),
        ),
    ]
