/** The app's own place: its home as it was published for a person. */

import { blocks } from "./blocks.js";
import { $, el, fill, memory } from "./dom.js";
import { picked, act, world } from "./world.js";

const remembered = memory();
let told = "";

/** Tell the app that the home is looked at, once each time it is opened. */
export function openHome() {
  if (told === picked.as) return;
  told = picked.as;
  act("slack/home", { user: picked.as });
}

/** The home was left: opening it again is told again. */
export const leaveHome = () => { told = ""; };

/** Draw the home of the person chosen. */
export function paintHome() {
  const view = world.homes[picked.as];
  const spot = (block, item) => ({ user: picked.as, home: true, block_id: block, action_id: item.action_id });
  const on = {
    use: (block, item, value) => act("slack/actions", { ...spot(block, item), value }),
    suggest: (block, item, typed) => act("slack/suggestions", { ...spot(block, item), view: view.id, value: typed }),
  };
  const none = "Threadline has not published a home for you yet.";
  const make = () => el("li", { class: "home" }, view ? blocks(view.blocks, on) : el("p", { class: "note" }, none));
  fill($("messages"), [remembered(`home ${picked.as}`, view?.hash || "", make)]);
}
