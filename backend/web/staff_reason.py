"""Why a dispatcher does what needs a reason: one line that is kept, sent once."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.bookings.journal import LONGEST_REASON
from backend.web.accessible_form import AccessibleForm
from backend.web.sending import KeyField


class ReasonForm(AccessibleForm):
    """Why something is done."""

    reason = forms.CharField(
        label=_("Grund"),
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Wird aufbewahrt. Keine Namen und nichts über die Gesundheit."),
        error_messages={"required": _("Nennen Sie den Grund in wenigen Worten. Er wird aufbewahrt.")},
    )
    key = KeyField()
