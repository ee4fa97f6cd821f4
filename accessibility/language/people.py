"""Who rides and with what, as it is said: "wir sind zu dritt, einer mit Rollator", "meine Frau und ich", "2 Pers"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from accessibility.desk import Party
from accessibility.language.said import Said

MOST_AIDS = 4  # "halb 9 Fahrrad" is no nine bicycles
MOST = 20  # more than a bus holds: the desk says so in its own words

_TOGETHER = {
    "zweit": 2,
    "zweien": 2,
    "dritt": 3,
    "dreien": 3,
    "viert": 4,
    "vieren": 4,
    "fuenft": 5,
    "sechst": 6,
    "siebt": 7,
    "acht": 8,
}
_ARTICLE = (
    r"(?:ein(?:e[rmns]?)?|mein(?:e[rmn]?)?|unser(?:e[rmn]?)?|de[rmn]|die|das|ihr(?:e[rmn]?)?|sein(?:e[rmn]?)?|a|my)"
)
_COUNT = rf"(?P<count>\d{{1,2}}|{_ARTICLE}|kein(?:e[rmn]?)?|ohne)"
_PERSONS = (
    r"(?:person(?:en)?|pers|leut(?:e|en)|fahrgaest(?:e|en)|mitfahrer|teilnehmer|senior(?:en|innen)?|people"
    r"|passengers)"
)


def _c(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w#])(?:{pattern})(?!\w)")


_TOGETHER_SAID = _c(
    rf"(?:(?:(?:wir|die) )?(?:sind|fahren|kommen|waeren) (?:zu )?|zu )(?P<word>{'|'.join(_TOGETHER)})"
    r"|(?:(?:wir|die) (?:sind|fahren|kommen) )?zu (?P<n>\d{1,2})"
)
_TOTAL = _c(rf"(?:(?:wir sind|fuer|mit|insgesamt|for) )?(?:insgesamt )?{_COUNT} {_PERSONS}(?: \.)?")
_SHORT_TOTAL = _c(r"(?P<count>\d{1,2}) ?p(?: \.)?")  # "2P"
_WE_ARE = _c(
    r"(?:wir (?:sind|waeren|kommen)|es sind)(?: heute| insgesamt| nur)? (?P<n>\d{1,2})(?! ?(?:erwachs"
    r"|kind))"
)
# An age is no number of people: "ich bin 82 und habe einen Rollator", "Mutter ist schon 90 Jahre alt".
_AGE = _c(
    r"(?:bin|ist|werde|wird) (?:schon |ueber |fast |auch |jetzt )*(?:1[4-9]|[2-9]\d|10\d)"
    r"(?! ?(?:min|uhr|stunde|person|pers|leut|erwachs|km))(?: jahre?(?: alt)?)?"
)
_MEN = _c(r"(?P<n>\d{1,2}) mann(?: hoch)?")
_FOR = _c(r"(?:fuer|for) (?P<n>\d{1,2})(?! ?(?:uhr|erwachs|kind|tage))")
_ADULTS = _c(rf"{_COUNT} (?:erwachsene[rnm]?|erw|adults?)")
_CHILDREN = _c(
    rf"(?:mit |und |plus |(?<=# ))?(?:{_COUNT} )?(?:klein(?:e[rnms]?|es)? )?"
    r"(?P<what>kind(?:er|ern)?|kleinkind(?:er|ern)?|enkel(?:kind(?:er|ern)?|in|sohn|tochter|n)?|baby|child(?:ren)?)"
)
_COMPANIONS = _c(
    rf"(?:mit |und |plus |sowie )?{_ARTICLE} (?P<what>frau|mann|ehemann|ehefrau|mutter|vater|schwester|bruder"
    rf"|nachbarin|nachbar|freundin|freund|partner(?:in)?"
    r"|begleit(?:person|ung|erin|er)|assisten(?:tin|t|z)|betreuer(?:in)?|oma|opa|kollegin|kollege|tochter|sohn"
    r"|bekannte[rnm]?|wife|husband|friend)"
)
# "Ich bin die Frau Schulze": who speaks, and nobody who comes along.
_MYSELF = _c(
    r"(?:(?:ich )?bin|hier (?:ist|spricht)|am apparat ist|mein name ist) (?:hier )?(?:die |der )?(?:frau|herr|oma|opa)"
    r" (?!(?:und|mit|von|vom|aus|fahren|moechte|will)\b)[^\W\d]+"
)
_OWN_CHILD = _c(r"(?:mit |und )?mein(?:e[rmn]?)? (?:kleine[rnm]? )?(?:tochter|sohn)")
# "meine Tochter (3)", "mein Sohn, 7 Jahre", "meine kleine Tochter"
_SMALL_CHILD = _c(
    r"(?:mit |und )?mein(?:e[rmn]?)? (?:kleine[rnm]? (?:tochter|sohn)"
    r"|(?:tochter|sohn) (?:, |ist )?(?:\d|1[0-3])(?: ?jahre?(?: alt)?)?(?![\d:.]| ?uhr))"
)
_WITH_COMPANION = _c(r"mit (?P<what>begleit(?:person|ung)|assistenz)")
_MANY = ("kinder", "kindern", "kleinkinder", "kleinkindern", "enkelkinder", "enkelkindern", "enkeln", "children")
_AND_I = re.compile(
    r"\b(?:und|plus) (?:ich|mich)\b|\bmich und\b|\bich und\b|\bmit\b|\bund\b .{0,20}\b(?:kommt|faehrt) mit\b|\bzusammen\b"
)
_ALONE = _c(
    r"(?:(?:nur|bloss) (?:ich|fuer mich|eine person)(?: allein[e]?)?|(?:ich (?:bin|fahre|reise) )?(?:ganz )?alleine?"
    r"|allein|alone|only me)"
)

_AIDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("wheelchairs", _c(rf"(?:(?:davon|mit|im|und) )?(?:{_COUNT} )?(?:davon )?(?:(?:mit|im|in|sitzt im"
        rf"|sitzen im) )?(?:{_ARTICLE} )?"
                       r"(?:e ?- ?)?(?:elektro ?)?(?:roll ?stuhl(?:fahrer(?:in(?:nen)?|n)?)?|roll ?stuehlen?"
                       r"|rolli(?:s|fahrer(?:in)?)?|wheelchairs?)")),
    ("walking_frames", _c(rf"(?:(?:davon|und) )?(?:{_COUNT} )?(?:davon )?(?:mit "
        rf"|am )?(?:{_ARTICLE} )?(?:roll ?ator(?:en|s)?|gehwagen|gehhilfen?)")),
    ("prams", _c(rf"(?:(?:davon|und) )?(?:{_COUNT} )?(?:davon )?(?:mit )?(?:{_ARTICLE} )?(?:kinder ?wagen|buggys?"
        rf"|pram|stroller)")),
    ("guide_dogs", _c(rf"(?:(?:davon|und) )?(?:{_COUNT} )?(?:davon )?(?:mit )?(?:{_ARTICLE} )?(?:(?:blinden"
        rf"|assistenz|fuehr|blindenfuehr) ?hunde?n?|guide dog)")),
    ("bicycles", _c(rf"(?:(?:davon|und) )?(?:{_COUNT} )?(?:davon )?(?:mit )?(?:{_ARTICLE} )?(?:fahr ?raed(?:er|ern)"
        rf"|fahr ?rad|raeder|e bikes?|bikes?|bicycles?)")),
    ("luggage", _c(rf"(?:(?:davon|und) )?(?:{_COUNT} )?(?:davon )?(?:mit )?(?:{_ARTICLE} )?(?:(?:gross\w*|schwer\w*"
        rf"|viel) )?(?:koffern?|gepaeck(?:stueck(?:e|en)?)?|reisetaschen?|luggage)")),
)  # fmt: skip
_NEEDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ramp", _c(r"(?:(?:brauche?n?|mit|ueber) )?(?:eine |der |die )?ramp(?:e|en)")),
    ("blind", _c(r"(?:ich bin |stark |fast |eine )?(?:blinde?[rn]?|sehbehinderte?[rn]?)|(?:ich )?seh(?:e"
        r"|en)? (?:ganz |sehr )?(?:schlecht|nichts|nicht gut)")),
    ("deaf", _c(r"(?:ich bin |fast )?(?:gehoerlose?[rn]?|taube?[rn]?|schwerhoerige?[rn]?)|(?:ich )?hoer(?:e"
        r"|en)? (?:ganz |sehr )?(?:schlecht|nichts|nicht gut)")),
    ("arm", _c(r"(?:ich )?(?:brauche? |bitte )?(?:hilfe|helfen|unterstuetzung) (?:sie )?(?:mir )?(?:bei ?m|zum"
        r"|mit dem) (?:ein ?steigen|ein ?stieg|aus ?steigen)")),
    ("slow", _c(r"(?:ich bin )?(?:nicht gut|schlecht) zu fuss|(?:ich )?(?:brauche? )?(?:etwas )?mehr zeit"
        r"|(?:ich )?(?:kann nur |bin |laufe )langsam")),
    ("child_seat", _c(rf"(?:(?:brauche?n?|mit) )?(?:{_COUNT} )?(?:kinder ?sitze?n?|baby ?schalen?|child seats?)")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PartySaid:
    """Who rides. `is_said`: something about it was said; `is_sure`: it means one thing."""

    party: Party = field(default_factory=Party)
    needs: frozenset[str] = frozenset()
    is_said: bool = False
    is_sure: bool = True


@dataclass(slots=True)
class _Count:
    total: int | None = None
    adults: int | None = None
    children: int = 0
    companions: int = 0
    is_said: bool = False
    is_sure: bool = True


def understand_people(said: Said) -> PartySaid:
    """Who rides, taken out of the text; one adult if nobody was mentioned."""
    text = said.text
    said.take(_AGE)
    said.take(_MYSELF)
    aids, needs = _aids_and_needs(said)
    count = _counted(said, text, needs_child_seat="child_seat" in needs)
    adults, children = _persons(count, text)
    is_sure = count.is_sure and adults + children <= MOST
    if aids.get("wheelchairs", 0) > adults + children or max(aids.values(), default=0) > MOST_AIDS:
        is_sure = False
    party = Party(
        adults=min(adults, MOST), children=min(children, MOST), **{name: min(n, MOST) for name, n in aids.items()}
    )
    return PartySaid(party, frozenset(needs), count.is_said or bool(aids) or bool(needs), is_sure)


def _aids_and_needs(said: Said) -> tuple[dict[str, int], set[str]]:
    needs = {name for name, pattern in _NEEDS if said.take(pattern)}
    aids: dict[str, int] = {}
    for name, pattern in _AIDS:
        for match in said.take(pattern):
            aids[name] = aids.get(name, 0) + _number(match["count"])
    return aids, needs


def _counted(said: Said, text: str, *, needs_child_seat: bool) -> _Count:
    count = _Count()
    totals = [_TOGETHER.get(match["word"] or "") or int(match["n"] or 0) for match in said.take(_TOGETHER_SAID)]
    count.adults = sum(_number(match["count"]) for match in said.take(_ADULTS)) or None
    for match in said.take(_CHILDREN):
        count.children += _number(match["count"], many=match["what"] in _MANY)
        count.is_sure &= match["count"] is not None or match["what"] not in _MANY
        count.is_said = True
    totals += [_number(match["count"]) for match in said.take(_TOTAL) + said.take(_SHORT_TOTAL)]
    for pattern in (_MEN, _WE_ARE, _FOR):
        totals += [int(match["n"]) for match in said.take(pattern)]
    small = said.take(_SMALL_CHILD) + (said.take(_OWN_CHILD) if needs_child_seat else [])
    count.children += len(small)
    count.is_said |= bool(small)
    if _OWN_CHILD.search(said.left) and "begleit" not in text:
        count.is_sure = False  # grown up or a child?
    companions = said.take(_COMPANIONS) + said.take(_WITH_COMPANION)
    count.companions = len(companions)
    alone = bool(said.take(_ALONE))
    apart = len(re.findall(r"\beine[rn]? (?:davon )?(?:im|mit|sitzt im)\b", text))
    if apart > 1 and not totals:  # "eine im Rollstuhl, eine mit Rollator": two, or one with both?
        totals.append(apart)
        count.is_sure = False
    if len(set(totals)) > 1 or (alone and max(totals, default=1) > 1):
        count.is_sure = False
    count.total = max(totals) if totals else None
    if alone and count.total is None:
        count.total = 1
    count.is_said |= bool(totals or companions or alone or count.adults)
    return count


def _persons(count: _Count, text: str) -> tuple[int, int]:
    """Adults and children from what was counted."""
    if count.adults is not None:
        if count.total is not None and count.total != count.adults + count.children:
            count.is_sure = False
        return count.adults, count.children
    if count.total is not None:
        if count.children and re.search(r"\b(?:und|plus) (?:\d+|ein\w*) (?:klein\w* )?(?:kind|enkel)", text):
            count.is_sure = False  # "drei Personen und ein Kind": three or four
            return count.total, count.children
        if count.children > count.total:
            count.is_sure = False
            return count.total, count.children
        return count.total - count.children, count.children
    with_me = _AND_I.search(text) is not None
    with_me |= re.search(r"\b(?:ich|wir)\b", text) is not None and re.search(r"\bfuer mein", text) is None
    if count.companions or count.children:
        if not with_me and not count.children:
            count.is_sure = False  # "meine Frau": alone, or with whoever speaks?
        return (1 if with_me or count.children else 0) + count.companions or 1, count.children
    return 1, 0


def _number(word: str | None, *, many: bool = False) -> int:
    if word is None:
        return 1
    if word.isdigit():
        return int(word)
    if word.startswith("kein") or word == "ohne":
        return 0
    return (
        2
        if many and word not in ("ein", "eine", "einen", "einem", "einer", "mein", "meine", "meinem", "meinen", "a")
        else 1
    )
