"""How times, days, money and ways are written for people: "8:05 Uhr", "Di, 24.11.2026", "1,50 €", "200 m zu Fuß"."""

from __future__ import annotations

from datetime import date, datetime

import phonenumbers
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.bookings.localtime import date_text, spoken_day_text
from backend.operations.wording import party_text as party_text

NO_BREAK = "\u00a0"
WALK_M_PER_MINUTE = 67  # 4 km/h, an unhurried walk
DAY_S = 86_400


def clock(moment: datetime) -> str:
    """Hours and minutes on the district's clock, without the word "Uhr": "8:05"."""
    local = timezone.localtime(moment)
    return f"{local.hour}:{local.minute:02d}"


def clock_text(moment: datetime) -> str:
    return _("%(time)s Uhr").replace(" ", NO_BREAK) % {"time": clock(moment)}


def clock_of_seconds(second_of_day: int) -> str:
    """A second of the service day as a clock time; past midnight it says so."""
    days, rest_s = divmod(int(second_of_day), DAY_S)
    text = f"{rest_s // 3600}:{rest_s % 3600 // 60:02d}"
    return text if days == 0 else _("%(time)s (Folgetag)") % {"time": text}


def window_text(earliest: datetime, latest: datetime) -> str:
    """A promised window: never one false minute."""
    words = {"from": clock(earliest), "until": clock(latest)}
    return _("zwischen %(from)s und %(until)s Uhr").replace(" Uhr", f"{NO_BREAK}Uhr") % words


def weekday_long(day: date) -> str:
    names = (_("Montag"), _("Dienstag"), _("Mittwoch"), _("Donnerstag"), _("Freitag"), _("Samstag"), _("Sonntag"))
    return names[day.weekday()]


def day_text(day: date | datetime) -> str:
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    return spoken_day_text(day)


def day_long_text(day: date | datetime) -> str:
    """The day in full, for lists and paper: "Dienstag, 24.11.2026"."""
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    return _("%(weekday)s, %(date)s") % {"weekday": weekday_long(day), "date": date_text(day)}


def day_choice_text(day: date, today: date) -> str:
    """A day as one would say it from today: "Morgen, Di, 24.11."."""
    spoken = {0: _("Heute"), 1: _("Morgen"), 2: _("Übermorgen")}.get((day - today).days)
    short = day_text(day)
    return f"{spoken}, {short}" if spoken else short


def money_text(cents: int) -> str:
    sign = "−" if cents < 0 else ""
    euros, rest = divmod(abs(int(cents)), 100)
    text = _("%(euros)s,%(cents)02d €").replace(" ", NO_BREAK)
    return sign + text % {"euros": number_format(euros, use_l10n=True, force_grouping=True), "cents": rest}


def walk_text(walk_m: int) -> str:
    """How far to go on foot, in metres one can picture and in minutes."""
    rounded_m = max(50, round(walk_m / 50) * 50)
    minutes = max(1, round(walk_m / WALK_M_PER_MINUTE))
    words = {"metres": rounded_m, "minutes": minutes}
    return (
        ngettext(
            "etwa %(metres)d m zu Fuß, %(minutes)d Minute", "etwa %(metres)d m zu Fuß, %(minutes)d Minuten", minutes
        )
        % words
    )


def minutes_text(seconds: float) -> str:
    minutes = round(seconds / 60)
    return ngettext("%(count)d Minute", "%(count)d Minuten", minutes) % {"count": minutes}


def kilometres_text(metres: float) -> str:
    return number_format(metres / 1000, 1, use_l10n=True, force_grouping=True) + f"{NO_BREAK}km"


def percent_text(share: float) -> str:
    return f"{share * 100:.0f}{NO_BREAK}%"


def phone_text(e164: str) -> str:
    """A German number as DIN 5008 writes it: "03901 304030"; what cannot be read stays as it is."""
    try:
        number = phonenumbers.parse(e164, "DE")
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def need_text(need: str) -> str:
    """What a rider asks of the driver, as a person says it."""
    texts = {
        "ramp": _("Rampe"),
        "child_seat": _("Kindersitz"),
        "blind": _("blind oder sehbehindert"),
        "deaf": _("gehörlos oder schwerhörig"),
        "arm": _("Hilfe beim Einsteigen"),
        "slow": _("braucht etwas mehr Zeit"),
        "say_name": _("bitte an der Haltestelle mit Namen ansprechen"),
        "text_only": _("hört nicht: bitte Geschriebenes zeigen"),
        "never_call": _("nicht anrufen, nur schreiben"),
    }
    return texts.get(need, need)
