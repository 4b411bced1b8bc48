"""The rows of a refund request."""

from makegood.refund_requests.models.conversation import Message, Visibility
from makegood.refund_requests.models.counting import StateCount
from makegood.refund_requests.models.decision import (
    Approval,
    Assessment,
    Decision,
    DecisionLine,
    Finding,
    Verdict,
)
from makegood.refund_requests.models.draft import Draft
from makegood.refund_requests.models.evidence import Evidence, Upload, UploadState
from makegood.refund_requests.models.look import Look
from makegood.refund_requests.models.pointing import PictureOfFinding
from makegood.refund_requests.models.policy_proposal import PolicyProposal, ProposedTranslation
from makegood.refund_requests.models.policy_version import PolicyTranslation, PolicyVersion
from makegood.refund_requests.models.prepared_reply import PreparedReply
from makegood.refund_requests.models.refund_request import DisputedFact, NamedOrder, RefundRequest
from makegood.refund_requests.models.request_link import LinkKind, RequestLink
from makegood.refund_requests.models.statute import StatuteReply, StatuteSwitch, StatuteVersion

__all__ = [
    "Approval",
    "Assessment",
    "Decision",
    "DecisionLine",
    "DisputedFact",
    "Draft",
    "Evidence",
    "Finding",
    "LinkKind",
    "Look",
    "Message",
    "NamedOrder",
    "PictureOfFinding",
    "PolicyProposal",
    "PolicyTranslation",
    "PolicyVersion",
    "PreparedReply",
    "ProposedTranslation",
    "RefundRequest",
    "RequestLink",
    "StateCount",
    "StatuteReply",
    "StatuteSwitch",
    "StatuteVersion",
    "Upload",
    "UploadState",
    "Verdict",
    "Visibility",
]
