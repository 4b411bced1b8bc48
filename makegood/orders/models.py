"""What was sold: products, orders and renewals, their payments, usage, downloads and trials."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from makegood.audit.append_only import append_only
from makegood.money import Money

CURRENCY_CODE = models.Q(currency__regex="^[A-Z]{3}$")


class ProductKind(models.TextChoices):
    """Software is installed, a service is used online."""

    SOFTWARE = "software", _("Software")
    SERVICE = "service", _("Service")


class Product(models.Model):
    """Something that is sold.

    `trial_days` None: there is no free trial; `trial_quota` None: a trial is not limited. `retired_at`: since
    when it is no longer sold; None: it is. `edition` counts its changes.
    """

    sku = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=ProductKind)
    summary = models.CharField(max_length=300, blank=True)
    trial_days = models.PositiveIntegerField(null=True)
    trial_quota = models.PositiveIntegerField(null=True)
    unit = models.CharField(max_length=40, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    edition = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=ProductKind.values), name="product_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(trial_days__isnull=True) | models.Q(trial_days__gte=1),
                name="product_trial_lasts",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    """One purchase of one product by one member, or one automatic renewal of it.

    `renews` is the order whose term this one continues; None for a purchase. `auto_renewal_chosen` is whether
    the customer chose automatic renewal while purchasing; None when the shop did not record it. `tax_minor`
    is the tax within the amount and `tax_rate` its rate in percent; both None when the shop did not tell.
    """

    number = models.CharField(max_length=40, unique=True)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="orders")
    purchased_at = models.DateTimeField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    renews = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="renewals")
    auto_renewal_chosen = models.BooleanField(null=True)
    country = models.CharField(max_length=2, blank=True)
    tax_minor = models.BigIntegerField(null=True)
    tax_rate = models.DecimalField(max_digits=6, decimal_places=3, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Upper("number"), name="order_number_whatever_its_case"),
            models.CheckConstraint(condition=models.Q(amount_minor__gte=0), name="order_amount_not_negative"),
            models.CheckConstraint(condition=CURRENCY_CODE, name="order_currency_is_a_code"),
            models.CheckConstraint(condition=~models.Q(renews=models.F("id")), name="order_renews_another"),
            models.CheckConstraint(
                condition=models.Q(tax_minor__isnull=True, tax_rate__isnull=True)
                | models.Q(
                    tax_minor__isnull=False,
                    tax_minor__gte=0,
                    tax_minor__lte=models.F("amount_minor"),
                    tax_rate__gte=0,
                    tax_rate__isnull=False,
                ),
                name="order_tax_within_its_amount",
            ),
        ]
        indexes = [models.Index(fields=["member", "-purchased_at", "-id"], name="orders_of_a_member")]

    def __str__(self) -> str:
        return self.number

    @property
    def amount(self) -> Money:
        """The price of the order."""
        return Money(self.amount_minor, self.currency)

    @property
    def is_renewal(self) -> bool:
        """Whether this order was made by an automatic charge."""
        return self.renews_id is not None

    def renewal_was_chosen(self) -> bool | None:
        """Whether automatic renewal was chosen: as recorded here, else with the nearest order it renews.

        None: it is recorded nowhere. Reads further orders only where this one records nothing.
        """
        seen: set[int] = set()
        earlier: Order | None = self
        while earlier is not None and earlier.pk not in seen:
            if earlier.auto_renewal_chosen is not None:
                return earlier.auto_renewal_chosen
            seen.add(earlier.pk)
            earlier = earlier.renews
        return None


class Payment(models.Model):
    """Money captured for an order, and how much of it is spoken for by refunds.

    `reserved_minor` counts every refund that may still be paid, was paid, or was made outside; the check
    keeps the sum from exceeding what was captured.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=40)
    provider_reference = models.CharField(max_length=120)
    method = models.CharField(max_length=20)
    method_label = models.CharField(max_length=80)
    currency = models.CharField(max_length=3)
    captured_minor = models.BigIntegerField()
    reserved_minor = models.BigIntegerField(default=0)
    captured_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_reference"], name="payment_known_once"),
            models.CheckConstraint(
                condition=models.Q(captured_minor__gt=0), name="payment_captured_something"
            ),
            models.CheckConstraint(
                condition=models.Q(reserved_minor__gte=0, reserved_minor__lte=models.F("captured_minor")),
                name="payment_reserved_within_captured",
            ),
            models.CheckConstraint(condition=CURRENCY_CODE, name="payment_currency_is_a_code"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.provider_reference}"

    @property
    def captured(self) -> Money:
        """What was taken from the customer."""
        return Money(self.captured_minor, self.currency)

    @property
    def refundable(self) -> Money:
        """What can still be refunded."""
        return Money(self.captured_minor - self.reserved_minor, self.currency)


class Usage(models.Model):
    """One use of a service under an order, as the service reported it: so many `units` of the product."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="usage")
    external_id = models.CharField(max_length=80, unique=True)
    used_at = models.DateTimeField()
    units = models.PositiveIntegerField()
    what = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(units__gte=1), name="usage_of_something")]
        indexes = [models.Index(fields=["order", "used_at"], name="usage_of_an_order")]

    def __str__(self) -> str:
        return f"{self.order}: {self.units} at {self.used_at:%Y-%m-%d %H:%M}"


class Edition(models.TextChoices):
    """What a download gives: a trial, or the full product for those who bought it."""

    TRIAL = "trial", _("Trial")
    FULL = "full", _("Full version")


class Release(models.Model):
    """A downloadable file of a software product."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="releases")
    version = models.CharField(max_length=40)
    platform = models.CharField(max_length=40)
    edition = models.CharField(max_length=10, choices=Edition)
    file = models.FileField(upload_to="releases/")
    byte_size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    released_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "version", "platform", "edition"], name="release_published_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.version} {self.platform} {self.edition}"


class Download(models.Model):
    """A member downloaded a release."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="downloads")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="downloads")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["member", "-at"], name="downloads_of_a_member")]

    def __str__(self) -> str:
        return f"{self.member} {self.release}"


class Trial(models.Model):
    """A member's free trial of a service; one per product, so that a trial cannot be had twice.

    `quota` None: not limited. `used` is the sum of its `TrialUsage`. `reminded_at` is when we noticed that it
    ends soon, `ended_at` when we noticed that it had ended; None: not noticed.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="trials")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="trials")
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    quota = models.PositiveIntegerField(null=True)
    used = models.PositiveIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "product"], name="trial_once_per_product"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("started_at")), name="trial_ends_later"
            ),
            models.CheckConstraint(
                condition=models.Q(quota__isnull=True) | models.Q(used__lte=models.F("quota")),
                name="trial_within_its_quota",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_at"], name="trials_to_look_at", condition=models.Q(ended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.product}"


class TrialUsage(models.Model):
    """One use of a service on trial, as the service reported it: so many `units` of the product."""

    trial = models.ForeignKey(Trial, on_delete=models.PROTECT, related_name="usage")
    external_id = models.CharField(max_length=80, unique=True)
    used_at = models.DateTimeField()
    units = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(units__gte=1), name="trial_usage_of_something")
        ]
        indexes = [models.Index(fields=["trial", "used_at"], name="usage_of_a_trial")]

    def __str__(self) -> str:
        return f"{self.trial}: {self.units} at {self.used_at:%Y-%m-%d %H:%M}"


class ImportedFile(models.Model):
    """A file of the shop that brought something new: `new` orders or uses; `known` were there before."""

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    lines = models.PositiveIntegerField()
    new = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return self.name
