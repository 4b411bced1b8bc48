"""Settings of one installation, read from the environment; a wrong or unknown one stops the start."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from makegood.config.described import described
from makegood.config.environment import read_environment

PROJECT = Path(__file__).resolve().parents[2]
ENVIRONMENT = read_environment()

DEMO = ENVIRONMENT.demo
DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.trusted_origins
DATABASES = {"default": ENVIRONMENT.database}
DATA_DIR = ENVIRONMENT.data_dir
MEDIA_ROOT = DATA_DIR / "files"
UPLOADS_ROOT = DATA_DIR / "uploads"

MAKEGOOD_VENDOR = ENVIRONMENT.vendor
MAKEGOOD_SELLER_NAME = ENVIRONMENT.seller_name
MAKEGOOD_SELLER_ADDRESS = ENVIRONMENT.seller_address
MAKEGOOD_SELLER_TAX_NUMBER = ENVIRONMENT.seller_tax_number
MAKEGOOD_CREDIT_NOTE_SERIES = ENVIRONMENT.credit_note_series
MAKEGOOD_SITE_URL = ENVIRONMENT.site_url
MAKEGOOD_DESK_ZONE = ENVIRONMENT.desk_zone
MAKEGOOD_DESK_COUNTRY = ENVIRONMENT.desk_country
MAKEGOOD_DAYS_TO_TRY_A_FIX = ENVIRONMENT.days_to_try_a_fix
MAKEGOOD_BULK_UNDO_MINUTES = ENVIRONMENT.bulk_undo_minutes
MAKEGOOD_HANDOVER_SECRET = ENVIRONMENT.handover_secret
MAKEGOOD_OIDC_NAME = ENVIRONMENT.oidc.name if ENVIRONMENT.oidc else ""
MAKEGOOD_2CHECKOUT_URL = ENVIRONMENT.twocheckout.url
MAKEGOOD_2CHECKOUT_MERCHANT_CODE = ENVIRONMENT.twocheckout.merchant_code
MAKEGOOD_2CHECKOUT_SECRET = ENVIRONMENT.twocheckout.secret
MAKEGOOD_2CHECKOUT_REASON = ENVIRONMENT.twocheckout.reason
MAKEGOOD_PAYPAL_URL = ENVIRONMENT.paypal.url
MAKEGOOD_PAYPAL_CLIENT_ID = ENVIRONMENT.paypal.client_id
MAKEGOOD_PAYPAL_SECRET = ENVIRONMENT.paypal.secret
MAKEGOOD_PAYPAL_WEBHOOK_ID = ENVIRONMENT.paypal.webhook_id
MAKEGOOD_SANDBOX_URL = ENVIRONMENT.sandbox_url
MAKEGOOD_SANDBOX_SECRET = ENVIRONMENT.sandbox_secret
MAKEGOOD_SANDBOX_WEBHOOK_SECRET = ENVIRONMENT.sandbox_webhook_secret
MAKEGOOD_STRIPE_URL = ENVIRONMENT.stripe_url
MAKEGOOD_STRIPE_SECRET = ENVIRONMENT.stripe_secret
MAKEGOOD_STRIPE_WEBHOOK_SECRET = ENVIRONMENT.stripe_webhook_secret
MAKEGOOD_SEPA_NAME = ENVIRONMENT.sepa.name
MAKEGOOD_SEPA_IBAN = ENVIRONMENT.sepa.iban
MAKEGOOD_SEPA_BIC = ENVIRONMENT.sepa.bic
MAKEGOOD_TRACKER_SECRETS = ENVIRONMENT.tracker_secrets
MAKEGOOD_SHOP = ENVIRONMENT.shop
MAKEGOOD_SETTINGS = described(ENVIRONMENT)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "pgtrigger",
    "django_htmx",
    "template_partials",
    "csp",
    "makegood.audit.apps.AuditConfig",
    "makegood.accounts.apps.AccountsConfig",
    "makegood.orders.apps.OrdersConfig",
    "makegood.defects.apps.DefectsConfig",
    "makegood.refund_requests.apps.RefundRequestsConfig",
    "makegood.refunds.apps.RefundsConfig",
    "makegood.queue.apps.QueueConfig",
    "makegood.notifications.apps.NotificationsConfig",
    "makegood.search.apps.SearchConfig",
    "makegood.effects.apps.EffectsConfig",
    "makegood.reports.apps.ReportsConfig",
    "makegood.books.apps.BooksConfig",
    "makegood.bulk_actions.apps.BulkActionsConfig",
    "makegood.members.apps.MembersConfig",
    "makegood.desk.apps.DeskConfig",
    "makegood.api.apps.ApiConfig",
    "makegood.dev.apps.DevConfig",
    "makegood.cli.apps.CliConfig",
    "makegood.config.apps.ConfigConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "makegood.config.languages.in_the_persons_language",
    "makegood.config.privacy.private_pages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "makegood.members.last_seen.last_seen",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "makegood.config.urls"
WSGI_APPLICATION = "makegood.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT / "makegood" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "makegood.config.context.brand",
                "makegood.members.context.member_nav",
                "makegood.desk.context.desk",
            ],
        },
    },
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["makegood.accounts.backends.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "makegood.members.forms.accounts.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_ADAPTER = "makegood.members.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "change_password": "makegood.members.forms.passwords.ChangedPasswordForm",
    "set_password": "makegood.members.forms.passwords.FirstPasswordForm",
    "reset_password_from_key": "makegood.members.forms.passwords.ChosenPasswordForm",
}
ACCOUNT_USER_DISPLAY = "makegood.notifications.addressing.name_or_address"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True  # the old address stays until the new one is confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_RATE_LIMITS = {"login_failed": "10/h/key,20/h/ip"}
# Without it everybody has the address of the proxy, and 20 wrong passwords of one keep out all.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ENVIRONMENT.behind_proxy else 0
MFA_ADAPTER = "makegood.members.adapters.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {"add_webauthn": "makegood.members.forms.passkeys.AddPasskeyForm"}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RATE_LIMITS = {"webauthn_login": "20/h/ip"}
# Browsers make passkeys over TLS, and for a demo on the machine itself.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO and not MAKEGOOD_SITE_URL.startswith("https:")
SOCIALACCOUNT_ADAPTER = "makegood.members.adapters.ProviderAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # by an address that the provider says is proved; see the adapter
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "vendor",
                    "name": ENVIRONMENT.oidc.name,
                    "client_id": ENVIRONMENT.oidc.client_id,
                    "secret": ENVIRONMENT.oidc.secret,
                    "settings": {"server_url": ENVIRONMENT.oidc.server_url},
                }
            ],
        }
    }
    if ENVIRONMENT.oidc
    else {}
)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if MAKEGOOD_SITE_URL.startswith("https:") else "http"

# The first is shared by all web processes: how often somebody tried, and which codes were used.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_tries",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # What each process may forget at any time.
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

LANGUAGE_CODE = "en"
# Each in its own words, once its catalogue in makegood/locale is complete (docs/languages.md).
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
    ("pl", "Polski"),
    ("pt-br", "Português"),
    ("uk", "Українська"),
]
LOCALE_PATHS = [PROJECT / "makegood" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [PROJECT / "makegood" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": ENVIRONMENT.static_storage},
}
WHITENOISE_USE_FINDERS = DEBUG
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FILES = 50  # a few too many are refused in words, by the form

EMAIL_BACKEND = ENVIRONMENT.email["EMAIL_BACKEND"]
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = ENVIRONMENT.email.get("EMAIL_HOST") or ""
EMAIL_PORT = ENVIRONMENT.email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = ENVIRONMENT.email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = ENVIRONMENT.email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = ENVIRONMENT.email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = ENVIRONMENT.email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = ENVIRONMENT.email_from
SERVER_EMAIL = ENVIRONMENT.email_from
MAKEGOOD_EMAIL_BOUNCES = ENVIRONMENT.email_bounces
MAKEGOOD_IMAP_URL = ENVIRONMENT.imap
MAKEGOOD_WORK_IN_PROGRESS = ENVIRONMENT.work_in_progress
MAKEGOOD_SEND_FILES = ENVIRONMENT.send_files

SECURE_SITE = MAKEGOOD_SITE_URL.startswith("https:")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SITE
SESSION_COOKIE_NAME = "__Host-session" if SECURE_SITE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_SITE else "csrf"
LANGUAGE_COOKIE_SECURE = SECURE_SITE
LANGUAGE_COOKIE_NAME = "__Host-language" if SECURE_SITE else "language"
LANGUAGE_COOKIE_AGE = 31_536_000  # a year; whoever signs in is asked for nothing, their account knows
LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SITE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.behind_proxy else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # Browsers hold the redirect after a form to it as well; signing in at the provider begins with one.
        "form-action": [SELF, *([ENVIRONMENT.oidc.sign_in_origin] if ENVIRONMENT.oidc else [])],
    }
}

PROCRASTINATE_ON_APP_READY = "makegood.config.jobs.on_app_ready"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
LOGGING_CONFIG = "makegood.config.logs.configure"
LOGGING = {"json": ENVIRONMENT.json_logs, "level": ENVIRONMENT.log_level}
