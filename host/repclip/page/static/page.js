// The page put together.

import { SCHEMA, connect } from "/link.js";
import { freeze, write } from "/ring.js";
import { play, stayAwake, toggle } from "/sound.js";
import { draw } from "/view.js";

const HINT_MS = 12000;

const away = document.querySelector("#away");
const hint = document.querySelector("#hint");
const sound = document.querySelector("#sound");
let state = {};
let awake = null; // whether the screen stays on; null: not asked for yet
let hinted = false;

const link = connect({
  message(message) {
    if (message.schema !== undefined) {
      if (message.schema !== SCHEMA) return reloadOnce(message.schema);
      state = {};
      document.body.classList.remove("away", "barred");
      away.hidden = true;
    }
    Object.assign(state, message.state);
    if (message.cues !== undefined) play(message.cues, state.voice); // a tone is late sooner than a picture
    draw(state, message.state);
    document.documentElement.dataset.seq = message.seq; // which state is to be seen
    if (navigator.wakeLock === undefined) hintAtScreen();
  },
  away() {
    document.body.classList.add("away");
    away.hidden = false;
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

sound.addEventListener("click", () => {
  toggle((on) => {
    sound.setAttribute("aria-pressed", String(on));
    sound.querySelector("use").setAttribute("href", on ? "#sign-sound-on" : "#sign-sound-off");
  });
  wake();
});

// A lock on the screen ends when the page is hidden.
document.addEventListener("visibilitychange", () => {
  if (awake !== null && !document.hidden) stayAwake();
});

async function wake() {
  if (awake !== null) return;
  awake = await stayAwake();
  if (!awake) hintAtScreen();
}

// Browsers lock the screen only for pages that came over https, or from the computer itself. The usual way around, a
// video that plays unseen, does not help in all of them, and disturbs the voice in some.
function hintAtScreen() {
  if (hinted) return;
  hinted = true;
  hint.hidden = false;
  write(hint, "The browser cannot keep the screen on here. Let the phone do so: in its settings, under display.");
  setTimeout(() => (hint.hidden = true), HINT_MS);
}

// The program was updated while the page was open.
function reloadOnce(schema) {
  if (sessionStorage.getItem("schema") === schema) return;
  sessionStorage.setItem("schema", schema);
  location.reload();
}
