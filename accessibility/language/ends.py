"""From where and to where, from what is left of a text after times and people.

Words such as "von", "nach" and "zum" cut the text into names; what lies between is asked of a place finder. A name that may
mean two places is not sure: whoever books then asks.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from accessibility.desk import PlaceHit
from accessibility.language.purposes import PATTERNS
from accessibility.language.said import TAKEN, Piece, Said, words_of

SURE_SCORE = 0.86
SURE_LEAD = 0.07
EXACT_LEAD = 0.02  # what is written exactly like one name is that one, however near the next
CONFUSED = 0.86  # from this likeness on two names are confused on the phone
MOST_WORDS = 7  # of one name
LEAST_BARE_NAME = 0.86  # a name without "von" or "nach" must be clear: "ich sitze" is not "Ritze"
LEAST_NAME = 0.72  # less like a name than this is no name
WHOLE_NAME = 0.9  # so like a name that its words belong together
MOST_ASKED = 40  # questions to the finder for one text: a bound on time


class FindPlaces(Protocol):
    """Names -> places, best first. `Gazetteer.find` is one; a booking desk's `find_places` another."""

    def __call__(self, text: str, *, limit: int = 8) -> Sequence[PlaceHit]: ...


@dataclass(frozen=True, slots=True)
class End:
    """One end of the ride: the best hit with its rivals, or only a purpose."""

    hits: tuple[PlaceHit, ...] = ()
    heard: str = ""
    is_sure: bool = False
    purpose: str = ""
    used: tuple[str, ...] = ()  # the words that name it

    @property
    def best(self) -> PlaceHit | None:
        return self.hits[0] if self.hits else None


@dataclass(frozen=True, slots=True)
class Ends:
    origin: End | None = None
    destination: End | None = None
    unexplained: tuple[str, ...] = ()  # words that belong to no name


ORIGIN_WORDS = words_of("von vom ab aus start from")
DESTINATION_WORDS = words_of("nach zum zur zu ins bis richtung ziel to")
NEUTRAL_WORDS = words_of("in im am an bei beim auf at")
_HERE = ("bin", "stehe", "sind", "wohne", "warte", "steige", "einsteigen", "starte", "hier")
_FETCH = ("ab", "abholen", "abgeholt", "los", "einsteigen")
FILLERS = words_of(
    """
    ich wir er sie es man mich uns mir ihnen ihn ihr euch moechte moechten moecht will wollen wolle wollte wollten
    wuerde wuerden gern
    gerne bitte brauche brauchen braeuchte muss muessen kann koennen koennte koennten kannst darf soll sollen haette
    haben habe hat bin sind ist war waere werde werden wird ein eine einen einem einer eins oder aber also dann da
    dort hier hin her mal nochmal wieder noch nur auch schon so ja nein doch aeh aehm hm na hallo guten tag moin
    servus hey gruess gott danke schoen sehr geehrte damen herren fahrt fahrten fahren fahre faehrt bus rufbus taxi
    buchen bestellen bestelle bestell reservieren hole holen hol abholen abgeholt abzuholen mitfahren mitnehmen
    bringen bring bringt komme kommen ankommen sein los einsteigen aussteigen steige start starte stehe wohne warte
    uhr zeit termin bitteschoen mit ohne um gegen etwa circa ca wenn dass weil wie geht was wo wann jetzt gleich
    sofort mein meine meinen meinem meiner unser unsere dahin zurueck abfahrt ankunft ziel davon plus sowie
    insgesamt person personen erste naechste allein alleine muesste sollte bis spaetestens kommt gehen gehe geh the
    a i want need ride please book for me us would like go be my hello einmal zweimal nochmals bescheid wissen sagen
    lieber statt anstatt sage sagt name heisse einfach rein raus runter rueber hoch erstmal eigentlich vielleicht heute morgen zug
    zwar hab halt eben
    """
)
# Little words that stand inside names too ("Agentur für Arbeit"): passed over, they end no name.
SOFT_WORDS = words_of("der die das den dem des und fuer - /")
# Left over beside a name, these say nothing: "von Kalbe weg".
IDLE_WORDS = words_of("weg hin stadt")
ABBREVIATIONS = words_of("st str bhf hbf abzw gr kl")


@dataclass(slots=True)
class _Chunk:
    role: str  # "from", "to", "in" or ""
    words: list[str]
    purpose: str = ""
    is_guessed: bool = False  # no word said which end it is
    is_vague: bool = False  # and the word before it fits both: "in Salzwedel"
    is_split: bool = False  # "Kalbe Salzwedel": the order alone says which end is which


class _Asker:
    """Asks the finder each name once, and not for ever."""

    def __init__(self, find: FindPlaces) -> None:
        self._find = find
        self._known: dict[str, tuple[PlaceHit, ...]] = {}

    def __call__(self, words: Sequence[str]) -> tuple[PlaceHit, ...]:
        text = " ".join(words[:MOST_WORDS])
        if text not in self._known:
            if len(self._known) >= MOST_ASKED:
                return ()
            self._known[text] = tuple(self._find(text, limit=8)) if text else ()
        return self._known[text]


def understand_ends(said: Said, find: FindPlaces, *, expects: str = "", is_speech: bool = False) -> Ends:
    """The ends of the ride that a text names.

    Parameters
    ----------
    said
        The text, without the words of time and people.
    find
        The place finder.
    expects
        "from" or "to": what was asked for, so that a bare name has its role.
    is_speech
        The text was heard, not typed: names that sound alike are then asked even if one of them was written exactly.
    """
    ask = _Asker(find)
    heard = [chunk for chunk in _chunks(said) if chunk.words or chunk.purpose]
    words = [word for chunk in heard for word in chunk.words]
    chunks = _with_roles(heard, ask, said.text, expects)
    ends = {}
    for role in ("from", "to"):
        own = [chunk for chunk in chunks if chunk.role == role]
        ends[role] = _end(own, ask, find, is_speech=is_speech)
    used = [word for end in ends.values() if end is not None for word in end.used]
    unexplained = _without(words, used)
    if is_speech:
        loose = _loose_roles(heard, chunks, unexplained)
        for role, end in ends.items():
            if end is not None and end.is_sure and role in loose:
                ends[role] = replace(end, is_sure=False)
    return Ends(ends["from"], ends["to"], tuple(unexplained))


def _loose_roles(heard: list[_Chunk], chunks: list[_Chunk], unexplained: Sequence[str]) -> set[str]:
    """Ends that are not sure in speech: beside them a word was not understood, or nothing said which end they are."""
    loose: set[str] = set()
    roles = [chunk.role for chunk in chunks if chunk.words]
    last = ""
    for chunk in heard:
        if chunk.role in ("from", "to"):
            last = chunk.role
        if any(word in unexplained and _is_meaningful(word) for word in chunk.words):
            loose |= {last, chunk.role}
    for chunk in chunks:
        if chunk.is_guessed and (
            chunk.is_vague or len(set(roles)) == 1 or any(_is_meaningful(word) for word in unexplained)
        ):
            loose.add(chunk.role)
    return loose


def _without(words: Sequence[str], used: Sequence[str]) -> list[str]:
    rest = list(words)
    for word in used:
        if word in rest:
            rest.remove(word)
    return rest


def _is_meaningful(word: str) -> bool:
    return word not in IDLE_WORDS and len(word) > 3


def _chunks(said: Said) -> list[_Chunk]:
    """The text cut at its prepositions; purposes are chunks without words."""
    purposes: dict[int, str] = {}
    for purpose, pattern in PATTERNS:
        for match in list(pattern.finditer(said.left)):
            said.blot(match.start(), match.end())
            purposes[match.start()] = purpose
    cutter = _Cutter()
    for position, piece in enumerate(said.pieces):
        if piece.start in purposes:
            role = "from" if said.text[piece.start :].startswith(("vom", "von")) else "to"
            cutter.chunks += [_Chunk(role, [], purposes[piece.start]), _Chunk("", [])]
        if said.left[piece.start] == TAKEN:
            cutter.pause()
        elif not (piece.read == "ab" and _ends_clause(said.pieces, position)):
            cutter.hear(piece)
    return cutter.chunks


@dataclass(slots=True)
class _Cutter:
    """Cuts a run of words into chunks, one word after the other."""

    chunks: list[_Chunk] = field(default_factory=lambda: [_Chunk("", [])])
    is_here: bool = False  # "ich bin in ...": where somebody is, the ride begins
    last: str = ""  # the word before

    def hear(self, piece: Piece) -> None:
        word = piece.read
        if word in SOFT_WORDS or (word == "." and self._is_abbreviated()):
            return
        if word in ORIGIN_WORDS:
            self.chunks.append(_Chunk("from", []))
        elif word in DESTINATION_WORDS:
            self.chunks.append(_Chunk("to", []))
        elif word in NEUTRAL_WORDS:
            self.chunks.append(_Chunk("from" if self.is_here else "in", []))
        elif word == "noch" and self.chunks[-1].role == "from" and self.chunks[-1].words:
            self.chunks.append(_Chunk("to", []))  # a recogniser's "nach"
        elif word in FILLERS:
            is_mine = self.last == "ich" and word in ("gerade", "jetzt")  # "ich jetzt in Klötze"
            self.is_here = word in _HERE or is_mine or (self.is_here and word in ("gerade", "jetzt", "hier", "ich"))
            self.pause()
        elif word[0].isalnum():
            self.chunks[-1].words.append(piece.said)
            self.is_here = False
        else:
            self.pause()
        self.last = word

    def _is_abbreviated(self) -> bool:
        words = self.chunks[-1].words
        return bool(words) and words[-1] in ABBREVIATIONS

    def pause(self) -> None:
        """A name ends here."""
        if self.chunks[-1].words:
            self.chunks.append(_Chunk("", []))


def _ends_clause(pieces: Sequence[Piece], position: int) -> bool:
    """ "hol mich in Kalbe ab": the verb's second half, no preposition."""
    return pieces[position].read == "ab" and (
        position + 1 == len(pieces) or pieces[position + 1].read in (",", ".", "und", "!", "?")
    )


def _with_roles(chunks: list[_Chunk], ask: _Asker, text: str, expects: str) -> list[_Chunk]:
    """Give chunks without a preposition their role: a comma's or neutral one joins its neighbour, a leading one is the origin."""
    chunks = _grown_together(chunks, ask)
    least = LEAST_NAME if expects in ("from", "to") else LEAST_BARE_NAME
    chunks = [
        chunk for chunk in chunks if chunk.purpose or chunk.role in ("from", "to") or _is_name(chunk.words, ask, least)
    ]
    chunks = _split_names(chunks, ask)
    is_plain = re.search(r"\b(?:sein|abholen|abgeholt|ab)\b", text) is not None
    arrives = re.search(r"\b(?:sein|ankommen|eintreffen)\b", text) is not None
    is_fetched = any(word in text.split() for word in _FETCH)
    open_chunks = [chunk for chunk in chunks if chunk.role in ("", "in") and chunk.words]
    for chunk in open_chunks:
        chunk.is_guessed, chunk.is_vague = True, chunk.role == "in" and not is_plain
        named = {other.role for other in chunks if other.words}
        if chunk.role == "in" and is_fetched and "from" not in named:
            chunk.role = "from"
        elif chunk.role == "in" and arrives and "to" not in named:
            chunk.role = "to"  # "um elf in Salzwedel sein"
        elif named & {"from", "to"}:
            if not _join_neighbour(chunks, chunk, ask) and not {"from", "to"} <= named:
                chunk.role = "from" if "to" in named else "to"
        elif expects in ("from", "to"):
            chunk.role, chunk.is_guessed = expects, False
        else:
            is_first_of_many = len(open_chunks) > 1 and not any(other.purpose for other in chunks)
            chunk.role = "from" if is_first_of_many else "to"
    return chunks


def _grown_together(chunks: list[_Chunk], ask: _Asker) -> list[_Chunk]:
    """Join what names one place: "Bahnhof" "in Salzwedel", "Salzwedel" "Zum Bartelskamp", "Arzt" "in Kalbe"."""
    result: list[_Chunk] = []
    for position, chunk in enumerate(chunks):
        left = result[-1] if result else None
        if left is not None and chunk.words and left.words and chunk.role != "from" and _fits(left, chunk, ask):
            # "von Salzwedel zum Bartelskamp nach ...": only if another destination follows, else it is one
            others = [other for other in chunks[position + 1 :] if other.role == "to"]
            if chunk.role in ("", "in") or (chunk.role == "to" and left.role != "to" and others) or left.role == "to":
                left.words.extend(chunk.words)
                continue
        if left is not None and chunk.role == "in" and left.purpose:
            chunk.role = left.role
        result.append(chunk)
    return result


def _is_name(words: Sequence[str], ask: _Asker, least: float) -> bool:
    return bool(words) and any(hit.score >= least for hit in _best_window(words, ask)[1][:1])


def _fits(left: _Chunk, right: _Chunk, ask: _Asker) -> bool:
    """Whether two chunks name one place together better than apart: "Bahnhof" and "Salzwedel"."""
    if not left.words or not right.words:
        return not left.words
    together = ask([*left.words, *right.words])
    if not together or together[0].score < WHOLE_NAME:
        return False
    # one of them alone may name the place as well: then the other says something else
    alone = [hits[0] for hits in (ask(left.words), ask(right.words)) if hits]
    return not any(hit.id == together[0].id and hit.score >= together[0].score for hit in alone)


def _split_names(chunks: list[_Chunk], ask: _Asker) -> list[_Chunk]:
    """Two names without a word between them are two ends: "Kalbe Salzwedel", "von Kalbe Salzwedel"."""
    result: list[_Chunk] = []
    for chunk in chunks:
        at = _split_at(chunk.words, ask)
        if at is None:
            result.append(chunk)
            continue
        second = {"from": "to", "to": "from"}.get(chunk.role, "")
        result.append(_Chunk(chunk.role, chunk.words[:at], is_split=True))
        result.append(_Chunk(second, chunk.words[at:], is_split=True))
    return result


def _split_at(words: Sequence[str], ask: _Asker) -> int | None:
    whole = ask(words)
    if not 2 <= len(words) <= 2 * MOST_WORDS or (whole and whole[0].score >= WHOLE_NAME):
        return None
    best: tuple[float, int | None] = (WHOLE_NAME, None)
    for at in range(1, len(words)):
        left, right = ask(words[:at]), ask(words[at:])
        if left and right and left[0].village != right[0].village:
            worth = min(left[0].score, right[0].score)
            if worth > best[0]:
                best = (worth, at)
    return best[1]


def _join_neighbour(chunks: list[_Chunk], chunk: _Chunk, ask: _Asker) -> bool:
    """Let a chunk without a role join the end beside it that it completes: "nach Salzwedel, Bahnhof"."""
    position = chunks.index(chunk)
    for other in chunks[max(0, position - 1) : position] + chunks[position + 1 : position + 2]:
        if other.role in ("from", "to") and other.words and _fits(other, chunk, ask):
            chunk.role = other.role
            return True
    return False


def _end(chunks: list[_Chunk], ask: _Asker, find: FindPlaces, *, is_speech: bool) -> End | None:
    """One end from all its chunks: "nach Salzwedel" and "zum Bahnhof" is the station of Salzwedel."""
    if not chunks:
        return None
    purpose = next((chunk.purpose for chunk in chunks if chunk.purpose), "")
    names = [chunk.words for chunk in chunks if chunk.words]
    if not names:
        return End(purpose=purpose) if purpose else None
    words = [word for name in names for word in name][: 2 * MOST_WORDS]
    used, hits = _best_window(words, ask)
    rest = sum(word not in IDLE_WORDS for word in words) - sum(word not in IDLE_WORDS for word in used)
    if rest and len(names) > 1:  # "zum Krankenhaus" after "nach Salzwedel", which has none: say both
        others = [hit for name in names for hit in _best_window(name, ask)[1][:3]]
        hits = _merged(hits, others)
    if not hits or hits[0].score < LEAST_NAME:
        return End((), " ".join(words), purpose=purpose)
    is_split = any(chunk.is_split for chunk in chunks)
    least_lead = EXACT_LEAD if hits[0].score >= 0.995 else SURE_LEAD
    is_sure = hits[0].score >= SURE_SCORE and _lead(hits) >= least_lead and not rest and not is_split
    end = End(hits, " ".join(words), is_sure, purpose, tuple(used))
    return _asked_if_confused(end, find) if is_speech and is_sure else end


def _lead(hits: Sequence[PlaceHit]) -> float:
    """How much better the best is than its next rival; a stop of the very village that was named is none."""
    best = hits[0]
    is_whole = best.kind == "village" and best.score >= 0.97
    rivals = [hit.score for hit in hits[1:] if not (is_whole and hit.village == best.village)]
    return best.score - max(rivals) if rivals else 1.0


def _asked_if_confused(end: End, find: FindPlaces) -> End:
    """On the phone "Sienau" may have been "Zienau": sure only if no other village's name sounds like the one found."""
    best = end.hits[0]
    rivals = [
        hit
        for hit in find(best.village, limit=6)
        if hit.kind == "village" and hit.village != best.village and hit.score >= CONFUSED
    ]
    if not rivals:
        return end
    if best.kind == "village":
        return replace(end, hits=_merged(end.hits, rivals), is_sure=False)
    # a landmark in the village tells them apart, unless the rival has the same
    return end


def _best_window(words: Sequence[str], ask: _Asker) -> tuple[Sequence[str], tuple[PlaceHit, ...]]:
    """The run of words that names a place best, and its hits; the fewer words are left over, the better."""
    best: tuple[float, Sequence[str], tuple[PlaceHit, ...]] = (0.0, (), ())
    length = min(len(words), MOST_WORDS)
    for size in range(length, 0, -1):
        for start in range(len(words) - size + 1):
            window = words[start : start + size]
            hits = ask(window)
            if not hits:
                continue
            worth = hits[0].score - 0.08 * (len(words) - size)
            if worth > best[0]:
                best = (worth, window, hits)
        if best[0] >= 0.94:
            break
    return best[1], best[2]


def _merged(first: Sequence[PlaceHit], second: Sequence[PlaceHit]) -> tuple[PlaceHit, ...]:
    seen: dict[tuple[str, str], PlaceHit] = {}
    for hit in (*first, *second):
        seen.setdefault((hit.kind, hit.id), hit)
    return tuple(sorted(seen.values(), key=lambda hit: -hit.score))[:8]
