"""The forms of fleet and rosters: clock times and places in a bus, in plain words, checked for form and for the law."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from backend.control.fleet_changes import Out
from backend.control.models import DriverPermit
from backend.control.working_time import LATEST_END_S, shift_faults
from backend.districts.models import Shift, Vehicle
from backend.driving.models import Driver
from backend.web.accessible_form import AccessibleForm
from backend.web.staff_reason import ReasonForm

FEATURES = [("ramp", _("Rampe")), ("child_seat", _("Kindersitz"))]
ARRANGEMENTS = (1, 2, 3, 4)
BREAKS = (1, 2)
MOST_PLACES = 60
WEEKDAYS = [
    ("0", _("Montag")), ("1", _("Dienstag")), ("2", _("Mittwoch")), ("3", _("Donnerstag")), ("4", _("Freitag")),
    ("5", _("Samstag")), ("6", _("Sonntag")),
]  # fmt: skip
ON_HOLIDAYS = [
    (Shift.OnHolidays.AS_WEEKDAY.value, _("Wie an jedem anderen Tag")),
    (Shift.OnHolidays.AS_SUNDAY.value, _("Wie am Sonntag")),
]
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})")
DATE = {"type": "date"}


class ClockField(forms.CharField):
    """A time of the service day, "4:45"; past midnight it counts on, "25:30". Cleaned: seconds."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}))
        super().__init__(max_length=8, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        match = _CLOCK.fullmatch(text.strip().removesuffix("Uhr").strip())
        seconds = int(match[1]) * 3600 + int(match[2]) * 60 if match and int(match[2]) < 60 else None
        if seconds is None or seconds > LATEST_END_S:
            raise forms.ValidationError(_now("Schreiben Sie eine Uhrzeit, zum Beispiel 4:45. Nach Mitternacht: 25:30."))
        return seconds

    def prepare_value(self, value: Any) -> Any:
        return clock(value) if isinstance(value, int) else value


def clock(seconds: int) -> str:
    """ "4:45"."""
    return f"{seconds // 3600}:{seconds % 3600 // 60:02d}"


class VehicleForm(AccessibleForm):
    """A vehicle. Each arrangement is one lawful way to set up its places."""

    name = forms.CharField(label=_("Name"), max_length=80, error_messages={"required": _("Schreiben Sie den Namen.")})
    kind_name = forms.CharField(
        label=_("Art"),
        max_length=80,
        help_text=_("So nennen wir es Fahrgästen, zum Beispiel „Kleinbus mit Rampe“."),
        error_messages={"required": _("Schreiben Sie, was für ein Fahrzeug es ist.")},
    )
    plate = forms.CharField(label=_("Kennzeichen"), max_length=20, required=False)
    colour = forms.CharField(label=_("Farbe"), max_length=60, required=False)
    recognise = forms.CharField(label=_("Woran man es erkennt"), max_length=200, required=False)
    features = forms.MultipleChoiceField(
        label=_("Ausstattung"), choices=FEATURES, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = (("seats", _("Sitzplätze")), ("wheelchairs", _("Rollstuhlplätze")), ("storage", _("Stellplätze")))
        for number in ARRANGEMENTS:
            for part, label in labels:
                self.fields[f"{part}_{number}"] = forms.IntegerField(
                    label=label,
                    min_value=0,
                    max_value=MOST_PLACES,
                    required=False,
                    widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                    error_messages={"invalid": _("Schreiben Sie eine Zahl."), "max_value": _("Höchstens 60.")},
                )

    @property
    def arrangements(self) -> list[list[Any]]:
        """The fields of each arrangement, for the page."""
        return [[self[f"{part}_{number}"] for part in ("seats", "wheelchairs", "storage")] for number in ARRANGEMENTS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        rows = [[cleaned.get(f"{part}_{n}") for part in ("seats", "wheelchairs", "storage")] for n in ARRANGEMENTS]
        cleaned["configurations"] = [[count or 0 for count in row] for row in rows if any(row)]
        if not cleaned["configurations"]:
            self.add_error("seats_1", _now("Nennen Sie mindestens eine Anordnung der Plätze."))
        return cleaned

    def values(self, depot: str) -> dict[str, Any]:
        """What the record of the vehicle keeps; only after `is_valid()`."""
        names = ("name", "kind_name", "plate", "colour", "recognise", "configurations")
        own = {name: self.cleaned_data[name] for name in names}
        return {**own, "features": sorted(self.cleaned_data["features"]), "depot": depot}


def vehicle_values(vehicle: Vehicle) -> dict[str, Any]:
    """A vehicle as values of its form."""
    names = ("name", "kind_name", "plate", "colour", "recognise", "features")
    values = {name: getattr(vehicle, name) for name in names}
    for number, places in zip(ARRANGEMENTS, vehicle.configurations, strict=False):
        values |= {f"{part}_{number}": n for part, n in zip(("seats", "wheelchairs", "storage"), places, strict=True)}
    return values


class SpanForm(AccessibleForm):
    """From a day to a day."""

    first = forms.DateField(
        label=_("Erster Tag"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE),
        error_messages={"required": _("Nennen Sie den Tag.")},
    )
    last = forms.DateField(
        label=_("Letzter Tag"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE)
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("first") and cleaned.get("last") and cleaned["last"] < cleaned["first"]:
            self.add_error("last", _now("Der letzte Tag liegt vor dem ersten."))
        return cleaned


class OutageForm(SpanForm):
    """A vehicle is not there."""

    begins = ClockField(label=_("Ab Uhrzeit"), required=False, help_text=_("Leer: den ganzen Tag."))
    ends = ClockField(label=_("Bis Uhrzeit"), required=False, help_text=_("Leer: den ganzen Tag."))
    note = forms.CharField(
        label=_("Was ist los?"), max_length=200, required=False, help_text=_("Zum Beispiel: Werkstatt")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last"].help_text = _("Leer, wenn Sie es noch nicht wissen.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if cleaned.get("ends") is not None and first and last is None and "last" not in self.errors:
            last = cleaned["last"] = first  # who knows the hour means the same day
        hours = (cleaned.get("begins") or 0, cleaned.get("ends"))
        if first and first == last and hours[1] is not None and hours[1] <= hours[0]:
            self.add_error(
                "ends", _now("Das Ende liegt vor dem Beginn. Nach Mitternacht zählen Sie weiter: 25:00 ist 1 Uhr.")
            )
        return cleaned

    def out(self) -> Out:
        """What is meant; only after `is_valid()`."""
        cleaned = self.cleaned_data
        return Out(cleaned["first"], cleaned["last"], cleaned["begins"], cleaned["ends"])


class AbsenceForm(SpanForm):
    """A driver is not there. Nobody asks why."""

    drops_uncovered = forms.BooleanField(
        label=_("Dienste ohne Ersatz fallen aus"),
        required=False,
        initial=True,
        help_text=_("Sonst stehen sie ohne Fahrer im Plan, bis Sie jemanden finden."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last"].required = True
        self.fields["last"].error_messages["required"] = _("Nennen Sie den letzten Tag.")


class ShiftTimesForm(AccessibleForm):
    """Vehicle, begin, end and breaks: the same for a week and for a date."""

    vehicle = forms.ChoiceField(label=_("Fahrzeug"), error_messages={"required": _("Wählen Sie ein Fahrzeug.")})
    start = ClockField(label=_("Beginn"), error_messages={"required": _("Nennen Sie den Beginn.")})
    end = ClockField(label=_("Ende"), error_messages={"required": _("Nennen Sie das Ende.")})

    def __init__(self, *args: Any, vehicles: Iterable[Vehicle], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vehicle"].choices = [(row.code, row.name) for row in vehicles]  # type: ignore[attr-defined]
        for number in BREAKS:
            self.fields[f"break_{number}_from"] = ClockField(label=_("Frühestens"), required=False)
            self.fields[f"break_{number}_to"] = ClockField(label=_("Spätestens"), required=False)
            self.fields[f"break_{number}_minutes"] = forms.IntegerField(
                label=_("Minuten"),
                required=False,
                min_value=0,
                max_value=180,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                error_messages={"invalid": _("Schreiben Sie eine Zahl.")},
            )

    @property
    def breaks_of(self) -> list[tuple[int, list[Any]]]:
        """The fields of each break, for the page."""
        return [(n, [self[f"break_{n}_{part}"] for part in ("from", "to", "minutes")]) for n in BREAKS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        breaks = []
        for number in BREAKS:
            begins, latest, minutes = (cleaned.get(f"break_{number}_{part}") for part in ("from", "to", "minutes"))
            if begins is None and latest is None and not minutes:
                continue
            if begins is None or not minutes:
                self.add_error(
                    f"break_{number}_from", _now("Nennen Sie, wann die Pause frühestens beginnt und wie lange.")
                )
                continue
            breaks.append([begins, begins if latest is None else latest, minutes * 60])
        cleaned["breaks"] = sorted(breaks)
        if not self.errors:
            for fault in shift_faults(cleaned["start"], cleaned["end"], [tuple(rest) for rest in breaks]):
                self.add_error("break_1_from" if fault.field_name == "breaks" else fault.field_name, fault.text)
        return cleaned

    def times(self) -> dict[str, Any]:
        """What the record of a shift keeps, in clock seconds."""
        cleaned = self.cleaned_data
        own = {"start_s": cleaned["start"], "end_s": cleaned["end"], "breaks": cleaned["breaks"]}
        return {**own, "vehicle": cleaned["vehicle"]}


def times_values(vehicle_code: str, start_s: int, end_s: int, breaks: Sequence[Sequence[int]]) -> dict[str, Any]:
    """A shift as values of its form."""
    values: dict[str, Any] = {"vehicle": vehicle_code, "start": start_s, "end": end_s}
    for number, (earliest_s, latest_s, duration_s) in zip(BREAKS, breaks, strict=False):
        values |= {
            f"break_{number}_from": earliest_s,
            f"break_{number}_to": latest_s,
            f"break_{number}_minutes": duration_s // 60,
        }
    return values


def driver_choices(drivers: Iterable[Driver]) -> list[tuple[str, Any]]:
    return [("", _("niemand")), *((str(driver.pk), driver.name) for driver in drivers)]


class WeeklyForm(ShiftTimesForm):
    """A shift of the week's roster, and who drives it on which day."""

    days = forms.MultipleChoiceField(
        label=_("Wochentage"),
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Wählen Sie mindestens einen Wochentag.")},
    )
    on_holidays = forms.ChoiceField(
        label=_("An Feiertagen"),
        choices=ON_HOLIDAYS,
        initial=Shift.OnHolidays.AS_WEEKDAY.value,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, drivers: Iterable[Driver], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = driver_choices(drivers)
        for weekday, name in WEEKDAYS:
            self.fields[f"driver_{weekday}"] = forms.ChoiceField(label=name, choices=choices, required=False)

    @property
    def driver_fields(self) -> list[Any]:
        return [self[f"driver_{weekday}"] for weekday, _name in WEEKDAYS]

    def values(self) -> dict[str, Any]:
        days = sum(1 << int(day) for day in self.cleaned_data["days"])
        return {**self.times(), "days": days, "on_holidays": self.cleaned_data["on_holidays"]}

    def drivers(self) -> dict[int, int | None]:
        chosen = {int(weekday): self.cleaned_data[f"driver_{weekday}"] for weekday, _name in WEEKDAYS}
        return {weekday: int(driver) if driver else None for weekday, driver in chosen.items()}


class DayShiftForm(ShiftTimesForm):
    """A shift of one date, and who drives it."""

    def __init__(self, *args: Any, drivers: Iterable[Driver], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["driver"] = forms.ChoiceField(
            label=_("Fahrerin oder Fahrer"), choices=driver_choices(drivers), required=False
        )


class DriverForm(AccessibleForm):
    """Somebody new who drives."""

    name = forms.CharField(label=_("Name"), max_length=80, error_messages={"required": _("Schreiben Sie den Namen.")})


class PermitForm(AccessibleForm):
    """What somebody may drive."""

    is_known = forms.ChoiceField(
        label=_("Prüfen wir das beim Planen?"),
        choices=[("1", _("Ja, mit diesen Angaben")), ("0", _("Nein, nichts eintragen"))],
        widget=forms.RadioSelect,
        help_text=_(
            "Sind von jemandem Papiere eingetragen, fällt auf, von wem sie fehlen: beim Planen und beim Anmelden im Bus."
        ),
    )
    classes = forms.MultipleChoiceField(
        label=_("Klassen"),
        choices=[("B", _("B, bis 8 Fahrgäste")), ("D1", _("D1, bis 16 Fahrgäste")), ("D", _("D"))],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    passengers_until = forms.DateField(
        label=_("Schein zur Fahrgastbeförderung gilt bis"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs=DATE),
        help_text=_("Braucht, wer mit Klasse B fährt."),
    )
    wheelchairs = forms.BooleanField(label=_("Ist eingewiesen, Rollstühle zu sichern"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("is_known") == "1" and not cleaned.get("classes"):
            self.add_error("classes", _now("Wählen Sie mindestens eine Klasse."))
        return cleaned

    def values(self) -> dict[str, Any] | None:
        """What the record keeps; only after `is_valid()`."""
        cleaned = self.cleaned_data
        if cleaned["is_known"] != "1":
            return None
        until = cleaned["passengers_until"]
        return {
            "classes": sorted(cleaned["classes"]), "passengers_until": until.isoformat() if until else None,
            "wheelchairs": cleaned["wheelchairs"],
        }  # fmt: skip


def permit_values(permit: DriverPermit | None) -> dict[str, Any]:
    """What is written down as values of the form."""
    if permit is None:
        return {"is_known": "0"}
    names = ("classes", "passengers_until", "wheelchairs")
    return {"is_known": "1", **{name: getattr(permit, name) for name in names}}


class ConfirmForm(ReasonForm):
    """The last step of a change: why; that the rides without a place are cancelled; that permits are set aside."""

    cancels = forms.BooleanField(required=False)
    despite = forms.BooleanField(required=False)

    def __init__(self, *args: Any, stranded: int = 0, unpermitted: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stranded, self.unpermitted = stranded, unpermitted
        self.fields["despite"].label = _now("Trotzdem einteilen. Ich habe die Nachweise gesehen.")
        self.fields["cancels"].label = _now("Diese Fahrten absagen und den Fahrgästen Bescheid geben")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.stranded and not cleaned.get("cancels"):
            self.add_error(
                "cancels", _now("Ohne Platz bleiben noch Fahrten. Verlegen Sie sie zuerst, oder sagen Sie sie hier ab.")
            )
        if self.unpermitted and not cleaned.get("despite"):
            self.add_error(
                "despite", _now("Teilen Sie jemand anderen ein, oder bestätigen Sie, dass der Nachweis vorliegt.")
            )
        return cleaned
