from django.apps import AppConfig


class DrivingConfig(AppConfig):
    name = "backend.driving"
    label = "driving"
    default_auto_field = "django.db.models.BigAutoField"
