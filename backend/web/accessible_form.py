"""A form that says at each control, and in one summary above all, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import gettext_lazy as _

from accessibility.desk import InvalidInput, Refusal
from backend.bookings.rewording import reword

# The desk's names of fields, where they differ from ours; "when" is told at the time.
DESK_FIELDS = {
    "when": "time",
    "party": "adults",
    "booked_by.name": "booker_name",
    "booked_by.phone": "booker_phone",
    "booked_by.email": "booker_email",
    "booked_by.gets_messages": "messages_to",
    "booked_by.rider_agrees": "rider_agrees",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the error summary: what is wrong, and the id of the control that it leads to."""

    target: str
    label: str
    text: str


class AccessibleForm(forms.Form):
    """A form that wires hints and errors to its controls and lists its problems for the error summary."""

    use_required_attribute = False  # our own messages, in our own words, in one place

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "f-%s")
        super().__init__(*args, **kwargs)

    @property
    def problems(self) -> list[Problem]:
        found = []
        for name, messages in self.errors.items():
            if name == NON_FIELD_ERRORS:
                found += [Problem("inhalt", str(_("Hinweis")), str(text)) for text in messages]
                continue
            bound = self[name]
            found.append(Problem(self.target_of(name), str(bound.label).rstrip(".?"), str(messages[0])))
        return found

    def target_of(self, name: str) -> str:
        """The id of the first control of a field, so that a link can lead the focus there."""
        grouped = isinstance(self.fields[name].widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
        control = str(self[name].auto_id)
        return f"{control}_0" if grouped else control

    def add_desk_problem(self, problem: InvalidInput) -> None:
        """Show what the desk found wrong at the field that it means, or above all of them."""
        whole = problem.field_name
        names = (DESK_FIELDS.get(whole, whole), whole.rsplit(".", 1)[-1], whole.split(".", 1)[0])
        self.add_error(next((name for name in names if name in self.fields), None), reword(problem.problem))

    def add_refusal(self, refusal: Refusal, name: str) -> None:
        """Show a lawful no at a field, with what to do instead; `has_error(name, refusal.code)` tells that it was this one."""
        said = " ".join((refusal.reason, *(way.text for way in refusal.way_out)))
        self.add_error(name, forms.ValidationError(said, code=refusal.code))
