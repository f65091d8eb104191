// The playground's page: starts, listens, draws.

import { follow } from "./api.js";
import { drawMain, setUpMain } from "./main.js";
import { drawModal } from "./modal.js";
import { openApp, route } from "./route.js";
import { drawSidebar } from "./sidebar.js";
import { firstUser, redraw, refresh, store } from "./store.js";
import { drawToolbar, setUpToolbar } from "./toolbar.js";

function draw(state) {
  drawToolbar(state);
  drawMain();
  drawSidebar(document.getElementById("navigation"));
  drawModal();
  document.body.dataset.ready = "true";
}

function connection(lost) {
  document.getElementById("offline").hidden = !lost;
}

async function start() {
  store.user = firstUser();
  setUpToolbar();
  setUpMain();
  store.listeners.push(draw);
  window.addEventListener("hashchange", () => store.state && redraw());
  window.addEventListener("focus", () => store.state && redraw());
  while (store.state === null) {
    await refresh();
    connection(store.state === null);
    if (store.state === null)
      await new Promise((done) => {
        setTimeout(done, 1000);
      });
  }
  const here = route();
  if (here.kind === "app") openApp(here.tab);
  follow(store.state.change, refresh, connection);
}

start();
