"""What people type on the pages, checked for form only: every rule of the Rufbus stands behind the booking desk."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils import timezone as clock
from django.utils.translation import gettext_lazy as _

from accessibility.desk import (
    Anchor,
    Booker,
    Channel,
    Concession,
    InvalidInput,
    Party,
    Passenger,
    Place,
    PlaceHit,
    RideWish,
)
from backend.web import display
from backend.web.back import OPEN, TIMED, add_back_fields, clean_back
from backend.web.placenames import Match, resolve
from backend.web.rewording import reword
from backend.web.sending import KeyField
from backend.web.when import Option, read_when

FindPlaces = Callable[[str], tuple[PlaceHit, ...]]

ANCHORS = [(Anchor.DEPART.value, _("Abfahrt ab")), (Anchor.ARRIVE.value, _("Ankunft bis"))]
NEEDS = [
    ("ramp", _("Ich brauche eine Rampe.")),
    ("arm", _("Bitte helfen Sie mir beim Einsteigen.")),
    ("slow", _("Ich brauche etwas mehr Zeit.")),
    ("blind", _("Ich bin blind oder sehe schlecht. Bitte sprechen Sie mich an.")),
    ("deaf", _("Ich bin gehörlos oder höre schlecht.")),
    ("child_seat", _("Wir brauchen einen Kindersitz.")),
]
CONCESSIONS = [
    (Concession.NONE.value, _("Keine Ermäßigung")),
    (Concession.DEUTSCHLANDTICKET.value, _("Deutschlandticket")),
    (Concession.FREE_TRAVEL.value, _("Freifahrt mit gültiger Wertmarke")),
    (Concession.FREE_TRAVEL_WITH_COMPANION.value, _("Freifahrt mit gültiger Wertmarke und Begleitperson")),
]
COUNTS = {
    # field: (label, first, last)
    "adults": (_("Erwachsene"), 0, 8),
    "children": (_("Kinder"), 0, 8),
    "wheelchairs": (_("davon im Rollstuhl"), 0, 2),
    "walking_frames": (_("Rollatoren"), 0, 4),
    "prams": (_("Kinderwagen"), 0, 2),
    "guide_dogs": (_("Assistenzhunde"), 0, 2),
    "bicycles": (_("Fahrräder"), 0, 2),
    "luggage": (_("Große Gepäckstücke"), 0, 6),
}
MESSAGES_TO = [("booker", _("Ich")), ("rider", _("Die Person, die fährt"))]
# The desk's names of fields, where they differ from ours; "when" is told at the time.
DESK_FIELDS = {
    "when": "time",
    "party": "adults",
    "booked_by.name": "booker_name",
    "booked_by.phone": "booker_phone",
    "booked_by.email": "booker_email",
    "booked_by.gets_messages": "messages_to",
    "booked_by.rider_agrees": "rider_agrees",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary: what is wrong, and the id of the control that it leads to."""

    target: str
    label: str
    text: str


class AccessibleForm(forms.Form):
    """A form that wires hints and errors to its controls and lists its problems for the error summary."""

    use_required_attribute = False  # our own messages, in our own words, in one place

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "f-%s")
        super().__init__(*args, **kwargs)

    @property
    def problems(self) -> list[Problem]:
        found = []
        for name, messages in self.errors.items():
            if name == NON_FIELD_ERRORS:
                found += [Problem("inhalt", str(_("Hinweis")), str(text)) for text in messages]
                continue
            bound = self[name]
            found.append(Problem(self.target_of(name), str(bound.label).rstrip(".?"), str(messages[0])))
        return found

    def target_of(self, name: str) -> str:
        """The id of the first control of a field, so that a link can lead the focus there."""
        grouped = isinstance(self.fields[name].widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
        return f"f-{name}_0" if grouped else f"f-{name}"

    def add_desk_problem(self, problem: InvalidInput) -> None:
        """Show what the desk found wrong at the field that it means, or above all of them."""
        whole = problem.field_name
        names = (DESK_FIELDS.get(whole, whole), whole.rsplit(".", 1)[-1], whole.split(".", 1)[0])
        self.add_error(next((name for name in names if name in self.fields), None), reword(problem.problem))


class WishForm(AccessibleForm):
    """Step 1: from, to, when, who."""

    origin = forms.CharField(
        label=_("Von"),
        max_length=120,
        help_text=_("Ort, Haltestelle oder Ziel, zum Beispiel „Klötze, ZOB“"),
        error_messages={"required": _("Schreiben Sie, wo Sie einsteigen möchten.")},
    )
    origin_id = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    destination = forms.CharField(
        label=_("Nach"),
        max_length=120,
        help_text=_("Ort, Haltestelle oder Ziel, zum Beispiel „Krankenhaus Gardelegen“"),
        error_messages={"required": _("Schreiben Sie, wohin Sie möchten.")},
    )
    destination_id = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
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
    needs = forms.MultipleChoiceField(
        label=_("Was soll das Fahrpersonal wissen?"),
        choices=NEEDS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Freiwillig. Nur das Fahrpersonal dieser Fahrt sieht es. Wir speichern es verschlüsselt."),
    )
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
        find_places: FindPlaces,
        days: Iterable[date],
        today: date,
        now: datetime | None = None,
        may_stay_open: bool = False,
        **kwargs: Any,
    ) -> None:
        initial = {"key": uuid.uuid4().hex, "adults": "1", **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.find_places = find_places
        self.now = now or clock.now()
        self.matches: dict[str, tuple[Match, ...]] = {}
        self.time_options: tuple[Option, ...] = ()
        self.is_spoken = False  # the time was said in words: tell what was understood
        self.fields["day"].choices = [(day.isoformat(), display.day_choice_text(day, today)) for day in days]  # type: ignore[attr-defined]
        for name, (label, first, last) in COUNTS.items():
            numbers = [(str(number), str(number)) for number in range(first, last + 1)]
            self.fields[name] = forms.TypedChoiceField(
                label=label, choices=numbers, coerce=int, empty_value=None, required=False, initial="0"
            )
        add_back_fields(self, self.fields["day"].choices, may_stay_open=may_stay_open)  # type: ignore[attr-defined]
        for name in ("origin", "destination"):
            self.fields[name].widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})

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
        for name in ("origin", "destination"):
            if name in cleaned:
                self._resolve_place(name, cleaned)
        if "time" in cleaned:
            self._read_time(cleaned)
        persons = (cleaned.get("adults") or 0) + (cleaned.get("children") or 0)
        if persons == 0:
            self.add_error("adults", _("Mindestens eine Person muss mitfahren."))
        if (cleaned.get("wheelchairs") or 0) > persons:
            self.add_error("wheelchairs", _("Es sind mehr Rollstühle als Personen. Bitte ändern Sie die Anzahl."))
        if cleaned.get("concession") == Concession.FREE_TRAVEL_WITH_COMPANION.value and persons == 1:
            self.add_error("adults", _("Zählen Sie die Begleitperson mit: Dann fahren mindestens zwei Personen."))
        clean_back(self, cleaned, self.now)
        return cleaned

    def _resolve_place(self, name: str, cleaned: dict[str, Any]) -> None:
        outcome = resolve(cleaned[name], cleaned.get(f"{name}_id", ""), self.find_places(cleaned[name]))
        if outcome.chosen is not None:
            cleaned[f"{name}_place"] = outcome.chosen.place
            return
        self.matches[name] = outcome.matches
        self.add_error(name, outcome.problem)

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
        return f"f-{name}_match_1" if self.matches.get(name) else super().target_of(name)

    def wish(self, district: str, timezone: ZoneInfo, replaces: str | None = None) -> RideWish:
        """The wish that the desk understands; only after `is_valid()`."""
        cleaned = self.cleaned_data
        counts = {name: cleaned.get(name) or 0 for name in COUNTS}
        origin: Place = cleaned["origin_place"]
        destination: Place = cleaned["destination_place"]
        return RideWish(
            district=district,
            origin=origin,
            destination=destination,
            when=cleaned["moment"].astimezone(timezone),
            anchor=Anchor(cleaned["anchor"]),
            party=Party(**counts),
            needs=frozenset(cleaned["needs"]),
            concession=Concession(cleaned["concession"]),
            channel=Channel.WEB,
            replaces=replaces,
        )


class PassengerForm(AccessibleForm):
    """Step 3: who rides, and how to reach them; and who books, where that is somebody else."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("So spricht das Fahrpersonal Sie an."),
        error_messages={"required": _("Schreiben Sie Ihren Namen.")},
    )
    phone = forms.CharField(
        label=_("Telefon"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=_("Damit wir Sie erreichen, falls sich etwas ändert. Zum Beispiel 03901 123456."),
    )
    email = forms.EmailField(
        label=_("E-Mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Statt Telefon oder dazu."),
    )
    booker_name = forms.CharField(
        label=_("Wer bucht?"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Ihr Vorname und Nachname."),
    )
    booker_phone = forms.CharField(
        label=_("Ihre Rufnummer"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    booker_email = forms.EmailField(
        label=_("Ihre Mailadresse"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("Eines von beiden brauchen wir. Auch damit können Sie die Fahrt später ansehen."),
    )
    messages_to = forms.ChoiceField(
        label=_("Wer bekommt Nachrichten zur Fahrt?"),
        choices=MESSAGES_TO,
        initial="booker",
        required=False,
        widget=forms.RadioSelect,
    )
    rider_agrees = forms.BooleanField(label=_("Die Person weiß davon und ist einverstanden."), required=False)
    key = KeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = {"key": uuid.uuid4().hex, **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)

    @property
    def is_for_other(self) -> bool:
        """Whether anything is said about who books: then it is somebody else than who rides."""
        return any(self[name].value() for name in ("booker_name", "booker_phone", "booker_email", "rider_agrees"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.is_for_other and not cleaned.get("phone") and not cleaned.get("email"):
            self.add_error("phone", _("Nennen Sie eine Telefonnummer oder eine E-Mail-Adresse."))
        return cleaned

    def passenger(self) -> Passenger:
        cleaned = self.cleaned_data
        booker = None
        if self.is_for_other:
            booker = Booker(
                cleaned["booker_name"],
                cleaned["booker_phone"],
                cleaned["booker_email"],
                rider_agrees=cleaned["rider_agrees"],
                gets_messages=cleaned["messages_to"] != "rider",
            )
        return Passenger(cleaned["name"], cleaned["phone"], cleaned["email"], booker)

    def contact(self) -> str:
        """The contact that this visitor knows of the booking: her own."""
        cleaned = self.cleaned_data
        own = ("booker_phone", "booker_email") if self.is_for_other else ("phone", "email")
        return next(cleaned[name] for name in own if cleaned[name])


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
