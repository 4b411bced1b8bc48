"""The settings of the simulator: the project's, but on SQLite in memory, where a story takes milliseconds."""

import os

from tests.environment import NO_DATABASE
from tests.environment import settings as of_tests

os.environ.update(of_tests(database_url=NO_DATABASE, run="simulation"))

from makegood.config.settings import *  # noqa: F403 (everything else is as it is)

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEBUG = False  # else Django keeps every statement
