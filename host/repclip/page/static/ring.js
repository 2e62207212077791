// The ring: how long a phase, or a rest, has gone on, against where it is to end. Between two messages time runs on.

const BEYOND = 1.4; // the ring goes on so far beyond the aim, as the bar on the terminal does
const OPEN_S = 10; // a round where nothing is prescribed
const AHEAD_MS = 500; // without a message time runs on no longer than this
const PHASES = new Set(["lift", "hold", "lower", "pause"]);
const LEAST_ZONE = 16; // of 1000: a single second in a long rest is to be seen

const dial = document.querySelector("#dial");
const zoneArc = dial.querySelector(".zone");
const doneArc = dial.querySelector(".done");
const head = dial.querySelector(".head");
const figure = document.querySelector("#going b");
const words = document.querySelector("#going span");
const sign = document.querySelector("#going use");
const still = matchMedia("(prefers-reduced-motion: reduce)");

let now = null;
let at = 0;
let running = 0;

export function show(going) {
  now = going;
  at = performance.now();
  cancelAnimationFrame(running);
  draw();
  if (going.seconds !== null && going.speed > 0 && !still.matches) running = requestAnimationFrame(step);
}

// For as long as no message says more: the time of a link that is lost stands still.
export function freeze() {
  cancelAnimationFrame(running);
}

function step() {
  draw();
  if (performance.now() - at < AHEAD_MS) running = requestAnimationFrame(step);
}

function draw() {
  const ahead = Math.min(performance.now() - at, AHEAD_MS) / 1000;
  const exact = now.seconds === null ? null : now.seconds + (still.matches ? 0 : ahead * now.speed);
  const seconds = exact === null ? null : still.matches ? Math.floor(exact) : exact;
  const verdict = judged(exact);
  set(document.body, "verdict", verdict);
  const measured = now.zone !== null || PHASES.has(now.what) ? seconds : null;
  set(document.body, "going", measured === null ? null : "");
  arcs(measured);
  tell(exact, verdict);
}

function judged(seconds) {
  if (now.zone === null || seconds === null || now.target === null) return null;
  const [begin, end] = now.zone;
  if (seconds > end) return "long";
  return seconds >= begin && seconds >= now.target.min_s - (end - now.target.max_s) ? "on" : null;
}

function arcs(seconds) {
  const zone = now.zone;
  const round = zone === null ? OPEN_S : zone[1] * BEYOND;
  const share = seconds === null ? 0 : Math.min(1, seconds / round);
  doneArc.style.strokeDasharray = `${(share * 1000).toFixed(1)} 1000`;
  head.style.transform = `rotate(${(share * 360).toFixed(1)}deg)`;
  head.style.transformOrigin = "100px 100px";
  if (zone === null) {
    zoneArc.style.strokeDasharray = "0 1000";
    return;
  }
  const begin = (zone[0] / round) * 1000;
  const length = Math.max(LEAST_ZONE, (zone[1] / round) * 1000 - begin);
  zoneArc.style.strokeDasharray = `${length.toFixed(1)} 1000`;
  zoneArc.style.strokeDashoffset = `${(-begin).toFixed(1)}`;
}

// Seconds to go until it has been long enough, and beyond the aim those that are too many.
function tell(seconds, verdict) {
  let large = "";
  let small = now.aim;
  if (seconds !== null) {
    const target = now.target;
    if (verdict === "long") {
      large = `+${Math.ceil(seconds - target.max_s)} s`;
      small = "over";
    } else if (verdict === "on") {
      large = `${Math.floor(seconds)} s`;
      small = "";
    } else if (target !== null && target.max_s !== null) {
      large = `${Math.max(1, Math.ceil(target.min_s - seconds))} s`;
      small = "to go";
    } else if (now.zone !== null) {
      const left = now.zone[0] - seconds;
      large = left > 0 ? stopwatch(Math.ceil(left)) : `+${stopwatch(-left)}`;
    } else {
      large = stopwatch(seconds);
    }
  }
  write(figure, large);
  write(words, small);
  const symbol = `#sign-${verdict ?? "on"}`;
  if (sign.getAttribute("href") !== symbol) sign.setAttribute("href", symbol);
}

function stopwatch(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function set(element, name, value) {
  if (value === null) delete element.dataset[name];
  else if (element.dataset[name] !== value) element.dataset[name] = value;
}
