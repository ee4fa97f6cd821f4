"""What the relay does for written conversations: sends answers, answers what a dead process left, forgets the old."""

from __future__ import annotations

from datetime import datetime

from backend.channels_in.mail_in import forget_laid_aside, read_mail
from backend.channels_in.text_inbox import answer_left_over
from backend.channels_in.text_outbox import TOPIC, deliver
from backend.channels_in.text_talk import talk
from backend.channels_in.text_threads import forget_old_texts
from backend.notifications import chores
from backend.notifications.receiving import receive

MAIL_EVERY_S = 10.0
LEFT_OVER_EVERY_S = 30.0
FORGET_EVERY_S = 600.0


def serve_written() -> None:
    """Register with the relay."""
    receive(TOPIC, deliver)
    chores.every(MAIL_EVERY_S, read_letters)
    chores.every(LEFT_OVER_EVERY_S, answer_late)
    chores.every(FORGET_EVERY_S, forget_old_texts)
    chores.every(FORGET_EVERY_S, forget_laid_aside)


def read_letters(now: datetime) -> int:
    """Answer letters that came in; how many."""
    return read_mail(talk)


def answer_late(now: datetime) -> int:
    """Answer what nobody is at; how many."""
    return answer_left_over(talk, now)
