"""What the domain may refuse when a person of the desk acts; each message is a sentence to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms

from makegood.accounts.granting import CurrenciesDiffer, LastOwner
from makegood.accounts.inviting import HasComeIn
from makegood.accounts.managing import (
    AccountClosed,
    AloneTooNew,
    AnsweredMeanwhile,
    AskedByNoOwner,
    NeedsAnother,
    NotAnOwner,
    NotOfTheDesk,
    OwnAccount,
    WaitsAlready,
)
from makegood.audit.moving import MoveNotAllowed
from makegood.books.settling import NoteMissing
from makegood.books.taking_in import ReportRefused
from makegood.bulk_actions.confirming import AnotherPreview, PreviewTooOld
from makegood.bulk_actions.previewing import MayNotActInBulk, NothingChosen, TooMany
from makegood.bulk_actions.work import DefectIsAnswered
from makegood.defects.describing import DescribedMeanwhile
from makegood.defects.trackers.links import NotATrackerLink
from makegood.effects.steps import EndNotPossible, NotItsTurn, OwnOrder
from makegood.orders.payments import ExceedsCaptured
from makegood.orders.products import (
    CodeTaken,
    KindSettled,
    MayNotManage,
    ProductChangedMeanwhile,
    TrialOfSoftware,
)
from makegood.orders.trials_by_hand import NotLater, ReasonLacks, TrialIsOver
from makegood.queue import calendars
from makegood.queue.calendars import AlreadyInUse, EditedMeanwhile
from makegood.queue.leases import Away, MayNotChoose, MayNotTake, TooManyAtOnce
from makegood.queue.no_news import NotDueYet, NothingIsOurs, SaidOften
from makegood.queue.workers import MayNotPlan
from makegood.refund_requests.conversation import Closed, NotDecided, SaysNothing, TooLong
from makegood.refund_requests.deciding import NothingLeft, OwnDecision, PolicyDisagrees, ToBeEstablished
from makegood.refund_requests.evidence.sentences import FileRefused
from makegood.refund_requests.exceptions import (
    LessThanGranted,
    MayNotMakeExceptions,
    MoreThanLeft,
    NoException,
    TooFewWords,
)
from makegood.refund_requests.findings import AlreadyDecided, AnotherRequestsPicture, NotAFact
from makegood.refund_requests.holding import AskedAgain, MayNotExamine, NotYours, OwnRequest
from makegood.refund_requests.limits import OverLimit
from makegood.refund_requests.linking import LinkedAlready, LinkedWithItself
from makegood.refund_requests.looking_again import RefundStands
from makegood.refund_requests.merging import NotMerged
from makegood.refund_requests.policies import AlreadyPublished, NoPolicyInForce
from makegood.refund_requests.prepared_replies.filling import NotFilledIn, UnknownPlaceholder
from makegood.refund_requests.prepared_replies.writing import (
    MayNotPrepare,
    ReplyChangedMeanwhile,
    TitleTaken,
)
from makegood.refund_requests.proposals.languages import WrittenMeanwhile
from makegood.refund_requests.proposals.readiness import NotReady
from makegood.refund_requests.proposals.steps import AnotherText, ChangedMeanwhile, OwnProposal
from makegood.refund_requests.statutes.switching import (
    AnsweredMeanwhile as SwitchAnsweredMeanwhile,
)
from makegood.refund_requests.statutes.switching import (
    MayNotSwitch,
    OwnSwitch,
    ReasonMissing,
)
from makegood.refund_requests.transitions import ReasonNeeded
from makegood.refunds.breaker import ReasonLacks as BreakerReasonLacks
from makegood.refunds.by_hand import AskTheProvider, GoesInABatch, ReferenceMissing
from makegood.refunds.days import NotThatDay
from makegood.refunds.opening import AlreadySent, ExternalUncovered
from makegood.refunds.retrying import AlreadyReplaced, ConsentMissing, SelfApproval
from makegood.refunds.stopping import DisputeIsOpen
from makegood.refunds.transfers.accounts import AnotherAccount, InBatch, NotInEuro, OwnAccountGiven
from makegood.refunds.transfers.at_the_bank import AmountDiffers
from makegood.refunds.transfers.gathering import NotADayForIt, NothingToGather
from makegood.refunds.transfers.gathering import NotReady as BatchNotReady
from makegood.refunds.transfers.releasing import NoFile, OwnBatch
from makegood.search.saving import NameTaken, TooManyViews

T = TypeVar("T")

REFUSALS = (
    AccountClosed,
    AmountDiffers,
    AloneTooNew,
    AlreadyDecided,
    AlreadyInUse,
    AlreadyPublished,
    AlreadyReplaced,
    AlreadySent,
    AnotherAccount,
    AnotherPreview,
    AnotherRequestsPicture,
    AnotherText,
    AnsweredMeanwhile,
    AskedAgain,
    AskedByNoOwner,
    AskTheProvider,
    Away,
    BreakerReasonLacks,
    BatchNotReady,
    ChangedMeanwhile,
    Closed,
    CodeTaken,
    ConsentMissing,
    CurrenciesDiffer,
    DefectIsAnswered,
    EditedMeanwhile,
    DescribedMeanwhile,
    DisputeIsOpen,
    EndNotPossible,
    ExceedsCaptured,
    ExternalUncovered,
    MayNotActInBulk,
    MayNotChoose,
    MayNotPlan,
    FileRefused,
    GoesInABatch,
    HasComeIn,
    InBatch,
    KindSettled,
    LastOwner,
    LessThanGranted,
    LinkedAlready,
    LinkedWithItself,
    MayNotExamine,
    MayNotMakeExceptions,
    MayNotManage,
    MayNotPrepare,
    MayNotSwitch,
    MayNotTake,
    MoreThanLeft,
    MoveNotAllowed,
    NameTaken,
    calendars.NameTaken,
    NoException,
    NoFile,
    NotADayForIt,
    NotInEuro,
    NotThatDay,
    NothingToGather,
    NeedsAnother,
    NoPolicyInForce,
    NoteMissing,
    NotAFact,
    NotAnOwner,
    NotOfTheDesk,
    NotATrackerLink,
    NotDecided,
    NotDueYet,
    NothingIsOurs,
    NotFilledIn,
    NotItsTurn,
    NothingChosen,
    NotLater,
    NotMerged,
    NothingLeft,
    NotReady,
    NotYours,
    OverLimit,
    OwnAccount,
    OwnAccountGiven,
    OwnBatch,
    OwnDecision,
    OwnOrder,
    OwnProposal,
    OwnRequest,
    OwnSwitch,
    PolicyDisagrees,
    PreviewTooOld,
    ProductChangedMeanwhile,
    ReasonLacks,
    ReasonMissing,
    ReasonNeeded,
    ReferenceMissing,
    RefundStands,
    ReportRefused,
    SaidOften,
    ReplyChangedMeanwhile,
    SaysNothing,
    SelfApproval,
    SwitchAnsweredMeanwhile,
    ToBeEstablished,
    TitleTaken,
    TooFewWords,
    TooLong,
    TooMany,
    TooManyViews,
    TooManyAtOnce,
    TrialIsOver,
    TrialOfSoftware,
    UnknownPlaceholder,
    WaitsAlready,
    WrittenMeanwhile,
)


def done(form: forms.Form, call: Callable[[], T]) -> T | None:
    """What `call` gives; None when the domain refused, and the refusal is then an error of the form."""
    try:
        return call()
    except REFUSALS as refused:
        form.add_error(None, str(refused))
        return None
