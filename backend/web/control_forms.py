"""What a dispatcher fills in for an intervention: one form for each kind, whose answer is the intervention's document."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.bookings.journal import LONGEST_REASON
from backend.bookings.localtime import as_clock
from backend.bookings.models import ServiceDay
from backend.bookings.selectors import normalised_code
from backend.districts.selectors import rules_of
from backend.web.accessible_form import AccessibleForm
from backend.web.control_fields import ClockField, InterventionForm, code_field, shift_field, stop_fields
from backend.web.sending import KeyField


def _count(label: Any, least: int, most: int, initial: int, help_text: Any = "") -> forms.IntegerField:
    """So many of something, typed: a field of digits, as everywhere, not the browser's own with its small arrows."""
    problem = format_lazy(gettext_lazy("Schreiben Sie eine Zahl von {least} bis {most}."), least=least, most=most)
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, initial=initial, help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), problem),
    )  # fmt: skip


class MoveForm(InterventionForm):
    kind = "move"
    title = gettext_lazy("Fahrt auf ein anderes Fahrzeug legen")
    lead = gettext_lazy("Wir suchen den besten Platz. Zuerst so, dass jede Zusage hält.")
    booking = code_field()
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
    booking = code_field()
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
    shift = shift_field(gettext_lazy("Erste Schicht"))
    other = shift_field(gettext_lazy("Zweite Schicht"))

    def document(self) -> dict[str, Any]:
        return {"kind": "swap", "shift": self.cleaned_data["shift"], "other": self.cleaned_data["other"]}


class ShiftForm(InterventionForm):
    kind = "shift"
    title = gettext_lazy("Schicht verlängern oder kürzen")
    lead = gettext_lazy("Wir prüfen Arbeitszeit und Pausen nach dem Arbeitszeitgesetz.")
    shift = shift_field(gettext_lazy("Schicht"))
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
    stop_text, stop_text_id = stop_fields(gettext_lazy("Wo beginnt und endet das Taxi?"))
    start = ClockField(
        label=gettext_lazy("Von"), help_text=gettext_lazy("Zum Beispiel 7:30."),
        error_messages={"required": gettext_lazy("Ab wann fährt das Taxi?")},
    )  # fmt: skip
    end = ClockField(
        label=gettext_lazy("Bis"), help_text=gettext_lazy("Zum Beispiel 12:00."),
        error_messages={"required": gettext_lazy("Bis wann fährt das Taxi?")},
    )  # fmt: skip
    seats = _count(gettext_lazy("Sitzplätze"), 1, 60, 4)
    wheelchairs = _count(gettext_lazy("Plätze für Rollstühle"), 0, 6, 0)
    storage = _count(
        gettext_lazy("Stellfläche"), 0, 60, 2, gettext_lazy("Ein Rollator braucht 1, ein Kinderwagen 2, ein Fahrrad 3.")
    )

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
    shift = shift_field(gettext_lazy("Welches Fahrzeug?"))
    stop_text, stop_text_id = stop_fields(gettext_lazy("Bei welcher Haltestelle steht es?"))

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
    start = ClockField(
        label=gettext_lazy("Von"), help_text=gettext_lazy("Zum Beispiel 14:00."),
        error_messages={"required": gettext_lazy("Ab wann fährt kein Bus?")},
    )  # fmt: skip
    end = ClockField(
        label=gettext_lazy("Bis"), help_text=gettext_lazy("Zum Beispiel 18:00."),
        error_messages={"required": gettext_lazy("Bis wann fährt kein Bus?")},
    )  # fmt: skip
    zones = forms.MultipleChoiceField(
        label=gettext_lazy("Wo?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Ohne Auswahl: überall. Sonst entfällt jede Fahrt, die hier beginnt oder endet, auch aus und in andere Orte."
        ),
    )  # fmt: skip
    within = forms.BooleanField(
        label=gettext_lazy("Nur Fahrten innerhalb. Wer hinein oder hinaus will, fährt weiter."), required=False
    )

    def set_up(self) -> None:
        # The whole district is no choice: it is what no choice means.
        zones = [(zone.id, zone.name) for zone in rules_of(self.day.district).zones if zone.villages]
        self.fields["zones"].choices = zones  # type: ignore[attr-defined]
        if not zones:
            del self.fields["zones"], self.fields["within"]

    def document(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "kind": "suspend", "why": data["why"], "from_s": self.second("start"), "until_s": self.second("end"),
            "zones": data.get("zones", []), "within": data.get("within", False), "keep": self.ticked("behalten"),
        }  # fmt: skip


class RoadForm(InterventionForm):
    kind = "road"
    title = gettext_lazy("Straße gesperrt")
    lead = gettext_lazy("Wer in dieser Zeit über die Straße fahren würde, fährt einen anderen Weg.")
    has_map = True
    stop_text, stop_text_id = stop_fields(gettext_lazy("Gesperrt zwischen"))
    other_text, other_text_id = stop_fields(gettext_lazy("und"))
    start = ClockField(
        label=gettext_lazy("Ab wann?"), required=False, help_text=gettext_lazy("Zum Beispiel 10:00. Leer: ab sofort.")
    )
    end = ClockField(
        label=gettext_lazy("Bis wann?"),
        required=False,
        help_text=gettext_lazy(
            "Dann endet die Sperrung von selbst. Leer: bis auf Weiteres, auch an den folgenden Tagen."
        ),
    )
    both_ways = forms.BooleanField(label=gettext_lazy("Beide Richtungen sind gesperrt."), required=False, initial=True)

    def document(self) -> dict[str, Any]:
        return {
            "kind": "road", "origin": self.stop_codes["stop_text"], "target": self.stop_codes["other_text"],
            "from_s": self.second("start"), "until_s": self.second("end"),
            "both_ways": self.cleaned_data["both_ways"],
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
