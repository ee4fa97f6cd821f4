"""What people type to ride regularly: the wish of one ride, and on which days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from accessibility.desk import RideWish, SeriesRule
from backend.web.accessible_form import AccessibleForm
from backend.web.ends_form import FindPlaces
from backend.web.forms import WishForm
from backend.web.sending import KeyField

WEEKDAYS = [
    ("0", _("Montag")),
    ("1", _("Dienstag")),
    ("2", _("Mittwoch")),
    ("3", _("Donnerstag")),
    ("4", _("Freitag")),
    ("5", _("Samstag")),
    ("6", _("Sonntag")),
]
INTERVALS = [("1", _("jede Woche")), ("2", _("jede zweite Woche")), ("4", _("jede vierte Woche"))]
NOT_THEN = [("school", _("Nicht in den Schulferien")), ("public", _("Nicht an Feiertagen"))]
DAY_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"]


class DayField(forms.DateField):
    """A day, by the browser's own calendar or written: "24.11.2026"."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, required_text: Any, **kwargs: Any) -> None:
        messages = {"required": required_text, "invalid": _("Schreiben Sie den Tag so: 24.11.2026.")}
        super().__init__(input_formats=DAY_FORMATS, error_messages=messages, **kwargs)


class RuleFields(forms.Form):
    """On which days; joined to a form that asks for the ride of one day."""

    weekdays = forms.MultipleChoiceField(
        label=_("An welchen Wochentagen?"),
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Wählen Sie mindestens einen Wochentag.")},
    )
    every_weeks = forms.TypedChoiceField(
        label=_("Wie oft?"), choices=INTERVALS, coerce=int, initial="1", widget=forms.RadioSelect
    )
    first = DayField(_("Nennen Sie den ersten Tag."), label=_("Erster Tag"))
    until = DayField(_("Nennen Sie den letzten Tag."), label=_("Letzter Tag"))
    leave_out = forms.MultipleChoiceField(
        label=_("Wann fahren Sie nicht?"),
        choices=NOT_THEN,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Einzelne Tage können Sie im nächsten Schritt auslassen."),
    )

    def ask_for_days(self, today: date, last: date) -> None:
        """The rule takes the place of the one day; to be called once the other fields are there."""
        self.today = today
        del self.fields["day"]  # every day of the rule
        self.fields["time"].help_text = _("Zum Beispiel 8:05 oder halb neun")  # a day belongs to the rule
        for name in ("first", "until"):
            self.fields[name].widget.attrs.update({"min": today.isoformat(), "max": last.isoformat()})

    def clean(self) -> dict[str, Any]:
        # The time is read on a day to come: on which days it counts, the rule says.
        first = max(self.cleaned_data.get("first") or self.today, self.today + timedelta(days=1))
        self.cleaned_data["day"] = first.isoformat()
        return super().clean() or self.cleaned_data

    def on_first_day(self, wish: RideWish, timezone: ZoneInfo) -> RideWish:
        """The wish of one ride, dated on the first day; only after `is_valid()`."""
        return replace(wish, when=datetime.combine(self.cleaned_data["first"], wish.when.time(), timezone))

    def rule(self) -> SeriesRule:
        """On which days; only after `is_valid()`."""
        cleaned = self.cleaned_data
        return SeriesRule(
            weekdays=frozenset(int(weekday) for weekday in cleaned["weekdays"]),
            first=cleaned["first"],
            until=cleaned["until"],
            every_weeks=cleaned["every_weeks"],
            on_public_holidays="public" not in cleaned["leave_out"],
            in_school_holidays="school" not in cleaned["leave_out"],
        )


class SeriesForm(RuleFields, WishForm):
    """From, to, at which time, who, and on which days."""

    def __init__(self, *args: Any, find_places: FindPlaces, today: date, last: date, **kwargs: Any) -> None:
        super().__init__(*args, find_places=find_places, days=(), today=today, **kwargs)
        self.ask_for_days(today, last)

    def series_wish(self, district: str, timezone: ZoneInfo) -> RideWish:
        """The wish of one ride, dated on the first day; only after `is_valid()`."""
        return self.on_first_day(self.wish(district, timezone), timezone)


def rule_values(rule: SeriesRule) -> dict[str, object]:
    """A rule as values of the form."""
    return {
        "weekdays": [str(weekday) for weekday in sorted(rule.weekdays)],
        "every_weeks": str(rule.every_weeks),
        "first": rule.first,
        "until": rule.until,
        "leave_out": [
            name
            for name, left_out in (("school", not rule.in_school_holidays), ("public", not rule.on_public_holidays))
            if left_out
        ],
    }


class CancelSeriesForm(AccessibleForm):
    """From which day on a series is cancelled; the key makes a second press harmless."""

    from_day = forms.TypedChoiceField(label=_("Ab welcher Fahrt?"), coerce=date.fromisoformat)
    key = KeyField()

    def __init__(self, *args: Any, starts: Iterable[tuple[datetime, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_day"].choices = [(f"{start:%Y-%m-%d}", label) for start, label in starts]  # type: ignore[attr-defined]
