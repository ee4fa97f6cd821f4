"""The addresses of the riders' pages; each also with the prefix of another language in front (backend/config/urls.py)."""

from __future__ import annotations

from django.urls import path

from backend.web.account_urls import account_urls
from backend.web.follow_urls import follow_urls
from backend.web.return_urls import return_urls
from backend.web.series_urls import series_urls
from backend.web.views import access_pages, app, booking, instead, mybooking, once_more, pages, places, there_and_back

app_name = "web"
urlpatterns = [
    path("", pages.start, name="start"),
    path("app.webmanifest", app.manifest, name="manifest"),
    path("ohne-internet/", app.offline, name="offline"),
    path("fahrt/", booking.wish, name="wish"),
    path("fahrt/noch-einmal/", once_more.ask, name="once-more"),
    path("fahrt/statt/<str:token>/", instead.instead, name="instead"),
    path("fahrt/vergessen/", once_more.forget, name="forget"),
    path("fahrt/orte/", places.suggestions, name="places"),
    path("fahrt/angebote/<str:request_id>/", booking.offers, name="offers"),
    path("fahrt/angebote/<str:request_id>/neu/", booking.wish_again, name="wish-again"),
    path("fahrt/angebote/<str:request_id>/<str:offer_id>/", booking.passenger, name="passenger"),
    path("fahrt/hin-und-zurueck/<str:there_id>/<str:back_id>/", there_and_back.offers, name="offers-both"),
    path("fahrt/hin-und-zurueck/<str:there_id>/<str:back_id>/buchen/", there_and_back.passenger, name="passenger-both"),
    path("fahrt/meine/", mybooking.lookup, name="lookup"),
    path("fahrt/buchung/<str:code>/", mybooking.booking, name="booking"),
    path("fahrt/buchung/<str:code>/absagen/", mybooking.cancel, name="cancel"),
    path("fahrt/buchung/<str:code>/aendern/", mybooking.change, name="change"),
    path(
        "fahrt/buchung/<str:code>/aendern/<str:request_id>/<str:offer_id>/",
        mybooking.confirm_change,
        name="confirm-change",
    ),
    *account_urls,
    *follow_urls,
    *return_urls,
    *series_urls,
    path("barrierefreiheit/", access_pages.statement, name="accessibility"),
    path("barriere-melden/", access_pages.feedback, name="feedback"),
    path("barriere-melden/danke/", access_pages.feedback_done, name="feedback-done"),
    path("leichte-sprache/", access_pages.easy, name="easy"),
    path("gebaerdensprache/", access_pages.signing, name="signing"),
    path("datenschutz/", pages.privacy, name="privacy"),
    path("impressum/", pages.imprint, name="imprint"),
    path("datenquellen/", pages.attribution, name="attribution"),
]
