"""All settings, in one typed place. Every value has an embedded default, so that a fresh machine needs no environment.

Rufbus is in production as soon as it answers to a name other than the loopback's (`RUFBUS_HOSTS`). Then it refuses to
start with the embedded secrets, and nobody gets in by the demo login.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
ROOT = Path(__file__).resolve().parents[2]
DATA_DIR = Path(env.str("RUFBUS_DATA", default=str(ROOT / ".data")))

LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
HOSTS = env.list("RUFBUS_HOSTS", default=LOOPBACK)
ALLOWED_HOSTS = sorted({*HOSTS, *LOOPBACK})  # the health check asks on the loopback
PRODUCTION = not set(HOSTS) <= set(LOOPBACK)
EMBEDDED_SECRET = "embedded-default-not-for-production"
SECRET_KEY = env.str("RUFBUS_SECRET_KEY", default=EMBEDDED_SECRET)
DEBUG = env.bool("RUFBUS_DEBUG", default=False)
# Keys for special-category data (Fernet), the newest first. The embedded default derives one from the secret key.
FIELD_KEYS = env.list(
    "RUFBUS_FIELD_KEYS", default=[base64.urlsafe_b64encode(hashlib.sha256(SECRET_KEY.encode()).digest()).decode()]
)
# A staff login by one click, for trying. Never where others can reach it.
DEMO_LOGIN = env.bool("RUFBUS_DEMO_LOGIN", default=not PRODUCTION)
if PRODUCTION:
    for name in ("RUFBUS_SECRET_KEY", "RUFBUS_FIELD_KEYS"):
        if not env.str(name, default=""):
            raise ImproperlyConfigured(f"{name} is not set: production does not start with the embedded secrets")
    if SECRET_KEY == EMBEDDED_SECRET or DEMO_LOGIN or DEBUG:
        raise ImproperlyConfigured("production starts with its own secrets, without demo login and without debug pages")
# The district whose pages this site shows, and the folder of its package.
SITE_DISTRICT = env.str("RUFBUS_DISTRICT", default="altmark")
DISTRICT_FOLDER = Path(env.str("RUFBUS_DISTRICT_FOLDER", default=str(ROOT / "fixtures" / SITE_DISTRICT)))

INSTALLED_APPS = [
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
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "leaflet",
    "channels",
    "backend.districts",
    "backend.riders",
    "backend.bookings",
    "backend.operations",
    "backend.driving",
    "backend.notifications",
    "backend.feedback",
    "backend.control",
    "backend.channels_in",
    "backend.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "backend.config.staticfiles.StaticFiles",
    "django.middleware.gzip.GZipMiddleware",  # hides lengths by padding, and tokens are masked: against BREACH
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "backend.config.caching.no_page_is_kept",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "backend.config.urls"
ASGI_APPLICATION = "backend.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "backend.web.district.in_templates",
                "backend.web.appearance.in_templates",
                "backend.web.languages.in_templates",
            ]
        },
    }
]
LOGIN_URL = "staff:login"
LOGIN_REDIRECT_URL = "web:start"
CSRF_FAILURE_VIEW = "backend.web.views.pages.csrf_failure"

# Riders sign in by a code, a passkey or an identity provider (docs/decisions/0602-sign-in-by-code.md); staff by password.
ACCOUNT_ADAPTER = "backend.web.signin.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # allauth's own mails; our contacts exist only once they are proved
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if PRODUCTION else 0
# Codes sent: by network address, and to one contact in a quarter of an hour and in a day. Codes tried: by address.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": env.str("RUFBUS_RATE_CODES", default="30/m/ip,5/900s/key,20/86400s/key"),
    "confirm_login_code": env.str("RUFBUS_RATE_CODE_TRIES", default="30/m/ip"),
    # Each SMS costs: so many codes leave by SMS in all, whoever asks from however many addresses for however many numbers.
    "send_code_sms": env.str("RUFBUS_RATE_CODE_SMS", default="120/h/key,600/d/key"),
}
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "backend.web.passkeys.PasskeyAdapter"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # the loopback has no TLS
SOCIALACCOUNT_ADAPTER = "backend.web.signin.ProviderAdapter"
SOCIALACCOUNT_EMAIL_REQUIRED = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
# An identity provider by OpenID Connect, BundID for example. Without an issuer there is none.
OIDC_ISSUER = env.str("RUFBUS_OIDC_ISSUER", default="")
OIDC_NAME = env.str("RUFBUS_OIDC_NAME", default="") or "BundID"
OIDC_ORIGINS = env.list("RUFBUS_OIDC_ORIGINS", default=[]) or ["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_ISSUER))]
SOCIALACCOUNT_PROVIDERS = {}
if OIDC_ISSUER:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "ausweis",
                "name": OIDC_NAME,
                "client_id": env.str("RUFBUS_OIDC_CLIENT_ID"),
                "secret": env.str("RUFBUS_OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ],
    }

# How messages leave. On the loopback they go into a mailbox that the demo shows; production has no such mailbox.
MAIL_SERVER = env.str("RUFBUS_SMTP", default="")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("RUFBUS_MAIL_FROM", default="") or "rufbus@localhost"
EMAIL_BACKEND = "backend.notifications.mailbox.EmailBackend"
if MAIL_SERVER:
    _mail = env.email_url("RUFBUS_SMTP")
    EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_BACKEND"], _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
# Twilio carries calls, SMS and WhatsApp. On the loopback a known token signs the webhooks of `make phone`; without a token
# production takes none in.
TWILIO_ACCOUNT = env.str("RUFBUS_TWILIO_ACCOUNT", default="")
TWILIO_TOKEN = env.str("RUFBUS_TWILIO_TOKEN", default="") or ("" if PRODUCTION else "embedded-token-of-the-loopback")
TWILIO_NUMBER = env.str("RUFBUS_TWILIO_NUMBER", default="")  # E.164, or the id of a messaging service (MG...)
TWILIO_WHATSAPP = env.str("RUFBUS_TWILIO_WHATSAPP", default="")  # E.164
TWILIO_TIMEOUT_S = 10.0
# Who picks up when a caller of the automatic line wants a person (E.164). Without it, callers are called back.
DISPATCHER_NUMBER = env.str("RUFBUS_DISPATCHER_NUMBER", default="")
TWILIO_VOICE = env.str("RUFBUS_TWILIO_VOICE", default="") or "Polly.Vicki-Neural"
# The address by which the world reaches this site: webhooks are signed over it. Empty: as the request says.
PUBLIC_URL = env.str("RUFBUS_PUBLIC_URL", default="").rstrip("/")
_TWILIO_SENDER = "backend.notifications.twilio_sms.TwilioSender"
NO_SENDER = "backend.notifications.sending.NoSender"
_NOWHERE = NO_SENDER if PRODUCTION else "backend.notifications.mailbox.MailboxSender"
MESSAGE_SENDERS = {
    "email": NO_SENDER if PRODUCTION and not MAIL_SERVER else "backend.notifications.sending.EmailSender",
    "phone": env.str("RUFBUS_SMS_SENDER", default="")
    or (_TWILIO_SENDER if TWILIO_ACCOUNT and TWILIO_NUMBER else _NOWHERE),
    "call": "backend.notifications.twilio_calls.CallSender" if TWILIO_ACCOUNT and TWILIO_NUMBER else _NOWHERE,
    "whatsapp": _TWILIO_SENDER if TWILIO_ACCOUNT and TWILIO_WHATSAPP else _NOWHERE,
}
# A Maildir into which the mail server delivers what riders write; without one, no e-mail is answered.
MAILDIR = env.str("RUFBUS_MAILDIR", default="")
# Whom we write to and ring up lives in these countries: whoever wants to make us pay for dear numbers elsewhere cannot.
SMS_COUNTRY_CODES = env.list("RUFBUS_SMS_COUNTRY_CODES", cast=int, default=[49, 43, 41, 31, 32, 33, 352, 420, 45, 48])

# SQLite: one writer at a time, taken at the start of a transaction, so that two bookings queue instead of failing.
DATABASES = {"default": env.db("RUFBUS_DATABASE", default=f"sqlite:///{DATA_DIR / 'rufbus.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# With Redis several processes share channels, caches and the queue. Without, one web process and one worker make do.
REDIS = env.str("RUFBUS_REDIS", default="")
if REDIS:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [REDIS]}}}
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS},
        "between_processes": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS},
    }
    CELERY_BROKER_URL = REDIS
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {"visibility_timeout": 600}
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    # Wrong codes and PINs, codes sent and requests are counted here. Django keeps 300 entries where nothing is said, and
    # throws others away: whoever tries 300 numbers would have his tries forgotten.
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 100_000}},
        "between_processes": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(DATA_DIR / "cache"),
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        },
    }
    CELERY_BROKER_URL = "filesystem://localhost//"  # docs/decisions/0501-queue-without-a-server.md
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "queue"),
        "data_folder_out": str(DATA_DIR / "queue"),
        "control_folder": str(DATA_DIR / "queue-control"),
        "polling_interval": 0.5,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True  # a task that a dying worker drops is done again; doing it twice does no harm
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Seconds of thought that one background improvement of a plan takes.
IMPROVE_SECONDS = env.float("RUFBUS_IMPROVE_SECONDS", default=4.0)
# Whether the web process delivers the outbox itself. With Redis `manage.py relay` does.
RELAY_IN_WEB_PROCESS = not REDIS

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("de-simple", "Leichte Sprache"), ("en", "English")]
LOCALE_PATHS = [ROOT / "backend" / "web" / "locale"]
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
USE_I18N = True
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
# Files of the district itself, such as videos in sign language; most packages have none.
DISTRICT_STATIC = DISTRICT_FOLDER / "static"
STATICFILES_DIRS = [("district", DISTRICT_STATIC)] if DISTRICT_STATIC.is_dir() else []
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "backend.config.staticfiles.JoinedSheets",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "backend.config.staticfiles.HashedFiles"},
}

# No script and no style stands in a page, and nothing comes from elsewhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF, *(OIDC_ORIGINS if OIDC_ISSUER else [])],  # a form's redirect counts, too
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SESSION_COOKIE_AGE = 12 * 3600  # a working day
SECURE_HSTS_SECONDS = 365 * 86400 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

# How often one guest may ask; staff and partners with a token are not counted.
THROTTLE_RATES = {
    "quote": env.str("RUFBUS_RATE_QUOTE", default="60/min"),
    "series": env.str("RUFBUS_RATE_SERIES", default="10/min"),  # each asks for up to half a year of days
    "book": env.str("RUFBUS_RATE_BOOK", default="20/min"),
    "booking": env.str("RUFBUS_RATE_BOOKING", default="30/min"),  # looking up codes: guessing must not pay
    "login": env.str("RUFBUS_RATE_LOGIN", default="10/min"),
    "feedback": env.str("RUFBUS_RATE_FEEDBACK", default="10/min"),  # reports of barriers
    "search": env.str("RUFBUS_RATE_SEARCH", default="300/min"),
    "pairing": env.str("RUFBUS_RATE_PAIRING", default="10/min"),  # devices that want to be known, with a wrong code
    "duty": env.str("RUFBUS_RATE_DUTY", default="30/min"),  # drivers signing in; wrong codes count by device as well
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_PARSER_CLASSES": ["backend.config.strictness.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": ["backend.config.throttles.GuestThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "backend.config.problems.as_problem",
    "NUM_PROXIES": 1 if PRODUCTION else 0,
    "COERCE_DECIMAL_TO_STRING": False,
}
REST_KNOX = {"TOKEN_TTL": timedelta(hours=12), "AUTO_REFRESH": False, "TOKEN_LIMIT_PER_USER": 20}
SPECTACULAR_SETTINGS = {
    "TITLE": "Rufbus",
    "DESCRIPTION": (
        "Order rides, see and change bookings; for staff the plan of a service day. Guests may ask for offers and book. "
        "Errors are problem documents (RFC 9457) with a stable `code`; texts for people are German. Moments are ISO 8601 "
        "with a time zone, money is in cents."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "ENUM_NAME_OVERRIDES": {
        "ChannelEnum": "accessibility.desk.Channel",
        "BookingStateEnum": ["booked", "cancelled", "aboard", "completed", "no_show"],
        "TripKindEnum": ["return", "series"],
        "OpenReturnStateEnum": "accessibility.desk.ReturnState",
        "ManifestEventKindEnum": ["start", "stop", "break", "end"],
        "DriverEventKindEnum": "backend.driving.models.DriverEvent.Kind",
    },
}

# Nothing personal is logged: no addresses of requests that succeed, no bodies, no contacts.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("RUFBUS_LOG_LEVEL", default="WARNING")},
    "loggers": {
        "rufbus": {"level": env.str("RUFBUS_LOG_LEVEL", default="WARNING")},
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "twilio": {"level": "ERROR"},  # its library would log addresses and headers of requests
    },
}
