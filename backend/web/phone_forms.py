"""The forms of the phone desk: the riders' questions, on one screen, in the words of whoever asks for somebody else."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone as clock
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accessibility.desk import Anchor, Channel, Concession, RideWish
from backend.operations.rules import LATE_MINUTES
from backend.web import display
from backend.web.accessible_form import AccessibleForm
from backend.web.forms import WishForm
from backend.web.party_form import COUNTS, NEEDS
from backend.web.passenger_form import PassengerForm
from backend.web.phone_line import LONGEST_LINE
from backend.web.placenames import Outcome
from backend.web.sending import KeyField
from backend.web.series_forms import RuleFields
from backend.web.staff_reason import ReasonForm

MOST_OF_A_KIND = 50


class NumberForm(AccessibleForm):
    """Who calls."""

    phone = forms.CharField(
        label=_("Nummer"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "inputmode": "tel"}),
        help_text=_("Wie das Telefon sie zeigt. Leer, wenn sie unterdrückt ist."),
    )
    key = KeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:  # a call comes in: the number can be typed at once
            self.fields["phone"].widget.attrs["data-focus"] = True


class LineForm(AccessibleForm):
    """A whole wish in one line."""

    line = forms.CharField(
        label=_("Fahrt in einer Zeile"),
        max_length=LONGEST_LINE,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
        help_text=_("Zum Beispiel: morgen 8 von Kalbe ZOB nach Gardelegen Krankenhaus, 2 Personen, Rollstuhl."),
        error_messages={"required": _("Schreiben Sie den Wunsch in die Zeile, oder füllen Sie die Felder aus.")},
    )
    key = KeyField()


class PhoneWishForm(WishForm):
    """The same questions as a rider answers, but for any day and any number of people: the desk says what is possible."""

    def __init__(self, *args: Any, now: Any, **kwargs: Any) -> None:
        today = clock.localtime(now).date()
        initial = {"day": today.isoformat(), **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, days=[today], today=today, now=now, initial=initial, **kwargs)
        for name in [name for name in self.fields if name.startswith("back")]:
            del self.fields[name]
        self.fields["day"] = forms.CharField(
            label=_("Tag"),
            max_length=10,
            widget=forms.TextInput(attrs={"type": "date"}),
            error_messages={"required": _("Nennen Sie den Tag.")},
        )
        for name, (label, _first, _last) in COUNTS.items():
            self.fields[name] = forms.IntegerField(
                label=label,
                min_value=0,
                max_value=MOST_OF_A_KIND,
                required=False,
                initial=1 if name == "adults" else 0,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                error_messages={"invalid": _("Bitte geben Sie eine Zahl von 0 bis 50 an.")},
            )
        self.fields["needs"].choices = [(need, display.need_text(need)) for need, _own_words in NEEDS]  # type: ignore[attr-defined]
        self.fields["needs"].help_text = _("Nur das Fahrpersonal dieser Fahrt sieht es.")

    def place_problem(self, text: str, outcome: Outcome) -> str:
        """Whoever types here has the caller on the line: there is nobody to be rung up."""
        if not outcome.matches:
            return _now("Diesen Ort kennen wir nicht. Fragen Sie nach dem Dorf oder nach einem anderen Namen.")
        if outcome.is_unlike:
            problem = _now(
                "„%(text)s“ kennen wir nicht. Meint der Fahrgast einen dieser Orte? Sonst fragen Sie nach dem Dorf."
            )
            return problem % {"text": text[:60]}
        return super().place_problem(text, outcome)

    def clean_day(self) -> str:
        """An ISO date, as the browser's own field sends it."""
        try:
            return date.fromisoformat(self.cleaned_data["day"]).isoformat()
        except ValueError:
            raise forms.ValidationError(
                _now("Diesen Tag gibt es im Kalender nicht. Bitte prüfen Sie das Datum.")
            ) from None

    @property
    def has_way_back(self) -> bool:
        return False

    def wish(self, district: str, timezone: ZoneInfo, replaces: str | None = None) -> RideWish:
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
            channel=Channel.DISPATCHER,
            replaces=replaces,
        )


class PhoneSeriesForm(RuleFields, PhoneWishForm):
    """The same ride on many days, for whoever calls."""

    def __init__(self, *args: Any, last: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask_for_days(clock.localtime(self.now).date(), last)

    def series_wish(self, district: str, timezone: ZoneInfo) -> RideWish:
        """The wish of one ride, dated on the first day; only after `is_valid()`."""
        return self.on_first_day(self.wish(district, timezone), timezone)


class OverrideForm(ReasonForm):
    """Why a rule is set aside."""


class ChangeForm(AccessibleForm):
    """Which offer takes the place of a booking; who rides stays the same."""

    offer = forms.ChoiceField(
        label=_("Angebot"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Wählen Sie ein Angebot."),
            "invalid_choice": _("Dieses Angebot gibt es nicht mehr."),
        },
    )
    key = KeyField()

    def __init__(self, *args: Any, offers: list[tuple[str, str]], **kwargs: Any) -> None:
        own = {"offer": offers[0][0] if offers else ""}
        super().__init__(*args, initial={**own, **(kwargs.pop("initial", None) or {})}, **kwargs)
        self.fields["offer"].choices = offers  # type: ignore[attr-defined]


class WhoForm(PassengerForm):
    """Who rides, asked by somebody else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].error_messages["required"] = _("Fragen Sie nach dem Namen.")
        self.fields["name"].help_text = _("So spricht das Fahrpersonal den Fahrgast an.")
        self.fields["booker_name"].help_text = ""
        for name in ("name", "phone", "email"):
            self.fields[name].widget.attrs["autocomplete"] = "off"  # the browser knows the dispatcher, not the caller


class OfferForm(ChangeForm, WhoForm):
    """Which offer, and who rides: one press books."""


class BackForm(AccessibleForm):
    """The way back of a ride that was just booked."""

    time = forms.CharField(
        label=_("Uhrzeit der Rückfahrt"),
        max_length=120,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "data-key": "r", "aria-keyshortcuts": "Alt+R"}
        ),
        help_text=_("Zum Beispiel: 15:30 oder um 16 Uhr zurück sein"),
        error_messages={"required": _("Nennen Sie die Uhrzeit der Rückfahrt.")},
    )
    key = KeyField()

    def __init__(self, *args: Any, time: str = "", **kwargs: Any) -> None:
        super().__init__(*args, initial={"time": time}, **kwargs)
        if time:  # said before: Enter asks
            self.fields["time"].widget.attrs["data-focus"] = True


class LateForm(forms.Form):
    """How much later the rider comes."""

    minutes = forms.TypedChoiceField(choices=[(str(n), str(n)) for n in LATE_MINUTES], coerce=int)
    key = KeyField()
