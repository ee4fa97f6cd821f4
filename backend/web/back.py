"""The way back, asked in the same step as the way there: its part of the first form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone as clock
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accessibility.desk import Anchor, RideWish
from backend.web.when import read_when

NONE, TIMED, OPEN = "none", "time", "open"
BACKS = [(NONE, _("Keine Rückfahrt")), (TIMED, _("Rückfahrt zu einer Uhrzeit"))]
OPEN_BACK = (OPEN, _("Offen: Ich melde mich, wenn ich fertig bin"))
ANCHORS = [(Anchor.DEPART.value, _("Dort abfahren ab")), (Anchor.ARRIVE.value, _("Zurück sein bis"))]


def add_back_fields(form: forms.Form, days: Sequence[tuple[str, str]], *, may_stay_open: bool) -> None:
    """Give the form the questions about the way back; none of them must be answered."""
    form.fields["back"] = forms.ChoiceField(
        label=_("Möchten Sie auch zurückfahren?"),
        choices=[*BACKS, OPEN_BACK] if may_stay_open else BACKS,
        initial=NONE,
        required=False,
        widget=forms.RadioSelect,
    )
    form.fields["back_anchor"] = forms.ChoiceField(
        label=_("Was ist bei der Rückfahrt wichtig?"),
        choices=ANCHORS,
        initial=Anchor.DEPART.value,
        required=False,
        widget=forms.RadioSelect,
    )
    form.fields["back_day"] = forms.ChoiceField(
        label=_("Tag der Rückfahrt"), choices=[("", _("Am Tag der Hinfahrt")), *days], required=False
    )
    form.fields["back_time"] = forms.CharField(
        label=_("Uhrzeit der Rückfahrt"),
        max_length=120,
        required=False,
        help_text=_("Zum Beispiel 16:30 oder halb fünf"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )


def clean_back(form: forms.Form, cleaned: dict[str, Any], now: datetime) -> None:
    """Put the moment of the way back into `cleaned["back_moment"]`, if one is wished; or say what is wrong."""
    typed = str(cleaned.get("back_time") or "").strip()
    wished = cleaned.get("back") == TIMED or (bool(typed) and not cleaned.get("back"))
    if not wished or form.errors:
        return
    if not typed:
        form.add_error("back_time", _now("Nennen Sie die Uhrzeit der Rückfahrt, zum Beispiel 16:30."))
        return
    there: datetime = cleaned["moment"]
    zone = ZoneInfo(clock.get_current_timezone_name())
    day = date.fromisoformat(cleaned["back_day"]) if cleaned.get("back_day") else there.astimezone(zone).date()
    heard = read_when(typed, "", day, now, zone)
    moments = [heard.moment] if heard.moment else [datetime.fromisoformat(option.value) for option in heard.options]
    later = [moment for moment in moments if moment > there]
    if not moments:
        form.add_error("back_time", heard.problem)
    elif not later:
        form.add_error("back_time", _now("Die Rückfahrt liegt vor der Hinfahrt. Bitte wählen Sie eine spätere Zeit."))
    elif len(later) > 1:
        form.add_error("back_time", heard.problem)
    else:
        cleaned["back_moment"] = later[0]


def back_wish(wish: RideWish, cleaned: dict[str, Any]) -> RideWish | None:
    """The same people and needs, the other way round; None where no way back is wished."""
    if "back_moment" not in cleaned:
        return None
    return replace(
        wish,
        origin=wish.destination,
        destination=wish.origin,
        when=cleaned["back_moment"].astimezone(wish.when.tzinfo),
        anchor=Anchor(cleaned.get("back_anchor") or Anchor.DEPART.value),
    )


def back_values(wish: RideWish) -> dict[str, object]:
    """A kept way back as values of the form."""
    local = clock.localtime(wish.when)
    return {
        "back": TIMED,
        "back_anchor": wish.anchor.value,
        "back_day": local.date().isoformat(),
        "back_time": f"{local:%H:%M}",
    }
