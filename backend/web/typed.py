"""What somebody typed into a form of ours, to be shown again beside its label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.http import QueryDict

from backend.web import display
from backend.web.forms import LookupForm, WishForm
from backend.web.passenger_form import PassengerForm
from backend.web.series_forms import SeriesForm

FORMS = (WishForm, SeriesForm, PassengerForm, LookupForm)
# What a person recognises a form by. The rest travels unseen.
SHOWN = ("origin", "destination", "day", "time", "first", "until", "name", "phone", "email", "code", "contact")
# Never handed back: it protects one page view, or it is a secret that belongs into its own field only.
LEFT_OUT = ("csrfmiddlewaretoken",)
SECRETS = ("password", "passwort", "pin", "otp")


def labels() -> Iterator[tuple[str, Any]]:
    """Names of fields with their labels, in the order in which they are asked for."""
    known = {name: field.label for form in FORMS for name, field in form.base_fields.items()}
    return ((name, known[name]) for name in SHOWN if known.get(name))


def typed_lines(fields: QueryDict) -> Iterable[tuple[Any, str]]:
    """Label and text of what was typed, for a person."""
    return [(label, _as_text(name, str(fields[name]))) for name, label in labels() if fields.get(name)]


def hidden_fields(fields: QueryDict) -> list[tuple[str, str]]:
    """Everything that has to be sent again."""
    return [(name, value) for name, values in fields.lists() if name not in LEFT_OUT for value in values]


def has_secret(fields: QueryDict) -> bool:
    """Whether a form asked for a secret, which no page hands back."""
    return any(secret in name.lower() for name in fields for secret in SECRETS)


def _as_text(name: str, value: str) -> str:
    if name in ("day", "first", "until"):
        try:
            return display.day_text(date.fromisoformat(value))
        except ValueError:
            return value
    return value
