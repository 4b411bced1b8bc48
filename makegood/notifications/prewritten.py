"""The letter of a decision as we would write it, from the policy's clauses, for a person to change."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from makegood.accounts.templatetags.said import amount_in_words
from makegood.money import Money
from makegood.policy import Answer, Mark, explain
from makegood.policy.explaining.explaining import Line
from makegood.refund_requests.assessing import LiveAnswer
from makegood.refund_requests.disputes import value_in_words
from makegood.refund_requests.models import Verdict
from makegood.refund_requests.translated_answers import in_language


def decision_letter(
    verdict: Verdict, answers: Sequence[LiveAnswer], amounts: Sequence[Money], *, signed: str, language: str
) -> str:
    """The words of the letter in `language`, without the greeting, which every letter has.

    `amounts`: what goes back for each of `answers`, zero where nothing does. `signed`: who decides.
    """
    answers = [in_language(live, language) for live in answers]
    with translation.override(language):
        parts = [_opening(verdict)]
        parts += [_of_order(live, amount) for live, amount in zip(answers, amounts, strict=True)]
        parts.append(_("Kind regards,\n{name}").format(name=signed))
        return "\n\n".join(parts)


def exception_letter(answers: Sequence[LiveAnswer], *, signed: str, language: str) -> str:
    """As `decision_letter`, for more than the policy grants; the amounts stand beside it: they may change."""
    answers = [in_language(live, language) for live in answers]
    with translation.override(language):
        parts = [
            _(
                "We have examined your request with care. Our refund policy does not grant it, and we make "
                "an exception: you get back the amount that stands beside this letter."
            )
        ]
        parts += [said for live in answers if (said := _against(live))]
        parts.append(_("Kind regards,\n{name}").format(name=signed))
        return "\n\n".join(parts)


def _against(live: LiveAnswer) -> str:
    """What the policy has against an order; empty where it has nothing."""
    lines = _speaking(live.answer, Mark.NOT_MET)
    if not lines or live.order is None:
        return ""
    lead = ngettext("This speaks against it:", "These speak against it:", len(lines))
    head = _("Order {number}, {product}:").format(number=live.order.number, product=live.order.product.name)
    return "\n".join([head, *_disputed(live), lead, *map(_said, lines)])


def _opening(verdict: Verdict) -> str:
    if verdict == Verdict.REFUND:
        return _("We have examined your request, and you get your money back.")
    return _("We have examined your request with care, and by our refund policy we cannot refund it.")


def _of_order(live: LiveAnswer, amount: Money) -> str:
    """What happens with one order, and the conditions that made it so."""
    order = live.order
    names = (
        {"number": order.number, "product": order.product.name} if order else {"number": "", "product": ""}
    )
    if amount:
        news = _("Order {number}, {product}: we refund {amount}.")
        lines = _speaking(live.answer, Mark.MET)
        lead = _("Our policy asks, and we found:")
        if live.law:
            lead = _("“{title}” asks, and we found:").format(title=live.law.policy.title)
    else:
        news = _("Order {number}, {product}: no refund.")
        lines = _speaking(live.answer, Mark.NOT_MET)
        lead = ngettext("This speaks against it:", "These speak against it:", len(lines))
    said = news.format(amount=amount_in_words(amount), **names)
    return "\n".join([said, *_disputed(live), *([lead] if lines else []), *map(_said, lines)])


def _disputed(live: LiveAnswer) -> list[str]:
    """What the member said of our records, and what we found, whatever came out."""
    currency = live.order.currency if live.order else ""
    values = live.policy.values(live.facts)
    said = _("You told us that we are wrong: {question} You say {says}, our record says {recorded}.")
    found, lost = _("We found: {found}."), _("We could not find out which is right.")
    return [
        said.format(
            question=dispute.fact.question,
            says=value_in_words(dispute.fact, dispute.says, live.policy, currency=currency),
            recorded=value_in_words(dispute.fact, dispute.recorded, live.policy, currency=currency),
        )
        + " "
        + (
            lost
            if values[name] is None
            else found.format(
                found=value_in_words(dispute.fact, values[name], live.policy, currency=currency)
            )
        )
        for name, dispute in live.disputed.items()
    ]


def _speaking(answer: Answer, mark: Mark) -> list[Line]:
    """The conditions with `mark`; without those of the form that were met: nobody reads them again."""
    needed = {
        condition.id
        for clause in answer.clauses
        for condition in clause.conditions
        if condition.role == "needed"
    }
    return [
        line
        for line in explain(answer, "customer").lines
        if line.mark is mark and not (mark is Mark.MET and line.id in needed)
    ]


def _said(line: Line) -> str:
    text = line.text.rstrip(".")
    return f"– {text} ({line.id}): {line.because}" if line.because else f"– {text} ({line.id})"
