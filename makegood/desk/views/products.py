"""Products: what is sold, a new one, one with its releases and history, taking one off sale."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, IntegerField, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from makegood.accounts.roles import Right
from makegood.audit.models import Event
from makegood.desk.access import StaffRequest, needs, see_other
from makegood.desk.forms.products import NewProductForm, ProductForm
from makegood.desk.forms.writing import NothingToFillIn
from makegood.desk.product_words import LABELS, changes_told_by
from makegood.desk.refusals import done
from makegood.desk.ticket import events_with_names
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.orders import products
from makegood.orders.models import Order, Product

COUNTED = 1000
"""Orders are counted up to here; what matters is whether there are few or many."""
SHOWN = 200
RELEASES_SHOWN = 50
EVENTS_SHOWN = 50
STEPS = {"retire": products.retire, "bring-back": products.bring_back}

sees = needs(Right.MANAGE_PRODUCTS, Right.SEE_EVENTS)


@sees
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """All of them by name, those on sale first."""
    orders = Order.objects.filter(product=OuterRef("pk")).order_by().values("pk")[: COUNTED + 1]
    counted = Func(ArraySubquery(orders), function="cardinality", output_field=IntegerField())
    rows = Product.objects.annotate(sold=counted).order_by(
        F("retired_at").desc(nulls_first=True), "name", "pk"
    )
    context = {
        "rows": rows[:SHOWN],
        "counted": COUNTED,
        "may_manage": request.user.may(Right.MANAGE_PRODUCTS),
    }
    return render(request, "desk/products.html", context)


@needs(Right.MANAGE_PRODUCTS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Sell another one."""
    if request.method != "POST":
        return _page(request, NewProductForm())
    form = NewProductForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=INVALID)
    added = done(
        form,
        lambda: products.add(form.cleaned_data["sku"], form.terms, by=request.user, at=timezone.now()),
    )
    return _saved(request, added) if added else _page(request, form, status=FROM_OTHERS)


@sees
@require_safe
def show(request: StaffRequest, sku: str) -> HttpResponse:
    """One product, with its releases and what happened to it."""
    product = get_object_or_404(Product, sku=sku)
    return _page(request, _filled(product), product)


@needs(Right.MANAGE_PRODUCTS)
@require_POST
def change(request: StaffRequest, sku: str) -> HttpResponse:
    """Save what the form says."""
    product = get_object_or_404(Product, sku=sku)
    form = ProductForm(request.POST)
    if not form.is_valid():
        return _page(request, form, product, status=INVALID)
    edition = form.cleaned_data["edition"] or 0
    saved = done(
        form,
        lambda: products.change(product, form.terms, edition=edition, by=request.user, at=timezone.now()),
    )
    return _saved(request, saved) if saved else _again(request, form, sku)


@needs(Right.MANAGE_PRODUCTS)
@require_POST
def sell(request: StaffRequest, sku: str, step: str) -> HttpResponse:
    """`retire`: take it off sale; `bring-back`: sell it again."""
    product = get_object_or_404(Product, sku=sku)
    act = STEPS.get(step)
    if act is None:
        raise Http404
    form = NothingToFillIn(request.POST)
    if done(form, lambda: act(product, by=request.user, at=timezone.now())) is None:
        problems = [str(error) for error in form.non_field_errors()]
        product.refresh_from_db()
        return _page(request, _filled(product), product, problems=problems, status=FROM_OTHERS)
    said = _("{product} is off sale.") if step == "retire" else _("{product} is on sale again.")
    messages.success(request, said.format(product=product))
    return see_other(reverse("desk:product", args=[sku]))


def _filled(product: Product) -> ProductForm:
    return ProductForm(initial={name: getattr(product, name) for name in (*LABELS, "edition")})


def _saved(request: StaffRequest, product: Product) -> HttpResponse:
    messages.success(request, _("{product} is saved.").format(product=product))
    return see_other(reverse("desk:product", args=[product.sku]))


def _again(request: StaffRequest, form: ProductForm, sku: str) -> HttpResponse:
    """What was typed stays, over the edition that is there now."""
    product = get_object_or_404(Product, sku=sku)
    again = ProductForm({**request.POST.dict(), "edition": product.edition})
    again.full_clean()
    for refusal in form.non_field_errors():
        again.add_error(None, refusal)
    return _page(request, again, product, status=FROM_OTHERS)


def _page(
    request: StaffRequest,
    form: ProductForm,
    product: Product | None = None,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    may_manage = request.user.may(Right.MANAGE_PRODUCTS)
    if not may_manage:
        for field in form.fields.values():
            field.disabled = True
    context = {
        "form": form,
        "product": product,
        "problems": problems or [],
        "releases": list(product.releases.order_by("-released_on", "-pk")[:RELEASES_SHOWN])
        if product
        else [],
        "history": _history(product) if product else [],
        "may_manage": may_manage,
    }
    return render(request, "desk/product.html", context, status=status)


def _history(product: Product) -> list[Event]:
    """The newest first; each with its `changes`."""
    events = Event.objects.filter(subject_kind="product", subject_id=product.pk)
    rows = list(events_with_names(events).order_by("-id")[:EVENTS_SHOWN])
    for event in rows:
        event.changes = changes_told_by(event)
    return rows
