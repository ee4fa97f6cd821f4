"""How pages look for this visitor: by the account's setting, or by a cookie for who has none."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from backend.riders.models import Account
from backend.riders.selectors import account_of

COOKIE, COOKIE_AGE_S = "darstellung", 365 * 86_400
LARGE_TYPE, HIGH_CONTRAST = "gross", "kontrast"


@dataclass(frozen=True, slots=True)
class Appearance:
    large_type: bool = False
    high_contrast: bool = False

    @property
    def classes(self) -> str:
        """For the html element; tokens.css and base.css know them."""
        return " ".join(
            name for name, on in (("large-type", self.large_type), ("high-contrast", self.high_contrast)) if on
        )


def appearance_of(request: HttpRequest) -> Appearance:
    """The account's setting; without an account, the cookie's."""
    account = account_of(getattr(request, "user", None))
    if account:
        return Appearance(account.large_type, account.high_contrast)
    chosen = request.COOKIES.get(COOKIE, "").split("-")
    return Appearance(LARGE_TYPE in chosen, HIGH_CONTRAST in chosen)


def remember_appearance(response: HttpResponse, look: Appearance, secure: bool) -> None:
    """Keep the choice in a cookie that says nothing else."""
    chosen = [name for name, on in ((LARGE_TYPE, look.large_type), (HIGH_CONTRAST, look.high_contrast)) if on]
    if not chosen:
        response.delete_cookie(COOKIE)
        return
    response.set_cookie(COOKIE, "-".join(chosen), COOKIE_AGE_S, secure=secure, httponly=True, samesite="Lax")


def in_templates(request: HttpRequest) -> dict[str, Appearance | Account | None]:
    """The context processor: every page knows how to look, and whose account is signed in."""
    return {"appearance": appearance_of(request), "account": account_of(getattr(request, "user", None))}
