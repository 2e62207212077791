// The page put together.

import { SCHEMA, connect } from "/link.js";
import { freeze, write } from "/ring.js";
import { draw } from "/view.js";

const away = document.querySelector("#away");
let state = {};

const link = connect({
  message(message) {
    if (message.schema !== undefined) {
      if (message.schema !== SCHEMA) return reloadOnce(message.schema);
      state = {};
    }
    Object.assign(state, message.state);
    draw(state, message.state);
    document.documentElement.dataset.seq = message.seq; // which state is to be seen
  },
  away(since) {
    away.hidden = since === null;
    document.body.classList.toggle("away", since !== null);
    if (since === null) return;
    freeze();
    write(away, "No connection to the computer. Trying again; it counts on by itself.");
  },
  barred() {
    document.body.classList.add("barred");
    away.hidden = false;
    write(away, "This page is not open to this phone. Read the code that the terminal shows, with the camera, once more.");
  },
  over() {
    freeze();
  },
});

document.querySelector("#buttons").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button !== null) link.ask(button.dataset.do);
});

// The program was updated while the page was open.
function reloadOnce(schema) {
  if (sessionStorage.getItem("schema") === schema) return;
  sessionStorage.setItem("schema", schema);
  location.reload();
}
