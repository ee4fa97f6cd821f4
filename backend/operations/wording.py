"""What is said of a ride under way, in one or two short sentences. Never a minute that nobody can know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accessibility.desk import Party
from accessibility.following import Phase, RideForecast
from backend.bookings.localtime import clock_text, spoken_day_text
from backend.operations.rules import SHOWN_BEFORE

# Minutes as one says them; a line that changes at each of these is heard rarely enough.
SAID_MINUTES = (2, 3, 4, 5, 6, 8, 10, 12, 15)
SAID_AT_MOST = timedelta(minutes=16)
WIDEST = timedelta(minutes=9)  # wider than this, minutes would be a guess
STEP = timedelta(minutes=5)


def window_words(earliest: datetime, latest: datetime) -> str:
    """ "zwischen 8:05 und 8:15 Uhr", in whole five minutes outwards."""
    first, last = _floor(earliest), _floor(latest + STEP - timedelta(microseconds=1))
    if first == last:
        last = first + STEP
    return plain_window(first, last)


def plain_window(first: datetime, last: datetime) -> str:
    """ "zwischen 8:05 und 8:15 Uhr", as it is."""
    words = {"from": f"{first.hour}:{first.minute:02d}", "until": f"{last.hour}:{last.minute:02d}"}
    return _("zwischen %(from)s und %(until)s Uhr") % words


def _floor(moment: datetime) -> datetime:
    return moment - timedelta(minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond)


def minutes_said(forecast: RideForecast) -> int | None:
    """Whole minutes as one may say them: 0 is "at once"; None where only a window is honest."""
    if forecast.likely is None or forecast.earliest is None or forecast.latest is None:
        return None
    left = forecast.likely - forecast.now
    if left > SAID_AT_MOST or forecast.latest - forecast.earliest > WIDEST:
        return None
    minutes = left / timedelta(minutes=1)
    return 0 if minutes < 1.5 else min(SAID_MINUTES, key=lambda said: (abs(said - minutes), said))


def coming_words(forecast: RideForecast) -> str:
    """ "Noch etwa 6 Minuten." or "Er kommt zwischen 8:05 und 8:15 Uhr."."""
    minutes = minutes_said(forecast)
    if minutes == 0:
        return _("Er ist gleich da.")
    if minutes is not None:
        return ngettext("Noch etwa %(count)d Minute.", "Noch etwa %(count)d Minuten.", minutes) % {"count": minutes}
    assert forecast.earliest is not None and forecast.latest is not None  # noqa: PT018 - one follows the other
    return _("Er kommt %(window)s.") % {"window": window_words(forecast.earliest, forecast.latest)}


def arrival_words(forecast: RideForecast, for_rider: bool = True) -> str:
    """When the destination is reached."""
    if forecast.earliest is None or forecast.latest is None:
        return _("Ankunft spätestens %(time)s.") % {"time": clock_text(forecast.arrive_by)}
    minutes = minutes_said(forecast)
    if minutes == 0:
        return _("Sie sind gleich am Ziel.") if for_rider else _("Der Bus ist gleich am Ziel.")
    if minutes is not None:
        text = ngettext("Ankunft in etwa %(count)d Minute.", "Ankunft in etwa %(count)d Minuten.", minutes)
        return text % {"count": minutes}
    return _("Ankunft %(window)s.") % {"window": window_words(forecast.earliest, forecast.latest)}


def line_of(forecast: RideForecast, left_at: datetime | None, *, for_rider: bool = True) -> str:
    """The status line, for the rider or for whoever the ride was shared with.

    `left_at`: when the bus was last seen at the pick-up, where it was.
    """
    match forecast.phase:
        case Phase.EARLY:
            return _early_words(forecast, for_rider)
        case Phase.PLANNED:
            unheard = _("Der Bus hat noch keine Position gemeldet.")
            return f"{_planned_words(forecast, for_rider)} {unheard}"
        case Phase.SILENT:
            too_old = _("Seine letzte Meldung ist zu alt für eine genauere Auskunft.")
            return f"{_planned_words(forecast, for_rider)} {too_old}"
        case Phase.COMING:
            way = _("Ihr Bus ist unterwegs.") if for_rider else _("Der Bus ist unterwegs.")
            return f"{way} {coming_words(forecast)}"
        case Phase.LATE:
            late = _("Ihr Bus verspätet sich.") if for_rider else _("Der Bus verspätet sich.")
            return f"{late} {coming_words(forecast)}"
        case Phase.THERE:
            return _there_words(forecast, for_rider)
        case Phase.LEFT:
            return f"{_left_words(left_at, for_rider)} {arrival_words(forecast, for_rider)}"
        case Phase.ABOARD:
            riding = _("Sie sind unterwegs.") if for_rider else _("Die Fahrt hat begonnen.")
            return f"{riding} {arrival_words(forecast, for_rider)}"
    return _END_LINES[forecast.phase]()


def _early_words(forecast: RideForecast, for_rider: bool) -> str:
    text = _("Der Bus kommt am %(day)s %(window)s. Ab %(from)s sehen Sie hier, wo er ist.")
    if for_rider:
        text = _("Ihr Bus kommt am %(day)s %(window)s. Ab %(from)s sehen Sie hier, wo er ist.")
    return text % {
        "day": spoken_day_text(forecast.pickup_from.date()),
        "window": plain_window(forecast.pickup_from, forecast.pickup_until),
        "from": clock_text(forecast.pickup_from - SHOWN_BEFORE),
    }


def _planned_words(forecast: RideForecast, for_rider: bool) -> str:
    text = _("Nach Plan kommt Ihr Bus %(window)s.") if for_rider else _("Nach Plan kommt der Bus %(window)s.")
    return text % {"window": plain_window(forecast.pickup_from, forecast.pickup_until)}


def _there_words(forecast: RideForecast, for_rider: bool) -> str:
    there = _("Ihr Bus steht an der Haltestelle.") if for_rider else _("Der Bus steht an der Haltestelle.")
    if forecast.now < forecast.waits_until:
        waits = _("Er wartet mindestens bis %(time)s.") % {"time": clock_text(forecast.waits_until)}
        return f"{there} {waits}"
    board = _("Bitte steigen Sie ein.")
    return f"{there} {board}" if for_rider else there


def _left_words(left_at: datetime | None, for_rider: bool) -> str:
    if left_at is None:
        was = _("Ihr Bus war an der Haltestelle und ist weitergefahren.")
        return was if for_rider else _("Der Bus war an der Haltestelle und ist weitergefahren.")
    was = _("Der Bus war bis %(time)s an der Haltestelle und ist weitergefahren.")
    if for_rider:
        was = _("Ihr Bus war bis %(time)s an der Haltestelle und ist weitergefahren.")
    return was % {"time": clock_text(left_at)}


def party_text(party: Party) -> str:
    """Who rides, in one line: "2 Erwachsene, 1 Kind, 1 Rollstuhl"."""
    people = (
        (party.adults, ngettext("%(n)d erwachsene Person", "%(n)d Erwachsene", party.adults)),
        (party.children, ngettext("%(n)d Kind", "%(n)d Kinder", party.children)),
    )
    return ", ".join([*(text % {"n": count} for count, text in people if count), *brought_along(party)])


def brought_along(party: Party) -> list[str]:
    """What a party has with it, each with its number: ["1 Rollstuhl", "2 Pakete"]."""
    things = (
        (party.wheelchairs, ngettext("%(n)d Rollstuhl", "%(n)d Rollstühle", party.wheelchairs)),
        (party.walking_frames, ngettext("%(n)d Rollator", "%(n)d Rollatoren", party.walking_frames)),
        (party.prams, ngettext("%(n)d Kinderwagen", "%(n)d Kinderwagen", party.prams)),
        (party.guide_dogs, ngettext("%(n)d Assistenzhund", "%(n)d Assistenzhunde", party.guide_dogs)),
        (party.bicycles, ngettext("%(n)d Fahrrad", "%(n)d Fahrräder", party.bicycles)),
        (party.luggage, ngettext("%(n)d großes Gepäckstück", "%(n)d große Gepäckstücke", party.luggage)),
        (party.parcels, ngettext("%(n)d Paket", "%(n)d Pakete", party.parcels)),
    )
    return [text % {"n": count} for count, text in things if count]


_END_LINES: dict[Phase, Callable[[], str]] = {
    Phase.OVERDUE: lambda: _(
        "Die versprochene Zeit ist vorbei, und der Bus meldet sich nicht. Bitte rufen Sie uns an."
    ),
    Phase.OVER: lambda: _("Diese Fahrt ist zu Ende."),
    Phase.CANCELLED: lambda: _("Diese Fahrt ist abgesagt."),
    Phase.NO_SHOW: lambda: _("Zu dieser Fahrt war niemand an der Haltestelle."),
}
