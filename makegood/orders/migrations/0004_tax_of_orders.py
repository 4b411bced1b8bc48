from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0003_products_kept_at_the_desk'),
    ]

    operations = [
        migrations.AddField(
            model_name='order',
            name='tax_minor',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='order',
            name='tax_rate',
            field=models.DecimalField(decimal_places=3, max_digits=6, null=True),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('tax_minor__isnull', True), ('tax_rate__isnull', True)), models.Q(('tax_minor__gte', 0), ('tax_minor__isnull', False), ('tax_minor__lte', models.F('amount_minor')), ('tax_rate__gte', 0), ('tax_rate__isnull', False)), _connector='OR'), name='order_tax_within_its_amount'),
        ),
    ]
