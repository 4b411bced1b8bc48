"""A file of orders comes in whole, or nothing of it does."""

from __future__ import annotations

from io import BytesIO

import pytest

from makegood.accounts.models import User
from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.models import Event
from makegood.orders.importing import Imported, ImportRefused, import_orders
from makegood.orders.importing.problems import Problems
from makegood.orders.models import ImportedFile, Order, Payment
from tests.people import NOON, an_order, joao, mail_sender, olena, usd, verifier

pytestmark = pytest.mark.django_db

COLUMNS = (
    "order_number,email,name,product,purchased_at,amount,currency,renews,auto_renewal_chosen,country,"
    "provider,provider_reference,method,method_label,captured_amount,captured_at"
)
PURCHASE = (
    "9412031,olena@example.com,Olena Kovalenko,mail-sender,2026-11-02T10:00:00+02:00,79.00,USD,,,UA,"
    "sandbox,ch_1,card,Visa ending 4242,79.00,2026-11-02T10:00:05+02:00"
)
SUBSCRIPTION = "S-1,joao@example.com,João,verifier-online,2026-10-02T10:00:00Z,12.00,EUR,,yes,BR,,,,,,"
RENEWAL = "S-2,joao@example.com,,verifier-online,2026-11-02T10:00:00Z,12.00,EUR,s-1,,BR,,,,,,"


@pytest.fixture(autouse=True)
def _products() -> None:
    mail_sender()
    verifier()


def bring(*lines: str, columns: str = COLUMNS) -> Imported:
    return bring_bytes("\n".join([columns, *lines, ""]).encode())


def bring_bytes(file: bytes) -> Imported:
    return import_orders(BytesIO(file), name="orders.csv", by=System("a test"), at=NOON)


def problems(*lines: str, columns: str = COLUMNS) -> list[str]:
    with pytest.raises(ImportRefused) as refused:
        bring(*lines, columns=columns)
    return [str(problem) for problem in refused.value.problems]


def line(**cells: str) -> str:
    names = COLUMNS.split(",")
    return ",".join({**dict(zip(names, PURCHASE.split(","), strict=True)), **cells}.values())


# What comes in


def test_an_order_comes_with_its_member_and_its_payment() -> None:
    assert bring(PURCHASE) == Imported(lines=1, new=1, known=0, new_members=1, new_payments=1)
    order = Order.objects.get(number="9412031")
    assert (str(order.amount), order.product.sku, order.country) == ("79.00 USD", "mail-sender", "UA")
    assert order.purchased_at.isoformat() == "2026-11-02T08:00:00+00:00"
    payment = order.payments.get()
    assert (payment.provider_reference, str(payment.captured)) == ("ch_1", "79.00 USD")
    assert payment.method_label == "Visa ending 4242"


def test_a_new_member_has_no_password_and_signs_in_after_a_reset() -> None:
    bring(PURCHASE)
    member = User.objects.get(email="olena@example.com")
    assert member.name == "Olena Kovalenko"
    assert not member.has_usable_password()


def test_a_member_is_the_same_whatever_the_case_of_the_email() -> None:
    known = olena()
    assert bring(line(email="OLENA@Example.com", name="Someone Else")).new_members == 0
    assert Order.objects.get().member == known
    assert olena().name == "Olena Kovalenko"


def test_a_renewal_names_the_order_it_continues_earlier_or_later_in_the_file() -> None:
    bring(RENEWAL, SUBSCRIPTION)
    renewal = Order.objects.get(number="S-2")
    assert renewal.renews == Order.objects.get(number="S-1")
    assert renewal.auto_renewal_chosen is None
    assert renewal.renews.auto_renewal_chosen is True


def test_a_renewal_may_continue_an_order_that_is_known() -> None:
    bring(SUBSCRIPTION)
    bring(RENEWAL)
    assert Order.objects.get(number="S-2").renews == Order.objects.get(number="S-1")


def test_an_order_with_two_payments_is_two_lines() -> None:
    second = line(provider_reference="ch_2", captured_amount="10.00")
    assert bring(PURCHASE, second) == Imported(lines=2, new=1, known=0, new_members=1, new_payments=2)
    assert Payment.objects.filter(order__number="9412031").count() == 2


def test_a_currency_without_cents_has_none() -> None:
    bring(line(amount="9800", currency="JPY", captured_amount="9800"))
    assert Order.objects.get().amount_minor == 9800


def test_columns_may_be_in_any_order_and_the_optional_ones_left_out() -> None:
    columns = "currency,amount,purchased_at,product,email,order_number"
    assert bring("USD,79.00,2026-11-02T10:00:00Z,mail-sender,olena@example.com,1", columns=columns).new == 1


def test_a_byte_order_mark_windows_line_ends_and_blank_lines_are_no_problem() -> None:
    file = f"{COLUMNS}\r\n\r\n{PURCHASE}\r\n".encode("utf-8-sig")
    assert bring_bytes(file).new == 1


def test_a_cell_in_quotation_marks_may_hold_commas_and_quotation_marks() -> None:
    bring(line(name='"Kovalenko, ""Olia"""'))
    assert User.objects.get().name == 'Kovalenko, "Olia"'


def test_what_looks_like_a_formula_or_html_is_text() -> None:
    hostile = "=HYPERLINK(CMD) <script>alert(1)</script>"
    bring(line(name=hostile))
    assert User.objects.get().name == hostile


# Again


def test_the_same_file_again_changes_nothing_and_says_so() -> None:
    bring(PURCHASE, SUBSCRIPTION, RENEWAL)
    before = [list(rows.objects.values()) for rows in (Order, Payment, User, Event, ImportedFile)]
    assert bring(PURCHASE, SUBSCRIPTION, RENEWAL) == Imported(lines=3, new=0, known=3)
    assert before == [list(rows.objects.values()) for rows in (Order, Payment, User, Event, ImportedFile)]


def test_a_line_that_is_there_twice_is_one_order() -> None:
    assert bring(PURCHASE, PURCHASE) == Imported(lines=2, new=1, known=0, new_members=1, new_payments=1)


def test_an_empty_cell_contradicts_nothing_that_is_known() -> None:
    bring(SUBSCRIPTION)
    assert bring(SUBSCRIPTION.replace(",yes,BR,", ",,,")) == Imported(lines=1, new=0, known=1)


def test_an_import_is_an_event_with_the_file_and_its_counts() -> None:
    bring(PURCHASE, SUBSCRIPTION)
    event = Event.objects.get(action=Action.ORDERS_IMPORTED)
    assert event.details == {"lines": 2, "new": 2, "known": 0}
    assert ImportedFile.objects.get(pk=event.subject_id).name == "orders.csv"


# What is refused


def test_a_file_with_one_bad_line_among_many_leaves_nothing() -> None:
    lines = [line(order_number=str(n), provider_reference=f"ch_{n}") for n in range(3000)]
    lines[2000] = line(amount="79,00")
    with pytest.raises(ImportRefused):
        bring(*lines)
    assert not Order.objects.exists()
    assert not User.objects.exists()
    assert not Event.objects.exclude(subject_kind="calendar").exists()


BAD_CELLS = [
    ({"amount": '"12,50"'}, "line 2, amount: “12,50” has a comma; write a decimal point and no separators"),
    ({"amount": "-5.00"}, "line 2, amount: “-5.00” is negative; refunds are not imported as orders."),
    ({"amount": "$79"}, "line 2, amount: “$79” is not an amount such as 79.00."),
    ({"amount": "１２"}, "line 2, amount: “１２” is not an amount such as 79.00."),
    ({"amount": "79.001"}, "line 2, amount: 79.001 has more than the 2 decimal places that USD allows."),
    ({"currency": "usd"}, "line 2, currency: “usd” is not a currency code of ISO 4217, such as USD or EUR."),
    ({"product": "mail-sendr"}, "product that is known. Did you mean “mail-sender”?"),
    ({"email": "olena at example"}, "line 2, email: “olena at example” is not an e-mail address."),
    ({"email": ""}, "line 2, email: It is empty."),
    (
        {"purchased_at": "2026-11-02T10:00:00"},
        "“2026-11-02T10:00:00” has no time zone; end it with Z for UTC",
    ),
    (
        {"purchased_at": "02.11.2026"},
        "“02.11.2026” is not a date and time such as 2026-11-23T09:30:00+02:00.",
    ),
    ({"purchased_at": "2026-02-30T10:00:00Z"}, "“2026-02-30T10:00:00Z” is not a date and time such as"),
    ({"purchased_at": "2027-11-02T10:00:00Z"}, "“2027-11-02T10:00:00Z” is in the future."),
    ({"purchased_at": "0206-11-02T10:00:00Z"}, "“0206-11-02T10:00:00Z” is before 1990."),
    ({"order_number": "94/12"}, "“94/12” has characters other than letters A–Z, digits, “.”, “_” and “-”."),
    ({"order_number": "9" * 41}, "…” is longer than 40 characters."),
    (
        {"auto_renewal_chosen": "true"},
        "“true” is neither yes nor no; leave it empty when it was not recorded.",
    ),
    ({"country": "Germany"}, "“Germany” is not a country code of two capital letters, such as DE or US."),
    ({"renews": "9412031"}, "line 2, renews: An order cannot renew itself."),
    ({"renews": "9"}, "line 2, renews: Order “9” is neither known nor in this file."),
    ({"method": ""}, "line 2, method: It is empty, but provider is not; a payment needs all of provider,"),
    (
        {"captured_amount": "0.00"},
        "line 2, captured_amount: It is zero; leave the payment empty when nothing",
    ),
    ({"name": "Olena\x1b[31m"}, "line 2, name: “Olena\\x1b[31m” has a control character (U+001B)."),
    ({"name": "Olena\u202egro.live"}, "has a control character (U+202E)."),
    ({"name": "x" * 121}, f"“{'x' * 40}…” is longer than 120 characters."),
    ({"name": "y" * 70_000}, "line 2: The line is longer than 65,536 bytes."),
    ({"name": '"Olena'}, "line 2: The quotation marks do not match."),
    ({"name": "Kovalenko,Olena"}, "line 2: It has 17 cells, but the header 16."),
]


@pytest.mark.parametrize(("cells", "told"), BAD_CELLS, ids=[str(told)[:60] for _, told in BAD_CELLS])
def test_a_bad_cell_is_told_with_its_line_column_and_reason(cells: dict[str, str], told: str) -> None:
    (problem,) = problems(line(**cells))
    assert told in problem


def test_bytes_that_are_not_utf8_are_told_with_their_line_and_column() -> None:
    with pytest.raises(ImportRefused) as refused:
        bring_bytes(f"{COLUMNS}\n{line(name='João')}\n".encode("latin-1"))
    (problem,) = refused.value.problems
    assert str(problem) == "line 2, name: “Jo\\xdce3o” is not UTF-8; save the file as UTF-8."


def test_a_number_of_a_bad_line_does_not_make_the_lines_that_refer_to_it_bad() -> None:
    assert len(problems(SUBSCRIPTION.replace("12.00", "twelve"), RENEWAL)) == 1


def test_each_bad_cell_is_told_a_hundred_at_most_and_the_others_counted() -> None:
    with pytest.raises(ImportRefused, match="because 150 problems were found") as refused:
        bring(*[line(amount="?")] * 150)
    assert [problem.line for problem in refused.value.problems] == list(range(2, 102))
    assert refused.value.more == 50


def test_no_more_than_a_hundred_problems_are_kept_in_memory() -> None:
    found = Problems()
    for number in range(10_000):
        found.add(number, "amount", "It is empty.")
    assert (len(found.kept), found.count) == (100, 10_000)


def test_problems_of_cells_and_of_the_whole_are_told_in_the_order_of_lines() -> None:
    told = problems(
        line(renews="9"), line(amount="?"), line(order_number="2", renews="8", provider_reference="ch_2")
    )
    assert [problem.partition(":")[0] for problem in told] == [
        "line 2, renews",
        "line 3, amount",
        "line 4, renews",
    ]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (
            COLUMNS.replace("order_number", "order_nr"),
            "“order_nr” is not known. Did you mean “order_number”?",
        ),
        (COLUMNS.replace("order_number", "Order Number"), "Did you mean “order_number”?"),
        (COLUMNS.replace("email,", ""), "line 1, email: The column is missing."),
        (COLUMNS.replace("country", "email"), "line 1, email: The column is there twice."),
        (COLUMNS.replace("country", "zzz"), "The column “zzz” is not known. Known are order_number, email,"),
        (
            COLUMNS.replace(",", ";"),
            "The columns are not separated by commas; save the file as CSV with commas.",
        ),
    ],
)
def test_a_wrong_header_is_told_before_any_line(columns: str, told: str) -> None:
    assert told in problems(line(amount="?"), columns=columns)[0]


def test_an_empty_file_is_refused_and_one_without_orders_is_not() -> None:
    with pytest.raises(ImportRefused) as refused:
        bring_bytes(b"")
    assert str(refused.value.problems[0]).startswith("line 1: The file is empty;")
    assert bring() == Imported(lines=0, new=0, known=0)


def test_a_file_in_utf16_is_told_to_be_saved_as_utf8() -> None:
    with pytest.raises(ImportRefused) as refused:
        bring_bytes(f"{COLUMNS}\n{PURCHASE}\n".encode("utf-16"))
    assert "it looks like UTF-16" in refused.value.problems[0].reason


# What contradicts


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"amount": "78.00"}, "amount: It says “78.00”, but order “9412031” is known with “79.00”."),
        (
            {"email": "joao@example.com"},
            "email: It says “joao@example.com”, but order “9412031” is known with",
        ),
        ({"product": "verifier-online"}, "product: It says “verifier-online”, but"),
        ({"purchased_at": "2026-11-02T10:00:01+02:00"}, "purchased_at: It says “2026-11-02T08:00:01Z”, but"),
        ({"auto_renewal_chosen": "yes"}, "“yes”, but order “9412031” is known with nothing."),
        ({"country": "DE"}, "country: It says “DE”, but order “9412031” is known with “UA”."),
        ({"captured_amount": "80.00"}, "“80.00”, but payment “sandbox ch_1” is known with “79.00”."),
        ({"method": "paypal"}, "method: It says “paypal”, but payment “sandbox ch_1” is known with “card”."),
        (
            {"order_number": "2"},
            "order_number: It says “2”, but payment “sandbox ch_1” is known with “9412031”.",
        ),
    ],
)
def test_what_is_known_is_not_overwritten(cells: dict[str, str], told: str) -> None:
    bring(PURCHASE)
    before = list(Order.objects.values())
    assert told in "\n".join(problems(line(**cells)))
    assert list(Order.objects.values()) == before


def test_two_lines_that_tell_one_order_differently_are_refused() -> None:
    (problem,) = problems(PURCHASE, line(currency="EUR", provider_reference="ch_2"))
    assert problem == (
        "line 3, currency: It says “EUR”, but line 2 of this file says “USD” of the same order."
    )


def test_two_orders_cannot_have_one_payment() -> None:
    (problem,) = problems(PURCHASE, line(order_number="2"))
    assert problem == (
        "line 3, order_number: It says “2”, but line 2 of this file says “9412031” of the same payment."
    )


def test_a_renewal_is_of_the_same_member_and_product_and_later() -> None:
    an_order(joao(), mail_sender(), number="M-1", purchased_at=NOON, amount=usd("5.00"))
    told = problems(
        line(order_number="1", renews="M-1", provider_reference="ch_2"),
        RENEWAL.replace("s-1", "M-1"),
    )
    assert told == [
        "line 2, renews: Order “M-1” is of another member (“joao@example.com”).",
        "line 2, renews: Order “M-1” was purchased at “2026-11-23T12:00:00Z”, which is not before this one.",
        "line 3, renews: Order “M-1” is of another product (“mail-sender”).",
        "line 3, renews: Order “M-1” was purchased at “2026-11-23T12:00:00Z”, which is not before this one.",
    ]


# How it is read


def test_no_more_than_a_line_is_in_memory_at_once() -> None:
    class Tape(BytesIO):
        longest = 0

        def read(self, *_: object) -> bytes:
            raise AssertionError("The whole file was read at once.")

        def readline(self, limit: int | None = -1, /) -> bytes:
            line = super().readline(limit)
            self.longest = max(self.longest, len(line))
            return line

    tape = Tape(f"{COLUMNS}\n{PURCHASE}\n{'z' * 1_000_000}\n".encode())
    with pytest.raises(ImportRefused):
        import_orders(tape, name="tape", by=System("a test"), at=NOON)
    assert tape.longest < 70_000


def test_progress_is_told_while_the_file_is_read() -> None:
    file, seen = f"{COLUMNS}\n{PURCHASE}\n".encode(), list[int]()
    import_orders(BytesIO(file), name="x", by=System("a test"), at=NOON, progress=seen.append)
    assert len(seen) >= 2
    assert sum(seen) == len(file)
