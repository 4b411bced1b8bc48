"""People have no language until they sign in or choose one; so far all had English, and nobody had chosen it."""

from django.db import migrations, models


def forget(apps, schema_editor):
    apps.get_model("accounts", "User").objects.filter(language="en").update(language="")


def english(apps, schema_editor):
    apps.get_model("accounts", "User").objects.filter(language="").update(language="en")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AlterField("user", "language", models.CharField(blank=True, max_length=12)),
        migrations.RunPython(forget, english),
    ]
