"""The file for the bank: valid by the standard's schema, exact to the cent, in letters of banks."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sepaxml
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from sepaxml.validation import ValidationError

from makegood.money import CurrencyMismatch, Money
from makegood.refunds.providers.base import Instruction, Said
from makegood.refunds.providers.sepa.accounts import Account, NotAnAccount, masked, read_account
from makegood.refunds.providers.sepa.adapter import SepaProvider
from makegood.refunds.providers.sepa.bank_days import is_bank_day, next_bank_day
from makegood.refunds.providers.sepa.characters import PERMITTED, NothingToWrite, in_bank_letters
from makegood.refunds.providers.sepa.pain import CreditTransfer, end_to_end_id, written
from makegood.refunds.providers.sepa.returns import NotACode, read_code, reason_in_words
from tests.people import NOON
from tests.refunds.transfer_scenes import OURS, THEIRS, TUESDAY

NAMES = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
SCHEMA = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"
LARS = Account("Lars Ødegård", THEIRS)


def a_file(*transfers: CreditTransfer, debtor: Account = OURS) -> bytes:
    return written(
        transfers, message_id="MG-20261123-0123456789ab", debtor=debtor, execute_on=TUESDAY, at=NOON
    )


def to(account: Account, cents: int = 7_900, *, name: str = "key-1", currency: str = "EUR") -> CreditTransfer:
    return CreditTransfer(name, account, Money(cents, currency), "Refund R-7K3M-20")


def said(file: bytes, path: str) -> list[str]:
    """The texts of these elements."""
    document = ElementTree.fromstring(file)  # noqa: S314  # made by us
    return [each.text or "" for each in document.iterfind(f".//{path}", NAMES)]


def test_it_is_valid_by_the_schema_of_the_standard() -> None:
    file = a_file(to(LARS), to(Account("王小明", "BE68539007547034", "GEBABEBB"), 1, name="key-2"))
    xmlschema.XMLSchema(SCHEMA).validate(file.decode())


def test_what_is_not_valid_is_never_written() -> None:
    with pytest.raises(ValidationError):
        a_file(to(Account("Lars", "no account at all")))


def test_sum_count_and_names_are_those_of_its_transfers() -> None:
    file = a_file(to(LARS, 1, name="key-1"), to(LARS, 999_999_99, name="key-2"), to(LARS, 10, name="key-3"))
    assert said(file, "p:GrpHdr/p:CtrlSum") == said(file, "p:PmtInf/p:CtrlSum") == ["1000000.10"]
    assert said(file, "p:GrpHdr/p:NbOfTxs") == said(file, "p:PmtInf/p:NbOfTxs") == ["3"]
    assert said(file, "p:InstdAmt") == ["0.01", "999999.99", "0.10"]
    assert said(file, "p:EndToEndId") == ["key-1", "key-2", "key-3"]


def test_it_says_who_pays_whom_when_and_what_for() -> None:
    file = a_file(to(LARS))
    assert said(file, "p:MsgId") == ["MG-20261123-0123456789ab"]
    assert said(file, "p:CreDtTm") == ["2026-11-23T12:00:00Z"]
    assert said(file, "p:ReqdExctnDt/p:Dt") == ["2026-11-24"]
    assert said(file, "p:IBAN") == [OURS.iban, THEIRS]
    assert said(file, "p:DbtrAgt/p:FinInstnId/p:BICFI") == [OURS.bic]
    assert said(file, "p:Cdtr/p:Nm") == ["Lars Odegard"]
    assert said(file, "p:Ustrd") == ["Refund R-7K3M-20"]


def test_the_same_transfers_are_the_same_bytes() -> None:
    assert a_file(to(LARS)) == a_file(to(LARS))


def test_another_currency_is_in_no_file() -> None:
    with pytest.raises(CurrencyMismatch):
        a_file(to(LARS, currency="JPY"))


def test_another_currency_is_refused_with_a_sentence() -> None:
    answer = SepaProvider().refund(Instruction("key-1", "", Money(7_900, "JPY")))
    assert (answer.said, answer.reason) == (Said.FAILED, "SEPA transfers are in euro, not in JPY.")


@pytest.mark.parametrize(
    ("name", "written_as"),
    [
        ("Jürgen Müßig", "Jurgen Mussig"),
        ("Олена Коваленко", "Olena Kovalenko"),
        ("Łukasz & Syn; „Żar”", "Lukasz + Syn, 'Zar'"),
        ("//A  _ B/", "A - B"),
        ("王小明", "Wang Xiao Ming"),
    ],
)
def test_names_are_written_in_the_letters_of_banks(name: str, written_as: str) -> None:
    assert in_bank_letters(name, longest=70) == written_as


@given(st.text(max_size=200))
def test_whatever_is_written_a_bank_can_read(text: str) -> None:
    try:
        plain = in_bank_letters(text, longest=70)
    except NothingToWrite:
        return
    assert set(plain) <= PERMITTED
    assert 0 < len(plain) <= 70
    assert not plain.startswith("/")
    assert not plain.endswith("/")
    assert "//" not in plain


def test_a_key_fits_and_stays_itself_where_it_can() -> None:
    ours = "0123456789abcdef0123456789abcdef-99"
    assert end_to_end_id(ours) == ours
    longer = [f"{ours}{number}" for number in range(50)]
    assert len({end_to_end_id(key) for key in longer}) == 50
    assert {len(end_to_end_id(key)) for key in longer} == {35}


@pytest.mark.parametrize(
    ("iban", "sentence"),
    [
        ("DE89 3704 0044 0532 0130 01", "check digits do not fit"),
        ("DE89 3704 0044 0532 0130 0", "has 21 characters; those of DE have 22"),
        ("US12 3456 7890 1234", "begins with the two letters of a country"),
        ("DE89 3704-0044", "letters and digits only"),
        ("", "letters and digits only"),
        ("TR330006100519786457841326", "No SEPA transfer reaches an account in TR"),
    ],
)
def test_a_wrong_iban_is_told_in_a_sentence_that_does_not_repeat_it(iban: str, sentence: str) -> None:
    with pytest.raises(NotAnAccount, match=sentence) as refused:
        read_account(name="Lars", iban=iban)
    assert refused.value.field == "iban"
    assert not iban or iban not in str(refused.value)


def test_a_bic_can_be_left_out_but_not_be_wrong() -> None:
    assert read_account(name="Lars", iban=THEIRS.lower(), bic=" ").bic == ""
    with pytest.raises(NotAnAccount, match="8 or 11"):
        read_account(name="Lars", iban=THEIRS, bic="COBADE")


def test_a_name_without_letters_is_refused() -> None:
    with pytest.raises(NotAnAccount, match="name of the account holder"):
        read_account(name="💶 ☕", iban=THEIRS)


def test_pages_show_the_end_of_an_iban() -> None:
    assert masked("DE89370400440532013000") == "DE •••• 3000"


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 11, 23), date(2026, 11, 24)),
        (date(2026, 11, 27), date(2026, 11, 30)),
        (date(2026, 12, 24), date(2026, 12, 28)),
        (date(2027, 3, 25), date(2027, 3, 30)),
        (date(2027, 4, 30), date(2027, 5, 3)),
    ],
)
def test_banks_settle_on_the_days_of_the_eurosystem(day: date, following: date) -> None:
    assert next_bank_day(day) == following
    assert is_bank_day(following)


def test_the_code_of_a_return_is_told_in_words() -> None:
    assert reason_in_words(read_code(" ac04 ")) == "AC04: the account is closed"
    assert reason_in_words(read_code("XT99")) == "XT99"
    with pytest.raises(NotACode):
        read_code("closed")
