"""The one box of the control room: what a text may mean, as a page or beside the board.

Names and numbers of callers stand in no address and so in no log: what is looked for is sent as a form.
"""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from backend.config.access import DISPATCHER, OPERATOR
from backend.operations.dayclock import now_for
from backend.web import staff_search
from backend.web.views.control_detail import render_part
from backend.web.views.staff import day_or_chosen, own_district, staff_acting


@staff_acting(DISPATCHER, OPERATOR)
def search(request: HttpRequest) -> HttpResponse:
    """Results in groups. Where there is one alone, it opens at once."""
    district = own_district()
    day: date = day_or_chosen(request.POST.get("tag", "") or request.GET.get("tag", ""))
    text = request.POST.get("q", "")
    now = now_for(district.pk, day)
    groups = staff_search.search(district, text, day, actor=request.user.get_username(), now=now)
    hits = [hit for group in groups for hit in group.hits]
    if len(hits) == 1:
        return redirect(hits[0].url)
    context = {"text": text.strip()[: staff_search.LONGEST], "groups": groups, "count": len(hits), "day": day}
    return render_part(request, "web/staff/board_search.html", context)
