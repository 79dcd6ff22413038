"""Settings, read from the environment. `docs/running/settings.md` lists every variable.

MARELLE_MODE is `production` (default), `demo` or `test`. Production refuses to start
with the sample key, DEBUG, or `*` among its hosts.
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE = Path(__file__).resolve().parents[2]
MODE = os.environ.get("MARELLE_MODE", "production")
DEMO = MODE == "demo"
PRODUCTION = MODE == "production"
DATA = Path(os.environ.get("MARELLE_DATA", BASE / "var")).absolute()
FILES_ROOT = DATA / "files"
SEAL_KEY = Path(os.environ.get("MARELLE_SEAL_KEY") or DATA / "seal.pem")  # read by the worker alone: trust P6
PORT = int(os.environ.get("MARELLE_PORT", "8000"))

SAMPLE_KEY = "sample-key-for-demonstration-only-never-in-production"
SECRET_KEY = os.environ.get("MARELLE_SECRET_KEY", SAMPLE_KEY)
SECRET_KEY_FALLBACKS = [k for k in os.environ.get("MARELLE_OLD_SECRET_KEYS", "").split(",") if k]
DEBUG = os.environ.get("MARELLE_DEBUG", "") == "1"
ALLOWED_HOSTS = [h for h in os.environ.get("MARELLE_HOSTS", "127.0.0.1,localhost").split(",") if h]
SITE_ADDRESS = os.environ.get("MARELLE_ADDRESS", f"http://127.0.0.1:{PORT}").rstrip("/")
SECURE = SITE_ADDRESS.startswith("https://")


def passkey_domain(address: str, named: str = "") -> str:
    """The name passkeys are tied to; empty, and there are none, where the address is a number (settled 3).

    Outside production `localhost` stands for a number: browsers know it.
    """
    host = urlsplit(address).hostname or ""
    is_number = ":" in host or host.replace(".", "").isdigit()
    return named or (host if not is_number else "" if PRODUCTION else "localhost")


PASSKEY_DOMAIN = passkey_domain(SITE_ADDRESS, os.environ.get("MARELLE_PASSKEY_DOMAIN", ""))
PROXIES = int(os.environ.get("MARELLE_PROXIES", "0"))  # how many proxies of ours stand in front: trust W7
TIME_HEADER = os.environ.get("MARELLE_TIME_HEADER", "")  # where they say how long they took to receive: trust F10


def words_of(variable: str, default: str = "") -> list[str]:
    """The words of a variable, separated by spaces."""
    return os.environ.get(variable, default).split()


OIDC = {  # the issuer people may come in through; empty: there is none, and no button
    "issuer": os.environ.get("MARELLE_OIDC_ISSUER", ""),
    "client": os.environ.get("MARELLE_OIDC_CLIENT", ""),
    "secret": os.environ.get("MARELLE_OIDC_SECRET", ""),
    "name": os.environ.get("MARELLE_OIDC_NAME", "OpenID Connect"),
    "scope": words_of("MARELLE_OIDC_SCOPE", "openid email profile"),
    "acr": words_of("MARELLE_OIDC_ACR"),
    "amr": words_of("MARELLE_OIDC_AMR"),
}
OIDC = OIDC if OIDC["issuer"] else {}


def check_production() -> None:
    """Refuse to start with what is only good for trying. Raises ImproperlyConfigured."""
    faults = []
    if SECRET_KEY == SAMPLE_KEY or len(SECRET_KEY) < 32:
        faults.append("set MARELLE_SECRET_KEY to a random text of 32 characters or more")
    if DEBUG:
        faults.append("unset MARELLE_DEBUG")
    if "*" in ALLOWED_HOSTS:
        faults.append("name the hosts in MARELLE_HOSTS instead of *")
    if OIDC and not (OIDC["issuer"].startswith("https://") and OIDC["client"] and OIDC["secret"]):
        faults.append("with MARELLE_OIDC_ISSUER, an https:// address, set MARELLE_OIDC_CLIENT and MARELLE_OIDC_SECRET")
    if TIME_HEADER and not TIME_HEADER.isalnum():  # a visitor's X_Time would be read as X-Time
        faults.append("name MARELLE_TIME_HEADER with letters and digits alone")
    if faults:
        raise ImproperlyConfigured("Marelle does not start in production: " + "; ".join(faults) + ".")


if PRODUCTION:
    check_production()

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django_tasks",
    "django_tasks_db",
    "marelle.base",
    "marelle.framework",
    "marelle.territories",
    "marelle.accounts",
    "marelle.plans",
    "marelle.mandates",
    "marelle.library",
    "marelle.events",
    "marelle.consultations",
    "marelle.web",
    *(["marelle.demo"] if DEMO else []),
    "marelle.config",
]
MIDDLEWARE = [
    "marelle.web.parts.middleware.StampArrival",
    "marelle.web.parts.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "marelle.web.parts.middleware.PublicPageCache",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "marelle.web.account.middleware.SessionLimits",
    "marelle.web.parts.middleware.ErrorPages",
]
ROOT_URLCONF = "marelle.config.urls"
WSGI_APPLICATION = "marelle.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "marelle" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "marelle.web.parts.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "marelle.web.templatetags.marelle"],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False


def database(address: str) -> dict:
    """A `postgresql://user:password@host:port/name` or `sqlite:///path` address as Django's settings."""
    parts = urlsplit(address)
    if parts.scheme in ("postgres", "postgresql"):
        options = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
                "options": "-c lock_timeout=3s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s",
                **options,
            },
        }
    if parts.scheme != "sqlite":
        raise ImproperlyConfigured("DATABASE_URL begins with postgresql:// or sqlite:///.")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": parts.path[1:] if parts.path.startswith("//") else BASE / parts.path[1:],
        # seconds: opening costs more than a kept page; a restored file is seen soon
        "CONN_MAX_AGE": 0 if MODE == "test" else 10,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }


DATABASES = {"default": database(os.environ.get("DATABASE_URL") or f"sqlite:///{DATA / 'marelle.sqlite3'}")}


def beside(address: str) -> str:
    """Where children's answers lie when nothing says otherwise: a file, or a database, of their own beside the other."""
    if not address:
        return f"sqlite:///{DATA / 'answers.sqlite3'}"
    place, mark, options = address.partition("?")
    return f"{place.removesuffix('.sqlite3')}_answers{'.sqlite3' if place.endswith('.sqlite3') else ''}{mark}{options}"


ANSWERS_URL = os.environ.get("MARELLE_ANSWERS_URL") or beside(os.environ.get("DATABASE_URL", ""))
ENGINE = os.environ.get("MARELLE_ENGINE", "")  # what counts frozen answers: DuckDB, or Spark at local[*], spark://…
CHILD_PREVIEW = "marelle.config.front.child_preview"  # draws a part as a child sees it, for the office
CLOCK_FROM_DATABASE = True
CACHES = {
    "default": {
        "BACKEND": "marelle.base.shared_cache.SharedCache",
        "LOCATION": "base_shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},  # beyond, the oldest leave: one address cannot chase the others out
    },
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "local"},  # each process its own
}

# Accounts ------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "/compte/entrer"
LOGIN_REDIRECT_URL = "/compte/"
SESSION_COOKIE_NAME = "__Host-marelle" if SECURE else "marelle"
CSRF_COOKIE_NAME = "__Host-marelle-csrf" if SECURE else "marelle-csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600  # seconds, trust A8; two hours without a page end it too: `accounts.sessions`
PASSWORD_RESET_TIMEOUT = 24 * 3600  # seconds, trust A6
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "marelle.accounts.passwords.Length"},
    {"NAME": "marelle.accounts.passwords.HardToGuess"},
]
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
ACCOUNT_ADAPTER = "marelle.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60  # seconds, trust A6
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_FORMAT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = {"length": 8, "dashed": True}  # settled 5
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # seconds, trust A9
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_RATE_LIMITS = {
    "login": "50/15m/ip",
    "login_failed": "5/15m/key,50/15m/ip",
    "request_login_code": "50/15m/ip,3/1h/key",
    "reset_password": "50/15m/ip,3/1h/key",
    "reset_password_from_key": "50/15m/ip",
    "reauthenticate": "20/15m/user",
    "change_password": "10/15m/user",
    "manage_email": "10/1h/user",
    "newcomer": "50/15m/ip,3/1h/key",
    "invitation": "50/15m/ip",
}  # trust L1, L2: `ip` is a neighbourhood, `key` an address
ACCOUNT_FORMS = {
    "login": "marelle.web.account.forms.LoginForm",
    "request_login_code": "marelle.web.account.forms.RequestLoginCodeForm",
    "confirm_login_code": "marelle.web.account.forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "marelle.web.account.forms.ConfirmAddressForm",
    "reauthenticate": "marelle.web.account.forms.ReauthenticateForm",
    "change_password": "marelle.web.account.forms.ChangePasswordForm",
    "set_password": "marelle.web.account.forms.SetPasswordForm",
    "reset_password": "marelle.web.account.forms.ResetPasswordForm",
    "reset_password_from_key": "marelle.web.account.forms.ResetPasswordKeyForm",
    "add_email": "marelle.web.account.forms.ChangeAddressForm",
}
MFA_FORMS = {
    "authenticate": "marelle.web.account.forms.AuthenticateForm",
    "reauthenticate": "marelle.web.account.forms.ProveForm",
    "activate_totp": "marelle.web.account.forms.ActivateForm",
    "add_webauthn": "marelle.web.account.forms.AddPasskeyForm",
    "edit_webauthn": "marelle.web.account.forms.RenamePasskeyForm",
    "login_webauthn": "marelle.web.account.forms.EnterWithPasskeyForm",
    "authenticate_webauthn": "marelle.web.account.forms.SecondStepPasskeyForm",
    "reauthenticate_webauthn": "marelle.web.account.forms.ProveWithPasskeyForm",
}
MFA_ADAPTER = "marelle.accounts.adapters.MFAAdapter"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds, before and after
MFA_RECOVERY_CODE_COUNT = 10  # trust A3
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a finger, a face or a PIN: a passkey is then two factors, trust A3
MFA_RATE_LIMITS = {"webauthn_login": "100/15m/ip"}  # trust L1, fifty sign-ins of two requests each
SOCIALACCOUNT_ADAPTER = "marelle.accounts.issuer.SocialAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds an issuer is waited for
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Language, time ------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE / "marelle" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Europe/Paris"

# Files, mail ---------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [BASE / "marelle" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": FILES_ROOT}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
API_PER_MINUTE = 3000 if DEMO else 30  # asks from one address, trust L3; ten times as many where one types
PAGE_CACHE_BYTES = 0 if MODE == "test" else 32 * 2**20  # public pages kept in each process
ANTIVIRUS = os.environ.get("MARELLE_ANTIVIRUS", "")  # clamd: host:port, or its socket; trust U7
CSRF_FAILURE_VIEW = "marelle.web.parts.error_pages.forbidden"
FILE_UPLOAD_HANDLERS = ["marelle.base.uploads.OnDisk"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
EMAIL_BACKEND = os.environ.get("MARELLE_MAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_TIMEOUT = 20  # seconds: a mail server that hangs holds the worker no longer
EMAIL_HOST = os.environ.get("MARELLE_MAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("MARELLE_MAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("MARELLE_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("MARELLE_MAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("MARELLE_MAIL_TLS", "") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("MARELLE_MAIL_FROM", "Marelle <ne-pas-repondre@marelle.example>")
CONTACT_EMAIL = os.environ.get("MARELLE_CONTACT", "contact@marelle.example")
REPLY_TO = os.environ.get("MARELLE_MAIL_REPLY_TO", CONTACT_EMAIL)
SOURCE_CODE = os.environ.get("MARELLE_SOURCE_CODE", "")  # where what runs here is published: EUPL-1.2, article 5
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"secrets": {"()": "marelle.config.logs.Secrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("MARELLE_LOG_LEVEL", "WARNING")},
}
