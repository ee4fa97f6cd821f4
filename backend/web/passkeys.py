"""What a device shows when it makes a passkey or asks for one."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext as _

from backend.riders.selectors import account_of, contacts_of
from backend.web.district import current_district


class PasskeyAdapter(DefaultMFAAdapter):
    """Names that a person knows: the site's, and the contact of the account."""

    def _get_site_name(self) -> str:
        return _("Rufbus %(district)s") % {"district": current_district().name}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        account = account_of(user)
        contacts = contacts_of(account) if account else ()
        shown = (account.name if account else "") or (contacts[0] if contacts else _("Fahrgast"))
        return {"id": user_pk_to_url_str(user).encode(), "display_name": shown, "name": shown}
