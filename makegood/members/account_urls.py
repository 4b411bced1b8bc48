"""The addresses of django-allauth that are in use, by the names it gave them, and no others of its many."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as second_step
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as provider
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.urls import URLPattern, path, re_path

from makegood.members.views.account.passkeys import add_passkey
from makegood.members.views.account.provider import to_provider
from makegood.members.views.account.recovery_codes import show_recovery_codes
from makegood.members.views.account.spoken import spoken

urlpatterns: list[URLPattern] = [
    path("login/", account.login, name="account_login"),
    path("logout/", spoken(account.logout), name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("reauthenticate/", spoken(account.reauthenticate), name="account_reauthenticate"),
    path("email/", spoken(account.email), name="account_email"),
    path("confirm-email/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path("password/change/", spoken(account.password_change), name="account_change_password"),
    path("password/set/", spoken(account.password_set), name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("two-step/", spoken(second_step.index), name="mfa_index"),
    path("two-step/code/", second_step.authenticate, name="mfa_authenticate"),
    path("two-step/again/", spoken(second_step.reauthenticate), name="mfa_reauthenticate"),
    path("two-step/app/", spoken(totp.activate_totp), name="mfa_activate_totp"),
    path("two-step/app/off/", spoken(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("two-step/recovery-codes/", spoken(show_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "two-step/recovery-codes/new/",
        spoken(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("passkeys/", spoken(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("passkeys/add/", spoken(add_passkey), name="mfa_add_webauthn"),
    path("passkeys/again/", spoken(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("passkeys/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("passkeys/<int:pk>/remove/", spoken(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/name/", spoken(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("provider/", spoken(provider.connections), name="socialaccount_connections"),
    path("provider/signup/", provider.signup, name="socialaccount_signup"),
    path("provider/cancelled/", provider.login_cancelled, name="socialaccount_login_cancelled"),
    path("provider/<str:provider_id>/", to_provider, name="openid_connect_login"),
    path("provider/<str:provider_id>/back/", openid_connect.callback, name="openid_connect_callback"),
]
