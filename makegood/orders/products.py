"""Adding a product, changing it, taking it off sale and back: each with its event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.moving import MoveNotAllowed, locked
from makegood.audit.recording import record
from makegood.orders.models import Product, ProductKind

Keeper = User | System


@dataclass(frozen=True, slots=True)
class Terms:
    """What a product is. `trial_days` None: no free trial; `trial_quota` None: a trial is not limited.

    `unit`: what uses of a service are counted in, empty where nothing is counted.
    """

    name: str
    kind: ProductKind
    summary: str = ""
    unit: str = ""
    trial_days: int | None = None
    trial_quota: int | None = None


class MayNotManage(Exception):
    """What is sold, and its trials, are a right of their own."""

    def __init__(self) -> None:
        super().__init__(_("Your role does not manage products and their trials."))


class CodeTaken(Exception):
    """Another product has this code."""

    def __init__(self, sku: str) -> None:
        super().__init__(_("There is already a product with the code “{sku}”.").format(sku=sku))


class KindSettled(Exception):
    """It was sold as what it is; software does not become a service afterwards."""

    def __init__(self, product: Product) -> None:
        words = _("{product} was sold as what it is, so its kind cannot change any more.")
        super().__init__(words.format(product=product))


class TrialOfSoftware(Exception):
    """Only a service is tried by registering; the trial of software is a file."""

    def __init__(self) -> None:
        super().__init__(
            _("Software is tried by downloading its trial version; only a service has days and a quota.")
        )


class ProductChangedMeanwhile(Exception):
    """Somebody changed the product after the page was opened."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody changed this product meanwhile. Yours is still on this page; "
                "compare it before you save it again."
            )
        )


def terms_of(product: Product) -> Terms:
    """What it is now."""
    return Terms(
        product.name,
        ProductKind(product.kind),
        product.summary,
        product.unit,
        product.trial_days,
        product.trial_quota,
    )


def add(sku: str, terms: Terms, *, by: Keeper, at: datetime) -> Product:
    """Sell another product under the code `sku`. Raises MayNotManage, TrialOfSoftware, CodeTaken."""
    _allow(by, terms)
    product = Product(sku=sku, **asdict(terms))
    try:
        with transaction.atomic():
            product.save()
            record(Action.PRODUCT_ADDED, subject=product, by=by, at=at, sku=sku, **asdict(terms))
    except IntegrityError as error:
        if "sku" not in str(error):
            raise
        raise CodeTaken(sku) from error
    return product


def change(product: Product, terms: Terms, *, edition: int, by: Keeper, at: datetime) -> Product:
    """Say anew what it is; `edition` is the one that was read. Nothing is recorded where nothing changes.

    Trials that run keep what they began with. Raises MayNotManage, TrialOfSoftware, KindSettled,
    ProductChangedMeanwhile.
    """
    _allow(by, terms)
    with transaction.atomic():
        current = locked(product)
        if current.edition != edition:
            raise ProductChangedMeanwhile
        before, after = asdict(terms_of(current)), asdict(terms)
        changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
        if "kind" in changed and current.orders.exists():
            raise KindSettled(current)
        if changed:
            _write(current, after)
            record(Action.PRODUCT_CHANGED, subject=current, by=by, at=at, changed=changed)
    return current


def retire(product: Product, *, by: Keeper, at: datetime) -> Product:
    """Take it off sale: no new trials of it. Its orders stay, and can be refunded and renewed.

    Raises MayNotManage, MoveNotAllowed.
    """
    return _sell(product, False, Action.PRODUCT_RETIRED, by=by, at=at)


def bring_back(product: Product, *, by: Keeper, at: datetime) -> Product:
    """Put it on sale again. Raises MayNotManage, MoveNotAllowed."""
    return _sell(product, True, Action.PRODUCT_BROUGHT_BACK, by=by, at=at)


def require_manager(by: Keeper) -> None:
    """Raises MayNotManage; the command line may."""
    if isinstance(by, User) and not by.may(Right.MANAGE_PRODUCTS):
        raise MayNotManage


def _allow(by: Keeper, terms: Terms) -> None:
    require_manager(by)
    if terms.kind == ProductKind.SOFTWARE and (terms.trial_days or terms.trial_quota):
        raise TrialOfSoftware


def _sell(product: Product, is_sold: bool, action: Action, *, by: Keeper, at: datetime) -> Product:
    require_manager(by)
    with transaction.atomic():
        current = locked(product)
        if (current.retired_at is None) == is_sold:
            standing = ("retired", "on sale")
            raise MoveNotAllowed(current, standing[not is_sold], standing[is_sold])
        _write(current, {"retired_at": None if is_sold else at})
        record(action, subject=current, by=by, at=at)
    return current


def _write(product: Product, fields: Mapping[str, object]) -> None:
    for name, value in fields.items():
        setattr(product, name, value)
    product.edition += 1
    product.save(update_fields=[*fields, "edition"])
