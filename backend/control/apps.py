from django.apps import AppConfig


class ControlConfig(AppConfig):
    name = "backend.control"
    label = "control"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from backend.bookings import forgotten
        from backend.control.forgetting import forget_riders
        from backend.control.handover import forget_old
        from backend.control.permits import faults_at_sign_in
        from backend.control.services import tend_roads
        from backend.control.trouble_watch import forget_troubles, watch
        from backend.driving import papers
        from backend.notifications import chores

        papers.asked_of(faults_at_sign_in)
        forgotten.along(forget_riders)
        chores.every(10.0, watch)
        chores.every(60.0, tend_roads)
        chores.every(3600.0, forget_troubles)
        chores.every(3600.0, forget_old)
