// The board of the control room. The page works without this file; with it nothing needs to be loaded again: what changed is
// fetched as the same HTML that the page is made of, said once in a while, and reached by the keyboard.

import { DetailPanel } from "./board_detail.js";
import { Keys } from "./board_keys.js";
import { LiveState } from "./board_live.js";
import { FleetMap } from "./board_map.js";
import { FleetRows } from "./board_rows.js";
import { Announcer } from "./board_said.js";
import { Timeline } from "./timeline.js";

function start(board) {
  for (const tools of board.querySelectorAll("[data-tools]")) tools.hidden = false;
  const said = new Announcer(board);
  const detail = new DetailPanel(board);
  const live = new LiveState(board, said);
  said.clock = () => live.shownAt;
  const table = board.querySelector("[data-rows]");
  const rows = new FleetRows(board, table);
  const timeline = table ? new Timeline(board, table, detail) : undefined;
  const map = new FleetMap(board, detail);
  live.known = () => rows.known();
  live.addEventListener("state", ({ detail: state }) => {
    const changed = rows.apply(state);
    timeline?.show(state.now_s, changed);
    map.vehicles(state.seen, state.now_s);
    detail.refreshIfChanged(state.version, changed);
  });
  live.addEventListener("event", ({ detail: event }) => {
    said.heard(event);
    detail.heard(event);
  });
  new Keys(board, { detail, timeline, map, rows });
  live.open();
}

const board = document.querySelector("[data-board]");
if (board?.dataset.socket) start(board);
