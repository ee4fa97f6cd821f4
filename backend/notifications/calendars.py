"""Calendar files that go with e-mails. The pages make them; whoever does registers here, since messages know no pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from backend.notifications.sending import Attachment

CalendarMaker = Callable[[Sequence[str], datetime], Attachment | None]
_makers: list[CalendarMaker] = []


def calendars_by(maker: CalendarMaker) -> None:
    """Let this make the calendar file of bookings, by their codes, in the active language."""
    _makers[:] = [maker]


def calendar_of(codes: Sequence[str], made_at: datetime) -> tuple[Attachment, ...]:
    """The file of these bookings, where somebody makes one."""
    file = _makers[0](codes, made_at) if _makers else None
    return (file,) if file else ()
