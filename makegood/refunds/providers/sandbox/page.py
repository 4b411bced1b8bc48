"""The sandbox's page for people: what was charged and refunded, and buttons to make things happen."""

from __future__ import annotations

from html import escape
from itertools import islice

from makegood.money import Money, format_money
from makegood.refunds.providers.base import DisputeState
from makegood.refunds.providers.sandbox.book import SandboxCharge, SandboxRefund
from makegood.refunds.providers.sandbox.disputes import BookWithDisputes, SandboxDispute
from makegood.refunds.providers.sandbox.timeline import Fate

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_SHOWN = 100
_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: start; padding: .5rem .75rem .5rem 0; vertical-align: top;
  border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
td.amount, th.amount { text-align: end; }
form { display: inline-flex; gap: .5rem; flex-wrap: wrap; }
input, select, button { font: inherit; padding: .15rem .5rem; min-height: 28px; }
.note { opacity: .75; } ul { margin: 0; padding-inline-start: 1.2rem; } .scroll { overflow-x: auto; }
"""


def render(book: BookWithDisputes, *, token: str, find: str) -> str:
    """The whole page; `find` narrows the charges to those whose id or reference contains it."""
    found = (c for c in reversed(book.charges.values()) if find in c.id or find in c.reference)
    rows = "".join(_charge(book, charge, token) for charge in islice(found, _SHOWN))
    empty = '<tr><td colspan="6">Nothing was charged yet. The shop charges over the API.</td></tr>'
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sandbox payment provider</title><style>{_STYLE}</style></head>
<body><main><h1>Sandbox payment provider</h1>
<p class="note">No real money. A refund made here was not made by the refund desk, which will find it.
It is {book.clock.now():%d %B %Y, %H:%M:%S} UTC here;
a banking day lasts {book.day.total_seconds():g} seconds.</p>
<form method="post" action="/page/advance">{_token(token)}<button>Let a banking day pass</button></form>
<form method="get" action="/">
<label>Find a charge <input name="find" value="{escape(find)}"></label><button>Find</button></form>
<div class="scroll"><table><thead><tr>
<th scope="col">Charge</th><th scope="col">Order</th><th scope="col">Paid with</th>
<th scope="col" class="amount">Captured</th><th scope="col">Refunds</th>
<th scope="col">Disputes</th></tr></thead>
<tbody>{rows or empty}</tbody></table></div>
<p class="note">{len(book.charges)} charges, {len(book.refunds)} refunds;
at most {_SHOWN} charges are shown.</p>
</main></body></html>"""


def _charge(book: BookWithDisputes, charge: SandboxCharge, token: str) -> str:
    refunds = [book.refunds[each] for each in book.refunds_of.get(charge.id, [])]
    listed = "".join(_refund(book, refund, token) for refund in refunds)
    left = charge.amount - book.refunded(charge.id) - book.disputed(charge.id)
    button = _refund_form(charge, left, token) if left else '<span class="note">nothing left</span>'
    words = (charge.id, charge.reference, charge.method_label or charge.method)
    cells = "".join(f"<td>{escape(word)}</td>" for word in words)
    paid = format_money(Money(charge.amount, charge.currency))
    disputes = "".join(_dispute(each, token) for each in book.disputes_of(charge.id))
    disputed = f"<ul>{disputes}</ul>{_dispute_form(charge, token)}"
    return (
        f'<tr>{cells}<td class="amount">{paid}</td><td><ul>{listed}</ul>{button}</td><td>{disputed}</td></tr>'
    )


def _refund(book: BookWithDisputes, refund: SandboxRefund, token: str) -> str:
    step = book.standing(refund)
    status = "arrived" if step.arrived else step.status.replace("_", " ")
    chosen = "".join(
        f"<option value='{fate}'{' selected' if fate == refund.fate else ''}>{fate.replace('_', ' ')}"
        for fate in Fate
    )
    return f"""<li>{format_money(Money(refund.amount, refund.currency))}, {status}, by {refund.made_by}
<form method="post" action="/page/fate">{_token(token)}<input type="hidden" name="refund" value="{refund.id}">
<label>its story <select name="fate">{chosen}</select></label><button>Change</button></form></li>"""


def _refund_form(charge: SandboxCharge, left: int, token: str) -> str:
    return f"""<form method="post" action="/page/refund">{_token(token)}
<input type="hidden" name="charge" value="{escape(charge.id)}">
<label>Minor units <input name="amount" type="number" min="1" max="{left}" value="{left}" required></label>
<button>Refund here</button></form>"""


def _dispute(dispute: SandboxDispute, token: str) -> str:
    chosen = "".join(
        f"<option value='{state}'{' selected' if state is dispute.state else ''}>{state}"
        for state in DisputeState
    )
    return f"""<li>{format_money(Money(dispute.amount, dispute.currency))}, {dispute.state}
<form method="post" action="/page/dispute-state">{_token(token)}
<input type="hidden" name="dispute" value="{dispute.id}">
<label>it is <select name="state">{chosen}</select></label><button>Change</button></form></li>"""


def _dispute_form(charge: SandboxCharge, token: str) -> str:
    return f"""<form method="post" action="/page/dispute">{_token(token)}
<input type="hidden" name="charge" value="{escape(charge.id)}">
<label>Minor units <input name="amount" type="number" min="1" max="{charge.amount}"
value="{charge.amount}" required></label>
<label>as <select name="state"><option value="open">money taken<option value="inquiry">a question
</select></label>
<button>Open a dispute</button></form>"""


def _token(token: str) -> str:
    return f'<input type="hidden" name="token" value="{token}">'
