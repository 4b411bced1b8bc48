"""Every column that can hold words is known here: a new one is erased, exported or kept on purpose."""

from __future__ import annotations

from django.apps import apps
from django.contrib.postgres.search import SearchVectorField
from django.db.models import CharField, Field, JSONField, TextField

TEXTUAL = (CharField, TextField, JSONField, SearchVectorField)

ERASED_AND_EXPORTED = """
    accounts.User: email name language time_zone
    account.EmailAddress: email
    notifications.Letter: to_email subject text trouble_said
    orders.Usage: what
    refund_requests.Assessment: facts law_facts trace
    refund_requests.DisputedFact: says why
    refund_requests.Draft: answers disputed ground named_orders wanted_orders
    refund_requests.Evidence: name
    refund_requests.Message: body
    refund_requests.RefundRequest: answers
    refund_requests.Upload: name
    refunds.Destination: bic iban name
    search.SavedView: name query
    socialaccount.SocialAccount: uid extra_data
    usersessions.UserSession: user_agent
"""
"""Words of a person, or about one: the export tells them, erasing takes them away."""

ERASED_BUT_NOT_TOLD = """
    accounts.User: password
    accounts.UsedHandover: link
    bulk_actions.BulkItem: text
    account.EmailConfirmation: key
    mfa.Authenticator: data
    notifications.Letter: html
    refund_requests.Evidence: original_sha256
    refund_requests.Decision: exception_reason
    refund_requests.Finding: note value
    refund_requests.Upload: refusal
    search.Entry: words
    sessions.Session: session_data session_key
    socialaccount.SocialAccount: provider
    socialaccount.SocialToken: token token_secret
    usersessions.UserSession: data session_key
"""
"""Secrets, copies of what is told already, and what staff wrote among themselves."""

KEPT_AS_A_RECORD = """
    books.CreditNote: content language
    effects.Given: licence
    orders.Order: number country
    orders.Payment: method method_label provider_reference
    refund_requests.Approval: reason
    refund_requests.Decision: letter
    refund_requests.DisputedFact: recorded
    refunds.AttemptAnswer: body reason
    refunds.Refund: consent
"""
"""Stays without a name: records of money and of who decided what, as docs/erasing-and-exporting.md says."""

NOBODYS_WORDS = """
    accounts.RoleChange: limit_currency
    accounts.StaffRole: limit_currency
    audit.Event: action actor_kind actor_part details subject_kind thread
    audit.KeptSettings: values
    auth.Group: name
    books.CreditNote: currency name reference
    books.Series: code
    books.Difference: charge_id key note ours_currency provider provider_refund_id reported_currency
    books.MatchedSum: currency
    books.Report: digest name provider
    books.ReportedMovement: charge_id currency fee_currency provider refund_id
    bulk_actions.BulkAction: body defect_stood state
    bulk_actions.BulkItem: seen_state state
    auth.Permission: codename name
    contenttypes.ContentType: app_label model
    defects.Defect: fixed_in occurs_in steps title tracker_url
    defects.FormerSteps: steps
    defects.TrackerDelivery: delivery digest tracker
    effects.Effect: becomes was
    effects.Telling: answer problem
    notifications.AutomaticAnswer: sender
    notifications.Letter: kind message_id thread trouble_status
    orders.ImportedFile: kind name sha256
    orders.Order: currency
    orders.Payment: currency provider
    orders.Product: name sku summary unit
    orders.Release: platform sha256 version
    orders.TrialUsage: external_id
    orders.Usage: external_id
    queue.Calendar: name
    queue.CalendarEdition: country subdivision zone
    queue.ClosedDay: name
    procrastinate.ProcrastinateJob: args lock queue_name queueing_lock task_name
    procrastinate.ProcrastinatePeriodicDefer: periodic_id task_name
    refund_requests.Assessment: outcome
    refund_requests.Decision: currency
    refund_requests.DisputedFact: fact
    refund_requests.Evidence: content_type
    refund_requests.Finding: fact
    refund_requests.PolicyProposal: name returned_because state text
    refund_requests.PolicyTranslation: language sha256 text
    refund_requests.PolicyVersion: name sha256 text version
    refund_requests.PreparedReply: body language title
    refund_requests.ProposedTranslation: language text
    refund_requests.RefundRequest: fix_to_try ground reference still_broken_in
    refund_requests.StateCount: state
    refund_requests.StatuteReply: reason
    refund_requests.StatuteSwitch: reason
    refund_requests.StatuteVersion: name sha256 text version
    refunds.Attempt: key
    refunds.AttemptAnswer: provider_refund_id trace_reference
    refunds.Breaker: provider
    refunds.Dispute: currency provider_dispute_id reason
    refunds.DisputeWord: reason
    refunds.ExternalRefund: currency provider_refund_id
    refunds.LedgerEntry: account currency
    refunds.LedgerTransaction: kind movement
    refunds.ProviderEvent: charge_id event_id key kind provider refund_id
    refunds.ProviderEventHandled: outcome
    refunds.Refund: currency destination provider provider_refund_id reference trace_reference
    refunds.RefusedDelivery: digest provider reason
    refunds.Transfer: end_to_end_id
    refunds.TransferBatch: debtor_iban debtor_name message_id sha256
    refunds.UsualHour: currency provider
    reports.DaySum: currency key under what
    reports.Mark: currency key under what
    reports.MonthSum: currency key under what
    search.DecidedBy: clause
    search.Entry: currency
    socialaccount.SocialApp: client_id key name provider provider_id secret settings
"""
"""The vendor's, a program's or staff's own about their work: numbers, codes, digests, policies, defects."""

GROUPS = (ERASED_AND_EXPORTED, ERASED_BUT_NOT_TOLD, KEPT_AS_A_RECORD, NOBODYS_WORDS)


def columns_in(group: str) -> list[str]:
    lines = (line.strip().partition(": ") for line in group.strip().splitlines())
    return [f"{model}.{column}" for model, _, columns in lines for column in columns.split()]


def holds_words(field: Field[object, object]) -> bool:
    """Choices are our words."""
    return isinstance(field, TEXTUAL) and not field.choices


def columns_there_are() -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if holds_words(field)
    }


def test_every_column_of_words_is_erased_or_kept_on_purpose() -> None:
    named = [column for group in GROUPS for column in columns_in(group)]
    assert len(named) == len(set(named)), "one column, one answer"
    assert columns_there_are() == set(named), (
        "docs/erasing-and-exporting.md, privacy/ and this list go together"
    )
