// The way to the computer: through the door, then a WebSocket, and again whenever it is lost.

const OVER = 4000; // close code: the session has ended
const SILENCE_MS = 6000; // something comes every two seconds: longer silence means that the link is gone
const FIRST_MS = 400;
const LONGEST_MS = 8000;
const AFTER_MS = 10000; // once a session is over: for the next one at the same address

export const SCHEMA = "repclip.page/1";

// told: message(object), away(), barred(), over()
export function connect(told) {
  let socket = null;
  let failures = 0;
  let waiting = 0;
  let silence = 0;
  let ended = false;

  const later = (milliseconds) => {
    clearTimeout(waiting);
    waiting = setTimeout(open, milliseconds);
  };

  function heard() {
    clearTimeout(silence);
    silence = setTimeout(() => lost(socket), SILENCE_MS);
  }

  function lost(which) {
    if (which !== socket) return;
    clearTimeout(silence);
    socket = null;
    which?.close();
    if (ended) {
      later(AFTER_MS);
      return;
    }
    told.away();
    // Several pages do not all come back at the same moment.
    later(Math.min(LONGEST_MS, FIRST_MS * 2 ** failures) * (0.8 + 0.4 * Math.random()));
    failures += 1;
  }

  async function open() {
    clearTimeout(waiting);
    if (socket !== null) return;
    const attempt = (socket = { close() {} });
    const door = await enter();
    if (socket !== attempt) return;
    if (door === "barred") {
      socket = null;
      told.barred();
      return;
    }
    if (door !== "open") {
      lost(attempt);
      return;
    }
    const made = new WebSocket(`ws://${location.host}/socket`);
    socket = made;
    heard();
    made.onmessage = (event) => {
      if (made !== socket) return;
      heard();
      failures = 0;
      ended = false;
      told.message(JSON.parse(event.data));
    };
    made.onclose = (event) => {
      if (event.code === OVER && made === socket) {
        ended = true;
        told.over();
      }
      lost(made);
    };
  }

  const soon = () => {
    if (socket === null && !document.hidden) {
      failures = 0;
      open();
    }
  };
  document.addEventListener("visibilitychange", soon);
  addEventListener("online", soon);
  addEventListener("hashchange", soon);
  open();

  return {
    ask(wish) {
      if (socket instanceof WebSocket && socket.readyState === WebSocket.OPEN) {
        socket.send(JSON.stringify({ do: wish }));
      }
    },
  };
}

// The token stands behind the # of the address; for it the browser gets a cookie, and the address forgets it.
async function enter() {
  const token = location.hash.slice(1);
  const asking = token === "" ? { method: "GET" } : { method: "POST", body: JSON.stringify({ token }) };
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), SILENCE_MS);
  try {
    const answer = await fetch("/enter", { ...asking, cache: "no-store", signal: stop.signal });
    if (answer.status === 403) return "barred";
    if (!answer.ok) return "closed";
    if (token !== "") history.replaceState(null, "", location.pathname);
    return "open";
  } catch {
    return "closed";
  } finally {
    clearTimeout(timer);
  }
}
