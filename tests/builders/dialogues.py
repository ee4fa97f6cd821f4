"""Transcripts of dialogues (tests/scenario/dialogues/README.md): read, and played against the real desk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from accessibility.desk import (
    Access,
    BookingState,
    BookingView,
    Channel,
    Party,
    Passenger,
    RideWish,
    SeriesRule,
    SeriesView,
    TripKind,
)
from accessibility.dialogue import heard as inputs
from accessibility.dialogue.actions import CallBack, HandedOver, HandOver
from accessibility.dialogue.caller import spot_of, stop_text
from accessibility.dialogue.dialogue import Dialogue
from accessibility.dialogue.manner import VOICE, WRITTEN, Manner
from accessibility.dialogue.saying import Reply
from accessibility.dialogue.state import State
from accessibility.dialogue.stored import from_document, to_document
from accessibility.language.understand import understand
from accessibility.voice.wording import Wording
from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.bookings.models import Booking
from backend.bookings.of_contacts import bookings_of
from backend.channels_in.ears import ears_of
from backend.channels_in.proof import caller_of
from backend.channels_in.runner import Runner
from backend.districts.models import District
from backend.riders.pins import set_pin
from backend.riders.selectors import UsualRide
from backend.riders.services import normalised_phone, open_account, read_contact, save_profile

BERLIN = ZoneInfo("Europe/Berlin")
NUMBER = "03023125001"
GAP = re.compile(r"\s*(?:…|\.\.\.)\s*")
HEAD = (
    "Kanal",
    "Adresse",
    "Serie",
    "Sprache",
    "Jetzt",
    "Nummer",
    "PIN",
    "Name",
    "Gebucht",
    "Büro",
    "Hin und zurück",
    "Offene Rückfahrt",
    "Konto",
)


@dataclass(slots=True)
class Transcript:
    """One file: who calls when, and the lines in order."""

    path: Path
    head: list[tuple[str, str]] = field(default_factory=list)
    lines: list[tuple[int, str, str]] = field(default_factory=list)  # number in the file, who, what

    def value(self, name: str, default: str = "") -> str:
        return next((text for key, text in self.head if key == name), default)


def read_transcript(path: Path) -> Transcript:
    """A transcript file. Raises ValueError for a line that nobody can read."""
    transcript = Transcript(path)
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("(") and line.endswith(")"):
            transcript.lines.append((number, "", line[1:-1].strip()))
            continue
        who, colon, what = line.partition(":")
        if not colon:
            raise ValueError(f"{path.name}:{number}: neither 'Wer: Text' nor '(Ereignis)': {line}")
        if who in HEAD and not transcript.lines:
            transcript.head.append((who, what.strip()))
        else:
            transcript.lines.append((number, who.strip(), what.strip()))
    return transcript


def fits(pattern: str, text: str) -> bool:
    """Whether the pieces between the dots stand in the text in this order."""
    position = 0
    for piece in (part.strip() for part in GAP.split(pattern)):
        found = text.find(piece, position)
        if found < 0:
            return False
        position = found + len(piece)
    return True


Speak = Callable[[Reply], str]


@dataclass(slots=True)
class Player:
    """Plays one transcript: what people say goes in, what comes back must fit the lines."""

    district: District
    transcript: Transcript
    manner: Manner = VOICE
    clock: SetClock = field(default_factory=lambda: SetClock(datetime(2026, 11, 23, 10, tzinfo=BERLIN)))
    said: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    state: State = field(default_factory=State)
    existing: set[str] = field(default_factory=set)
    code: str = ""
    calls: int = 0

    def play(self) -> None:
        """Raises AssertionError with the place in the file and the whole dialogue so far."""
        self._prepare()
        self._begin()
        for number, who, what in self.transcript.lines:
            try:
                self._line(who, what)
            except AssertionError as problem:
                told = "\n    ".join(self.said)
                raise AssertionError(f"{self.transcript.path.name}:{number}: {problem}\n    {told}") from None

    def _line(self, who: str, what: str) -> None:
        if who == "Rufbus":
            assert fits(what, self.said[-1].removeprefix("Rufbus: ")), f"expected: {what}"
        elif who == "Mensch":
            assert not self.state.is_over, "the dialogue is over already"
            self._hear(inputs.words(what), f"Mensch: {what}")
        elif who == "Taste":
            self._hear(inputs.keys(what.replace("Raute", "#").replace("Stern", "*").replace(" ", "")), f"Taste: {what}")
        elif who == "Undeutlich":
            self._hear(inputs.words(what, 0.2), f"Undeutlich: {what}")
        elif who == "Später":
            self.clock.moment += timedelta(minutes=int(what.split()[0]))
        elif who == "Dann":
            self._then(what)
        elif who == "":
            self._event(what)
        else:
            raise AssertionError(f"nobody is called {who!r}")

    def _event(self, what: str) -> None:
        if what.startswith("Stille"):
            self._hear(inputs.SILENCE, "(Stille)")
        elif what == "Bild":
            self._hear(inputs.IGNORED, "(Bild)")
        elif what == "legt auf":
            self._hear(inputs.GONE, "(legt auf)")
        elif what == "ruft noch einmal an":
            self._begin(kept=True)
        else:
            raise AssertionError(f"no such event: {what!r}")

    def _then(self, what: str) -> None:
        """What must be true of the desk's books now."""
        new = [row for row in self._bookings() if row.code not in self.existing and row.state == "booked"]
        cancelled = [row for row in self._bookings() if row.code in self.existing and row.state == "cancelled"]
        told = [self._told(row) for row in new]
        if what == "nichts gebucht":
            assert not new, f"booked: {told}"
        elif what.startswith("gebucht"):
            wanted = what.removeprefix("gebucht").strip(" :")
            assert len(new) == 1, f"booked: {told}"
            assert fits(wanted, told[0]), f"booked: {told[0]}"
        elif what == "abgesagt":
            assert cancelled, "nothing was cancelled"
        elif what == "nichts abgesagt":
            assert not cancelled, "a ride was cancelled"
        elif what.startswith("Mensch gerufen"):
            assert self.waiting, "nobody was asked for a person"
            assert fits(what.removeprefix("Mensch gerufen").strip(" :"), self.waiting[-1]), self.waiting[-1]
        elif what == "zu Ende":
            assert self.state.is_over, "the dialogue goes on"
        else:
            raise AssertionError(f"cannot check: {what!r}")

    def _bookings(self) -> Iterable[Booking]:
        return bookings_of(self._contacts()).select_related("offer__pickup_stop", "offer__delivery_stop")

    def _contacts(self) -> list[str]:
        """With what the rider may have booked."""
        numbers = {normalised_phone(self.transcript.value("Nummer", NUMBER)), self.state.number} - {""}
        return sorted({normalised_phone(number) for number in numbers})

    def _told(self, row: Booking) -> str:
        view = Desk(self.clock).status(row.code, _staff())
        assert isinstance(view, BookingView)
        offer, party = view.offer, view.party
        people = ", ".join(
            f"{count} {name}"
            for name, count in (
                ("Erwachsene", party.adults), ("Kinder", party.children), ("Rollstuhl", party.wheelchairs),
                ("Rollator", party.walking_frames), ("Kinderwagen", party.prams), ("Fahrrad", party.bicycles),
            )
            if count
        )  # fmt: skip
        return (
            f"{offer.pickup_from:%d.%m.} {offer.pickup_from.hour}:{offer.pickup_from:%M} bis "
            f"{offer.pickup_until.hour}:{offer.pickup_until:%M}, von {stop_text(offer.pickup_stop)} nach "
            f"{stop_text(offer.delivery_stop)}, {people}, {' '.join(sorted(view.needs))}, für {view.passenger.name}, "
            f"{view.passenger.phone}, über {CHANNELS[row.channel]}"
        )

    def _prepare(self) -> None:
        value = self.transcript.value
        if value("Jetzt"):
            self.clock.moment = datetime.strptime(value("Jetzt"), "%d.%m.%Y %H:%M").replace(tzinfo=BERLIN)
        desk = Desk(self.clock)
        number = value("Nummer", NUMBER)
        if value("PIN") or value("Konto"):
            account = open_account(self.district, self.clock.moment, read_contact(number))
            save_profile(account, value("Name", "Testfahrgast 1"), UsualRide())
            if value("PIN"):
                set_pin(account, value("PIN"))
        for name, text in self.transcript.head:
            if name in ("Gebucht", "Hin und zurück", "Offene Rückfahrt", "Serie"):
                self._book(desk, name, text, number, value("Name", "Testfahrgast 1"))

    def _book(self, desk: Desk, kind: str, text: str, number: str, name: str) -> None:
        """A ride that was booked before, said as people say it."""
        heard = understand(text, now=self.clock.moment, zone=BERLIN, find=ears_of(self.district).find)
        assert heard.origin is not None, f"cannot read: {text}"
        assert heard.destination is not None, f"cannot read: {text}"
        assert heard.when.best is not None, f"cannot read: {text}"
        origin, destination = (spot_of(end.hits[0]).place for end in (heard.origin, heard.destination))
        wish = RideWish(
            self.district.pk, origin, destination, heard.when.best.moment, party=heard.people.party or Party(),
            channel=Channel.PHONE,
        )  # fmt: skip
        passenger = Passenger(name, number)
        if kind == "Serie":  # on this day of the week, three weeks long
            day = wish.when.date()
            rule = SeriesRule(frozenset({day.weekday()}), day, day + timedelta(days=14))
            asked = desk.quote_series(wish, rule, key=f"series:{text}")
            series = desk.book_series(asked.series_id, passenger, key=f"book:{text}")
            assert isinstance(series, SeriesView), series
            self.existing |= {leg.code for leg in series.bookings}
            return
        quote = desk.quote(wish, key=f"before:{text}")
        assert quote.offers, quote.refusal
        if kind == "Hin und zurück":
            back = RideWish(self.district.pk, destination, origin, quote.offers[0].arrive_by + timedelta(hours=2))
            second = desk.quote(back, key=f"back:{text}")
            ids = [quote.offers[0].id, second.offers[0].id]
            views = desk.book_together(ids, passenger, key=f"both:{text}", kind=TripKind.RETURN)
            assert isinstance(views, tuple), views
            self.existing |= {view.code for view in views}
            self.code = views[0].code
            return
        view = desk.book(quote.offers[0].id, passenger, key=f"book:{text}")
        assert isinstance(view, BookingView), view
        assert view.state is BookingState.BOOKED
        self.code = view.code
        self.existing.add(view.code)
        if kind == "Offene Rückfahrt":
            desk.ask_return(view.code, _staff(), key=f"return:{text}")

    @property
    def _contact(self) -> str:
        number = self.transcript.value("Nummer", NUMBER)
        return "" if number == "unterdrückt" else normalised_phone(number)

    def _runner(self) -> Runner:
        dialogue = Dialogue(ears_of(self.district), self.manner)
        return Runner(self.district, dialogue, f"{self.transcript.path.stem}:{self.calls}", self._persons, self.clock)

    def _persons(self, action: HandOver | CallBack, state: State, key: str) -> HandedOver:
        office = self.transcript.value("Büro", "besetzt")
        if isinstance(action, CallBack):
            self.waiting.append(f"zurückrufen {state.caller.contact}")
            return HandedOver(is_kept=True, hours="täglich 6 bis 22 Uhr")
        self.waiting.append(action.why)
        return HandedOver(is_reached=office == "frei", is_open=office != "geschlossen", hours="täglich 6 bis 22 Uhr")

    def _begin(self, *, kept: bool = False) -> None:
        self.calls += 1
        dialogue = Dialogue(ears_of(self.district), self.manner)
        wish = self.state.wish if kept else None
        step = dialogue.begin(caller_of(self._contact), self.clock.moment, kept=wish)
        self._after(step.state, step.reply)

    def _hear(self, heard: inputs.Heard, line: str) -> None:
        if "CODE" in heard.text:
            heard = inputs.words(heard.text.replace("CODE", self.code))
        self.said.append(line)
        step = self._runner().hear(self.state, heard)
        self._after(step.state, step.reply)

    def _after(self, state: State, reply: Reply) -> None:
        self.state = from_document(State, to_document(state))  # as between two webhooks
        assert self.state == state, "the state does not survive being stored"
        self.said.append(f"Rufbus: {self._text(reply)}")

    def _text(self, reply: Reply) -> str:
        today = self.clock.moment.astimezone(BERLIN).date()
        return Wording(self.district.name, BERLIN, today).text(reply)


CHANNELS = {"phone": "Telefon", "sms": "SMS", "whatsapp": "WhatsApp", "email": "E-Mail"}


def _staff() -> Access:
    return Access(staff="test")


def manner_of(transcript: Transcript) -> Manner:
    """How the transcript's channel asks."""
    return WRITTEN if transcript.value("Kanal", "Telefon") == "SMS" else VOICE
