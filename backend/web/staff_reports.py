"""What drivers report, in the words of the control room: what happened, why it cannot be true, what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from backend.districts.models import District
from backend.districts.selectors import stop_by_code
from backend.driving.models import DriverEvent
from backend.driving.rules import REASONS

Kind = DriverEvent.Kind


@dataclass(frozen=True, slots=True)
class Report:
    """One report as a dispatcher reads it."""

    row: DriverEvent
    at: datetime
    received_at: datetime
    what: str
    where: str
    why: str
    to_do: str

    @property
    def came_late(self) -> bool:
        """Whether it lay on the device for more than a minute."""
        return (self.row.received_at - self.row.at).total_seconds() > 60


def report_of(district: District, row: DriverEvent) -> Report:
    """A report in words."""
    stop = stop_by_code(district, row.stop_code) if row.stop_code else None
    return Report(
        row=row,
        at=row.at,
        received_at=row.received_at,
        what=what_text(row),
        where=f"{stop.village}, {stop.name}" if stop else "",
        why=str(REASONS.get(row.reason, row.reason)) if row.reason else "",
        to_do=to_do_text(row.reason) if row.outcome == DriverEvent.Outcome.CONFLICT else "",
    )


def what_text(row: DriverEvent) -> str:
    """What the driver pressed."""
    texts = {
        Kind.SHIFT_BEGIN: _("Dienst begonnen"),
        Kind.ARRIVED: _("angekommen"),
        Kind.BOARDED: _("eingestiegen"),
        Kind.NO_SHOW: _("nicht da"),
        Kind.ALIGHTED: _("ausgestiegen"),
        Kind.LEFT: _("abgefahren"),
        Kind.BREAK_BEGIN: _("Pause begonnen"),
        Kind.BREAK_END: _("Pause beendet"),
        Kind.FUEL: _("tankt"),
        Kind.DELAY: _("verspätet sich um %(minutes)s Minuten") % {"minutes": row.detail.get("minutes", "?")},
        Kind.HELP: _("braucht Hilfe"),
        Kind.WALK_UP: _("Fahrgast ohne Buchung"),
        Kind.ANSWER: _("hat geantwortet"),
        Kind.SHIFT_END: _("Dienst beendet"),
        Kind.TAKE_BACK: _("wollte etwas zurücknehmen"),
    }
    if row.kind == Kind.TAKE_BACK:
        slip = DriverEvent.objects.filter(pk=row.detail.get("event"), duty__device=row.duty.device_id).first()
        return _("wollte zurücknehmen: %(what)s") % {"what": what_text(slip)} if slip else texts[Kind.TAKE_BACK]
    return texts.get(Kind(row.kind), row.kind)


def to_do_text(reason: str) -> str:
    """What a dispatcher can do about a report that cannot be true as it is."""
    call_driver = _("Fragen Sie den Fahrer, wer im Bus sitzt.")
    take_back = _("Rufen Sie den Fahrer an: Was stimmt? Berichtigen Sie es, und sagen Sie es den Fahrgästen.")
    texts = {
        "was_cancelled": _("Fragen Sie den Fahrer, ob der Fahrgast wirklich mitfuhr. Dann stimmt die Zählung."),
        "was_no_show": _("Der Fahrgast kam doch noch. Prüfen Sie, ob er schon eine Nachricht bekam."),
        "moved_to_another": _("Sagen Sie dem anderen Fahrer, dass dieser Fahrgast schon im Bus sitzt."),
        "not_there_elsewhere": _("Der andere Bus holt den Fahrgast noch. Sagen Sie es diesem Fahrer."),
        "never_boarded": _("Fragen Sie den Fahrer, wo der Fahrgast eingestiegen ist."),
        "aboard_another": call_driver,
        "other_stop": _("Rufen Sie den Fahrgast an: Ist er gut angekommen?"),
        "too_early": _("Rufen Sie den Fahrgast an. Vielleicht steht er noch an der Haltestelle."),
        "not_arrived": _("Prüfen Sie auf der Karte, ob der Bus wirklich an der Haltestelle war."),
        "is_aboard": call_driver,
        "left_before_arrived": _("Prüfen Sie, ob die Fahrgäste an dieser Haltestelle im Bus sitzen."),
        "riders_waiting": _("Rufen Sie die Fahrgäste an dieser Haltestelle an. Vielleicht stehen sie noch dort."),
        "duty_over": _("Fragen Sie, wer das gemeldet hat. Ist das Gerät verloren, sperren Sie es."),
        "rides_left": _("Legen Sie die offenen Fahrten auf ein anderes Fahrzeug."),
        "riders_aboard": call_driver,
        "device_locked": _(
            "Fragen Sie den Fahrer, ob das stimmt. Dann tragen Sie die Fahrt unter „Fahrten ohne Meldung“ nach."
        ),
        "something_followed": take_back,
        "too_late_to_take_back": take_back,
        "cannot_take_back": take_back,
    }
    return texts.get(reason, _("Rufen Sie den Fahrer an und klären Sie, was stimmt."))
