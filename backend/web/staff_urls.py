"""The addresses of those who run the service, and of whoever builds pages. They are German only."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from backend.web.board_urls import board_urls
from backend.web.driver_urls import driver_urls
from backend.web.fleet_urls import fleet_urls
from backend.web.handover_urls import handover_urls
from backend.web.phone_urls import phone_urls
from backend.web.views import (
    barriers,
    control_interventions,
    control_messages,
    control_troubles,
    pages,
    phone_sms,
    report,
    staff,
)

app_name = "staff"
urlpatterns = [
    *board_urls,
    # interventions and troubles
    path("leitstelle/stoerungen/", control_troubles.troubles_today, name="troubles-today"),
    path("leitstelle/<isodate:day>/stoerungen/", control_troubles.troubles, name="troubles"),
    path(
        "leitstelle/<isodate:day>/eingriff/wieder/<uuid:record>/", control_interventions.rides_again, name="rides-again"
    ),
    path("leitstelle/<isodate:day>/stoerungen/notieren/", control_troubles.trouble_noted, name="trouble-noted"),
    path("leitstelle/<isodate:day>/moeglich/<uuid:request_id>/", control_troubles.possible, name="possible"),
    path("leitstelle/strecke.json", control_interventions.road_way, name="road-way"),
    path("leitstelle/<isodate:day>/eingriff/", control_interventions.interventions, name="interventions"),
    path(
        "leitstelle/<isodate:day>/eingriff/ausfuehren/",
        control_interventions.intervention_done,
        name="intervention-done",
    ),
    path(
        "leitstelle/<isodate:day>/eingriff/ergebnis/<uuid:record>/",
        control_interventions.intervention_result,
        name="intervention-result",
    ),
    path("leitstelle/<isodate:day>/eingriff/<slug:kind>/", control_interventions.intervention, name="intervention"),
    path("leitstelle/hindernisse/", barriers.barriers, name="barriers"),
    path("leitstelle/hindernisse/<str:number>/erledigt/", barriers.barrier_closed, name="barrier-closed"),
    path("leitstelle/sms/", phone_sms.texts, name="texts"),
    path("leitstelle/sms/<int:thread_id>/", phone_sms.text, name="text"),
    path("leitstelle/sms/<int:thread_id>/beenden/", phone_sms.text_closed, name="text-closed"),
    *phone_urls,
    *fleet_urls,
    *handover_urls,
    path("leitstelle/nachrichten/", control_messages.overview, name="messages"),
    path("leitstelle/nachrichten/<int:message_id>/", control_messages.message, name="message"),
    path("leitstelle/nachrichten/fahrt/<str:code>/", control_messages.of_booking, name="messages-of-booking"),
    *driver_urls,
    path("auswertung/", report.summary_today, name="summary-today"),
    path("auswertung/<isodate:day>/", report.summary, name="summary"),
    path("anmelden/", staff.Login.as_view(), name="login"),
    path("abmelden/", LogoutView.as_view(next_page="web:start"), name="logout"),
    path("komponenten/", pages.components, name="components"),
]
