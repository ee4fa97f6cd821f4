"""What a report must say."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput

LONGEST = {"what": 2000, "where": 300, "contact": 254}


def checked_report(said: Mapping[str, str]) -> dict[str, str]:
    """The report without spaces around its parts. Raises InvalidInput."""
    report = {name: said.get(name, "").strip() for name in LONGEST}
    if not report["what"]:
        raise InvalidInput("what", _("Schreiben Sie, was nicht geht."))
    for name, most in LONGEST.items():
        if len(report[name]) > most:
            raise InvalidInput(name, _("Das ist zu lang. Höchstens %(most)d Zeichen passen.") % {"most": most})
    return report
