"""Checks and triggers that several tables of money share."""

from __future__ import annotations

import pgtrigger
from django.db import models


def currency_is_a_code(name: str) -> models.CheckConstraint:
    """The `currency` column holds three capital letters."""
    return models.CheckConstraint(condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name=name)


def amount_is_positive(name: str) -> models.CheckConstraint:
    """The `amount_minor` column is above zero."""
    return models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name=name)


def no_deletion() -> list[pgtrigger.Trigger]:
    """Rows change by allowed moves, and never go away."""
    return [
        pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        pgtrigger.Trigger(
            name="no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
        ),
    ]


def currency_of_the_payment() -> pgtrigger.Trigger:
    """Money goes back in the currency in which it came."""
    return pgtrigger.Trigger(
        name="currency_of_the_payment",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="""
            IF NEW.currency <> (SELECT currency FROM orders_payment WHERE id = NEW.payment_id) THEN
                RAISE EXCEPTION 'A refund in % cannot belong to a payment in another currency', NEW.currency
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NEW;
        """,
    )
