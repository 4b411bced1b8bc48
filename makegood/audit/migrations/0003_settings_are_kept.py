from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_events_are_found'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('values', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='settings_are_kept_once')],
            },
        ),
    ]
