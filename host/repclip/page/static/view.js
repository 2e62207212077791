// What the computer says, on the page. `state` holds all parts; only those that changed are drawn anew.

import { show, write } from "/ring.js";

const body = document.body;
const by = (id) => document.querySelector(`#${id}`);
const WORDS = { "looking for the sensor": "looking …" };
const QUIET = new Set(["link lost", "no samples", "looking for the sensor", "paused"]);

let told = { set: 0, reps: 0 };

const DRAWN = {
  exercise(exercise) {
    write(by("exercise"), exercise.name);
    write(by("tempo"), exercise.tempo);
    document.title = exercise.name;
  },
  count(count, state) {
    const reps = String(count.reps);
    const before = by("count").textContent;
    write(by("count"), reps);
    by("count").classList.toggle("wide", reps.length > 2);
    if (before !== reps && count.reps > 0) beat();
    caption(state);
    tell(count);
    summed(state);
  },
  now(now, state) {
    const what = state.over ? "over" : now.what;
    if (body.dataset.what !== what) body.dataset.what = what;
    body.classList.toggle("stale", QUIET.has(what));
    const word = state.over ? "done" : (WORDS[what] ?? what);
    write(by("word"), word);
    by("word").classList.toggle("long-word", word.length > 7);
    const going = state.over ? { ...now, seconds: null, zone: null, aim: "" } : now;
    show(going);
    write(by("text"), state.over ? "The session is over." : now.text);
    alarm(what, now.text);
    summed(state);
  },
  fix(text) {
    write(by("fix"), text);
    by("fix").hidden = text === "";
  },
  clock(clock) {
    write(by("clock"), clock);
  },
  rows(rows, state) {
    last(rows.at(-1), state.count.set);
    table(rows);
  },
  link(link, state) {
    const replay = state.keeping.replay === "" ? [] : [state.keeping.replay];
    const battery = link.battery_percent === null ? [] : [`battery ${link.battery_percent} %`];
    const gaps = link.lost === 0 ? [] : [`${link.lost ?? "samples"} lost`];
    write(by("link"), [...replay, ...battery, ...gaps].join(" · "));
  },
  news(news, state) {
    const [newest] = news;
    const stopped = state.keeping.stopped;
    write(by("news"), stopped !== "" ? `No longer recording: ${stopped}` : (newest?.text ?? ""));
    by("news").classList.toggle("warns", stopped !== "" || newest?.warns === true);
  },
  buttons(buttons, state) {
    pressable(buttons, state.paused);
  },
  summary(summary, state) {
    summarise(summary);
    summed(state);
  },
};
// A part that another one's drawing needs as well.
const ALSO = { paused: "buttons", over: "now", keeping: "news", side: "count" };

export function draw(state, changed) {
  const names = new Set(Object.keys(changed).map((name) => ALSO[name] ?? name));
  for (const name of names) DRAWN[name]?.(state[name], state);
}

function caption(state) {
  const { count, exercise } = state;
  const goal = exercise.reps === null ? "" : ` of ${span(exercise.reps)}`;
  const partials = count.partials === 0 ? "" : ` · ${count.partials} partial`;
  const unit = count.reps === 1 ? "rep" : "reps";
  const leg = state.side === "left" || state.side === "right" ? ` · ${state.side}\u00a0leg` : "";
  write(by("caption"), `set ${count.set} · ${count.reps}${goal} ${goal === "" ? unit : "reps"}${partials}${leg}`);
}

function span(count) {
  const least = count.start ?? count.min;
  return least === count.max ? `${least}` : `${least}–${count.max}`;
}

function beat() {
  body.classList.remove("beat");
  void body.offsetWidth; // the animation begins anew
  body.classList.add("beat");
}

// For those who hear the page: each rep, and no tick of a second.
function tell(count) {
  if (count.set === told.set && count.reps === told.reps) return;
  if (count.reps > 0) write(by("said"), `${count.reps} ${count.reps === 1 ? "rep" : "reps"}, set ${count.set}`);
  told = { set: count.set, reps: count.reps };
}

function alarm(what, text) {
  write(by("alarm"), what === "pain" || what === "link lost" || what === "no samples" ? `${what}. ${text}` : "");
}

// Lift, hold, lower of the last rep, each with a sign and a word.
function last(row, set) {
  const place = by("last");
  place.hidden = row === undefined || row.set !== set;
  if (place.hidden) return;
  const phases = row.phases.filter((time) => time.phase !== "pause" || time.verdict !== null);
  place.replaceChildren(
    ...phases.map((time) => {
      const cell = element("div", { class: "cell" });
      if (time.verdict === "short" || time.verdict === "long") cell.classList.add("off", time.verdict);
      cell.append(element("small", {}, time.phase), element("b", {}, tenths(time.seconds)), verdict("i", time.verdict));
      return cell;
    }),
  );
  place.setAttribute("aria-label", row.partial ? "A partial rep, not counted" : `Rep ${row.index}`);
  if (row.partial) place.replaceChildren(element("div", { class: "cell" }, "A partial rep: not counted"));
}

function table(rows) {
  const place = by("rows");
  place.hidden = rows.length === 0;
  const phases = rows.length === 0 ? [] : rows[0].phases.map((time) => time.phase);
  const head = ["rep", ...phases, "range"].map((text) => element("th", { scope: "col" }, text));
  place.tHead.replaceChildren(row({}, head));
  place.tBodies[0].replaceChildren(
    ...rows
      .slice()
      .reverse()
      .map((one) =>
        row(one.partial ? { class: "partial" } : {}, [
          element("td", {}, one.partial ? `p${one.index}` : `${one.index}`),
          ...one.phases.map((time) => {
            const cell = element("td", { class: time.verdict ?? "" }, tenths(time.seconds));
            if (time.verdict !== null) cell.append(signOf(time.verdict));
            return cell;
          }),
          element("td", {}, `${one.rom_deg}°`),
        ]),
      ),
  );
}

function row(attributes, cells) {
  const made = element("tr", attributes);
  made.append(...cells);
  return made;
}

function pressable(buttons, paused) {
  const place = by("buttons");
  place.hidden = buttons.length === 0;
  place.classList.toggle("five", buttons.includes("side"));
  for (const button of place.querySelectorAll("button")) {
    const wish = button.dataset.do;
    const toggles = wish === "pause" || wish === "resume";
    button.hidden = !buttons.includes(wish);
    if (!toggles) continue;
    button.dataset.do = paused ? "resume" : "pause";
    button.querySelector("use").setAttribute("href", `#sign-${button.dataset.do}`);
    write(button.querySelector("span"), paused ? "Go on" : "Pause");
  }
}

function summarise(summary) {
  if (summary === null) return;
  const place = by("summary");
  write(place.querySelector("h2"), summary.heading);
  write(place.querySelector(".advice"), summary.advice);
  place.querySelector(".lines").replaceChildren(...summary.lines.map((line) => element("p", {}, line)));
  const picture = place.querySelector("img");
  picture.hidden = summary.picture === "";
  if (summary.picture !== "") picture.src = summary.picture;
  picture.alt = `The tempo of each rep. ${summary.lines.join(" ")}`;
}

// Between sets and at the end there is time to look; while the leg moves the count has all the room.
function summed(state) {
  const what = body.dataset.what;
  const over = what === "over" || (what === "rest" && state.summary?.set === state.count.set);
  const shown = state.summary !== null && over;
  by("summary").hidden = !shown;
  body.classList.toggle("summed", shown);
}

function tenths(seconds) {
  return seconds === null ? "–" : seconds.toFixed(1);
}

function verdict(tag, which) {
  const made = element(tag, { class: which ?? "" });
  if (which !== null) made.append(signOf(which), which);
  return made;
}

function signOf(which) {
  const space = "http://www.w3.org/2000/svg";
  const sign = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#sign-${which}`);
  sign.setAttribute("role", "img");
  sign.setAttribute("aria-label", which);
  sign.append(use);
  return sign;
}

function element(tag, attributes, text) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== "") made.setAttribute(name, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
