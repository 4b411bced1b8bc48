from django.db import migrations

# As `createcachetable` makes it: how often somebody tried to sign in, shared by all web processes.
MADE = """
CREATE TABLE accounts_tries (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX accounts_tries_expires ON accounts_tries (expires);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_used_handover_links'),
    ]

    operations = [
        migrations.RunSQL(MADE, reverse_sql='DROP TABLE accounts_tries;'),
    ]
