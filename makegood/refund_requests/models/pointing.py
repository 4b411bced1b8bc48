"""Which pictures show what staff established."""

from __future__ import annotations

import pgtrigger
from django.db import models

from makegood.refund_requests.models.decision import Finding
from makegood.refund_requests.models.evidence import Evidence


class PictureOfFinding(models.Model):
    """A picture of the request that shows a finding; never changed, and gone only with the picture itself."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="pictures")
    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["finding", "evidence"], name="a_picture_shows_a_finding_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="never_changed", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="of_the_same_request",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT FROM refund_requests_finding AS finding
                        JOIN refund_requests_evidence AS picture USING (refund_request_id)
                        WHERE finding.id = NEW.finding_id AND picture.id = NEW.evidence_id
                    ) THEN
                        RAISE EXCEPTION 'the picture belongs to another request'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'picture_of_the_same_request';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding}: {self.evidence}"
