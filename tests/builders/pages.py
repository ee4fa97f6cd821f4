"""A visitor of the pages who needs no browser: asks, chooses and books by posting the forms as they stand."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tests.builders.district import KLOETZE, MARKT

OWN_ORIGIN = {"Origin": "http://testserver"}
PERSON = {"name": "Erika Muster", "phone": "03901 112233", "email": ""}


class _Hidden(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "input" and values.get("type") == "hidden" and values.get("name"):
            self.fields[str(values["name"])] = values.get("value") or ""


def hidden_fields(page: HttpResponse) -> dict[str, str]:
    """The hidden fields of a page: token, key, proof."""
    parser = _Hidden()
    parser.feed(page.content.decode())
    return parser.fields


def a_wish_form(**changed: Any) -> dict[str, Any]:
    """What somebody types for a ride tomorrow at 8:30 Uhr."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    typed = {
        "origin": "Salzwedel, Markt",
        "origin_id": f"stop:{MARKT}",
        "destination": "Klötze, Busbahnhof",
        "destination_id": f"stop:{KLOETZE}",
        "anchor": "depart",
        "day": tomorrow.isoformat(),
        "time": "8:30",
        "adults": "1",
        "concession": "none",
    }
    return {**typed, **changed}


def ask(visitor: Client, prefix: str = "", **changed: Any) -> str:
    """Step 1, in the language of the prefix; gives the id of the ride request."""
    form = hidden_fields(visitor.get(f"{prefix}/fahrt/"))
    answer = visitor.post(f"{prefix}/fahrt/", {**form, **a_wish_form(**changed)}, headers=OWN_ORIGIN)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return str(re.search(r"/angebote/([^/]+)/", answer["Location"])[1])  # type: ignore[index]


def choose(visitor: Client, request_id: str) -> tuple[str, str]:
    """Step 2; gives the request and its first offer."""
    page = visitor.get(f"/fahrt/angebote/{request_id}/")
    return request_id, page.context["offers"][0].id


def book(visitor: Client, request_id: str, offer_id: str) -> str:
    """Step 3; gives the booking code."""
    path = f"/fahrt/angebote/{request_id}/{offer_id}/"
    form = hidden_fields(visitor.get(path))
    return code_in(visitor.post(path, {**form, **PERSON}, headers=OWN_ORIGIN))


def code_in(answer: HttpResponse) -> str:
    """The booking code that an answer leads to."""
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return str(re.search(r"/buchung/([^/]+)/", answer["Location"])[1])  # type: ignore[index]
