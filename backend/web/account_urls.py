"""The addresses of riders' accounts."""

from __future__ import annotations

from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.urls import path

from backend.web.views import (
    account,
    account_access,
    account_data,
    account_passkeys,
    account_pin,
    account_profile,
    account_signin,
    mailbox,
)

account_urls = [
    path("konto/", account.overview, name="account"),
    path("konto/anmelden/", account_signin.signin, name="account-signin"),
    path("konto/code/", account_signin.code, name="account-code"),
    path("konto/bestaetigen/", account_signin.confirm, name="account-confirm"),
    path("konto/abmelden/", account_signin.signout, name="account-signout"),
    path("konto/ausweis/", account_signin.provider, name="account-provider"),
    path("konto/passkey/", account_passkeys.signin, name="passkey-signin"),
    path("konto/passkey/neu/", account_passkeys.add, name="passkey-add"),
    path("konto/passkey/neu/optionen/", account_passkeys.creation_options, name="passkey-options"),
    path("konto/passkey/<int:key>/loeschen/", account_passkeys.remove, name="passkey-remove"),
    path("konto/fahrten/", account.history, name="account-history"),
    path("konto/belege/<str:code>/", account.receipt, name="receipt"),
    path("konto/belege/<str:code>/ausstellen/", account.issue, name="receipt-issue"),
    path("konto/monat/<str:month>/", account.month, name="account-month"),
    path("konto/angaben/", account_profile.profile, name="account-profile"),
    path("konto/erreichen/", account_profile.preferences, name="account-messages"),
    path("konto/pin/", account_pin.pin, name="account-pin"),
    path("konto/lieblingsfahrten/", account_profile.favourite_list, name="favourites"),
    path("konto/lieblingsfahrten/neu/", account_profile.favourite, name="favourite-new"),
    path("konto/lieblingsfahrten/<int:favourite_id>/", account_profile.favourite, name="favourite"),
    path(
        "konto/lieblingsfahrten/<int:favourite_id>/loeschen/", account_profile.forget_favourite, name="favourite-forget"
    ),
    path("konto/anmeldung/", account_access.access, name="account-access"),
    path("konto/anmeldung/kontakt-loeschen/", account_access.forget_contact, name="contact-forget"),
    path("konto/anmeldung/trennen/", account_access.disconnect, name="account-disconnect"),
    path("konto/daten/", account_data.overview, name="account-data"),
    path("konto/daten/auskunft.json", account_data.export, name="account-export"),
    path("konto/daten/loeschen/", account_data.delete, name="account-delete"),
    path("geloescht/<str:number>/", account_data.deleted, name="account-deleted"),
    path("darstellung/", account_access.appearance, name="appearance"),
    path("demo-postfach/", mailbox.mailbox, name="mailbox"),
]

# What django-allauth itself leads to, in no language, since a provider knows one address to send people back to.
# Everything else of it (passwords, sign-up forms, ...) has no address.
library_urls = [
    path("konto/anmelden/", account_signin.signin, name="account_login"),
    path("konto/ausweis/<str:provider_id>/zurueck/", openid_connect.callback, name="openid_connect_callback"),
]
