"""The addresses of this door."""

from django.urls import path

from makegood.desk.views import (
    approvals,
    board,
    deciding,
    defects,
    engineers,
    events,
    examining,
    money,
    next_policy,
    policy,
    policy_languages,
    requests,
    ticket,
)

app_name = "desk"
urlpatterns = [
    path("", board.board, name="board"),
    path("take/", examining.take, name="take"),
    path("requests/", requests.index, name="requests"),
    path("requests/<slug:reference>/", ticket.show, name="request"),
    path("requests/<slug:reference>/put-back/", examining.put_back, name="put_back"),
    path("requests/<slug:reference>/messages/", examining.write, name="write"),
    path("requests/<slug:reference>/notes/", examining.note, name="note"),
    path("requests/<slug:reference>/findings/<slug:fact>/", examining.find_out, name="find_out"),
    path("requests/<slug:reference>/engineers/", engineers.send, name="engineers"),
    path("requests/<slug:reference>/decide/", deciding.decide, name="decide"),
    path("requests/<slug:reference>/approval/", approvals.show, name="approval"),
    path("requests/<slug:reference>/approval/approve/", approvals.approve, name="approve"),
    path("requests/<slug:reference>/approval/return/", approvals.return_decision, name="return_decision"),
    path("approvals/", approvals.index, name="approvals"),
    path("defects/", defects.index, name="defects"),
    path("defects/new/", defects.new, name="new_defect"),
    path("defects/<int:pk>/", defects.show, name="defect"),
    path("defects/<int:pk>/<slug:said>/", defects.verdict, name="verdict"),
    path("money/", money.index, name="money"),
    path("money/outside/<int:pk>/", money.confirm_external, name="confirm_external"),
    path("money/<int:pk>/", money.show, name="refund"),
    path("money/<int:pk>/<slug:name>/", money.move, name="move_refund"),
    path("policy/", policy.in_force, name="policy"),
    path("policy-next/", next_policy.show, name="next_policy"),
    path("policy-next/changes/", next_policy.changes, name="policy_changes"),
    path("policy-next/languages/<slug:language>/", policy_languages.language, name="policy_language"),
    path("policy-next/save/", next_policy.save, name="save_policy"),
    path("policy-next/<slug:step>/", next_policy.move, name="move_policy"),
    path("policy/<str:version>/", policy.version, name="policy_version"),
    path("events/", events.index, name="events"),
]
