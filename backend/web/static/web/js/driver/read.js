// The shift as the interface gives it (docs/openapi.yaml, see_the_shift), as the screens read it: riders in their visits.

/** One list of visits with whole riders, whatever the number of shifts that day. */
export function readShift(body) {
  const rider = (code) => ({ may_be_called: Boolean(body.riders[code].phone), ...body.riders[code] });
  const visits = body.shifts.flatMap((shift) =>
    shift.visits.map((visit) => ({ ...visit, leaves: visit.leaves.map(rider), boards: visit.boards.map(rider) })),
  );
  return {
    duty: body.duty,
    driver: body.driver,
    vehicle: body.vehicle,
    version: body.version,
    now: body.now,
    rules: body.rules,
    visits,
    ends_at: body.shifts.at(-1)?.ends_at ?? body.now,
    messages: body.messages,
    begun_at: body.progress.begun_at,
    ended_at: body.progress.ended_at,
    pausing_since: body.progress.pausing_since,
    standing: body.progress.standing_stop ? { stop: body.progress.standing_stop, since: body.progress.standing_since } : null,
    cash_cents: body.progress.cash_cents,
  };
}
