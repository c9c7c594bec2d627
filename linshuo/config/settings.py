"""The one settings file. What differs between places comes from the environment (`env.py`)."""

from __future__ import annotations

import hashlib
from pathlib import Path

from csp.constants import NONE, SELF

from linshuo.config.env import DEVELOPMENT_KEY, Environment
from linshuo.config.outgoing import check_site, check_sms_url, parse_email_url, site_of
from linshuo.kit import clock, secret

PACKAGE = Path(__file__).resolve().parent.parent

env = Environment()

# --- What differs between places -------------------------------------------------------------

#: Which database the tests chose; empty outside them.
TEST_DB = env.choice("LINSHUO_TEST_DB", "", ("", "sqlite", "postgres"))
TESTING = bool(TEST_DB)
DEBUG = env.flag("LINSHUO_DEBUG", False)
DATA = env.path("LINSHUO_DATA", "data")
SECRET_KEY = env.secret("LINSHUO_SECRET_KEY", DEVELOPMENT_KEY)
ALLOWED_HOSTS = env.names("LINSHUO_HOSTS")
HTTPS = env.flag("LINSHUO_HTTPS", not DEBUG)
PROXIES = env.number("LINSHUO_PROXIES", 0, least=0, most=9)
WEB_WORKERS = env.number("LINSHUO_WORKERS", 2, least=1, most=64)
LOG_LEVEL = env.choice("LINSHUO_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
#: Idle seconds after which a member of staff types the four digits again.
LOCK_SECONDS = env.number("LINSHUO_LOCK_SECONDS", 300, least=30, most=8 * 3600)
#: Seconds between the real clock and the demo's.
CLOCK_OFFSET = env.number("LINSHUO_CLOCK_OFFSET", 0, least=-(10**10), most=10**10)
BACKUP_KEY = env.secret("LINSHUO_BACKUP_KEY", "", least=12)
BACKUPS_KEPT = env.number("LINSHUO_BACKUPS_KEPT", 14, least=1, most=3660)
KEEP_SHEETS = env.number("LINSHUO_KEEP_SHEETS", 90, least=1, most=36_600)
KEEP_STRANGERS = env.number("LINSHUO_KEEP_STRANGERS", 180, least=1, most=36_600)
KEEP_CHECK_INS = env.number("LINSHUO_KEEP_CHECK_INS", 1095, least=1, most=36_600)
#: Encrypts telephone numbers. Derived, so that a small place has one key to keep and not two.
FIELD_KEY = env.secret(
    "LINSHUO_FIELD_KEY", hashlib.sha256(f"field:{SECRET_KEY}".encode()).hexdigest()
)
DATABASES = {"default": env.database("LINSHUO_DATABASE_URL", DATA)}

if not DEBUG:
    if SECRET_KEY == DEVELOPMENT_KEY:
        env.problem("LINSHUO_SECRET_KEY", "is not set; nobody could sign in safely without it")
    if not ALLOWED_HOSTS:
        env.problem("LINSHUO_HOSTS", "is not set; the site has to know its own name")
elif not ALLOWED_HOSTS:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

# --- What carries words out of the house -------------------------------------------------------

#: Links in mails and messages begin with it; empty where the house cannot know its own name.
SITE = env.address("LINSHUO_SITE", check_site, site_of(ALLOWED_HOSTS, HTTPS))
_mail = env.address(
    "LINSHUO_EMAIL_URL", parse_email_url, parse_email_url("console:") if DEBUG else {}
)
#: Whether mail tells anybody anything here.
MAIL_ON = bool(_mail)
globals().update(_mail or parse_email_url("console:"))
DEFAULT_FROM_EMAIL = env.text("LINSHUO_EMAIL_FROM", "linshuo@localhost")
if "EMAIL_HOST" in _mail and not env.text("LINSHUO_EMAIL_FROM"):
    env.problem("LINSHUO_EMAIL_FROM", "is not set; a mail has to come from somebody")
#: Apprise's address of the gateway, with {phone} in it; empty without one.
SMS_URL = env.text("LINSHUO_SMS_URL")
env.address("LINSHUO_SMS_URL", check_sms_url, None)
ROBOT_HOSTS = env.names("LINSHUO_ROBOT_HOSTS")
DIGEST_HOUR = env.number("LINSHUO_DIGEST_HOUR", 8, least=0, most=23)
#: A line of the board nobody took for so many days is on the next meeting's agenda by itself.
UNMET_DAYS = env.number("LINSHUO_UNMET_DAYS", 14, least=1, most=365)

env_language = env.choice("LINSHUO_LANGUAGE", "zh-hans", ("zh-hans", "en"))
env.finish()

# --- Apps ------------------------------------------------------------------------------------

#: Our own, from the ground floor up. The doors come before allauth, whose pages they redraw.
ROOMS = [
    "linshuo.domain.trail",
    "linshuo.domain.places",
    "linshuo.domain.papers",
    "linshuo.domain.people",
    "linshuo.domain.terms",
    "linshuo.domain.needs",
    "linshuo.domain.board",
    "linshuo.domain.pledges",
    "linshuo.domain.service",
    "linshuo.domain.funds",
    "linshuo.domain.honours",
    "linshuo.notices",
    "linshuo.exchange",
    "linshuo.insight",
    "linshuo.web.ui",
    "linshuo.web.mine",
    "linshuo.web.plaza",
    "linshuo.web.desk",
]

INSTALLED_APPS = [
    *ROOMS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials.apps.SimpleAppConfig",
]

MIDDLEWARE = [
    "linshuo.config.limits.BodyLimit",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "linshuo.config.devices.Devices",
    "linshuo.web.plaza.hot.HotPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "linshuo.config.urls"
WSGI_APPLICATION = "linshuo.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Templates: partials find "page.html#part", cotton turns <c-…> into tags, both cached -------

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- Database, cache, tasks ------------------------------------------------------------------

DATABASES["default"] |= {
    "ATOMIC_REQUESTS": False,  # an action opens its own transaction; a GET opens none
    # An SQLite file cannot go away, a server can.
    "CONN_MAX_AGE": None if "sqlite" in DATABASES["default"]["ENGINE"] else 60,
    "CONN_HEALTH_CHECKS": "sqlite" not in DATABASES["default"]["ENGINE"],
}
if TEST_DB == "sqlite":
    # A file, as in real life: several connections see the same rows, and a browser can look.
    # Synchronous OFF, because no test pulls the plug.
    DATABASES["default"] |= {
        "TEST": {"NAME": str(DATA / "test.sqlite3")},
        "OPTIONS": {"synchronous": "OFF"},
    }
CACHES = {
    # Counts of failed sign-ins: few, and every web process has to see them.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "config_cache",
        # Django would throw a third away at random above 300: attempts would begin afresh.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Hot public pages by revision: a process may have its own.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 1000},  # some 20 kB each
    },
}
if TESTING:
    # Row ids begin afresh in every test, so that one test would see another's pages.
    CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if TESTING
        else "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default"],
    }
}

# --- Who comes in ----------------------------------------------------------------------------

AUTH_USER_MODEL = (
    "people.Account" if (PACKAGE / "domain/people/models.py").exists() else "auth.User"
)
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    # A test signs dozens of people in; how slow the hash is, is not what it looks at.
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "linshuo.web.mine.adapter.AccountAdapter"
MFA_ADAPTER = "linshuo.web.mine.adapter.MfaAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # the adapter closes sign-up altogether
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # no account has an e-mail address
ACCOUNT_RATE_LIMITS = {
    # A whole office shares one address, so the limit by address is wider than the one by name.
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "邻说"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES

SESSION_COOKIE_AGE = 8 * 3600  # one working day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "linshuo_session"
CSRF_COOKIE_NAME = "linshuo_csrf"
LANGUAGE_COOKIE_NAME = "linshuo_language"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS

# --- What a browser may do ---------------------------------------------------------------------

SECURE_HSTS_SECONDS = 365 * 86400 if HTTPS and not DEBUG else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = HTTPS
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if HTTPS:
    CSRF_TRUSTED_ORIGINS = [
        f"https://{host.replace('*', '')}" for host in ALLOWED_HOSTS if host != "*"
    ]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Files -------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
#: Uploads are private: no address leads to them but a view that asks who is there.
MEDIA_ROOT = DATA / "uploads"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or TESTING
#: Largest file that a form takes, in bytes.
UPLOAD_LIMIT = 10 * 2**20
#: Largest request that is read at all: several files in one form.
BODY_LIMIT = 32 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- Words and times ---------------------------------------------------------------------------

LANGUAGE_CODE = env_language
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "linshuo.config.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "propagate": False},
        "django.request": {"level": "ERROR"},  # a mistyped address is not an event
        "apprise": {"level": "ERROR"},  # what cannot be sent stands on its row; addresses do not
    },
}

# --- The two things that the kit is told once --------------------------------------------------

clock.shift(CLOCK_OFFSET)
secret.use_key(FIELD_KEY)
