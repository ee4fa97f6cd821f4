"""python manage.py mail_in [--maildir FOLDER]: answers the e-mails that lie there. The relay does the same by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backend.channels_in.mail_in import read_mail
from backend.channels_in.text_talk import talk


class Command(BaseCommand):
    help = "answer the e-mails of riders that lie in a Maildir"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--maildir", type=Path, default=None, help="instead of RUFBUS_MAILDIR")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["maildir"] or (Path(settings.MAILDIR) if settings.MAILDIR else None)
        if folder is None or not (folder / "new").is_dir():
            raise CommandError("no Maildir: set RUFBUS_MAILDIR, or give --maildir a folder with new, cur and tmp")
        self.stdout.write(f"{read_mail(talk, folder)} letters read")
