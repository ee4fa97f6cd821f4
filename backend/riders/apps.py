from django.apps import AppConfig


class RidersConfig(AppConfig):
    name = "backend.riders"
    label = "riders"
    default_auto_field = "django.db.models.BigAutoField"
