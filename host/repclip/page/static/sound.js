// Tones, voice and vibration for the cues that the computer sends, once somebody has tapped: browsers ask for that.

const PHASE_HZ = { lift: 784, hold: 1047, lower: 523, pause: 392 };
const TICK_HZ = 1319;
const LOUD = 0.5;
const SOFT = 0.18;
const PACE = 0; // priority of what is never spoken, and not waited for
const WAITS_MS = 2500; // a word that comes later is not worth saying; news is
const NEWS = 2;

// [hertz, after so many seconds, for so long, how loud]
const TUNES = {
  phase: (cue) => [[PHASE_HZ[cue.phase] ?? 660, 0, 0.2, LOUD]],
  tick: (cue) => (cue.number === 0 ? [[TICK_HZ, 0, 0.1, LOUD], [TICK_HZ * 1.26, 0.1, 0.18, LOUD]] : [[TICK_HZ, 0, 0.05, SOFT]]),
  count: () => [[880, 0, 0.12, LOUD]],
  verdict: () => [[440, 0, 0.1, LOUD], [440, 0.15, 0.1, LOUD]],
  rest: () => [[660, 0, 0.1, LOUD]],
  count_in: () => [[660, 0, 0.1, LOUD]],
  set_done: () => [[523, 0, 0.15, LOUD], [659, 0.15, 0.15, LOUD], [784, 0.3, 0.35, LOUD]],
  link_lost: () => [[440, 0, 0.25, LOUD], [330, 0.25, 0.4, LOUD]],
  link_back: () => [[330, 0, 0.2, LOUD], [440, 0.2, 0.3, LOUD]],
  battery: () => [[330, 0, 0.3, LOUD]],
  pain: () => [[220, 0, 0.6, LOUD]],
};
const SAID = new Set(["count", "verdict", "rest"]); // of these the words are enough, where there is a voice
const SHAKES = { phase: [40], set_done: [200, 100, 200], link_lost: [400, 100, 400], pain: [800] };

let context = null;
let wanted = false;
let waiting = [];
let speaking = null;

const heard = () => wanted && context !== null && context.state === "running";

// `told` is called with whether anything can be heard, whenever that changes.
export async function toggle(told) {
  wanted = !wanted;
  if (!wanted) {
    hush();
    await context?.suspend();
  } else {
    if (context === null) {
      context = new (window.AudioContext ?? window.webkitAudioContext)();
      context.onstatechange = () => told(heard());
    }
    // Both only from within a tap; the empty word is for the voice, which asks for the same.
    window.speechSynthesis?.speak(new SpeechSynthesisUtterance(""));
    await context.resume();
    tune([[PHASE_HZ.lift, 0, 0.12, SOFT], [PHASE_HZ.hold, 0.12, 0.2, SOFT]]);
  }
  told(heard());
}

export function play(cues, voice) {
  if (!heard()) return;
  for (const cue of cues) {
    const spoken = voice && cue.priority > PACE && cue.text !== "" && ownVoice() !== undefined;
    if (!(spoken && SAID.has(cue.kind))) tune(TUNES[cue.kind]?.(cue) ?? []);
    if (SHAKES[cue.kind] !== undefined) navigator.vibrate?.(SHAKES[cue.kind]);
    if (spoken) say(cue);
  }
}

// One of the device itself: some browsers have others as well, which send what is said to a server.
function ownVoice() {
  const own = (window.speechSynthesis?.getVoices() ?? []).filter((one) => one.localService);
  return own.find((one) => one.lang.startsWith("en")) ?? own[0];
}

function tune(notes) {
  for (const [hertz, after, seconds, loud] of notes) {
    const begin = context.currentTime + after;
    const tone = new OscillatorNode(context, { frequency: hertz, type: "triangle" });
    const volume = new GainNode(context, { gain: 0 });
    // In and out without a click.
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(loud, begin + 0.01);
    volume.gain.setTargetAtTime(0, begin + seconds * 0.5, seconds * 0.2);
    tone.connect(volume).connect(context.destination);
    tone.onended = () => volume.disconnect();
    tone.start(begin);
    tone.stop(begin + seconds * 2);
  }
}

// One after the other; what matters more goes first, and interrupts.
function say(cue) {
  waiting = waiting.filter((one) => one.priority >= cue.priority);
  waiting.push({ text: cue.text, priority: cue.priority, until: cue.priority >= NEWS ? Infinity : performance.now() + WAITS_MS });
  if (speaking !== null && cue.priority > speaking.priority) speechSynthesis.cancel();
  else if (speaking === null) next();
}

function next() {
  speaking = null;
  waiting = waiting.filter((one) => one.until > performance.now());
  const one = waiting.shift();
  if (one === undefined || !wanted) return;
  const words = new SpeechSynthesisUtterance(one.text);
  words.voice = ownVoice();
  words.lang = "en";
  speaking = one;
  const over = () => {
    if (speaking === one) next();
  };
  words.onend = over;
  words.onerror = over;
  speechSynthesis.speak(words);
}

function hush() {
  waiting = [];
  speaking = null;
  window.speechSynthesis?.cancel();
}

// The screen stays on where the browser can do that: only over https or on this computer. True if it does.
export async function stayAwake() {
  try {
    await navigator.wakeLock.request("screen");
    return true;
  } catch {
    return false;
  }
}
