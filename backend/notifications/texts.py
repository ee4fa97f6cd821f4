"""What riders read: a text for each kind of message, in their language, as short as an SMS.

Sentences are in the order of their weight. An SMS takes as many of them as fit, those that are needed always. Nothing here reads
what a rider needs; names and numbers of riders are not said either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accessibility.desk import InvalidInput
from backend.bookings.instead import instead_token
from backend.bookings.localtime import clock_text, spoken_day_text
from backend.bookings.models import OpenReturn
from backend.bookings.selectors import booking_by_code
from backend.notifications.kinds import Kind
from backend.notifications.links import link_to
from backend.notifications.models import RiderMessage
from backend.notifications.rides import Ride, waits_until
from backend.operations.forecasts import bus_of
from backend.operations.wording import plain_window, window_words
from fixtures.rules import Rules


@dataclass(frozen=True, slots=True)
class Said:
    """A message before it takes the shape of its way.

    Attributes
    ----------
    needed
        Sentences that every form has.
    more
        Those that an SMS leaves out where they do not fit, the last ones first.
    link
        Where more stands; "" where nothing does.
    has_calendar
        Whether an e-mail brings the rides for a calendar.
    """

    subject: str
    needed: tuple[str, ...]
    more: tuple[str, ...] = ()
    link: str = ""
    has_calendar: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text is made of."""

    row: RiderMessage
    rides: Sequence[Ride]
    rules: Rules
    now: datetime  # local, on the rides' day
    by_sms: bool
    reads_only: bool

    @property
    def ride(self) -> Ride:
        return self.rides[0]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.rules.timezone)


def said(facts: Facts) -> Said:
    """The message of a row in the active language."""
    return _TEXTS[Kind(facts.row.kind)](facts)


def when_words(ride: Ride, now: datetime) -> str:
    """ "morgen zwischen 8:05 und 8:15 Uhr": the promise, never one minute."""
    return _("%(day)s %(window)s") % {
        "day": day_words(ride.pickup_from, now),
        "window": plain_window(ride.pickup_from, ride.pickup_until),
    }


def day_words(moment: datetime, now: datetime) -> str:
    """ "heute", "morgen", else "am Di, 24.11.2026"."""
    days = (moment.date() - now.date()).days
    if days == 0:
        return _("heute")
    if days == 1:
        return _("morgen")
    return _("am %(day)s") % {"day": spoken_day_text(moment.date())}


def money_words(cents: int) -> str:
    """ "4,25 €"."""
    euros, rest = divmod(cents, 100)
    return _("%(euros)s,%(cents)02d €") % {"euros": euros, "cents": rest}


def _where(facts: Facts, ride: Ride) -> dict[str, str]:
    return {
        "when": when_words(ride, facts.now),
        "stop": ride.pickup_stop,
        "goal": ride.delivery_stop,
        "code": ride.code,
        "fare": money_words(ride.fare_cents),
    }


def _ask(facts: Facts, lead: str) -> str:
    """How to reach us, by the way that this reader can take."""
    if facts.by_sms and facts.reads_only:
        return f"{lead} {_('Antworten Sie MENSCH.')}"
    return f"{lead} {_('Rufen Sie uns an: %(phone)s.') % {'phone': phone_words(facts.rules.phone)}}"


def phone_words(e164: str) -> str:
    """ "03901 304030"."""
    import phonenumbers

    return phonenumbers.format_number(phonenumbers.parse(e164, "DE"), phonenumbers.PhoneNumberFormat.NATIONAL)


def _how_to_cancel(facts: Facts, ride: Ride) -> str:
    if facts.by_sms:
        return _("Absagen? Antworten Sie STORNO %(code)s.") % {"code": ride.code}
    return _ask(facts, _("Absagen oder ändern?"))


def _booked(facts: Facts) -> Said:
    if len(facts.rides) > 1:
        return _several(facts, _("%(count)d Fahrten sind gebucht.") % {"count": len(facts.rides)})
    ride = facts.ride
    text = _("Der Bus kommt %(when)s zur Haltestelle %(stop)s. Er fährt nach %(goal)s.")
    price = _("Preis %(fare)s. Code %(code)s.")
    words = _where(facts, ride)
    return Said(
        _("Ihre Fahrt ist gebucht: %(code)s") % words,
        (_("Ihre Fahrt ist gebucht."), text % words, price % words),
        (_how_to_cancel(facts, ride),),
        link_to("web:booking", ride.code),
        has_calendar=True,
    )


def _several(facts: Facts, first: str) -> Said:
    line = (
        _("%(when)s ab %(stop)s, Code %(code)s.")
        if facts.by_sms
        else _("%(when)s ab %(stop)s nach %(goal)s, Code %(code)s.")
    )
    lines = [capfirst(line % _where(facts, ride)) for ride in facts.rides]
    total = money_words(sum(ride.fare_cents for ride in facts.rides))
    return Said(
        first,
        (first, *lines[:2]),
        (*lines[2:], _("Zusammen %(fare)s.") % {"fare": total}, _how_to_cancel(facts, facts.ride)),
        link_to("web:booking", facts.ride.code),
        has_calendar=True,
    )


def _changed(facts: Facts) -> Said:
    ride, words = facts.ride, _where(facts, facts.ride)
    text = _("Der Bus kommt %(when)s zur Haltestelle %(stop)s. Er fährt nach %(goal)s.")
    price = _("Preis %(fare)s. Neuer Code %(code)s.")
    return Said(
        _("Ihre Fahrt ist geändert: %(code)s") % words,
        (_("Ihre Fahrt ist geändert."), text % words, price % words),
        (_how_to_cancel(facts, ride),),
        link_to("web:booking", ride.code),
        has_calendar=True,
    )


def _cancelled(facts: Facts) -> Said:
    if len(facts.rides) > 1:
        first = _("%(count)d Fahrten sind abgesagt.") % {"count": len(facts.rides)}
        lines = [capfirst(when_words(ride, facts.now)) + "." for ride in facts.rides]
        return Said(first, (first,), (*lines, _ask(facts, _("Wollten Sie das nicht?"))), has_calendar=True)
    words = _where(facts, facts.ride)
    text = _("Ihre Fahrt %(when)s ab %(stop)s ist abgesagt. Code %(code)s.")
    return Said(
        _("Ihre Fahrt ist abgesagt: %(code)s") % words,
        (text % words,),
        (_ask(facts, _("Wollten Sie das nicht?")),),
        has_calendar=True,
    )


def _series_booked(facts: Facts) -> Said:
    count = len(facts.rides)
    text = ngettext("%(count)d Fahrt ist gebucht.", "%(count)d Fahrten sind gebucht.", count) % {"count": count}
    return _of_series(facts, text)


def _series_changed(facts: Facts) -> Said:
    count = len(facts.rides)
    text = ngettext("%(count)d Fahrt ist geändert.", "%(count)d Fahrten sind geändert.", count) % {"count": count}
    return _of_series(facts, text)


def _of_series(facts: Facts, count: str) -> Said:
    """How many, the first and the last of them; by mail, each."""
    rides = facts.rides
    words = _where(facts, facts.ride)
    start = _("Die erste: %(when)s ab %(stop)s nach %(goal)s, Code %(code)s.") % words
    last = _("Die letzte: %(day)s.") % {"day": day_words(rides[-1].pickup_from, facts.now)}
    lines = () if facts.by_sms else tuple(capfirst(when_words(ride, facts.now)) + f", {ride.code}." for ride in rides)
    return Said(count, (count, start, last), lines, link_to("web:booking", facts.ride.code), has_calendar=True)


def _beside(facts: Facts) -> Said:
    first = _("Sie haben 2 Fahrten fast zur selben Zeit.")
    line = _("%(when)s ab %(stop)s nach %(goal)s, Code %(code)s.")
    lines = [capfirst(line % _where(facts, ride)) for ride in facts.rides[:2]]
    if facts.by_sms:
        ask = _("Brauchen Sie nur eine? Antworten Sie STORNO und den Code der anderen.")
    else:
        ask = _ask(facts, _("Brauchen Sie nur eine? Dann sagen Sie die andere bitte ab."))
    return Said(first, (first, *lines, ask), (), link_to("web:booking", facts.ride.code))


def _return_granted(facts: Facts) -> Said:
    right = OpenReturn.objects.filter(booking__code=facts.ride.code).first()
    until = right.valid_until.astimezone(facts.zone) if right else facts.ride.arrive_by
    text = _("Sie haben eine offene Rückfahrt. Wir holen Sie %(day)s ab, wenn Sie fertig sind. Sie gilt bis %(time)s.")
    return Said(
        _("Ihre offene Rückfahrt"),
        (text % {"day": day_words(facts.ride.pickup_from, facts.now), "time": clock_text(until)},),
        (_ask(facts, _("Fertig?")),),
        link_to("web:booking", facts.ride.code),
    )


def _return_unserved(facts: Facts) -> Said:
    text = _("Für Ihre Rückfahrt ist noch kein Bus frei. Wir suchen weiter und melden uns bei Ihnen.")
    return Said(_("Ihre Rückfahrt"), (text, _ask(facts, _("Haben Sie Fragen?"))))


def _evening(facts: Facts) -> Said:
    words = _where(facts, facts.ride)
    text = _("Der Bus kommt %(when)s zur Haltestelle %(stop)s. Er fährt nach %(goal)s.")
    return Said(
        _("Erinnerung an Ihre Fahrt"),
        (_("Erinnerung an Ihre Fahrt:"), text % words, _("Code %(code)s.") % words),
        (_how_to_cancel(facts, facts.ride),),
        link_to("web:booking", facts.ride.code),
    )


def _before(facts: Facts) -> Said:
    words = _where(facts, facts.ride)
    text = _("Ihr Bus kommt bald: %(window)s zur Haltestelle %(stop)s. Code %(code)s.")
    words["window"] = plain_window(facts.ride.pickup_from, facts.ride.pickup_until)
    ready = _("Bitte warten Sie ab %(time)s dort.") % {"time": clock_text(facts.ride.pickup_from)}
    return Said(_("Ihr Bus kommt bald"), (text % words, ready), (), link_to("web:follow", facts.ride.code))


def _near(facts: Facts) -> Said:
    text = _("Ihr Bus ist gleich an der Haltestelle %(stop)s. Bitte warten Sie dort.") % _where(facts, facts.ride)
    return Said(_("Ihr Bus ist gleich da"), (text,), _look(facts), link_to("web:follow", facts.ride.code))


def _there(facts: Facts) -> Said:
    text = _("Ihr Bus ist da. Er steht an der Haltestelle %(stop)s. Bitte steigen Sie ein.")
    booking = booking_by_code(facts.ride.code)
    waits = waits_until(booking) if booking else None
    until = (
        ()
        if waits is None or waits <= facts.now
        else (_("Er wartet mindestens bis %(time)s.") % {"time": clock_text(waits)},)
    )
    return Said(_("Ihr Bus ist da"), (text % _where(facts, facts.ride), *until), _look(facts))


def _correction(facts: Facts) -> Said:
    words = _where(facts, facts.ride)
    was = facts.row.context.get("was")
    if was == Kind.THERE:
        text = _("Ihr Bus ist noch nicht da. Bitte warten Sie weiter an der Haltestelle %(stop)s.")
    elif was == Kind.NO_SHOW:
        text = _("Ihre Fahrt %(when)s ab %(stop)s gilt weiter. Code %(code)s.")
    else:
        text = _("Ihr Bus kommt wie vereinbart %(when)s zur Haltestelle %(stop)s.")
    return Said(
        _("Richtigstellung zu Ihrer Fahrt %(code)s") % words,
        (_("Unsere letzte Nachricht war ein Versehen. Das tut uns leid."), text % words),
        (_ask(facts, _("Haben Sie Fragen?")),),
        link_to("web:follow", facts.ride.code),
    )


def _look(facts: Facts) -> tuple[str, ...]:
    """Which bus it is: its name and plate."""
    booking = booking_by_code(facts.ride.code)
    try:
        bus = bus_of(booking) if booking else None
    except InvalidInput:
        return ()
    if bus is None:
        return ()
    return (_("So heißt der Bus: %(bus)s.") % {"bus": ", ".join(filter(None, (bus.name, bus.plate)))},)


def _moment(facts: Facts, name: str) -> datetime | None:
    """A moment of the message's context, in local time."""
    try:
        return datetime.fromisoformat(facts.row.context[name]).astimezone(facts.zone)
    except (KeyError, TypeError, ValueError):
        return None


def _new_window(facts: Facts) -> tuple[datetime, datetime] | None:
    try:
        pair = [datetime.fromisoformat(facts.row.context[end]).astimezone(facts.zone) for end in ("from", "until")]
    except (KeyError, TypeError, ValueError):
        return None
    return pair[0], pair[1]


def _window(facts: Facts) -> Said:
    words = _where(facts, facts.ride)
    told, arrives = _new_window(facts), _moment(facts, "arrive")
    if arrives:
        words["time"] = clock_text(arrives)
    if arrives and not told:
        text = _(
            "Ihre Fahrt %(when)s ab %(stop)s dauert länger. Sie sind bis etwa %(time)s am Ziel. Das tut uns leid. Code %(code)s."
        )
        return Said(
            _("Ihre Fahrt %(code)s dauert länger") % words,
            (text % words,),
            (*_own_words(facts), _ask(facts, _("Passt das nicht?"))),
            link_to("web:booking", facts.ride.code),
        )
    if told:
        words["when"] = _("%(day)s %(window)s") % {"day": day_words(told[0], facts.now), "window": plain_window(*told)}
    text = _("Neue Zeit: Ihr Bus kommt %(when)s zur Haltestelle %(stop)s. Code %(code)s. Das tut uns leid.")
    return Said(
        _("Neue Zeit für Ihre Fahrt %(code)s") % words,
        (text % words, *((_("Sie sind bis etwa %(time)s am Ziel.") % words,) if arrives else ())),
        (*_own_words(facts), _ask(facts, _("Passt das nicht?"))),
        link_to("web:booking", facts.ride.code),
    )


def _delay(facts: Facts) -> Said:
    words, told = _where(facts, facts.ride), _new_window(facts)
    if told:
        words["window"] = window_words(*told)
        text = _("Ihr Bus hat Verspätung. Er kommt etwa %(window)s zur Haltestelle %(stop)s.")
    else:
        text = _("Ihr Bus hat Verspätung. Er kommt später zur Haltestelle %(stop)s.")
    sorry = _("Bitte warten Sie auf ihn. Das tut uns leid.")
    return Said(
        _("Ihr Bus hat Verspätung"),
        (text % words, sorry),
        (*_own_words(facts), _ask(facts, _("Haben Sie Fragen?"))),
        link_to("web:follow", facts.ride.code),
    )


def _breakdown(facts: Facts) -> Said:
    words, comes = _where(facts, facts.ride), _new_window(facts)
    if facts.ride.state == "aboard":
        text = _("Ihr Bus kann nicht weiterfahren. Bitte bleiben Sie bei ihm. Ein anderer Bus bringt Sie ans Ziel.")
    elif comes:
        text = _("Ein Bus ist ausgefallen. Ein anderer Bus holt Sie an der Haltestelle %(stop)s ab.")
    else:
        text = _("Ein Bus ist ausgefallen. Wir planen Ihre Fahrt %(when)s ab %(stop)s neu und melden uns.")
    other = (_("Er kommt etwa %(window)s.") % {"window": window_words(*comes)},) if comes else ()
    return Said(
        _("Ein Bus ist ausgefallen"),
        (text % words, *other),
        (*_own_words(facts), _ask(facts, _("Haben Sie Fragen?"))),
    )


def _suspended(facts: Facts) -> Said:
    if facts.row.context.get("stranded"):
        text = _(
            "Ihr Bus kann nicht weiterfahren. Bitte bleiben Sie bei ihm. Wir suchen eine Fahrt für Sie und melden uns."
        )
        return Said(_("Ihr Bus kann nicht weiterfahren"), (text,), (_ask(facts, _("Haben Sie Fragen?")),))
    words = _where(facts, facts.ride)
    text = _("Ihre Fahrt %(when)s ab %(stop)s findet nicht statt. Code %(code)s. Das tut uns leid.")
    return Said(
        _("Ihre Fahrt %(code)s findet nicht statt") % words,
        (text % words, *_other_time(facts)),
        (
            *(_("Grund: %(text)s.") % {"text": text.rstrip(".")} for text in _own_words(facts)),
            _ask(facts, _("Eine andere Zeit?")),
        ),
        link_to("web:instead", instead_token(facts.ride.code)),
    )


def _other_time(facts: Facts) -> tuple[str, ...]:
    """The time that we offer in place of a cancelled ride, which who can write back takes with a number."""
    told, number = _new_window(facts), facts.row.context.get("answer")
    if not (facts.by_sms and told and number and told[0] > facts.now):
        return ()
    when = _("%(day)s %(window)s") % {"day": day_words(told[0], facts.now), "window": plain_window(*told)}
    text = _("Frei ist %(when)s. Antworten Sie %(number)d, dann ist diese Fahrt gebucht.")
    return (text % {"when": when, "number": number},)


def _own_words(facts: Facts) -> tuple[str, ...]:
    """A dispatcher's words, as they were typed."""
    text = " ".join(str(facts.row.context.get("text", "")).split())
    return (text,) if text else ()


def _no_show(facts: Facts) -> Said:
    words = _where(facts, facts.ride)
    text = _("Der Bus war %(day)s an der Haltestelle %(stop)s. Das Fahrpersonal hat Sie nicht gesehen. Code %(code)s.")
    words["day"] = day_words(facts.ride.pickup_from, facts.now)
    return Said(_("Wir haben Sie nicht getroffen"), (text % words, _ask(facts, _("War es anders?"))))


def _receipt(facts: Facts) -> Said:
    words = {"day": day_words(facts.ride.pickup_from, facts.now), "code": facts.ride.code}
    link = link_to("web:receipt", facts.ride.code)
    where = _("Sie finden sie hier.") if link else _("Sie finden sie in Ihrem Konto.")
    text = _("Die Quittung für Ihre Fahrt %(day)s ist fertig, Code %(code)s.") % words
    return Said(_("Ihre Quittung"), (text, where), (), link)


def _note(facts: Facts) -> Said:
    words = _own_words(facts)
    return Said(_("Nachricht vom Rufbus"), words, (_ask(facts, _("Haben Sie Fragen?")),))


_TEXTS: dict[Kind, Callable[[Facts], Said]] = {
    Kind.BOOKED: _booked,
    Kind.CHANGED: _changed,
    Kind.CANCELLED: _cancelled,
    Kind.SERIES_BOOKED: _series_booked,
    Kind.BESIDE: _beside,
    Kind.SERIES_CHANGED: _series_changed,
    Kind.RETURN_GRANTED: _return_granted,
    Kind.RETURN_UNSERVED: _return_unserved,
    Kind.EVENING: _evening,
    Kind.BEFORE: _before,
    Kind.NEAR: _near,
    Kind.THERE: _there,
    Kind.WINDOW: _window,
    Kind.DELAY: _delay,
    Kind.BREAKDOWN: _breakdown,
    Kind.SUSPENDED: _suspended,
    Kind.NO_SHOW: _no_show,
    Kind.CORRECTION: _correction,
    Kind.RECEIPT: _receipt,
    Kind.NOTE: _note,
}
