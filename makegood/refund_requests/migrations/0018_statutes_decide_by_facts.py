from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Looks through the assessments while everybody goes on writing."""

    dependencies = [("refund_requests", "0017_statutes")]

    operations = [ValidateConstraint(model_name="assessment", name="a_statute_decides_by_facts")]
