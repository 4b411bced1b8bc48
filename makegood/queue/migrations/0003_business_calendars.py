# Business calendars in editions, and which of them a promise was counted by.

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('queue', '0002_workers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('is_in_use', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_in_use', True)), fields=('is_in_use',), name='one_calendar_in_use'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='calendar_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='CalendarEdition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('country', models.CharField(max_length=2)),
                ('subdivision', models.CharField(blank=True, max_length=10)),
                ('zone', models.CharField(max_length=64)),
                ('within', models.PositiveSmallIntegerField()),
                ('unit', models.CharField(choices=[('days', 'working days'), ('hours', 'working hours')], max_length=5)),
                ('warn_hours', models.PositiveSmallIntegerField()),
                ('made_at', models.DateTimeField()),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='queue.calendar')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddField(
            model_name='promise',
            name='edition',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='queue.calendaredition'),
        ),
        migrations.CreateModel(
            name='ClosedDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('name', models.CharField(blank=True, max_length=80)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='closed_days', to='queue.calendaredition')),
            ],
        ),
        migrations.CreateModel(
            name='OpeningHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField()),
                ('opens', models.PositiveSmallIntegerField()),
                ('closes', models.PositiveSmallIntegerField()),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opening_hours', to='queue.calendaredition')),
            ],
        ),
        migrations.AddConstraint(
            model_name='calendaredition',
            constraint=models.UniqueConstraint(fields=('calendar', 'number'), name='calendar_edition_once'),
        ),
        migrations.AddConstraint(
            model_name='calendaredition',
            constraint=models.CheckConstraint(condition=models.Q(('country__regex', '^[A-Z]{2}$'), models.Q(('zone', ''), _negated=True)), name='calendar_of_a_country_and_zone'),
        ),
        migrations.AddConstraint(
            model_name='calendaredition',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1), ('unit__in', ['days', 'hours']), ('warn_hours__gte', 1), ('within__gte', 1)), name='calendar_promises_something'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendaredition',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a84dfaa7272912d1269fa3d4eeb00e16a968f20f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_629ad', table='queue_calendaredition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='calendaredition',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='32f33ecd94d4aeb3364eaf907b062caa4c543988', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_ba37b', table='queue_calendaredition', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='closedday',
            constraint=models.UniqueConstraint(fields=('edition', 'day'), name='day_closed_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='closedday',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e3ef0a40700516217679e76ee5898e96cab21a52', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_692ac', table='queue_closedday', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='closedday',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='38b965ee547cdfea3289d13d96f7896481b81f4f', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_c58f0', table='queue_closedday', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='openinghours',
            constraint=models.UniqueConstraint(fields=('edition', 'weekday'), name='weekday_opens_once'),
        ),
        migrations.AddConstraint(
            model_name='openinghours',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='opens_on_a_weekday'),
        ),
        migrations.AddConstraint(
            model_name='openinghours',
            constraint=models.CheckConstraint(condition=models.Q(('closes__lte', 1440), ('opens__lt', models.F('closes'))), name='opens_before_it_closes'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='openinghours',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f554069f9589e7817b46e006597727593ca9e42a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4031d', table='queue_openinghours', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='openinghours',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='0746b0f7c00e2bb831195e24347d8b70d0f50108', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_472f4', table='queue_openinghours', when='BEFORE')),
        ),
    ]
