"""Pages about access: the statement, Leichte Sprache, sign language, and the form to report a barrier."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accessibility.desk import InvalidInput
from backend.districts.selectors import get_district
from backend.feedback.services import report_barrier
from backend.web.district import current_district
from backend.web.feedback_forms import BarrierForm
from backend.web.languages import current
from backend.web.limits import limited

REPORTED = "barrier_number"
# Where a district puts its videos: static/dgs/ in its package (docs/operators.md).
VIDEOS = ("inhalt", "navigation", "erklaerung")


@dataclass(frozen=True, slots=True)
class Video:
    """A video with its captions; both have to be there, or it is not shown."""

    source: str
    captions: str


def videos() -> dict[str, Video | None]:
    """The videos that the district has."""
    return {name: _video(name) for name in VIDEOS}


def _video(name: str) -> Video | None:
    files = (f"district/dgs/{name}.mp4", f"district/dgs/{name}.vtt")
    if not all(finders.find(file) for file in files):
        return None
    return Video(*(staticfiles_storage.url(file) for file in files))


@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (BITV 2.0, § 7 in its sense)."""
    return render(request, "web/pages/accessibility.html", {"has_videos": all(videos().values())})


@require_safe
def easy(request: HttpRequest) -> HttpResponse:
    """What BITV 2.0 § 4 asks for in Leichte Sprache: content, navigation, statement. In easy words in every language."""
    return render(request, "web/pages/easy.html", {"is_easy": True})


@require_safe
def signing(request: HttpRequest) -> HttpResponse:
    """The same three in German Sign Language: videos where there are any, and always the text of each."""
    return render(request, "web/pages/signing.html", {"videos": videos()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("feedback")
def feedback(request: HttpRequest) -> HttpResponse:
    """Report a barrier; answered with a number."""
    if request.method == "POST":
        form = BarrierForm(request.POST)
    else:
        form = BarrierForm(initial={"where": request.GET.get("seite", "")[:300]})
    if request.method == "POST" and form.is_valid():
        district = get_district(current_district().id)
        assert district is not None  # the pages are its own
        said = {name: form.cleaned_data[name] for name in ("what", "where", "contact")}
        try:
            number = report_barrier(district, said, current(), timezone.now(), key=f"web:{form.cleaned_data['key']}")
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            request.session[REPORTED] = number
            return redirect("web:feedback-done")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    return render(request, "web/pages/feedback.html", {"form": form}, status=status)


@never_cache
@require_safe
def feedback_done(request: HttpRequest) -> HttpResponse:
    """The number of the report that this visitor has just sent."""
    number = request.session.get(REPORTED)
    if number is None:
        return redirect("web:feedback")
    return render(request, "web/pages/feedback_done.html", {"number": number})
