"""Settings shared by every situation, read from the environment once."""

from __future__ import annotations

from pathlib import Path

import environ

from encours.access.sessions.limits import Limits
from encours.settings import checks

env = environ.Env()

PACKAGE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("ENCOURS_DATA_DIR", default="./var")).resolve()
SEAL_DIR = DATA_DIR / "seals"  # the links of each chain of documents, outside the database
STORE_URL = checks.read_store(env.str("ENCOURS_STORE_URL", default=""))  # where the bytes of documents live
SEAL_EMAIL = env.str("ENCOURS_SEAL_EMAIL", default="")  # who receives the seal of each day

DEBUG = False
BASE_URL = env.str("ENCOURS_BASE_URL", default="")
ALLOWED_HOSTS = env.list("ENCOURS_ALLOWED_HOSTS", default=[])

INSTALLED_APPS = [
    "encours.access",
    "encours.audit",
    "encours.parties",
    "encours.receivables",
    "encours.archive",
    "encours.delivery",
    "encours.documents",
    "encours.statements",
    "encours.dunning",
    "encours.intake",
    "encours.desk",
    "encours.operations",
    "encours.manual",
    "encours.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "encours.web.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "encours.web.middleware.PrivatePagesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "encours.access.sessions.middleware.SessionLimitsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "encours.access.middleware.UserLanguageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "encours.access.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "encours.web.urls"
WSGI_APPLICATION = "encours.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "encours.web.context.page",
            ],
        },
    }
]

SQLITE_OPTIONS = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;"
        " PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
    ),
}


def read_database() -> dict[str, object]:
    """Return Django's description of the database that DATABASE_URL names."""
    database = env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'encours.sqlite3'}")
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = dict(SQLITE_OPTIONS)
    else:
        database["CONN_MAX_AGE"] = 600
        database["CONN_HEALTH_CHECKS"] = True
        # The list's queries cost milliseconds: compiling them costs more, and an index is worth its pages.
        database.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off -c random_page_cost=1.1")
    return dict(database)


DATABASES = {"default": read_database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
LOGIN_URL = "/connexion/"
CSRF_FAILURE_VIEW = "encours.web.views.csrf_failure"
SESSION_COOKIE_NAME = "encours-session"
CSRF_COOKIE_NAME = "encours-csrf"
SESSION_LIMITS = Limits(
    idle=60
    * checks.read_count(
        "ENCOURS_SESSION_IDLE_MINUTES",
        env.str("ENCOURS_SESSION_IDLE_MINUTES", default=""),
        default=60,
        least=5,
        most=1440,
    ),
    absolute=3600
    * checks.read_count(
        "ENCOURS_SESSION_MAX_HOURS",
        env.str("ENCOURS_SESSION_MAX_HOURS", default=""),
        default=12,
        least=1,
        most=168,
    ),
)
SESSION_COOKIE_AGE = SESSION_LIMITS.absolute
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["encours.access.backends.SignInBackend"]
MFA_ADAPTER = "encours.access.second_factor.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BASE_URL.startswith("https://")  # this machine alone, then
OIDC_PROVIDER_ID = "entreprise"
OIDC = checks.read_provider(
    issuer=env.str("ENCOURS_OIDC_ISSUER", default=""),
    client_id=env.str("ENCOURS_OIDC_CLIENT_ID", default=""),
    secret=env.str("ENCOURS_OIDC_CLIENT_SECRET", default=""),
    name=env.str("ENCOURS_OIDC_NAME", default=""),
)
OIDC_EMAIL_IS_VERIFIED = env.bool("ENCOURS_OIDC_EMAIL_IS_VERIFIED", default=False)
SOCIALACCOUNT_ADAPTER = "encours.access.company.adapter.CompanyAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form may not lead elsewhere by our content policy
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [{"provider_id": OIDC_PROVIDER_ID, **OIDC}] if OIDC else [],
    }
}
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "encours.access.context_words.ContextWordsValidator"},
]

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
IS_HTTPS = BASE_URL.startswith("https://")
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
BUILT_STATIC = PACKAGE_DIR / "staticfiles"
STATIC_ROOT = BUILT_STATIC if (BUILT_STATIC / "staticfiles.json").exists() else DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

EMAIL_URL = env.str("EMAIL_URL", default="")
EMAIL_MAX_CONNECTIONS = checks.read_count(  # of one worker, at the same time
    "EMAIL_MAX_CONNECTIONS", env.str("EMAIL_MAX_CONNECTIONS", default=""), default=8, least=1, most=100
)
PAYMENTS_OLD_AFTER_DAYS = checks.read_count(  # a proposal of reminders then warns
    "ENCOURS_PAYMENTS_OLD_AFTER_DAYS",
    env.str("ENCOURS_PAYMENTS_OLD_AFTER_DAYS", default=""),
    default=7,
    least=0,
    most=10_000,
)
EMAIL_MAX_PER_MINUTE = checks.read_count(  # of all workers together; 0: no limit
    "EMAIL_MAX_PER_MINUTE", env.str("EMAIL_MAX_PER_MINUTE", default=""), default=0, least=0, most=1_000_000
)
BOUNCE_IMAP_URL = env.str("BOUNCE_IMAP_URL", default="")  # several are separated by spaces
BOUNCE_IMAP_MINUTES = checks.read_count(
    "BOUNCE_IMAP_MINUTES", env.str("BOUNCE_IMAP_MINUTES", default=""), default=5, least=1, most=1440
)
MAIL_MAX_BYTES = 20_000_000  # of a whole message: what the mail servers of most customers accept
DKIM_SELECTOR = env.str("ENCOURS_DKIM_SELECTOR", default="")  # only encours doctor asks for it

SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # Tabler draws its carets as data: images
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
