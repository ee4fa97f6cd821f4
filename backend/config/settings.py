"""All settings, in one typed place. Every value has an embedded default, so that a fresh machine needs no environment."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import environ

env = environ.Env()
ROOT = Path(__file__).resolve().parents[2]
DATA_DIR = Path(env.str("RUFBUS_DATA", default=str(ROOT / ".data")))

SECRET_KEY = env.str("RUFBUS_SECRET_KEY", default="embedded-default-not-for-production")
DEBUG = env.bool("RUFBUS_DEBUG", default=False)
ALLOWED_HOSTS = env.list("RUFBUS_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
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
    "backend.notifications",
    "backend.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
            ]
        },
    }
]
# SQLite: one writer at a time, taken at the start of a transaction, so that two bookings queue instead of failing.
DATABASES = {"default": env.db("RUFBUS_DATABASE", default=f"sqlite:///{DATA_DIR / 'rufbus.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch")]  # a language appears here once its catalogue is whole
TIME_ZONE = "Europe/Berlin"
USE_TZ = True
USE_I18N = True
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Keys for special-category data (Fernet), the newest first. The embedded default derives one from the secret key.
FIELD_KEYS = env.list(
    "RUFBUS_FIELD_KEYS", default=[base64.urlsafe_b64encode(hashlib.sha256(SECRET_KEY.encode()).digest()).decode()]
)
# The district whose pages this site shows.
SITE_DISTRICT = env.str("RUFBUS_DISTRICT", default="altmark")
LOGIN_URL = "web:login"
LOGIN_REDIRECT_URL = "web:start"
CSRF_FAILURE_VIEW = "backend.web.views.pages.csrf_failure"
