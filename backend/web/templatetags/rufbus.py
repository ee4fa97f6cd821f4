"""Filters and tags of the pages: the spelling of `display`, icons, and the parts of a form field."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accessibility.desk import RideWish
from backend.bookings.rewording import reword
from backend.web import display, quotes, staff_nav
from backend.web.visitor import PROOF, proof_of

register = template.Library()

for name in (
    "clock_text",
    "clock_of_seconds",
    "day_long_text",
    "day_text",
    "money_text",
    "walk_text",
    "minutes_text",
    "kilometres_text",
    "percent_text",
    "phone_text",
    "party_text",
    "need_text",
    "weekday_long",
):
    register.filter(name, getattr(display, name))


register.filter("reworded", reword)


@register.filter
def when_text(wish: RideWish) -> str:
    """{{ ride.wish|when_text }}: "Di, 24.11.2026, Abfahrt ab 8:30 Uhr"."""
    return quotes.when_text(wish)


@register.simple_tag
def window(earliest: Any, latest: Any) -> str:
    """{% window offer.pickup_from offer.pickup_until %}"""
    return display.window_text(earliest, latest)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of our own drawings; it is decoration, the text beside it carries the meaning."""
    if not name.isalpha():
        raise ValueError(f"no icon is called {name!r}")
    return mark_safe(render_to_string(f"web/icons/{name}.svg"))  # noqa: S308 - a file of ours, by a checked name


@register.simple_tag(takes_context=True)
def proof(context: template.Context) -> SafeString:
    """Beside {% csrf_token %}: lets a form of this ride request or booking be sent after the session has ended."""
    request: HttpRequest = context["request"]
    kwargs = request.resolver_match.kwargs if request.resolver_match else {}
    request_ids = [str(kwargs[name]) for name in ("request_id", "there_id", "back_id") if name in kwargs]
    value = proof_of(request, request_ids, str(kwargs.get("code", "")))
    return format_html('<input type="hidden" name="{}" value="{}">', PROOF, value) if value else mark_safe("")


@register.inclusion_tag("web/components/field.html")
def field(bound: BoundField, remark: str = "") -> dict[str, Any]:
    """A label (with a remark such as "freiwillig"), its hint, its error and the control, wired to each other."""
    return {"field": bound, "remark": remark}


@register.inclusion_tag("web/components/check.html")
def check(bound: BoundField) -> dict[str, Any]:
    """One check box with its label beside it."""
    return {"field": bound}


@register.inclusion_tag("web/components/choices.html")
def choices(bound: BoundField, layout: str = "") -> dict[str, Any]:
    """Radio buttons or check boxes as a group with a legend."""
    return {"field": bound, "layout": layout}


@register.inclusion_tag("web/components/combobox.html", takes_context=True)
def place_field(context: template.Context, form: Any, name: str) -> dict[str, Any]:
    """A place: text field with a list of matches; a radio list where the text fits several places."""
    return {"field": form[name], "chosen": form[f"{name}_id"], "matches": form.matches.get(name, ())}


@register.inclusion_tag("web/components/when.html")
def when_field(form: Any) -> dict[str, Any]:
    """The time in figures or words; a radio list where the words may mean several times."""
    return {"field": form["time"], "chosen": form["time_choice"], "options": form.time_options}


@register.inclusion_tag("web/components/notice.html")
def notice(kind: str, heading: str, text: str = "") -> dict[str, str]:
    symbol = {"good": "check", "mind": "mind", "bad": "mind"}.get(kind, "mind")
    return {"kind": kind, "heading": heading, "text": text, "symbol": symbol}


@register.inclusion_tag("web/staff/_nav.html", takes_context=True, name="staff_nav")
def staff_menu(context: template.Context) -> dict[str, Any]:
    """The menu of those who work here, below the riders'."""
    return {"entries": list(staff_nav.entries(context.get("user"), context.get("section") or ""))}
