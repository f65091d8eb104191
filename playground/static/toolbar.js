// The playground's own bar: who is at the keyboard, the clock, the width, and tools.

import { h } from "./dom.js";
import { momentOf } from "./dates.js";
import { toast } from "./popover.js";
import { reconcile } from "./reconcile.js";
import { openApp, route } from "./route.js";
import { now, send, setUser, store } from "./store.js";
import { openTools } from "./tools.js";

const ROLES = { owner: "owner", guest: "guest", stranger: "other company", bot: "bot" };

const byId = (id) => document.getElementById(id);

/** Wire the bar once. */
export function setUpToolbar() {
  byId("user").addEventListener("change", become);
  byId("clock-toggle").addEventListener("click", toggleClock);
  byId("clock-day").addEventListener("click", () => moveClock({ advance_seconds: 86400 }));
  byId("clock-monday").addEventListener("click", () =>
    moveClock({ weekday: 0, hour: 9, minute: 0 }),
  );
  byId("clock-reset").addEventListener("click", () => moveClock({ reset: true }));
  byId("phone").addEventListener("click", () =>
    setPhone(!document.body.classList.contains("phone")),
  );
  byId("tools").addEventListener("click", openTools);
  setPhone(sessionStorage.getItem("playground-phone") === "true");
  setInterval(drawClock, 5000);
}

/** Somebody else sits down: what they see is read, and the app hears that its tab is open. */
async function become(event) {
  await setUser(event.target.value);
  const here = route();
  if (here.kind === "app") await openApp(here.tab);
}

function toggleClock() {
  const open = byId("clock").classList.toggle("open");
  byId("clock-toggle").setAttribute("aria-expanded", String(open));
}

async function moveClock(body) {
  const answer = await send("clock", body);
  if (!answer.ok) toast(answer.message ?? "The clock did not move.");
}

function setPhone(on) {
  document.body.classList.toggle("phone", on);
  byId("phone").setAttribute("aria-pressed", String(on));
  sessionStorage.setItem("playground-phone", String(on));
}

/** Draw the bar for the present state. */
export function drawToolbar({ users, me, problems, refusals, bot }) {
  const people = users.filter((user) => user.can_act && !user.deleted);
  reconcile(
    byId("user"),
    people.map((user) => ({
      key: user.id,
      signature: label(user),
      build: () => h("option", { value: user.id }, label(user)),
    })),
  );
  byId("user").value = me.id;
  drawClock();
  const wrong = problems.length + refusals.length;
  byId("tools-count").textContent = wrong || "";
  byId("tools").setAttribute("aria-label", wrong ? `Tools, ${wrong} problems` : "Tools");
  byId("tools").classList.toggle("troubled", wrong > 0);
  byId("bot-down").hidden = !bot.down;
}

const label = (user) => `${user.real_name}${ROLES[user.role] ? ` (${ROLES[user.role]})` : ""}`;

function drawClock() {
  if (!store.state) return;
  const offset = store.state.clock.offset_seconds;
  const text = momentOf(now(), store.state.me.tz);
  if (byId("clock-now").textContent !== text) byId("clock-now").textContent = text;
  byId("clock-now").setAttribute("datetime", new Date(now() * 1000).toISOString());
  byId("clock-toggle").title = `${store.state.me.tz}${offset ? ", moved" : ", real time"}`;
  byId("clock").classList.toggle("moved", Math.abs(offset) >= 1);
  byId("clock-reset").disabled = Math.abs(offset) < 1;
}
