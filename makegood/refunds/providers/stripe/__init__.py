"""Stripe: refunds of charges and payment intents, disputes, webhooks, reports."""
