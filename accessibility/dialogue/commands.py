"""What may be said at any time, whatever was asked: a person, again, slower, a ride that is booked already."""

from __future__ import annotations

import re

from accessibility.desk import Concession
from accessibility.language.said import fold, listen

_SLOW = re.compile(r"\b(?:langsam(?:er)?|nicht so schnell|zu schnell)\b")
_NOT_SLOW = re.compile(r"\b(?:schneller|normal(?:e geschwindigkeit)?)\b")
_LATE = re.compile(
    r"\b(?:(?:ich|wir) verspaete?n? (?:mich|uns)|verspaete mich|(?:ich|wir) (?:komme?n?|bin|sind|schaffe?n?).{0,30}\b"
    r"(?:spaeter?|zu spaet|verspaetung|nicht (?:rechtzeitig|puenktlich))|(?:ich|wir) haben? verspaetung"
    r"|werde (?:mich )?verspaet\w*)\b"
)
_RIDES = re.compile(
    r"\b(?:meine (?:fahrten|buchung(?:en)?|termine)|was habe ich (?:gebucht|bestellt)|wann fahre ich|meine naechste fahrt"
    r"|habe ich (?:eine )?(?:fahrt|buchung))\b"
)
_OTHER = re.compile(
    r"\b(?:relais\w*|dolmetsch\w*|tess|vermittlungsdienst|(?:ich )?(?:rufe|buche|bestelle|spreche) (?:hier )?fuer (?:jemand\w*"
    r"|eine[nr]? ander\w*|eine\w* (?:gehoerlos\w*|taub\w*|schwerhoerig\w*)\w*|mein\w* \w+"
    r"|eine\w* (?:frau|mann|herrn|kund\w*|bewohner\w*))"
    r"|im (?:auftrag|namen) von)\b"
)
_EARLIER = re.compile(r"^(?:\w+ ){0,4}?(?:frueher|eher|vorher|davor)(?: \w+){0,3}$")
_LATER = re.compile(r"^(?:\w+ ){0,4}?(?:spaeter|danach|nachher|hinterher)(?: \w+){0,3}$")
_ANOTHER = re.compile(r"^(?:\w+ ){0,4}?(?:ander\w*|alternativ\w*|weitere\w*|naechste\w*)(?: \w+){0,3}$")
_DONE = re.compile(
    r"^(?:nein |danke |das )*(?:tschuess|wiederhoeren|auf wieder(?:hoeren|sehen)|das war(?:s| es| alles)?|war alles|fertig|nichts"
    r"(?: mehr)?|danke|nein danke|schluss|ende|bye|ciao)\b(?: \w+){0,4}$"
)
_GOODBYE = re.compile(
    r"\b(?:tschuess|tschuesschen|tschau|ciao|bis (?:dann|bald|spaeter(?= ?$)|zum naechsten mal)"
    r"|(?:auf )?wieder(?:hoeren|sehen)|das war alles|bye bye|good ?bye)\b"
)
_TAKEN_BACK = re.compile(
    r"\b(?:doch (?:lieber )?nicht|(?:das war|ist) (?:ein )?(?:falsch|fehler|versehen)\w*|aus versehen)\b"
)
_GREETING = re.compile(
    r"(?:(?:hallo|hi|hey|moin|servus|tach|tag|gruess gott|guten? (?:tag|morgen|abend|mittag)"
    r"|hier ist (?:frau|herr) \w+|rufbus|hello|sind sie (?:noch )?da|hoeren sie mich|ist da (?:jemand|wer)|ja hallo)[ ]?){1,4}"
)
_PRICE = re.compile(
    r"\b(?:was kostet|wie viel kostet|wieviel kostet|was macht das|wie teuer|was muss ich (?:dafuer )?(?:be)?zahlen|fahrpreis"
    r"|kostet (?:das|es|die fahrt)|gilt .{0,20}ticket|was .{0,20}\bkosten|how much)\b"
)
_ENGLISH = re.compile(
    r"\b(?:english|englisch|do you speak|i (?:need|want|would like|am|have)|hello i|can you (?:help|speak)"
    r"|to the (?:doctor|hospital|station))\b"
)
_STOP = re.compile(
    r"^(?:\w+ ){0,3}?(?:abbrechen|abbruch|vergessen sie es|doch nicht|lieber nicht|stopp?|nichts buchen|lassen wir das)\b"
)
_MOMENT = re.compile(
    r"^(?:\w+ ){0,3}?(?:moment(?:chen)?|augenblick|sekunde|minute bitte|warten sie|warte mal|bleiben sie dran)\b"
    r"(?: (?!um |am |nach |von |\d)\w+){0,2}$"
    r"|\b(?:hole?|suche?|brauche?) (?:\w+ ){0,3}(?:stift|zettel|kuli|brille|kalender)\b"
)
_NO_PIN = re.compile(
    r"\b(?:weiss (?:ich )?(?:\w+ )?nicht|vergessen|(?:habe?|kenne) (?:ich )?(?:\w+ )?(?:keine?n?|nicht)|keine? (?:pin|code)"
    r"|ohne (?:pin|code)|keine ahnung|(?:code|pin|den|die) hat (?:er|sie) nicht"
    r"|(?:er|sie) (?:hat|weiss) (?:\w+ ){0,3}(?:nicht|keine?n?))\b"
)
_CANCELLING = re.compile(r"\b(?:storno|stornier\w*|absag\w*|abzusagen|abbestell\w*|cancel\w*|annullier\w*|loesch\w*)")
_WANTS_RIDE = re.compile(r"\b(?:brauche\w*|moecht\w*|will|wollen|wuerde\w*|buch\w*|bestell\w*|bus|fahrt|fahren)\b")
_EMERGENCY = re.compile(
    r"\b(?:notfall|notruf|notarzt|bewusstlos|umgekippt|zusammengebrochen|herzinfarkt|schlaganfall|atmet nicht"
    r"|emergency)\b"
)
_FREE_TRAVEL = re.compile(r"\b(?:wertmarke|freifahrt\w*)\b")  # the card alone is not enough (SGB IX, section 228)
_TICKET = re.compile(r"\b(?:deutschland ?ticket|d ticket|49 (?:euro )?ticket)\b")
_ALL_RIDES = re.compile(
    r"\b(?:alle|allen|saemtliche|beide|beiden)(?: (?:meine|die|fahrten|buchungen|termine))*\b|\balles (?:absagen|stornieren)"
    r"|\b(?:absagen|stornieren|storno) alles\b"
)
_SERIES = re.compile(
    r"\b(?:serie|serien\w*|dauer(?:fahrt|buchung|auftrag)\w*|series|(?:alles|komplett|ganz\w*) (?:absagen|stornieren)|nie mehr)\b"
)
_OTHER_RIDE = re.compile(
    r"\b(?:(?:die|den|das|der) ander\w*|(?:die )?falsche\w*|nicht (?:die|diese|der|den)(?: fahrt)?$)"
)
_LATER_DATE = re.compile(
    r"\bwoche (?:drauf|darauf|danach|spaeter)|(?:die|der|den|das) (?:spaetere?|letztere?|hintere)\w*|nicht diese woche"
)
_OF_OFFER = re.compile(
    r"^(?:(?:und|aber|ja|also|wie|na) )?(?:wann|um wie ?viel|wie (?:lange|weit|spaet)|kommt (?:der|er))\b"
)
_OWN_BUS = re.compile(r"\b(?:mein\w*|unser\w*) (?:bus|rufbus|fahrt)|bleibt|steckt|warte|nicht da|verspaetung")
_AND_THAT = re.compile(r"^(?:und|was ist mit) (?:der|die|den|das|mein\w*|am|heute|morgen|uebermorgen)\b")
_LONGEST_GOODBYE = 8  # words: "nein danke das war alles auf wiederhören"
_MINUTES = re.compile(r"\b(\d{1,3}) ?(?:min|minuten?)?\b")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9 ]+", " ", fold(text)).split())


def wants_slow(text: str) -> bool | None:
    """Slower, faster again, or neither."""
    plain = _plain(text)
    if _NOT_SLOW.search(plain):
        return False
    return True if _SLOW.search(plain) and len(plain.split()) <= 6 else None


def is_late(text: str) -> bool:
    """ "Ich komme zehn Minuten später." """
    return _LATE.search(_plain(text)) is not None


def asks_rides(text: str) -> bool:
    """ "Was habe ich gebucht?" """
    return _RIDES.search(_plain(text)) is not None


def speaks_for_other(text: str) -> bool:
    """A relay's interpreter, a carer: "ich rufe für jemanden an"."""
    return _OTHER.search(_plain(text)) is not None


def wants_shift(text: str) -> str:
    """ "earlier", "later", "another", or "" ."""
    plain = _plain(text)
    for name, pattern in (("earlier", _EARLIER), ("later", _LATER), ("another", _ANOTHER)):
        if pattern.search(plain):
            return name
    return ""


def is_done(text: str) -> bool:
    """ "Nein danke, das war's." """
    return _DONE.search(_plain(text)) is not None


def greets(text: str) -> bool:
    """ "Guten Tag", and nothing else."""
    return _GREETING.fullmatch(_plain(text)) is not None


def takes_back(text: str) -> bool:
    """ "Nein, doch nicht", right after something was booked."""
    return _TAKEN_BACK.search(_plain(text)) is not None


def says_goodbye(text: str) -> bool:
    """ "Tschüss", at whatever question."""
    plain = _plain(text)
    return _GOODBYE.search(plain) is not None and len(plain.split()) <= _LONGEST_GOODBYE


def without_goodbye(text: str) -> str:
    """What else was said beside a goodbye; "" where there was none, or nothing else."""
    plain = _plain(text)
    rest = " ".join(_GOODBYE.sub(" ", plain).split())
    return rest if rest != plain else ""


def asks_price(text: str) -> bool:
    """ "Was kostet das?" """
    return _PRICE.search(_plain(text)) is not None


def without_price(text: str) -> str:
    """What else was said beside the question for the price: "und was kostet das von Klötze nach Kalbe"; "" for little."""
    rest = " ".join(_PRICE.sub(" ", _plain(text)).split())
    return rest if len(rest.split()) > 2 else ""


def speaks_english(text: str) -> bool:
    """Words that only somebody says who speaks English, or asks for it."""
    return _ENGLISH.search(_plain(text)) is not None


def gives_up(text: str) -> bool:
    """ "Lassen wir das." """
    return _STOP.search(_plain(text)) is not None


def names_cancelling(text: str) -> bool:
    """ "Stornieren", "absagen": said by its name, not by "da kann ich nicht"."""
    return _CANCELLING.search(_plain(text)) is not None


def wants_ride(text: str) -> bool:
    """Words of a wish for a ride: "wir sind zu zweit und brauchen einen Bus"."""
    return _WANTS_RIDE.search(_plain(text)) is not None


def tells_emergency(text: str) -> bool:
    """Somebody needs help at once, and it is not ours to give."""
    return _EMERGENCY.search(_plain(text)) is not None


def concession_said(text: str) -> Concession | None:
    """Why the fare is lower, as far as it was said: a valid Wertmarke, a Deutschlandticket. The driver sees the proof."""
    plain = _plain(text)
    if _FREE_TRAVEL.search(plain):
        return Concession.FREE_TRAVEL
    return Concession.DEUTSCHLANDTICKET if _TICKET.search(plain) else None


def knows_no_pin(text: str) -> bool:
    """ "Die weiß ich nicht", "ich habe keinen Code"."""
    return _NO_PIN.search(_plain(text)) is not None


_REPORTED = re.compile(
    r"^\W*(?:(?:also|ja|gut|ok|okay|und)\W+)?"
    r"(?:er|sie|(?:der|die) (?:\w+ )?(?:person|kunde|kundin|herr|frau|mann|dame|fahrgast))(?: \w+)?"
    r" (?:sagt|sagte|meint|antwortet|schreibt|hat gesagt)(?: dazu)?\W+(?:dass )?",
    re.IGNORECASE,
)


def without_reporting(text: str) -> str:
    """ "Er sagt, ja": what an interpreter tells is what the rider answers."""
    return _REPORTED.sub("", text)


def asks_to_wait(text: str) -> bool:
    """ "Moment, ich hole einen Stift." """
    return _MOMENT.search(_plain(text)) is not None


def names_all(text: str) -> bool:
    """ "Alle Fahrten", "beide"."""
    return _ALL_RIDES.search(_plain(text)) is not None


def names_series(text: str) -> bool:
    """ "Die ganze Serie." """
    return _SERIES.search(_plain(text)) is not None


def means_other_ride(text: str) -> bool:
    """ "Nein, die andere." """
    return _OTHER_RIDE.search(_plain(text)) is not None


def means_later_date(text: str) -> bool:
    """ "Den in der Woche drauf." """
    return _LATER_DATE.search(_plain(text)) is not None


def asks_of_offer(text: str) -> bool:
    """ "Wann kommt der?", while an offer is read out; not "wo bleibt mein Bus?"."""
    plain = _plain(text)
    return _OF_OFFER.search(plain) is not None and _OWN_BUS.search(plain) is None


def asks_and_that(text: str) -> bool:
    """ "Und der morgen?", after "wo ist mein Bus"."""
    return _AND_THAT.search(_plain(text)) is not None


def minutes_said(text: str) -> int | None:
    """How many minutes somebody is late."""
    plain = listen(text).text
    if re.search(r"\bviertel ?stunde\b", plain):
        return 15
    if re.search(r"\bhalbe stunde\b", plain):
        return 30
    match = _MINUTES.search(plain)
    return int(match[1]) if match else None
