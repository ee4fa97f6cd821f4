"""`manage.py staff`: who works for the service, in which role and for which district."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from backend.bookings.journal import audit
from backend.config.access import ROLES, districts_of
from backend.districts.models import District, StaffDistrict


class Command(BaseCommand):
    """Lists, adds and changes staff. What is not named stays as it is; a password is given with `manage.py changepassword`."""

    help = "Without a name: who works here. With one: adds or changes this person's roles and districts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="the name to log in with")
        parser.add_argument(
            "--roles", nargs="+", choices=ROLES, metavar="ROLE", help=f"these and no others: {', '.join(ROLES)}"
        )
        parser.add_argument(
            "--districts",
            nargs="+",
            metavar="DISTRICT",
            help="these and no others; who has none works for the site's own",
        )
        lock = parser.add_mutually_exclusive_group()
        lock.add_argument("--lock", action="store_true", help="can no longer log in, at once")
        lock.add_argument("--unlock", action="store_true", help="can log in again")

    def handle(self, *args: str, **options: Any) -> None:
        if options["name"] is None:
            if any(options[given] for given in ("roles", "districts", "lock", "unlock")):
                raise CommandError("whose? Begin with the name: manage.py staff NAME --roles dispatcher")
            self._list()
            return
        self._change(**{name: options[name] for name in ("name", "roles", "districts", "lock", "unlock")})

    def _list(self) -> None:
        staff = get_user_model().objects.filter(is_staff=True).order_by("username")
        for user in staff.prefetch_related("groups", "staff_districts"):
            self.stdout.write(_line(user))
        if not staff:
            self.stdout.write("Nobody yet: manage.py staff NAME --roles dispatcher")

    @transaction.atomic
    def _change(
        self, name: str, roles: list[str] | None, districts: list[str] | None, lock: bool, unlock: bool
    ) -> None:
        user = get_user_model().objects.filter(username=name).first() or _new(name, roles)
        if not user.is_staff:
            raise CommandError(f"{name} is a rider's account; staff need a name of their own")
        if roles is not None:
            user.groups.set(Group.objects.get_or_create(name=role)[0] for role in roles)
        if districts is not None:
            rows = District.objects.in_bulk(districts)
            if unknown := sorted(set(districts) - rows.keys()):
                known = (
                    ", ".join(District.objects.order_by("pk").values_list("pk", flat=True)) or "none was imported yet"
                )
                raise CommandError(f"nobody knows the district {', '.join(unknown)}; known: {known}")
            user.staff_districts.exclude(district__in=districts).delete()
            for row in rows.values():
                StaffDistrict.objects.get_or_create(user=user, district=row)
        if lock or unlock:
            user.is_active = unlock
            user.save(update_fields=["is_active"])
        works_for = districts_of(user)
        for row in District.objects.all() if works_for is None else District.objects.filter(pk__in=works_for):
            audit(row, timezone.now(), "operator", "command", "staff.change", name, _line(user))
        self.stdout.write(_line(user))
        if not user.has_usable_password():
            self.stdout.write(f"Now a password: manage.py changepassword {name}")


def _new(name: str, roles: list[str] | None) -> User:
    """A member of staff without a password. Raises CommandError for a name that is none, and without a role."""
    if roles is None:
        raise CommandError(f"nobody is called {name}; to add somebody, say in which role: --roles {' | '.join(ROLES)}")
    user = get_user_model()(username=name, is_staff=True)
    user.set_unusable_password()
    try:
        user.full_clean()
    except ValidationError as error:
        raise CommandError(f"{name!r} is no name to log in with: letters, digits and @ . + - _, 150 at most") from error
    user.save()
    return user


def _line(user: User) -> str:
    roles = (
        "all roles" if user.is_superuser else ", ".join(sorted(group.name for group in user.groups.all())) or "no role"
    )
    districts = districts_of(user)
    where = "all districts" if districts is None else ", ".join(sorted(districts))
    return f"{user.username}: {roles}; {where}{'' if user.is_active else '; locked'}"
