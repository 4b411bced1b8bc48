"""Everything that can happen, and the sentence for each."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Action(StrEnum):
    """The name of a thing that happened; stored in events, so a name is never reused or renamed."""

    SUBMITTED = "refund_request.submitted"
    TAKEN = "refund_request.taken"
    TAKEN_OUT_OF_TURN = "refund_request.taken_out_of_turn"
    PUT_BACK = "refund_request.put_back"
    LEASE_EXPIRED = "refund_request.lease_expired"
    HANDED_BACK = "refund_request.handed_back"
    FINDING_RECORDED = "refund_request.finding_recorded"
    MESSAGE_FROM_MEMBER = "refund_request.message_from_member"
    MESSAGE_FROM_US = "refund_request.message_from_us"
    NOTE_WRITTEN = "refund_request.note_written"
    MEMBER_ASKED = "refund_request.member_asked"
    MEMBER_ANSWERED = "refund_request.member_answered"
    EVIDENCE_ADDED = "refund_request.evidence_added"
    SENT_TO_ENGINEERS = "refund_request.sent_to_engineers"
    ENGINEERS_ANSWERED = "refund_request.engineers_answered"
    DEFECT_LINKED = "refund_request.defect_linked"
    ASKED_TO_TRY = "refund_request.asked_to_try"
    FIX_FAILED = "refund_request.fix_failed"
    FIX_NOT_HEARD_OF = "refund_request.fix_not_heard_of"
    FIX_TAKEN_BACK = "refund_request.fix_taken_back"
    FIX_WORKS = "refund_request.fix_works"
    SOLVED_BY_SILENCE = "refund_request.solved_by_silence"
    APPROVAL_ASKED = "refund_request.approval_asked"
    EXCEPTION_ASKED = "refund_request.exception_asked"
    APPROVAL_REFUSED = "refund_request.approval_refused"
    APPROVED = "refund_request.approved"
    DECLINED = "refund_request.declined"
    WITHDRAWN = "refund_request.withdrawn"
    MERGED = "refund_request.merged"
    TOOK_OVER = "refund_request.took_over"
    UNMERGED = "refund_request.unmerged"
    GAVE_BACK = "refund_request.gave_back"
    REFUNDED = "refund_request.refunded"
    REOPENED = "refund_request.reopened"
    PROMISE_IN_DANGER = "refund_request.promise_in_danger"
    REQUESTS_LINKED = "refund_request.linked"
    REQUESTS_PARTED = "refund_request.parted"
    PROMISE_MISSED = "refund_request.promise_missed"
    NO_NEWS_TOLD = "refund_request.no_news_told"

    REFUND_OPENED = "refund.opened"
    REFUND_APPROVED = "refund.approved"
    REFUND_HELD = "refund.held"
    REFUND_RELEASED = "refund.released"
    REFUND_SENDING = "refund.sending"
    REFUND_UNKNOWN = "refund.unknown"
    REFUND_PENDING = "refund.pending"
    REFUND_ACTION_NEEDED = "refund.action_needed"
    REFUND_SUCCEEDED = "refund.succeeded"
    REFUND_FAILED = "refund.failed"
    REFUND_CANCELED = "refund.canceled"
    REFUND_SETTLED = "refund.settled"
    REFUND_BOUNCED = "refund.bounced"
    REFUND_RETRIED = "refund.retried"
    REFUND_TRACED = "refund.traced"
    REFUND_DISAGREES = "refund.disagrees"
    REFUND_ACCOUNT_GIVEN = "refund.account_given"
    REFUND_ACCOUNT_CHANGED = "refund.account_changed"
    REFUND_ACCOUNT_AGREED = "refund.account_agreed"
    REFUND_PUT_IN_BATCH = "refund.put_in_batch"
    BATCH_GATHERED = "transfers.gathered"
    BATCH_TAKEN_BACK = "transfers.taken_back"
    BATCH_RELEASED = "transfers.released"
    BATCH_DOWNLOADED = "transfers.downloaded"
    BATCH_HANDED_OVER = "transfers.handed_over"
    BATCH_REFUSED = "transfers.refused"
    BATCH_EXECUTED = "transfers.executed"
    EXTERNAL_REFUND_FOUND = "refund.external_found"
    EXTERNAL_REFUND_CONFIRMED = "refund.external_confirmed"
    EXTERNAL_REFUND_UNDONE = "refund.external_undone"
    PROVIDER_EVENT_REFUSED = "provider.event_refused"
    DISPUTE_INQUIRY = "dispute.inquiry"
    DISPUTE_OPENED = "dispute.opened"
    DISPUTE_CHANGED = "dispute.changed"
    DISPUTE_WON = "dispute.won"
    DISPUTE_LOST = "dispute.lost"
    DISPUTE_EXPORTED = "dispute.exported"
    BREAKER_OPENED = "breaker.opened"
    BREAKER_CLOSED = "breaker.closed"

    EFFECT_PLANNED = "effect.planned"
    EFFECT_SAID = "effect.said"
    EFFECT_SENT = "effect.sent"
    EFFECT_CONFIRMED = "effect.confirmed"
    EFFECT_REFUSED = "effect.refused"
    EFFECT_UNDELIVERED = "effect.undelivered"
    EFFECT_RETRIED = "effect.retried"
    EFFECT_TAKEN_BACK = "effect.taken_back"
    EFFECT_REVERSED = "effect.reversed"
    GIVEN_IMPORTED = "given.imported"

    DEFECT_REPORTED = "defect.reported"
    DEFECT_REPRODUCED = "defect.reproduced"
    DEFECT_NOT_REPRODUCED = "defect.not_reproduced"
    DEFECT_FIXED = "defect.fixed"
    DEFECT_CANNOT_BE_FIXED = "defect.cannot_be_fixed"
    DEFECT_REOPENED = "defect.reopened"
    DEFECT_STILL_HAPPENS = "defect.still_happens"
    DEFECT_FIX_DUE = "defect.fix_due"
    DEFECT_OVERDUE = "defect.overdue"
    DEFECT_STEPS_CHANGED = "defect.steps_changed"
    DEFECT_VERSIONS_CHANGED = "defect.versions_changed"
    DEFECT_TRACKER_LINKED = "defect.tracker_linked"
    DEFECT_TRACKER_UNLINKED = "defect.tracker_unlinked"
    DEFECT_TRACKER_CLOSED = "defect.tracker_closed"
    DEFECT_TRACKER_OPEN = "defect.tracker_open"

    CALENDAR_ADDED = "calendar.added"
    CALENDAR_CHANGED = "calendar.changed"
    CALENDAR_USED = "calendar.used"

    BULK_CONFIRMED = "bulk_action.confirmed"
    BULK_BEGUN = "bulk_action.begun"
    BULK_TAKEN_BACK = "bulk_action.taken_back"
    BULK_STOPPED = "bulk_action.stopped"
    BULK_DONE = "bulk_action.done"

    LETTER_DELAYED = "letter.delayed"
    LETTER_BOUNCED = "letter.bounced"

    TRIAL_STARTED = "trial.started"
    TRIAL_ENDS_SOON = "trial.ends_soon"
    TRIAL_ENDED = "trial.ended"
    TRIAL_USAGE_IMPORTED = "trial_usage.imported"
    TRIAL_EXTENDED = "trial.extended"
    TRIAL_ENDED_BY_HAND = "trial.ended_by_hand"
    PRODUCT_ADDED = "product.added"
    PRODUCT_CHANGED = "product.changed"
    PRODUCT_RETIRED = "product.retired"
    PRODUCT_BROUGHT_BACK = "product.brought_back"
    RELEASE_PUBLISHED = "release.published"
    DOWNLOADED = "release.downloaded"
    ORDERS_IMPORTED = "orders.imported"
    USAGE_IMPORTED = "usage.imported"
    REPLY_PREPARED = "prepared_reply.prepared"
    REPLY_CHANGED = "prepared_reply.changed"
    POLICY_STARTED = "policy.started"
    POLICY_PROPOSED = "policy.proposed"
    POLICY_RETURNED = "policy.returned"
    POLICY_DROPPED = "policy.dropped"
    POLICY_AGREED = "policy.agreed"
    POLICY_PUBLISHED = "policy.published"
    POLICY_TRANSLATED = "policy.translated"
    STATUTE_KEPT = "statute.kept"
    STATUTE_SWITCH_ASKED = "statute.switch_asked"
    STATUTE_SWITCH_REFUSED = "statute.switch_refused"
    STATUTE_ON = "statute.on"
    STATUTE_OFF = "statute.off"
    ROLE_GRANTED = "role.granted"
    ROLE_REVOKED = "role.revoked"
    LIMITS_CHANGED = "role.limits_changed"
    ROLE_ASKED = "role.asked"
    ROLE_TURNED_DOWN = "role.turned_down"
    INVITED = "account.invited"
    ACCOUNT_CLOSED = "account.closed"
    ACCOUNT_REOPENED = "account.reopened"
    EVENTS_DOWNLOADED = "events.downloaded"
    SETTINGS_CHANGED = "settings.changed"
    WENT_AWAY = "work.went_away"
    CAME_BACK = "work.came_back"
    PRODUCTS_CHOSEN = "work.products_chosen"
    REPORT_DOWNLOADED = "report.downloaded"
    PROVIDER_REPORT_TAKEN_IN = "books.report_taken_in"
    BOOKS_EXPORTED = "books.exported"
    CREDIT_NOTE_ISSUED = "books.credit_note_issued"
    DIFFERENCE_FOUND = "books.difference_found"
    DIFFERENCE_GONE = "books.difference_gone"
    DIFFERENCE_SETTLED = "books.difference_settled"
    DIFFERENCE_REOPENED = "books.difference_reopened"
    SESSIONS_ENDED = "account.sessions_ended"
    CAME_BY_HANDOVER = "account.came_by_handover"
    EXPORTED = "account.exported"
    ERASED = "account.erased"


SENTENCES: dict[Action, Promise | str] = {
    Action.SUBMITTED: _("Received"),
    Action.TAKEN: _("Taken for examination"),
    Action.TAKEN_OUT_OF_TURN: _("Taken out of turn: {reason}"),
    Action.PUT_BACK: _("Put back in the queue: {reason}"),
    Action.LEASE_EXPIRED: _("Returned to the queue at its place, because the examination paused"),
    Action.HANDED_BACK: _("Back in the queue at its place, because whoever examined it is away"),
    Action.FINDING_RECORDED: _("Established: {question}"),
    Action.MESSAGE_FROM_MEMBER: _("The customer wrote"),
    Action.MESSAGE_FROM_US: _("The refund department wrote"),
    Action.NOTE_WRITTEN: _("Internal note"),
    Action.MEMBER_ASKED: _("Waiting for the customer's answer"),
    Action.MEMBER_ANSWERED: _("The customer answered; back in the queue at its place"),
    Action.EVIDENCE_ADDED: _("Evidence added"),
    Action.SENT_TO_ENGINEERS: _("With our engineers"),
    Action.ENGINEERS_ANSWERED: _("Our engineers answered; back in the queue at its place"),
    Action.DEFECT_LINKED: _("Linked to defect {defect}"),
    Action.ASKED_TO_TRY: _("Asked to try version {version}"),
    Action.FIX_FAILED: _("It still happens in version {version}; back in the queue at its place"),
    Action.FIX_NOT_HEARD_OF: _(
        "The letter about version {version} came back, so silence says nothing; in the queue at its place"
    ),
    Action.FIX_TAKEN_BACK: _("Version {version} does not fix it after all; with our engineers again"),
    Action.FIX_WORKS: _("Version {version} solves it; closed"),
    Action.SOLVED_BY_SILENCE: _("No word about version {version} until the day; closed"),
    Action.APPROVAL_ASKED: _("Decided; a second person checks it"),
    Action.EXCEPTION_ASKED: _("Decided as an exception to the policy; a second person checks it"),
    Action.APPROVAL_REFUSED: _("Returned by the second person: {reason}"),
    Action.APPROVED: _("Approved"),
    Action.DECLINED: _("Declined"),
    Action.WITHDRAWN: _("Withdrawn by the customer"),
    Action.MERGED: _("Merged into {other}, where it goes on"),
    Action.TOOK_OVER: _("{other} was merged into this request"),
    Action.UNMERGED: _("No longer merged into {other}; back in the queue at its place"),
    Action.GAVE_BACK: _("{other} is a request of its own again"),
    Action.REFUNDED: _("The money has arrived"),
    Action.REOPENED: _("Reopened: {reason}"),
    Action.PROMISE_IN_DANGER: _("A promised update is due soon; those who lead were told"),
    Action.REQUESTS_LINKED: _("Linked with {other}"),
    Action.REQUESTS_PARTED: _("No longer linked with {other}"),
    Action.PROMISE_MISSED: _("A promised update was missed"),
    Action.NO_NEWS_TOLD: _(
        "The customer was told that there is no news yet, and when they hear from us next"
    ),
    Action.REFUND_OPENED: _("Refund prepared"),
    Action.REFUND_APPROVED: _("Refund approved"),
    Action.REFUND_HELD: _("Refund held: {reason}"),
    Action.REFUND_RELEASED: _("Refund released"),
    Action.REFUND_SENDING: _("Refund on its way to the payment provider"),
    Action.REFUND_UNKNOWN: _("The payment provider did not answer clearly; we are asking it"),
    Action.REFUND_PENDING: _("The payment provider has accepted the refund"),
    Action.REFUND_ACTION_NEEDED: _("The refund needs a person of our finance department"),
    Action.REFUND_SUCCEEDED: _("Refund sent"),
    Action.REFUND_FAILED: _("The payment provider could not make the refund"),
    Action.REFUND_CANCELED: _("Refund canceled"),
    Action.REFUND_SETTLED: _("Refund arrived"),
    Action.REFUND_BOUNCED: _("The refund came back to us"),
    Action.REFUND_RETRIED: _("Refund tried again"),
    Action.REFUND_TRACED: _("The bank's trace reference is known"),
    Action.REFUND_DISAGREES: _("The payment provider's word does not fit ours: {reason}"),
    Action.REFUND_ACCOUNT_GIVEN: _("The account that the refund goes to was given"),
    Action.REFUND_ACCOUNT_CHANGED: _("The account that the refund goes to was changed"),
    Action.REFUND_ACCOUNT_AGREED: _("A second person agreed to the account that the refund goes to"),
    Action.REFUND_PUT_IN_BATCH: _("Refund put into the batch of transfers {batch}"),
    Action.BATCH_GATHERED: _("Batch of transfers gathered"),
    Action.BATCH_TAKEN_BACK: _("Batch of transfers taken back"),
    Action.BATCH_RELEASED: _("Batch of transfers released by a second person"),
    Action.BATCH_DOWNLOADED: _("The file for the bank was downloaded"),
    Action.BATCH_HANDED_OVER: _("The bank accepted the file"),
    Action.BATCH_REFUSED: _("The bank refused the file: {reason}"),
    Action.BATCH_EXECUTED: _("The bank executed the batch on {day}"),
    Action.EXTERNAL_REFUND_FOUND: _("A refund made outside this desk was found"),
    Action.EXTERNAL_REFUND_CONFIRMED: _("A refund made outside this desk was confirmed"),
    Action.EXTERNAL_REFUND_UNDONE: _("A refund made outside this desk was taken back by the provider"),
    Action.PROVIDER_EVENT_REFUSED: _("A message claiming to be from {provider} was refused: {reason}"),
    Action.DISPUTE_INQUIRY: _("The customer's bank asks about a payment"),
    Action.DISPUTE_OPENED: _("The customer's bank took money back: a dispute is open"),
    Action.DISPUTE_CHANGED: _("The customer's bank changed its dispute"),
    Action.DISPUTE_WON: _("The dispute was won: the money is ours"),
    Action.DISPUTE_LOST: _("The dispute was lost: the customer's bank keeps the money"),
    Action.DISPUTE_EXPORTED: _("Evidence for the bank was downloaded"),
    Action.BREAKER_OPENED: _("The breaker opened: nothing more is sent through {provider}"),
    Action.BREAKER_CLOSED: _("The breaker closed, refunds are sent through {provider} again: {reason}"),
    Action.EFFECT_PLANNED: _("To be changed at the shop: order {order}"),
    Action.EFFECT_SAID: _("Said when the licence of order {order} ends now"),
    Action.EFFECT_SENT: _("The shop has the change of order {order}"),
    Action.EFFECT_CONFIRMED: _("Changed at the shop: order {order}"),
    Action.EFFECT_REFUSED: _("The shop did not change order {order}"),
    Action.EFFECT_UNDELIVERED: _("The shop could not be told to change order {order}"),
    Action.EFFECT_RETRIED: _("The shop is told again to change order {order}"),
    Action.EFFECT_TAKEN_BACK: _("To be changed back at the shop: order {order}"),
    Action.EFFECT_REVERSED: _("No longer changed at the shop: order {order}"),
    Action.GIVEN_IMPORTED: _("Licences imported"),
    Action.DEFECT_REPORTED: _("Defect reported"),
    Action.DEFECT_REPRODUCED: _("Defect reproduced"),
    Action.DEFECT_NOT_REPRODUCED: _("Defect could not be reproduced"),
    Action.DEFECT_FIXED: _("Defect fixed in {fixed_in}"),
    Action.DEFECT_CANNOT_BE_FIXED: _("Defect cannot be fixed"),
    Action.DEFECT_REOPENED: _("Defect reopened"),
    Action.CALENDAR_ADDED: _("Calendar “{name}” added"),
    Action.CALENDAR_CHANGED: _("Calendar “{name}” changed"),
    Action.CALENDAR_USED: _("From now on, updates are promised by the calendar “{name}”"),
    Action.DEFECT_STILL_HAPPENS: _("A customer says that it still happens in {version} ({request})"),
    Action.DEFECT_FIX_DUE: _("To be answered by: {day}"),
    Action.DEFECT_OVERDUE: _("The day for an answer is over: {day}"),
    Action.DEFECT_STEPS_CHANGED: _("How to make it happen was written anew"),
    Action.DEFECT_VERSIONS_CHANGED: _("Happens in: {versions}"),
    Action.DEFECT_TRACKER_LINKED: _("Linked to {issue}"),
    Action.DEFECT_TRACKER_UNLINKED: _("The link to the tracker was taken away"),
    Action.DEFECT_TRACKER_CLOSED: _("The tracker says: closed"),
    Action.DEFECT_TRACKER_OPEN: _("The tracker says: open"),
    Action.BULK_CONFIRMED: _("Confirmed for many requests at once: {count}"),
    Action.BULK_BEGUN: _("Begun for many requests at once: {count}"),
    Action.BULK_TAKEN_BACK: _("Taken back before anything was done"),
    Action.BULK_STOPPED: _("Stopped: done for {done}, not for {count}"),
    Action.BULK_DONE: _("Done for many requests at once: {done}; left out: {left_out}"),
    Action.LETTER_DELAYED: _("A letter of ours has not arrived yet ({status})"),
    Action.LETTER_BOUNCED: _("A letter of ours could not be delivered ({status})"),
    Action.TRIAL_STARTED: _("Free trial started"),
    Action.TRIAL_ENDS_SOON: _("Free trial about to end"),
    Action.TRIAL_ENDED: _("Free trial ended"),
    Action.TRIAL_USAGE_IMPORTED: _("Usage of free trials imported"),
    Action.TRIAL_EXTENDED: _("Free trial extended: {reason}"),
    Action.TRIAL_ENDED_BY_HAND: _("Free trial ended by us: {reason}"),
    Action.PRODUCT_ADDED: _("Product added"),
    Action.PRODUCT_CHANGED: _("Product changed"),
    Action.PRODUCT_RETIRED: _("Taken off sale"),
    Action.PRODUCT_BROUGHT_BACK: _("On sale again"),
    Action.RELEASE_PUBLISHED: _("Version {version} for {platform} put on offer"),
    Action.DOWNLOADED: _("Downloaded"),
    Action.ORDERS_IMPORTED: _("Orders imported"),
    Action.USAGE_IMPORTED: _("Usage imported"),
    Action.REPLY_PREPARED: _("Reply prepared: {title}"),
    Action.REPLY_CHANGED: _("Prepared reply changed: {title}"),
    Action.POLICY_STARTED: _("A new version of the policy begun"),
    Action.POLICY_PROPOSED: _("A new version of the policy proposed"),
    Action.POLICY_RETURNED: _("The proposed policy returned: {reason}"),
    Action.POLICY_DROPPED: _("The new version of the policy given up"),
    Action.POLICY_AGREED: _("A second person agreed to policy version {version}"),
    Action.POLICY_PUBLISHED: _("Policy version {version} published"),
    Action.POLICY_TRANSLATED: _("Policy version {version} published in another language: {language}"),
    Action.STATUTE_KEPT: _("The text of the statute {statute} was added"),
    Action.STATUTE_SWITCH_ASKED: _("Asked to switch {statute} on or off for {countries}"),
    Action.STATUTE_SWITCH_REFUSED: _("A second person did not agree to switch {statute} for {countries}"),
    Action.STATUTE_ON: _("{statute} is on for {countries}"),
    Action.STATUTE_OFF: _("{statute} is off for {countries}"),
    Action.ROLE_GRANTED: _("Role granted: {role}"),
    Action.ROLE_REVOKED: _("Role revoked: {role}"),
    Action.LIMITS_CHANGED: _("Limits changed: {role}"),
    Action.ROLE_ASKED: _("A second owner is asked to agree: {role}"),
    Action.ROLE_TURNED_DOWN: _("Not agreed to: {role}"),
    Action.INVITED: _("Invited to the desk"),
    Action.ACCOUNT_CLOSED: _("Account closed"),
    Action.ACCOUNT_REOPENED: _("Account opened again"),
    Action.SETTINGS_CHANGED: _("Settings changed: {names}"),
    Action.EVENTS_DOWNLOADED: _("A list of events was downloaded"),
    Action.WENT_AWAY: _("Away: gets nothing from the queue"),
    Action.CAME_BACK: _("Back: gets requests from the queue again"),
    Action.PRODUCTS_CHOSEN: _("Gets requests about these products first: {products}"),
    Action.REPORT_DOWNLOADED: _("Report downloaded: {table}, {first} to {last}"),
    Action.PROVIDER_REPORT_TAKEN_IN: _("Report of {provider} taken in: {name}, {lines} lines"),
    Action.BOOKS_EXPORTED: _("Books exported for accounting: {table}, {first} to {last}"),
    Action.CREDIT_NOTE_ISSUED: _("Credit note {number} issued: {amount}"),
    Action.DIFFERENCE_FOUND: _("A report of {provider} differs from our books: {about}"),
    Action.DIFFERENCE_GONE: _("A report of {provider} no longer differs from our books: {about}"),
    Action.DIFFERENCE_SETTLED: _("A difference from a report of {provider} was settled: {note}"),
    Action.DIFFERENCE_REOPENED: _("A difference from a report of {provider} was opened again: {note}"),
    Action.SESSIONS_ENDED: _("Signed out on other devices"),
    Action.CAME_BY_HANDOVER: _("Signed in by a link of the shop"),
    Action.EXPORTED: _("A copy of the account's data was downloaded"),
    Action.ERASED: _("The account was erased"),
}
