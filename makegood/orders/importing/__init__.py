"""Bringing orders and usage in from the shop's CSV files: streamed, typed, whole files or nothing.

What the columns are is told in docs/import.md.
"""

from makegood.orders.importing.files import Imported
from makegood.orders.importing.orders import import_orders
from makegood.orders.importing.problems import ImportRefused, Problem
from makegood.orders.importing.trial_usage import import_trial_usage
from makegood.orders.importing.usage import import_usage

__all__ = ["ImportRefused", "Imported", "Problem", "import_orders", "import_trial_usage", "import_usage"]
