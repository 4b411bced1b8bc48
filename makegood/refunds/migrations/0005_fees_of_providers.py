from django.db import migrations, models


class Migration(migrations.Migration):
    """What a provider kept is caused by none of our refunds; its transaction names the movement instead."""

    dependencies = [
        ('refunds', '0004_disputes_and_breakers'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='ledgertransaction',
            name='ledger_transaction_has_one_cause',
        ),
        migrations.AddField(
            model_name='ledgertransaction',
            name='movement',
            field=models.CharField(blank=True, db_default='', max_length=400),
        ),
        migrations.AddConstraint(
            model_name='ledgertransaction',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('movement', ''), models.Q(models.Q(('dispute__isnull', True), ('external_refund__isnull', True), ('refund__isnull', False)), models.Q(('dispute__isnull', True), ('external_refund__isnull', False), ('refund__isnull', True)), models.Q(('dispute__isnull', False), ('external_refund__isnull', True), ('refund__isnull', True)), _connector='OR')), models.Q(('dispute__isnull', True), ('external_refund__isnull', True), ('refund__isnull', True), models.Q(('movement', ''), _negated=True)), _connector='OR'), name='ledger_transaction_has_one_cause'),
        ),
        migrations.AddConstraint(
            model_name='ledgertransaction',
            constraint=models.UniqueConstraint(condition=models.Q(('movement', ''), _negated=True), fields=('movement', 'kind'), name='ledger_movement_posted_once'),
        ),
    ]
