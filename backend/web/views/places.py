"""What the combobox asks while somebody types."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from backend.bookings.desk import get_desk
from backend.web.district import current_district
from backend.web.limits import seconds_to_wait
from backend.web.placenames import match_of

LONGEST_TEXT = 120


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """Places that fit the text, best first: {"places": [{"value", "label", "kind"}]}."""
    if wait_s := seconds_to_wait(request, "search"):  # the form works without suggestions, too
        return JsonResponse({"places": []}, status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(wait_s)})
    text = request.GET.get("q", "").replace("\x00", "")[:LONGEST_TEXT].strip()
    hits = get_desk().find_places(current_district().id, text) if text else ()
    matches = [match_of(hit) for hit in hits]
    places = [{"value": match.value, "label": match.label, "kind": match.kind_text} for match in matches]
    return JsonResponse({"places": places})
