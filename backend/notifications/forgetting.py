"""What was told to a person goes with her: messages, their ways, where the demonstration shows them, and her STOP."""

from __future__ import annotations

from django.db.models import Q

from backend.bookings.forgotten import Forgotten
from backend.notifications.models import MailboxMessage, OptOut, RiderMessage


def forget_riders(what: Forgotten) -> None:
    """Delete the messages of these bookings and to these contacts, also those that wait.

    That a number wants no SMS its carrier goes on knowing: it refuses the first one, which is then taken down again.
    """
    of_nobody = RiderMessage.objects.filter(booking__isnull=True).only("pk", "contact") if what.contacts else ()
    to_them = [row.pk for row in of_nobody if what.contacts & {row.contact.get("phone"), row.contact.get("email")}]
    RiderMessage.objects.filter(Q(booking__code__in=what.codes) | Q(pk__in=to_them)).delete()
    OptOut.objects.filter(number__in=what.contacts).delete()
    MailboxMessage.objects.filter(to__in=what.contacts).delete()
