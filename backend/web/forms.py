"""What people type on the pages, checked for form only: every rule of the Rufbus stands behind the booking desk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone as clock
from django.utils.translation import gettext_lazy as _

from accessibility.desk import (
    Anchor,
    Channel,
    Concession,
    RideWish,
)
from backend.web import display
from backend.web.accessible_form import AccessibleForm
from backend.web.back import OPEN, TIMED, add_back_fields, clean_back
from backend.web.ends_form import EndsForm
from backend.web.party_form import CONCESSIONS, COUNTS, PartyForm
from backend.web.sending import KeyField
from backend.web.when import Option, read_when

ANCHORS = [(Anchor.DEPART.value, _("Abfahrt ab")), (Anchor.ARRIVE.value, _("Ankunft bis"))]


class WishForm(PartyForm, EndsForm):
    """Step 1: from, to, when, who."""

    field_order = ["origin", "origin_id", "destination", "destination_id", "anchor", "day", "time", "time_choice"]

    anchor = forms.ChoiceField(
        label=_("Was ist Ihnen wichtig?"), choices=ANCHORS, initial=Anchor.DEPART.value, widget=forms.RadioSelect
    )
    day = forms.ChoiceField(label=_("Tag"))
    time = forms.CharField(
        label=_("Uhrzeit"),
        max_length=120,
        help_text=_("Zum Beispiel 8:05, halb neun oder morgen 8 Uhr"),
        error_messages={"required": _("Nennen Sie eine Uhrzeit, zum Beispiel 8:05 oder halb neun.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    time_choice = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    concession = forms.ChoiceField(
        label=_("Ermäßigung"),
        choices=CONCESSIONS,
        initial=Concession.NONE.value,
        widget=forms.RadioSelect,
        help_text=_("Mit Merkzeichen B im Ausweis fährt eine Begleitperson frei. Zählen Sie sie oben mit."),
    )
    key = KeyField()

    def __init__(
        self,
        *args: Any,
        days: Iterable[date],
        today: date,
        now: datetime | None = None,
        may_stay_open: bool = False,
        **kwargs: Any,
    ) -> None:
        initial = {"adults": "1", **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.now = now or clock.now()
        self.time_options: tuple[Option, ...] = ()
        self.is_spoken = False  # the time was said in words: tell what was understood
        self.fields["day"].choices = [(day.isoformat(), display.day_choice_text(day, today)) for day in days]  # type: ignore[attr-defined]
        add_back_fields(self, self.fields["day"].choices, may_stay_open=may_stay_open)  # type: ignore[attr-defined]

    @property
    def has_companions(self) -> bool:
        """Whether the folded part of the form holds something, so that it must stand open."""
        names = [name for name in COUNTS if name not in ("adults", "children")]
        return bool(self["needs"].value()) or any(str(self[name].value() or 0) != "0" for name in names)

    @property
    def has_way_back(self) -> bool:
        """Whether the folded part about the way back must stand open."""
        return self["back"].value() in (TIMED, OPEN) or bool(self["back_time"].value())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "time" in cleaned:
            self._read_time(cleaned)
        persons = (cleaned.get("adults") or 0) + (cleaned.get("children") or 0)
        if cleaned.get("concession") == Concession.FREE_TRAVEL_WITH_COMPANION.value and persons == 1:
            self.add_error("adults", _("Zählen Sie die Begleitperson mit: Dann fahren mindestens zwei Personen."))
        clean_back(self, cleaned, self.now)
        return cleaned

    def _read_time(self, cleaned: dict[str, Any]) -> None:
        """Replace the typed time by the moment it means; a day and an end of the ride in its words win over the fields."""
        zone = ZoneInfo(clock.get_current_timezone_name())
        day = date.fromisoformat(cleaned["day"]) if cleaned.get("day") else None
        heard = read_when(cleaned["time"], cleaned.get("time_choice", ""), day, self.now, zone)
        self.time_options = heard.options
        if heard.moment is None:
            self.add_error("time", heard.problem)
            return
        self.is_spoken = heard.is_spoken
        cleaned["moment"] = heard.moment
        if heard.anchor is not None and heard.is_spoken:
            cleaned["anchor"] = heard.anchor.value
        if "day" in self.errors and heard.names_day:  # no day was chosen, but the words name one
            del self.errors["day"]

    def target_of(self, name: str) -> str:
        if name == "time" and self.time_options:
            return "f-time_option_1"
        return super().target_of(name)

    def wish(self, district: str, timezone: ZoneInfo, replaces: str | None = None) -> RideWish:
        """The wish that the desk understands; only after `is_valid()`."""
        cleaned = self.cleaned_data
        return RideWish(
            district=district,
            origin=self.chosen["origin"].place,
            destination=self.chosen["destination"].place,
            when=cleaned["moment"].astimezone(timezone),
            anchor=Anchor(cleaned["anchor"]),
            party=self.party(),
            needs=frozenset(cleaned["needs"]),
            concession=Concession(cleaned["concession"]),
            channel=Channel.WEB,
            replaces=replaces,
        )


class LookupForm(AccessibleForm):
    """Find one's booking again."""

    code = forms.CharField(
        label=_("Buchungscode"),
        max_length=20,
        help_text=_("Zum Beispiel K7M-3PX. Groß oder klein ist gleich."),
        error_messages={"required": _("Schreiben Sie den Buchungscode aus Ihrer Bestätigung.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    contact = forms.CharField(
        label=_("Telefon oder E-Mail"),
        max_length=254,
        help_text=_("Wie bei der Buchung angegeben."),
        error_messages={"required": _("Schreiben Sie die Telefonnummer oder E-Mail-Adresse der Buchung.")},
    )


class CancelForm(forms.Form):
    """The confirmation alone; the key makes a second press harmless."""

    key = KeyField()


def bookable_days(today: date, horizon_days: int) -> list[date]:
    """Today and every day up to the booking horizon."""
    return [today + timedelta(days=offset) for offset in range(horizon_days + 1)]
