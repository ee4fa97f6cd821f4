"""What somebody writes about a barrier."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.feedback.rules import LONGEST
from backend.web.accessible_form import AccessibleForm
from backend.web.sending import KeyField


class BarrierForm(AccessibleForm):
    """Two questions, and how to answer for who wants an answer."""

    what = forms.CharField(
        label=_("Was geht nicht?"),
        max_length=LONGEST["what"],
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Schreiben Sie, was Sie tun wollten und was passiert ist."),
        error_messages={"required": _("Schreiben Sie, was nicht geht.")},
    )
    where = forms.CharField(
        label=_("Wo ist das?"),
        max_length=LONGEST["where"],
        required=False,
        help_text=_("Die Seite, die Haltestelle oder das Fahrzeug."),
    )
    contact = forms.CharField(
        label=_("Wohin sollen wir antworten?"),
        max_length=LONGEST["contact"],
        required=False,
        help_text=_("Telefon oder E-Mail. Ohne diese Angabe können wir Ihnen nicht antworten."),
    )
    key = KeyField()
