"""Takes e-mails in from a Maildir, into which any mail server delivers (docs/decisions/0831-letters-from-a-maildir.md)."""

from __future__ import annotations

import logging
import mailbox
from datetime import datetime, timedelta
from email.utils import parseaddr
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from accessibility.desk import InvalidInput
from backend.bookings.clock import Clock
from backend.channels_in.letters import Letter, read_letter
from backend.channels_in.models import TextMessage, TextThread
from backend.channels_in.text_inbox import Incoming, Talk, take_in
from backend.riders.selectors import account_with_contact
from backend.riders.services import normalised_email

logger = logging.getLogger("rufbus.texts")
MOST_AT_ONCE = 50
KEPT = timedelta(days=30)
LAID_ASIDE = "unlesbar"  # a folder of the Maildir


def read_mail(talk: Talk, folder: Path | None = None, clock: Clock | None = None) -> int:
    """Answer the letters that lie in the Maildir, and delete them; how many were read."""
    folder = folder or (Path(settings.MAILDIR) if settings.MAILDIR else None)
    if folder is None or not (folder / "new").is_dir():
        return 0
    box = mailbox.Maildir(str(folder), factory=None, create=False)
    done = 0
    for key in sorted(box.keys())[:MOST_AT_ONCE]:
        try:
            raw = box.get_bytes(key)
        except (KeyError, FileNotFoundError):  # another process has read it
            continue
        try:
            take_letter(read_letter(raw), talk, clock)
        except DatabaseError:
            raise  # it is read again when the database is back
        except Exception:  # one letter that nobody can read must not keep the others from being answered
            logger.exception("a letter cannot be read and is laid aside")
            box.add_folder(LAID_ASIDE).add(raw)
        box.discard(key)
        done += 1
    return done


def forget_laid_aside(now: datetime, folder: Path | None = None) -> int:
    """Delete letters that nobody could read after as long as those that were read; how many."""
    folder = folder or (Path(settings.MAILDIR) if settings.MAILDIR else None)
    aside = folder / f".{LAID_ASIDE}" if folder else None
    if aside is None or not aside.is_dir():
        return 0
    oldest = (now - KEPT).timestamp()
    old = [file for part in ("new", "cur") for file in (aside / part).iterdir() if file.stat().st_mtime < oldest]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def take_letter(letter: Letter, talk: Talk, clock: Clock | None = None) -> TextMessage | None:
    """Answer one letter; None where nobody is to be answered."""
    if letter.is_by_machine:
        return None
    try:
        sender = normalised_email(letter.sender)
    except InvalidInput:
        return None
    if sender == parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower():  # ourselves
        return None
    answered = _answered(letter, sender)
    incoming = Incoming(
        "email", sender, letter.text, letter.message_id, letter.subject,
        thread=answered.thread if answered else None, begins_anew=answered is None,
    )  # fmt: skip
    return take_in(incoming, talk, clock)


def _answered(letter: Letter, sender: str) -> TextMessage | None:
    """The message of ours that a letter answers, if it went to its sender. Whoever writes under another's name has not got it."""
    ours = TextMessage.objects.select_related("thread").filter(
        is_ours=True, kind=TextThread.Kind.EMAIL, external_id__in=letter.answers, to=sender
    )
    found = ours.order_by("-pk").first()
    if found is None or found.thread.kind == TextThread.Kind.EMAIL:
        return found
    account = account_with_contact("phone", found.thread.address)  # an SMS that went by e-mail
    owner = account_with_contact("email", sender)
    return found if account and account == owner else None
