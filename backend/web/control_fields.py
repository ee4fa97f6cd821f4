"""The frame of an intervention's form: times of the day, shifts, stops and bookings as a dispatcher types them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accessibility.desk import InvalidInput, PlaceHit
from backend.bookings.localtime import as_clock, clock_to_seconds
from backend.bookings.models import ServiceDay
from backend.districts.selectors import place_by_code
from backend.web.accessible_form import AccessibleForm
from backend.web.placenames import Match, resolve

_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:\s*uhr)?", re.IGNORECASE | re.ASCII)
LATEST_HOUR = 30  # a service day may run past midnight: 25:30 is half past one of the next morning
FindPlaces = Callable[[str], tuple[PlaceHit, ...]]


class ClockField(forms.CharField):
    """A time of the service day as its clock shows it, cleaned to clock seconds."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 12)
        super().__init__(**kwargs)
        self.widget.attrs.update({"inputmode": "numeric", "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        match = _CLOCK.fullmatch(text.strip())
        if match is None or int(match[1]) > LATEST_HOUR or int(match[2] or 0) > 59:
            raise forms.ValidationError(_("Diese Uhrzeit verstehen wir nicht. Schreiben Sie zum Beispiel 14:30."))
        return int(match[1]) * 3600 + int(match[2] or 0) * 60


# Where an intervention's field stands in a form.
FIELDS = {
    "start_s": "start", "from_s": "start", "end_s": "end", "until_s": "end", "stop": "stop_text", "origin": "stop_text",
    "target": "other_text",
}  # fmt: skip


class InterventionForm(AccessibleForm):
    """The frame: knows the day, and turns what was typed into the intervention's document."""

    kind: ClassVar[str]
    title: ClassVar[Any]
    lead: ClassVar[Any] = ""
    has_map: ClassVar[bool] = False  # stops can also be picked on a map
    is_posted: ClassVar[bool] = False  # where an answer must stand in no address, the preview is asked for by POST

    def __init__(self, *args: Any, day: ServiceDay, find_places: FindPlaces, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day, self.find_places = day, find_places
        self.zone = ZoneInfo(day.district.timezone)
        self.matches: dict[str, tuple[Match, ...]] = {}
        self.stop_codes: dict[str, str] = {}
        self.shifts = list(day.day_shifts.select_related("vehicle").order_by("vehicle__code", "start_s"))
        for name in ("shift", "other"):
            if name in self.fields:
                self._choices(name, [(row.code, self._shift_label(row)) for row in self.shifts], _("Bitte wählen"))
        self.set_up()

    def add_desk_problem(self, problem: InvalidInput) -> None:
        """What is wrong with the intervention, at the control that it came from."""
        name = FIELDS.get(problem.field_name, problem.field_name)
        super().add_desk_problem(InvalidInput(name, problem.problem, problem.code))

    def set_up(self) -> None:
        """What a kind adds to the frame."""

    def _choices(self, name: str, rows: list[tuple[str, str]], empty: str) -> None:
        self.fields[name].choices = [("", empty), *rows]  # type: ignore[attr-defined]

    def _shift_label(self, row: Any) -> str:
        begin, end = (as_clock(second, self.day.date, self.zone) for second in (row.start_s, row.end_s))
        return _("%(vehicle)s, %(begin)s bis %(end)s") % {"vehicle": row.vehicle.name, "begin": begin, "end": end}

    def ticked(self, name: str) -> list[str]:
        """Bookings that were ticked on the page of the preview."""
        return sorted(self.data.getlist(name)) if isinstance(self.data, QueryDict) else []

    def second(self, name: str) -> int | None:
        """A typed time as a second of the service day."""
        clock_s = self.cleaned_data.get(name)
        return None if clock_s is None else clock_to_seconds(clock_s, self.day.date, self.zone)

    def clean_stop_text(self) -> str:
        return self._cleaned_stop("stop_text")

    def clean_other_text(self) -> str:
        return self._cleaned_stop("other_text")

    def _cleaned_stop(self, name: str) -> str:
        """The stop that a name means; of a place, the stop that serves it best."""
        text = str(self.cleaned_data[name])
        outcome = resolve(text, str(self.data.get(f"{name}_id", "")), self.find_places(text))
        if outcome.chosen is None:
            self.matches[name] = outcome.matches
            raise forms.ValidationError(outcome.problem)
        place = outcome.chosen.place
        if place.stop_id:
            self.stop_codes[name] = place.stop_id
        else:
            named = place_by_code(self.day.district, place.place_id or "")
            if named is None or not named.stop_ids:
                raise forms.ValidationError(_("In der Nähe gibt es keine Haltestelle. Nennen Sie eine andere."))
            self.stop_codes[name] = named.stop_ids[0]
        return text

    def target_of(self, name: str) -> str:
        return f"f-{name}_match_1" if self.matches.get(name) else super().target_of(name)

    def document(self) -> dict[str, Any]:
        """The intervention, once the form is valid."""
        raise NotImplementedError


def code_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Buchungscode"),
        max_length=12,
        help_text=gettext_lazy("Zum Beispiel K7M-3PX."),
        error_messages={"required": gettext_lazy("Schreiben Sie den Buchungscode der Fahrt.")},
    )


def shift_field(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, error_messages={"required": gettext_lazy("Wählen Sie eine Schicht.")})


def stop_fields(label: Any) -> tuple[forms.CharField, forms.CharField]:
    field = forms.CharField(
        label=label,
        max_length=120,
        help_text=gettext_lazy("Haltestelle oder Ort, zum Beispiel „Klötze, ZOB“."),
        error_messages={"required": gettext_lazy("Schreiben Sie eine Haltestelle.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    return field, forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
