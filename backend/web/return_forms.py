"""When somebody will be ready to be fetched."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backend.web.accessible_form import AccessibleForm
from backend.web.sending import KeyField
from backend.web.when import read_when


class ReadyForm(AccessibleForm):
    """A time of the day of the ride, in figures or words; empty means now."""

    ready = forms.CharField(
        label=_("Ab wann sind Sie fertig?"),
        max_length=60,
        required=False,
        help_text=_("Lassen Sie das Feld leer, wenn Sie jetzt fertig sind. Sonst zum Beispiel 15:30 oder halb vier."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    key = KeyField()

    def __init__(self, *args: Any, day: date, now: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day, self.now = day, now or timezone.now()
        self.ready_at: datetime | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if text := cleaned.get("ready"):
            zone = ZoneInfo(timezone.get_current_timezone_name())
            heard = read_when(text, "", self.day, self.now, zone)
            coming = [moment for option in heard.options if (moment := datetime.fromisoformat(option.value)) > self.now]
            # Of several meanings the next one to come is meant: she waits to be fetched today.
            self.ready_at = heard.moment or (min(coming) if coming else None)
            if self.ready_at is None or self.ready_at.date() != self.day:
                self.add_error("ready", heard.problem or _("Die offene Rückfahrt gilt nur heute."))
            elif self.ready_at < self.now:
                self.add_error("ready", _("Diese Zeit ist schon vorbei. Bitte wählen Sie eine spätere."))
        return cleaned
