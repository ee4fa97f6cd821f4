"""Static files: joined, named by their content, compressed once, served from the web process under ASGI."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEETS_FOLDER = Path(__file__).resolve().parents[1] / "web" / "static" / "web" / "css"
# What a page loads, and the folder whose sheets are in it.
JOINED = {
    "web/css/rufbus.css": SHEETS_FOLDER,
    "web/css/driver.css": SHEETS_FOLDER / "driver",
    "web/css/board.css": SHEETS_FOLDER / "board",
}
FIRST, LAST = ("tokens", "base", "components", "rides", "tables", "forms"), ("print",)


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Each file also under a name with its hash, which browsers keep for ever; modules import each other by that name."""

    support_js_module_import_aggregation = True


class JoinedSheets(BaseFinder):
    """One style sheet for every page, joined from those in `web/css`: on a slow line each file costs a round trip.

    Tokens come first and print last; what lies between stands in alphabetical order. The driver's app and the board have one
    more each.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.DATA_DIR / "joined")

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in JOINED:
            return []
        self.write(path)
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for path in JOINED:
            self.write(path)
            yield path, self.storage

    def write(self, path: str) -> None:
        """Write a joined sheet where it has changed."""
        target = Path(self.storage.path(path))
        text = joined_sheets(JOINED[path])
        if not target.is_file() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")


def joined_sheets(folder: Path = SHEETS_FOLDER) -> str:
    """All sheets of a folder in the order in which they may override each other."""
    names = {sheet.stem for sheet in folder.glob("*.css")}
    order = [*FIRST, *sorted(names - {*FIRST, *LAST}), *LAST]
    return "\n".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in order if name in names)


class StaticFiles(WhiteNoiseMiddleware):
    """WhiteNoise, but whole answers: its streams are synchronous, which Django under ASGI has to read up front anyway.

    The largest file is the API description's script of 1.5 MB.
    """

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file:
                content = found.file.read()
        response = HttpResponse(content, status=int(found.status))
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        return response
