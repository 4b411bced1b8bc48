import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('books', '0001_initial'),
        ('orders', '0004_tax_of_orders'),
        ('refunds', '0006_ledger_by_day'),
    ]

    operations = [
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=10)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('code', 'year'), name='series_of_a_year_once')],
            },
        ),
        migrations.CreateModel(
            name='CreditNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=30, unique=True)),
                ('kind', models.CharField(choices=[('credit', 'credit'), ('reversal', 'reversal')], max_length=10)),
                ('reference', models.CharField(blank=True, max_length=40)),
                ('language', models.CharField(max_length=10)),
                ('currency', models.CharField(max_length=3)),
                ('gross_minor', models.BigIntegerField()),
                ('tax_minor', models.BigIntegerField(null=True)),
                ('content', models.JSONField()),
                ('issued_at', models.DateTimeField()),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_notes', to='orders.order')),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='books.creditnote')),
                ('transaction', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='credit_note', to='refunds.ledgertransaction')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='books.series')),
            ],
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='series',
            trigger=pgtrigger.compiler.Trigger(name='one_further', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.code <> OLD.code OR NEW.year <> OLD.year OR NEW.last <> OLD.last + 1 THEN\n        RAISE EXCEPTION 'A series of credit notes goes on by one at a time' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='44951f3a3505c773a5d7a144d6341620554be593', operation='UPDATE', pgid='pgtrigger_one_further_4dbad', table='books_series', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='series',
            trigger=pgtrigger.compiler.Trigger(name='last_is_there', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n    IF NOT EXISTS (SELECT FROM books_creditnote WHERE series_id = NEW.id AND number = NEW.last) THEN\n        RAISE EXCEPTION 'Number % of series % belongs to no credit note', NEW.last, NEW.code\n            USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NULL;\n", hash='ce85db1fb82b3769b2232246c3c4addfae626090', operation='UPDATE', pgid='pgtrigger_last_is_there_4f2e8', table='books_series', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='series',
            trigger=pgtrigger.compiler.Trigger(name='never_deleted', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='c31d9457c48a5d7b2484ed5154c5100de2d5542b', operation='DELETE', pgid='pgtrigger_never_deleted_63c67', table='books_series', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='series',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='a9800dcd29a624d31c722b0a435a468535e2b3b8', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_73738', table='books_series', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='creditnote',
            index=models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['reference'], name='credit_note_by_reference'),
        ),
        migrations.AddIndex(
            model_name='creditnote',
            index=models.Index(fields=['issued_at', 'id'], name='credit_note_by_day'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.UniqueConstraint(fields=('series', 'number'), name='credit_note_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='credit_note_counts_from_one'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'credit'), ('reverses__isnull', True)), models.Q(('kind', 'reversal'), ('reverses__isnull', False)), _connector='OR'), name='credit_note_reversal_reverses_one'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.CheckConstraint(condition=models.Q(('gross_minor__gt', 0)), name='credit_note_of_something'),
        ),
        migrations.AddConstraint(
            model_name='creditnote',
            constraint=models.CheckConstraint(condition=models.Q(('tax_minor__isnull', True), models.Q(('tax_minor__gte', 0), ('tax_minor__lte', models.F('gross_minor'))), _connector='OR'), name='credit_note_tax_within_its_amount'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='creditnote',
            trigger=pgtrigger.compiler.Trigger(name='next_in_its_series', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.number <> (SELECT last FROM books_series WHERE id = NEW.series_id) OR (\n        NEW.number > 1 AND NOT EXISTS (\n            SELECT FROM books_creditnote WHERE series_id = NEW.series_id AND number = NEW.number - 1\n        )\n    ) THEN\n        RAISE EXCEPTION 'Number % is not the next of its series', NEW.number\n            USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='8754941f6528d910fc3363dff0f2b7d9576ed6a1', operation='INSERT', pgid='pgtrigger_next_in_its_series_46aea', table='books_creditnote', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='creditnote',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='93b4f8d904349e9e79cddc78c652f657e2286990', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bfa40', table='books_creditnote', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='creditnote',
            trigger=pgtrigger.compiler.Trigger(name='no_truncate', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;", hash='473c54492222a62f3e5c27c9287f49bb4442c005', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_no_truncate_5bd7c', table='books_creditnote', when='BEFORE')),
        ),
    ]
