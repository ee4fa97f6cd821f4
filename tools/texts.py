"""Texts for people, from Python and templates into the catalogues of translations; and whether these are whole.

python -m tools.texts           # `make texts`: adds new texts to every catalogue, drops what nobody says any more
python -m tools.texts check     # `make check`: is every text translated, with its placeholders?

The German text is the key. Babel reads both kinds of source (templates by way of Django's own `templatize`), so that no
machine needs xgettext.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from accessibility.language import easy

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "backend"
CATALOGUES = SOURCES / "web" / "locale"
ENGLISH, EASY = "en", "de_Simple"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)0?\d*[sd]|</?\w+[^>]*>")
STRAY_PERCENT = re.compile(r"%(?!\(\w+\)0?\d*[sd])")
ANYWHERE = 0  # line numbers would change with every edit
HEADER = "# Texts of Rufbus. Written by `make texts`; people write the msgstr.\n"
# Tables of a district's package whose texts riders read, and the keys that hold them.
DISTRICT_TEXTS = {
    "district": ("phone_hours",),
    "vehicle_kind": ("name",),
    "vehicle": ("colour", "recognise"),
    "attribution": ("what", "text"),
}
# Pages of the staff are German: their texts are in no catalogue.
GERMAN_ONLY = (
    "backend/bookings/interven",
    "backend/bookings/overriding.py",
    "backend/bookings/reshaping.py",
    "backend/bookings/situation.py",
    "backend/bookings/working_time.py",
    "backend/channels_in/text_threads.py",
    "backend/channels_in/waiting",
    "backend/control/",
    "backend/driving/",
    "backend/notifications/settling.py",
    "backend/notifications/staff_",
    "backend/operations/board",
    "backend/operations/search",
    "backend/operations/summary.py",
    "backend/web/control_",
    "backend/web/driver_",
    "backend/web/fleet_",
    "backend/web/phone_",
    "backend/web/staff_",
    "backend/web/templates/web/control/",
    "backend/web/templates/web/driver/",
    "backend/web/templates/web/fleet/",
    "backend/web/templates/web/phone/",
    "backend/web/templates/web/staff/",
    "backend/web/views/control_",
    "backend/web/views/driver_",
    "backend/web/views/phone_",
    "backend/web/views/report.py",
    "backend/web/views/staff",
)
# What riders never see, but builders do who read English: the answers of the programming interface.
NOT_FOR_RIDERS = (
    "backend/config/",
    "backend/districts/api.py",
    "backend/bookings/serializers.py",
    "backend/bookings/idempotency.py",
    "backend/operations/management/",
    "backend/reports/",
    "backend/interop/",
    "backend/web/templates/web/components.html",
    "backend/web/templates/web/login.html",
)


def texts() -> Catalog:
    """Every text that needs another language, with the files that say it."""
    found = Catalog(fuzzy=False)
    for path in sorted([*SOURCES.rglob("*.py"), *SOURCES.rglob("templates/**/*.html")]):
        where = path.relative_to(ROOT).as_posix()
        if where.startswith(GERMAN_ONLY):
            continue
        for message, context in _extracted(path):
            known = found.get(message, context)
            if known is None or (where, ANYWHERE) not in known.locations:
                found.add(message, context=context, locations=[(where, ANYWHERE)], flags=_flags(message))
    for text, where in _of_districts():
        found.add(text, locations=[(where, ANYWHERE)], flags=_flags(text))
    return found


def _of_districts() -> Iterator[tuple[str, str]]:
    """Texts that a district's package says on riders' pages, with the file."""
    for path in sorted((ROOT / "fixtures").glob("*/district.toml")):
        package = tomllib.loads(path.read_text(encoding="utf-8"))
        where = path.relative_to(ROOT).as_posix()
        for table, keys in DISTRICT_TEXTS.items():
            rows = package.get(table, [])
            for row in rows if isinstance(rows, list) else [rows]:
                yield from ((_without_number(table, row[key]), where) for key in keys if row.get(key))


def _without_number(table: str, text: str) -> str:
    """One text for all vehicles, "große Nummer 7": backend/bookings/rewording.py finds it again by its pattern."""
    return re.sub(r"\d+", "%(number)d", text) if table == "vehicle" else text


def _extracted(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        # templatize leaves calls of gettext between letters X; without indentation these lines read as Python
        source = "\n".join(line.lstrip() for line in templatize(source, origin=str(path)).splitlines())
    for _line, message, _comments, context in extract("python", BytesIO(source.encode()), KEYWORDS):
        yield message, context


def _flags(message: str | tuple[str, ...]) -> tuple[str, ...]:
    singular = message if isinstance(message, str) else message[0]
    return ("python-format",) if "%(" in singular else ()


def catalogue(locale: str) -> Catalog:
    path = CATALOGUES / locale / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return Catalog(fuzzy=False)
    with path.open("rb") as file:
        return read_po(file)


def update(locale: str, template: Catalog) -> Catalog:
    """The catalogue with exactly the texts of the template; what was translated stays."""
    known = catalogue(locale)
    fresh = Catalog(locale=ENGLISH if locale == ENGLISH else "de", fuzzy=False)
    for message in template:
        if message.id:
            old = known.get(message.id, message.context)
            string = old.string if old is not None else ""
            fresh.add(
                message.id,
                string if isinstance(message.id, str) or isinstance(string, tuple) else ("", ""),
                context=message.context,
                locations=message.locations,
                flags=message.flags,
            )
    return fresh


def write(locale: str, fresh: Catalog) -> None:
    path = CATALOGUES / locale / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    out = BytesIO()
    write_po(out, fresh, width=0, omit_header=True, include_lineno=False, sort_output=True, ignore_obsolete=True)
    header = (
        f'{HEADER}msgid ""\nmsgstr ""\n"Language: {locale}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    )
    path.write_text(header + out.getvalue().decode().strip("\n") + "\n", encoding="utf-8")


def is_for_riders(message: Message) -> bool:
    """Whether riders may read it on a page."""
    return not all(where.startswith(NOT_FOR_RIDERS) for where, _line in message.locations)


def strings_of(message: Message) -> list[tuple[str, str]]:
    """Pairs of German text and translation, singular and plural apart."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return list(zip(ids, strings + [""] * (len(ids) - len(strings)), strict=False))


def problems() -> Iterator[str]:
    """What is missing or wrong in the catalogues, one line each."""
    template = texts()
    for locale in (ENGLISH, EASY):
        known = catalogue(locale)
        for wanted in template:
            if not wanted.id:
                continue
            message = known.get(wanted.id, wanted.context)
            if message is None:
                yield f"{locale}: not in the catalogue (make texts): {wanted.id!r}"
                continue
            yield from (f"{locale}: {problem}" for problem in _wrong(locale, wanted, message))
        gone = {_key(message) for message in known if message.id} - {_key(message) for message in template}
        yield from (f"{locale}: nobody says this any more (make texts): {key!r}" for key in sorted(map(str, gone)))


def _wrong(locale: str, wanted: Message, message: Message) -> Iterator[str]:
    if message.fuzzy:
        yield f"a guess, not a translation: {wanted.id!r}"
    for german, string in strings_of(message):
        if locale == ENGLISH and not string:
            yield f"no translation: {german!r}"
        is_singular = not isinstance(message.id, str) and german == message.id[0]  # may write its number as a word
        if string and not is_singular and set(PLACEHOLDER.findall(german)) != set(PLACEHOLDER.findall(string)):
            yield f"other placeholders or tags: {german!r} / {string!r}"
        if "python-format" in wanted.flags and STRAY_PERCENT.search(string.replace("%%", "")):
            yield f"a lone % (write %%): {string!r}"
        if locale == EASY and is_for_riders(wanted):
            for problem in easy.problems(string or german):
                yield f"too hard ({problem}): {string or german!r}"


def _key(message: Message) -> tuple[object, str | None]:
    return (message.id if isinstance(message.id, str) else tuple(message.id), message.context)


def main(arguments: list[str]) -> int:
    if arguments == ["check"]:
        wrong = list(problems())
        print("\n".join(wrong))
        return 1 if wrong else 0
    template = texts()
    for locale in (ENGLISH, EASY):
        write(locale, update(locale, template))
    missing = list(problems())
    print(f"{len(template)} texts; {len(missing)} to do" + "".join(f"\n  {line}" for line in missing))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
