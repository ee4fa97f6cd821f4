"""What a dispatcher fills in for an intervention: one form for each kind, whose answer is the intervention's document."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accessibility.desk import PlaceHit
from backend.bookings.journal import LONGEST_REASON
from backend.bookings.localtime import as_clock, clock_to_seconds
from backend.bookings.models import ServiceDay
from backend.bookings.selectors import normalised_code
from backend.districts.selectors import place_by_code, rules_of
from backend.web.accessible_form import AccessibleForm
from backend.web.placenames import Match, resolve
from backend.web.sending import KeyField

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


def _code_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Buchungscode"),
        max_length=12,
        help_text=gettext_lazy("Zum Beispiel K7M-3PX."),
        error_messages={"required": gettext_lazy("Schreiben Sie den Buchungscode der Fahrt.")},
    )


def _shift_field(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, error_messages={"required": gettext_lazy("Wählen Sie eine Schicht.")})


def _stop_fields(label: Any) -> tuple[forms.CharField, forms.CharField]:
    field = forms.CharField(
        label=label,
        max_length=120,
        help_text=gettext_lazy("Haltestelle oder Ort, zum Beispiel „Klötze, ZOB“."),
        error_messages={"required": gettext_lazy("Schreiben Sie eine Haltestelle.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    return field, forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)


class MoveForm(InterventionForm):
    kind = "move"
    title = gettext_lazy("Fahrt auf ein anderes Fahrzeug legen")
    lead = gettext_lazy("Wir suchen den besten Platz. Zuerst so, dass jede Zusage hält.")
    booking = _code_field()
    vehicle = forms.ChoiceField(label=gettext_lazy("Neues Fahrzeug"), required=False)
    keep = forms.BooleanField(
        label=gettext_lazy("Dort festlegen: Auch der Rechner legt die Fahrt nicht mehr um."),
        required=False,
        initial=True,
    )

    def set_up(self) -> None:
        vehicles = {row.vehicle.code: row.vehicle.name for row in self.shifts}
        self._choices("vehicle", sorted(vehicles.items()), _("Irgendein anderes"))

    def document(self) -> dict[str, Any]:
        data = self.cleaned_data
        code = normalised_code(data["booking"])
        return {"kind": "move", "booking": code, "vehicle": data["vehicle"], "keep": data["keep"]}


class KeepForm(InterventionForm):
    kind = "keep"
    title = gettext_lazy("Fahrt auf ihrem Fahrzeug festlegen")
    lead = gettext_lazy(
        "Der Rechner verbessert den Plan den ganzen Tag. Was festgelegt ist, lässt er auf seinem Fahrzeug."
    )
    booking = _code_field()
    on = forms.ChoiceField(
        label=gettext_lazy("Was möchten Sie tun?"),
        choices=[("1", gettext_lazy("Festlegen")), ("0", gettext_lazy("Wieder freigeben"))],
        initial="1",
        widget=forms.RadioSelect,
    )

    def document(self) -> dict[str, Any]:
        code = normalised_code(self.cleaned_data["booking"])
        return {"kind": "keep", "booking": code, "on": self.cleaned_data["on"] == "1"}


class SwapForm(InterventionForm):
    kind = "swap"
    title = gettext_lazy("Fahrzeuge zweier Schichten tauschen")
    lead = gettext_lazy("Das geht, solange beide Schichten noch nicht begonnen haben.")
    shift = _shift_field(gettext_lazy("Erste Schicht"))
    other = _shift_field(gettext_lazy("Zweite Schicht"))

    def document(self) -> dict[str, Any]:
        return {"kind": "swap", "shift": self.cleaned_data["shift"], "other": self.cleaned_data["other"]}


class ShiftForm(InterventionForm):
    kind = "shift"
    title = gettext_lazy("Schicht verlängern oder kürzen")
    lead = gettext_lazy("Wir prüfen Arbeitszeit und Pausen nach dem Arbeitszeitgesetz.")
    shift = _shift_field(gettext_lazy("Schicht"))
    start = ClockField(
        label=gettext_lazy("Neuer Beginn"),
        required=False,
        help_text=gettext_lazy("Leer: bleibt wie bisher. Zum Beispiel 5:30."),
    )
    end = ClockField(
        label=gettext_lazy("Neues Ende"),
        required=False,
        help_text=gettext_lazy("Leer: bleibt wie bisher. Zum Beispiel 18:30."),
    )

    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = {"kind": "shift", "shift": self.cleaned_data["shift"]}
        return document | {"start_s": self.second("start"), "end_s": self.second("end")}


class TaxiForm(InterventionForm):
    kind = "taxi"
    title = gettext_lazy("Taxi einsetzen")
    lead = gettext_lazy("Das Taxi kommt als Fahrzeug in den Plan. Danach legen Sie Fahrten darauf.")
    is_posted = True  # whom to call is a person's number
    firm = forms.CharField(
        label=gettext_lazy("Unternehmen"), max_length=80,
        error_messages={"required": gettext_lazy("Schreiben Sie, wessen Taxi das ist.")},
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("Telefon des Unternehmens"), max_length=30,
        error_messages={"required": gettext_lazy("Schreiben Sie die Telefonnummer.")},
    )  # fmt: skip
    stop_text, stop_text_id = _stop_fields(gettext_lazy("Wo beginnt und endet das Taxi?"))
    start = ClockField(label=gettext_lazy("Von"), error_messages={"required": gettext_lazy("Ab wann fährt das Taxi?")})
    end = ClockField(label=gettext_lazy("Bis"), error_messages={"required": gettext_lazy("Bis wann fährt das Taxi?")})
    seats = forms.IntegerField(label=gettext_lazy("Sitzplätze"), min_value=1, max_value=60, initial=4)
    wheelchairs = forms.IntegerField(label=gettext_lazy("Plätze für Rollstühle"), min_value=0, max_value=6, initial=0)
    storage = forms.IntegerField(
        label=gettext_lazy("Stellfläche"), min_value=0, max_value=60, initial=2,
        help_text=gettext_lazy("Ein Rollator braucht 1, ein Kinderwagen 2, ein Fahrrad 3."),
    )  # fmt: skip

    def document(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "kind": "taxi", "firm": data["firm"], "phone": data["phone"], "stop": self.stop_codes["stop_text"],
            "start_s": self.second("start"), "end_s": self.second("end"), "seats": data["seats"],
            "wheelchairs": data["wheelchairs"], "storage": data["storage"],
        }  # fmt: skip


class BreakdownForm(InterventionForm):
    kind = "breakdown"
    title = gettext_lazy("Fahrzeug ausgefallen")
    lead = gettext_lazy("Wer an Bord ist oder noch wartet, bekommt ein anderes Fahrzeug, so früh es geht.")
    shift = _shift_field(gettext_lazy("Welches Fahrzeug?"))
    stop_text, stop_text_id = _stop_fields(gettext_lazy("Bei welcher Haltestelle steht es?"))

    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = {
            "kind": "breakdown",
            "shift": self.cleaned_data["shift"],
            "stop": self.stop_codes["stop_text"],
        }
        if self.data.get("sagt") == "1":  # on the page of the preview she has said who is aboard
            document["aboard"] = self.ticked("an_bord")
        return document


class SuspendForm(InterventionForm):
    kind = "suspend"
    title = gettext_lazy("Betrieb einstellen")
    lead = gettext_lazy(
        "In dieser Zeit kann niemand mehr buchen. Gebuchte Fahrten entfallen, und alle werden benachrichtigt."
    )
    why = forms.CharField(
        label=gettext_lazy("Was sollen die Fahrgäste lesen?"), max_length=80,
        help_text=gettext_lazy("In wenigen Worten, zum Beispiel „Glatteis“."),
        error_messages={"required": gettext_lazy("Schreiben Sie, was die Fahrgäste lesen sollen.")},
    )  # fmt: skip
    start = ClockField(label=gettext_lazy("Von"), error_messages={"required": gettext_lazy("Ab wann fährt kein Bus?")})
    end = ClockField(label=gettext_lazy("Bis"), error_messages={"required": gettext_lazy("Bis wann fährt kein Bus?")})
    zones = forms.MultipleChoiceField(
        label=gettext_lazy("Wo?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Ohne Auswahl: überall."),
    )  # fmt: skip

    def set_up(self) -> None:
        self.fields["zones"].choices = [(zone.id, zone.name) for zone in rules_of(self.day.district).zones]  # type: ignore[attr-defined]

    def document(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "kind": "suspend", "why": data["why"], "from_s": self.second("start"), "until_s": self.second("end"),
            "zones": data["zones"], "keep": self.ticked("behalten"),
        }  # fmt: skip


class RoadForm(InterventionForm):
    kind = "road"
    title = gettext_lazy("Straße gesperrt")
    lead = gettext_lazy(
        "Die Sperrung zählt ab sofort für alle Fahrten dieses Tages, bis sie aufgehoben ist. Beginnt sie erst später, "
        "tragen Sie sie dann ein."
    )
    has_map = True
    stop_text, stop_text_id = _stop_fields(gettext_lazy("Gesperrt zwischen"))
    other_text, other_text_id = _stop_fields(gettext_lazy("und"))
    end = ClockField(
        label=gettext_lazy("Bis wann?"),
        help_text=gettext_lazy("Dann heben wir die Sperrung von selbst auf."),
        error_messages={"required": gettext_lazy("Schreiben Sie, bis wann gesperrt ist.")},
    )
    both_ways = forms.BooleanField(label=gettext_lazy("Beide Richtungen sind gesperrt."), required=False, initial=True)

    def document(self) -> dict[str, Any]:
        return {
            "kind": "road", "origin": self.stop_codes["stop_text"], "target": self.stop_codes["other_text"],
            "until_s": self.second("end"), "both_ways": self.cleaned_data["both_ways"],
        }  # fmt: skip


FORMS: dict[str, type[InterventionForm]] = {
    form.kind: form
    for form in (MoveForm, KeepForm, SwapForm, ShiftForm, TaxiForm, BreakdownForm, SuspendForm, RoadForm)
}


class ConfirmForm(AccessibleForm):
    """The reason and the token of what was seen."""

    reason = forms.CharField(
        label=gettext_lazy("Grund"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("Der Grund steht im Protokoll. Nennen Sie keine Diagnosen."),
        error_messages={"required": gettext_lazy("Schreiben Sie kurz, warum Sie das tun.")},
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=60_000)
    key = KeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4().hex, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


def initial_of(document: dict[str, Any], day: ServiceDay) -> dict[str, Any]:
    """An intervention's document as the first answers of its form: what a remedy leads to."""
    zone = ZoneInfo(day.district.timezone)
    initial: dict[str, Any] = {
        name: value for name, value in document.items() if not name.endswith("_s") and name != "stop"
    }
    for name, field in (("start_s", "start"), ("from_s", "start"), ("end_s", "end"), ("until_s", "end")):
        if isinstance(document.get(name), int):
            initial[field] = as_clock(document[name], day.date, zone).removesuffix(" Uhr")
    if document.get("stop"):
        stop = day.district.stops.filter(code=document["stop"]).first()
        if stop:
            initial |= {"stop_text": str(stop), "stop_text_id": f"stop:{stop.code}"}
    return initial


def clock_of(moment: datetime) -> str:
    """ "14:30"."""
    return f"{moment.hour}:{moment.minute:02d}"
