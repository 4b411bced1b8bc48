"""The addresses of this door."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from makegood.members.views import (
    credit_notes,
    downloads,
    evidence,
    guide,
    home,
    language,
    law,
    letters,
    pictures,
    policy,
    ticket,
    ticket_pdf,
    trials,
    uploads,
)
from makegood.members.views.account import entering
from makegood.members.views.refund_form import questioning, starting, steps

app_name = "members"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("language", language.language, name="language"),
    path("enter", entering.enter, name="enter"),
    path("account/", include("makegood.members.views.account.urls")),
    path("policy", policy.policy, name="policy"),
    path("law/<slug:name>/<str:version>/", law.law, name="law"),
    path("help/screenshot", guide.screenshot_guide, name="screenshot_guide"),
    path("downloads/", downloads.downloads, name="downloads"),
    path("downloads/<int:release>/", downloads.download, name="download"),
    path("downloads/file/<str:token>/<str:name>", downloads.file, name="file"),
    path("letters/end/<str:token>/", letters.unsubscribe, name="unsubscribe"),
    path("trials/", trials.trials, name="trials"),
    path("letters/reminders/", trials.reminders, name="trial_reminders"),
    path("trials/<slug:sku>/", trials.trial, name="trial"),
    path("trials/<slug:sku>/start/", trials.start, name="start_trial"),
    path("refunds/", home.refunds, name="refunds"),
    path("refunds/new/", starting.new_refund, name="new_refund"),
    path("refunds/evidence/<int:evidence>/<str:name>", evidence.evidence, name="evidence"),
    path("refunds/evidence/<int:evidence>/pages/<int:page>/", evidence.page, name="evidence_page"),
    path("refunds/uploads/<uuid:upload>/", uploads.upload, name="upload"),
    path("refunds/uploads/<uuid:upload>/remove/", uploads.remove_upload, name="remove_upload"),
    path("refunds/form/<uuid:token>/discard/", starting.discard, name="discard_form"),
    path("refunds/form/<uuid:token>/pictures/", questioning.add_pictures, name="add_pictures"),
    path(
        "refunds/form/<uuid:token>/pictures/<int:evidence>/remove/",
        questioning.remove_picture,
        name="remove_picture",
    ),
    path(
        "refunds/form/<uuid:token>/pictures/<int:evidence>/move/",
        questioning.move_picture,
        name="move_picture",
    ),
    path("refunds/form/<uuid:token>/pictures/list/", pictures.pictures, name="pictures"),
    path("refunds/form/<uuid:token>/pictures/uploads/", pictures.begin_in_form, name="uploads"),
    path("refunds/form/<uuid:token>/<slug:step>/", steps.form_step, name="form_step"),
    path("refunds/<slug:reference>/", ticket.ticket, name="ticket"),
    path("refunds/<slug:reference>/news/", ticket.news, name="news"),
    path("refunds/<slug:reference>/live/", ticket.follow_ticket, name="follow"),
    path("refunds/<slug:reference>/pdf/", ticket_pdf.ticket_pdf, name="ticket_pdf"),
    path("refunds/<slug:reference>/credit-notes/<slug:name>/", credit_notes.credit_note, name="credit_note"),
    path("refunds/<slug:reference>/before/<int:message>/", ticket.earlier, name="earlier"),
    path("refunds/<slug:reference>/messages/", ticket.write, name="write"),
    path("refunds/<slug:reference>/fix-works/", ticket.fix_works, name="fix_works"),
    path("refunds/<slug:reference>/pictures/", pictures.message_pictures, name="message_pictures"),
    path("refunds/<slug:reference>/pictures/uploads/", pictures.begin_in_message, name="message_uploads"),
    path(
        "refunds/<slug:reference>/pictures/<int:evidence>/remove/",
        pictures.remove_from_message,
        name="message_remove_picture",
    ),
    path("refunds/<slug:reference>/withdraw/", ticket.withdraw, name="withdraw"),
]
