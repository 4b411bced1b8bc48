"""The people of the sample data: those who sign in, and the other members."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from allauth.account.models import EmailAddress

from makegood.accounts.granting import grant
from makegood.accounts.models import User
from makegood.accounts.roles import ROLE_NAMES, Role
from makegood.audit.actors import System
from makegood.money import Money

PASSWORD = "quiet rivers find the sea"  # noqa: S105 (printed by the demo, on purpose)
"""Everybody's, in the demo."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody to sign in as; `role` None is a member."""

    email: str
    name: str
    role: Role | None = None
    about: str = ""
    limit: Money | None = None
    day_limit: Money | None = None

    @property
    def role_label(self) -> str:
        """The role in words."""
        return self.about or (str(ROLE_NAMES[self.role]) if self.role else "Member")


OLENA = SignIn("olena@example.com", "Olena Kovalenko", about="Member with orders")
NOBODY = SignIn("nobody@example.com", "Noor Haddad", about="Member without orders")
PETRO = SignIn(
    "petro@northwind.example",
    "Petro Bondar",
    Role.REPRESENTATIVE,
    limit=Money(200_00, "USD"),
    day_limit=Money(1_000_00, "USD"),
)
LENA = SignIn("lena@northwind.example", "Lena Storm", Role.LEAD, limit=Money(200_00, "USD"))
MARTA = SignIn("marta@northwind.example", "Marta Nowak", Role.ENGINEER)
FINN = SignIn("finn@northwind.example", "Finn Larsen", Role.FINANCE)
OLHA = SignIn("olha@northwind.example", "Olha Hrytsenko", Role.OWNER)
AUDE = SignIn("aude@northwind.example", "Aude Lefèvre", Role.AUDITOR)
SIGN_INS = [OLENA, NOBODY, PETRO, LENA, MARTA, FINN, OLHA, AUDE]


@dataclass(frozen=True, slots=True)
class Buyer:
    """A member who buys: where they live and what they pay in."""

    name: str
    email: str
    country: str
    currency: str
    time_zone: str


# Where members live: country, currency, time zone, and their names.
_PLACES: dict[tuple[str, str, str], str] = {
    ("US", "USD", "America/New_York"): "Grace Whitfield, Marcus Reyes, Hannah Lindqvist, Dwayne Coleman, "
    "Priscilla Tran, Walter Novotny, Denise Okafor, Samuel Goldberg, Rosa Delgado",
    ("DE", "EUR", "Europe/Berlin"): "Jürgen Weiß, Annika Schröder, Emre Yıldız",
    ("FR", "EUR", "Europe/Paris"): "Chloé Dubois, Mamadou Traoré, Étienne Garnier",
    ("ES", "EUR", "Europe/Madrid"): "Íñigo Etxeberria, María José Núñez",
    ("IE", "EUR", "Europe/Dublin"): "Siobhán O’Neill, Cormac Byrne",
    ("IT", "EUR", "Europe/Rome"): "Niccolò D’Angelo, Giulia Ferri",
    ("NL", "EUR", "Europe/Amsterdam"): "Sanne van der Berg, Joost de Wit",
    ("GB", "GBP", "Europe/London"): "Olivia Hartley, Kwame Mensah, Rhys Llewellyn, Imogen Shaw",
    ("JP", "JPY", "Asia/Tokyo"): "佐藤 美咲, 田中 健一, Haruka Ito",
    ("BR", "BRL", "America/Sao_Paulo"): "João Ferreira da Silva, Larissa Araújo",
    ("IN", "INR", "Asia/Kolkata"): "Priya Raghunathan, Arjun Mehta, ஆனந்தி குமார்",
    ("PL", "PLN", "Europe/Warsaw"): "Łukasz Wójcik, Małgorzata Zielińska",
    ("UA", "UAH", "Europe/Kyiv"): "Тарас Шевчук, Ірина Мельник",
    ("CA", "CAD", "America/Toronto"): "Geneviève Tremblay, Liam MacKenzie",
    ("AU", "AUD", "Australia/Sydney"): "Matilda Kerr, Jarrah Williams",
    ("SE", "SEK", "Europe/Stockholm"): "Åsa Öberg, Björn Nyström",
    ("CH", "CHF", "Europe/Zurich"): "Reto Zürcher, Séverine Favre",
    ("KW", "KWD", "Asia/Kuwait"): "فاطمة الصباح",
    ("KR", "KRW", "Asia/Seoul"): "김서연, 박지훈",
    ("IL", "ILS", "Asia/Jerusalem"): "נועה לוי",
    ("GR", "EUR", "Europe/Athens"): "Ελένη Παπαδοπούλου",
    ("CZ", "CZK", "Europe/Prague"): "Zdeněk Dvořák, Šárka Říhová",
    ("NG", "NGN", "Africa/Lagos"): "Chukwuemeka Ọbasi",
    ("VN", "VND", "Asia/Ho_Chi_Minh"): "Nguyễn Thị Hồng",
    ("MX", "MXN", "America/Mexico_City"): "Ximena Peña",
    ("TR", "TRY", "Europe/Istanbul"): "Şebnem Aydın",
}

OLENA_BUYS = Buyer(OLENA.name, OLENA.email, "UA", "USD", "Europe/Kyiv")
"""She pays in US dollars, which a representative may decide about."""


def _mailbox(name: str, number: int) -> str:
    """`grace.whitfield` of Grace Whitfield; `member.37` where the name has no Latin letters."""
    plain = normalize("NFKD", name.replace("ł", "l").replace("Ł", "L").replace("ß", "ss").replace("ı", "i"))
    words = re.findall(r"[a-z]+", plain.encode("ascii", "ignore").decode().lower())
    return ".".join(words) or f"member.{number}"


OTHERS = [
    Buyer(name, f"{_mailbox(name, number)}@example.com", *place)
    for number, (name, place) in enumerate(
        (name.strip(), place) for place, names in _PLACES.items() for name in names.split(",")
    )
]


def people(*, at: datetime) -> dict[str, User]:
    """Create those who sign in, with their roles and a password; returns them by e-mail."""
    found = {}
    for who in SIGN_INS:
        user = User.objects.create_user(who.email, PASSWORD, name=who.name, time_zone="Europe/Kyiv")
        if who.role is not None:
            grant(user, who.role, by=System("seeding"), at=at, limit=who.limit, day_limit=who.day_limit)
        found[who.email] = user
    return found


def settle_in(buyers: Iterable[Buyer]) -> None:
    """Give the members whom the import created their time zone, and everyone a verified address."""
    zones: Mapping[str, str] = {buyer.email: buyer.time_zone for buyer in buyers}
    everyone = list(User.objects.order_by("pk"))
    for user in everyone:
        user.time_zone = zones.get(user.email, user.time_zone)
    User.objects.bulk_update(everyone, ["time_zone"])
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, primary=True, verified=True) for user in everyone
    )
