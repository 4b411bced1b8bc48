"""What steers a stand-in from outside: time, lies, what becomes of a refund, delivering what is due."""

from __future__ import annotations

import threading
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from werkzeug.routing import Rule
from werkzeug.wrappers import Request, Response

from makegood.refunds.providers.sandbox.book import DASHBOARD, Refused
from makegood.refunds.providers.sandbox.lies import EventLie, Liar, Lie
from makegood.refunds.providers.sandbox.timeline import Fate
from makegood.refunds.providers.sandbox.words import in_json, read_body

if TYPE_CHECKING:
    from makegood.refunds.providers.sandbox.disputes import BookWithDisputes
    from makegood.refunds.providers.sandbox.postman import Postman

CONTROLS = (
    Rule("/_control/advance", endpoint="control_advance", methods=["POST"]),
    Rule("/_control/lies", endpoint="control_lies", methods=["POST"]),
    Rule("/_control/charges", endpoint="control_charges", methods=["POST"]),
    Rule("/_control/refunds", endpoint="control_refund", methods=["POST"]),
    Rule("/_control/refunds/<refund_id>/fate", endpoint="control_fate", methods=["POST"]),
    Rule("/_control/disputes", endpoint="control_disputes", methods=["POST"]),
    Rule("/_control/disputes/<dispute_id>", endpoint="control_dispute", methods=["POST"]),
    Rule("/_control/deliver", endpoint="control_deliver", methods=["POST"]),
)


class Controls:
    """Answers at CONTROLS; whoever has the stand-in's secret may steer it."""

    book: BookWithDisputes
    liar: Liar
    lock: threading.RLock
    postman: Postman

    def control_advance(self, request: Request) -> Response:
        """Let time pass: `{"seconds": 86400}`."""
        with self.lock:
            self.book.advance(timedelta(seconds=float(read_body(request)["seconds"])))
            return in_json(200, {"now": self.book.clock.now().isoformat()})

    def control_lies(self, request: Request) -> Response:
        """What goes wrong next: lies about refunds in turn, about events until it is told otherwise."""
        wanted = read_body(request)
        try:
            refunds = [Lie(each) if each else None for each in wanted.get("refunds", [])]
            events = {EventLie(each) for each in wanted.get("events", [])}
        except ValueError as problem:
            raise Refused(400, "parameter_invalid", str(problem)) from problem
        with self.lock:
            self.liar.order(refunds)
            self.liar.about_events = events
            if wanted.get("forget_keys"):
                self.book.forget_keys()
        return in_json(200, {"events": sorted(events)})

    def control_refund(self, request: Request) -> Response:
        """Refund as in the provider's dashboard: `{"charge": "ch_1", "amount": 100, "currency": "USD"}`."""
        wanted = read_body(request)
        charge_id, currency = str(wanted.get("charge")), str(wanted.get("currency"))
        with self.lock:
            made = self.book.refund(charge_id, wanted.get("amount"), currency, attempt="", made_by=DASHBOARD)
            return in_json(201, self.book.describe(made))

    def control_fate(self, request: Request, refund_id: str) -> Response:
        """Another story for a refund from now on."""
        with self.lock:
            self.book.change_fate(refund_id, Fate(read_body(request)["fate"]))
            return in_json(200, self.book.describe(self.book.refunds[refund_id]))

    def control_disputes(self, request: Request) -> Response:
        """The bank asks or takes money: `{"charge": "ch_1", "amount": 100, "state": "inquiry"}`."""
        wanted = read_body(request)
        told = {name: str(wanted[name]) for name in ("reason", "state") if name in wanted}
        with self.lock:
            dispute = self.book.dispute(str(wanted.get("charge")), wanted.get("amount"), **told)
        return in_json(201, asdict(dispute))

    def control_dispute(self, request: Request, dispute_id: str) -> Response:
        """Another state of a dispute: `{"state": "won"}`."""
        with self.lock:
            return in_json(200, asdict(self.book.move_dispute(dispute_id, str(read_body(request)["state"]))))

    def control_deliver(self, _request: Request) -> Response:
        """Deliver the events that are due."""
        return in_json(200, {"acknowledged": self.postman.deliver_due()})

    def control_charges(self, request: Request) -> Response:
        """Capture `{"charges": [{"amount": 100, "currency": "USD"}]}`; each is what `Book.charge` wants."""
        with self.lock:
            made = self.book.charge(read_body(request).get("charges", []))
        return in_json(201, {"charges": [asdict(charge) for charge in made]})
