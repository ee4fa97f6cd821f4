"""What a dialogue asks of the desk, and what each question wants to be answered with.

Every action may also be answered by a `Refusal` or by the `InvalidInput` that the desk raised. The runner adds what only
it knows: the district's session, the access by the proved contact, and a key that is the same if the step is repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from accessibility.desk import Passenger, RideWish, SeriesRule


@dataclass(frozen=True, slots=True)
class Ask:
    """`desk.quote` -> `Quote`."""

    wish: RideWish


@dataclass(frozen=True, slots=True)
class Beside:
    """`desk.rides_beside`, of a series `desk.rides_beside_series`, as far as the caller's contacts open them
    -> tuple of `RideBeside`.
    """

    passenger: Passenger
    offer_id: str = ""
    series_id: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """`desk.book` -> `BookingView`."""

    offer_id: str
    passenger: Passenger
    knowing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskSeries:
    """`desk.quote_series` -> `SeriesQuote`."""

    wish: RideWish
    rule: SeriesRule


@dataclass(frozen=True, slots=True)
class BookSeries:
    """`desk.book_series`, every day that is offered as wished -> `SeriesView`."""

    series_id: str
    passenger: Passenger
    knowing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """`desk.change` -> `BookingView`."""

    code: str
    offer_id: str
    knowing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cancel:
    """`desk.cancel` -> `BookingView`; with `both`, `desk.cancel_together` -> their tuple."""

    code: str
    both: bool = False


@dataclass(frozen=True, slots=True)
class SkipDate:
    """`desk.skip_date` -> `SeriesView`."""

    code: str
    day: date


@dataclass(frozen=True, slots=True)
class CancelSeries:
    """`desk.cancel_series`, all that is left of it -> `SeriesView`."""

    code: str


@dataclass(frozen=True, slots=True)
class AskSeriesChange:
    """`desk.quote_series_change`, all that is left of it from the day of `when` on -> `SeriesQuote`."""

    code: str
    when: datetime


@dataclass(frozen=True, slots=True)
class ChangeSeries:
    """`desk.change_series` -> `SeriesChange`."""

    code: str
    series_id: str


@dataclass(frozen=True, slots=True)
class Where:
    """`follow.where` -> `RideForecast`."""

    code: str


@dataclass(frozen=True, slots=True)
class Late:
    """`follow.late` -> `LateAnswer`."""

    code: str
    minutes: int


@dataclass(frozen=True, slots=True)
class AskReturn:
    """`desk.ask_return` -> `OpenReturnView`."""

    code: str


@dataclass(frozen=True, slots=True)
class CallReturn:
    """`desk.call_return` -> `BookingView`."""

    code: str


@dataclass(frozen=True, slots=True)
class Prove:
    """Do these figures prove who calls: a PIN, or the keys of a booking code? -> `Proof`."""

    figures: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """Who the proved caller is -> `Known`."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Put a person on -> `HandedOver`. `why`: "asked", "misunderstood", "silent", "refused", "failed"."""

    why: str


@dataclass(frozen=True, slots=True)
class CallBack:
    """Keep the caller for calling back -> `HandedOver` (nobody yet, but kept)."""

    why: str


@dataclass(frozen=True, slots=True)
class Proof:
    """Answer to `Prove`. `is_locked`: tried too often; `known` only where it was proved."""

    is_proved: bool
    is_locked: bool = False
    by_pin: bool = False  # of her account: all its numbers and addresses are hers
    known: object = None  # a `Known`


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Answer to `HandOver` and `CallBack`. `is_reached`: the channel now connects; `is_kept`: a call back is promised."""

    is_reached: bool = False
    is_kept: bool = False
    is_open: bool = True  # within office hours
    hours: str = ""


Action = (
    Ask
    | Beside
    | Book
    | AskSeries
    | BookSeries
    | Change
    | Cancel
    | SkipDate
    | CancelSeries
    | AskSeriesChange
    | ChangeSeries
    | Where
    | Late
    | AskReturn
    | CallReturn
    | Prove
    | LookUp
    | HandOver
    | CallBack
)
