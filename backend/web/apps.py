from django.apps import AppConfig
from django.conf.locale import LANG_INFO


class WebConfig(AppConfig):
    name = "backend.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Leichte Sprache becomes a language that Django knows; compiled catalogues are there before the first page; e-mails
        bring calendar files."""
        from backend.config.catalogues import compile_catalogues
        from backend.notifications.calendars import calendars_by
        from backend.web.message_calendar import calendar_of_message

        LANG_INFO["de-simple"] = {
            "bidi": False,
            "code": "de-simple",
            "name": "Easy German",
            "name_local": "Leichte Sprache",
            "fallback": ["de"],
        }
        compile_catalogues()
        calendars_by(calendar_of_message)
