import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('refunds', '0006_ledger_by_day'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=40)),
                ('source', models.CharField(choices=[('file', 'file'), ('api', 'api')], max_length=10)),
                ('name', models.CharField(max_length=200)),
                ('digest', models.CharField(max_length=64)),
                ('begins_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('lines', models.PositiveIntegerField()),
                ('taken_in_at', models.DateTimeField()),
                ('taken_in_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Match',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('found', models.PositiveIntegerField()),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matches', to='books.report')),
            ],
        ),
        migrations.CreateModel(
            name='Difference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=400)),
                ('kind', models.CharField(choices=[('unknown', 'unknown'), ('missing', 'missing'), ('amount', 'amount'), ('currency', 'currency'), ('twice', 'twice'), ('not_paid_here', 'not_paid_here'), ('returned_there', 'returned_there'), ('fee', 'fee'), ('day', 'day'), ('charge', 'charge')], max_length=20)),
                ('state', models.CharField(choices=[('open', 'open'), ('settled', 'settled'), ('gone', 'gone')], default='open', max_length=10)),
                ('movement', models.CharField(choices=[('refund', 'refund'), ('returned', 'returned'), ('dispute', 'dispute'), ('dispute_returned', 'dispute_returned')], max_length=20)),
                ('provider_refund_id', models.CharField(blank=True, max_length=255)),
                ('charge_id', models.CharField(blank=True, max_length=255)),
                ('reported_minor', models.BigIntegerField(null=True)),
                ('reported_currency', models.CharField(blank=True, max_length=3)),
                ('reported_at', models.DateTimeField(null=True)),
                ('ours_minor', models.BigIntegerField(null=True)),
                ('ours_currency', models.CharField(blank=True, max_length=3)),
                ('ours_at', models.DateTimeField(null=True)),
                ('found_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('note', models.TextField(blank=True)),
                ('external_refund', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='refunds.externalrefund')),
                ('refund', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='refunds.refund')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='differences', to='books.report')),
            ],
        ),
        migrations.CreateModel(
            name='ReportedMovement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('provider', models.CharField(max_length=40)),
                ('kind', models.CharField(choices=[('refund', 'refund'), ('returned', 'returned'), ('dispute', 'dispute'), ('dispute_returned', 'dispute_returned')], max_length=20)),
                ('refund_id', models.CharField(max_length=255)),
                ('charge_id', models.CharField(blank=True, max_length=255)),
                ('currency', models.CharField(max_length=3)),
                ('amount_minor', models.BigIntegerField()),
                ('fee_minor', models.BigIntegerField(null=True)),
                ('fee_currency', models.CharField(blank=True, max_length=3)),
                ('at', models.DateTimeField()),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='books.report')),
            ],
        ),
        migrations.CreateModel(
            name='MatchedSum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('reported_minor', models.BigIntegerField()),
                ('ours_minor', models.BigIntegerField()),
                ('match', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sums', to='books.match')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('match', 'currency'), name='matched_sum_once')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='matchedsum',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6344a5d5f1d41419e15e71903377188acf0a1edd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cc817', table='books_matchedsum', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='matchedsum',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='9b9d2d8a8d47334498abf59c713ffebcb9026011', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_96d46', table='books_matchedsum', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='report',
            index=models.Index(fields=['provider', '-ends_at', '-id'], name='report_newest'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.UniqueConstraint(fields=('provider', 'digest'), name='report_taken_in_once'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('begins_at'))), name='report_ends_later'),
        ),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['file', 'api'])), name='report_source_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='52e93fcb0e04941528c03726d22adbe2cdd359bd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_07f53', table='books_report', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='report',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='de1cda8297e8680bf032333f6f27a120416ca184', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_d8cc0', table='books_report', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='match',
            index=models.Index(fields=['report', '-id'], name='match_newest'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='match',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bbf0543d2f0c40a833cf4635c8cea37f12b07b58', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_71d71', table='books_match', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='match',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='52f6902eeadd501307388c4d821014f9d83b9f7d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_62556', table='books_match', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='difference',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['provider', 'id'], name='difference_open'),
        ),
        migrations.AddIndex(
            model_name='difference',
            index=models.Index(fields=['report', 'id'], name='difference_of_a_report'),
        ),
        migrations.AddConstraint(
            model_name='difference',
            constraint=models.UniqueConstraint(fields=('provider', 'key'), name='difference_found_once'),
        ),
        migrations.AddConstraint(
            model_name='difference',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['unknown', 'missing', 'amount', 'currency', 'twice', 'not_paid_here', 'returned_there', 'fee', 'day', 'charge'])), name='difference_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='difference',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'settled', 'gone'])), name='difference_state_known'),
        ),
        migrations.AddConstraint(
            model_name='difference',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'settled'), _negated=True), models.Q(('settled_at__isnull', False), ('settled_by__isnull', False), models.Q(('note', ''), _negated=True)), _connector='OR'), name='difference_settled_by_somebody_with_a_note'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='difference',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='87c57ba90729edfb06b5d2462aa2029881482a31', operation='DELETE', pgid='pgtrigger_never_deleted_761d3', table='books_difference', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='difference',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='bdf903c48ce50b23296ee744d111f026123be29c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_29d2a', table='books_difference', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='reportedmovement',
            index=models.Index(fields=['provider', 'refund_id'], name='movement_by_refund'),
        ),
        migrations.AddConstraint(
            model_name='reportedmovement',
            constraint=models.UniqueConstraint(fields=('report', 'number'), name='movement_is_one_line'),
        ),
        migrations.AddConstraint(
            model_name='reportedmovement',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='movement_of_something'),
        ),
        migrations.AddConstraint(
            model_name='reportedmovement',
            constraint=models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='movement_currency_is_a_code'),
        ),
        migrations.AddConstraint(
            model_name='reportedmovement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fee_currency', ''), ('fee_minor__isnull', True)), models.Q(('fee_currency__regex', '^[A-Z]{3}$'), ('fee_minor__isnull', False)), _connector='OR'), name='movement_fee_has_a_currency'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportedmovement',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ef9f6003f863853a077b119c5d84bed64418be76', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_abcd9', table='books_reportedmovement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportedmovement',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='2fc37e8b1cb148577065cce2631678e2bc7cdf15', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_3ac9c', table='books_reportedmovement', when='BEFORE')),
        ),
    ]
