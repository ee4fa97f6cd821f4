from django.apps import AppConfig


class DrivingConfig(AppConfig):
    name = "backend.driving"
    label = "driving"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from backend.bookings import forgotten
        from backend.driving.forgetting import forget_riders

        forgotten.along(forget_riders)
