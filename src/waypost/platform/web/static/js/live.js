// Live changes never move what is read: a bar counts what is new, by id, and a click loads it.
const seen = new WeakMap();

function counted(bar, id) {
  const ids = seen.get(bar) ?? new Set();
  seen.set(bar, ids.add(id));
  bar.querySelector("[role=status]").textContent = ids.size === 1 ? bar.dataset.one : bar.dataset.many.replace("{n}", ids.size);
  bar.hidden = false;
}

document.addEventListener("htmx:sseBeforeMessage", (event) => {
  const bar = event.target;
  if (!bar.matches?.("[data-fresh]")) return;
  event.preventDefault();
  counted(bar, event.detail.data);
});

// data-live="event event" data-thing="id": about one thing only. A bar counts; anything else asks anew for itself.
let number = 0;

function heard(name, thing) {
  for (const element of document.querySelectorAll(`[data-live][data-thing="${CSS.escape(thing)}"]`)) {
    if (!element.dataset.live.split(" ").includes(name)) continue;
    if (element.matches("[data-fresh]")) counted(element, number++);
    else window.htmx.trigger(element, "waypost:live");
  }
}

let ear = null;
const known = new Set();

function listen() {
  for (const element of ear ? document.querySelectorAll("[data-live]") : []) {
    for (const name of element.dataset.live.split(" ")) {
      if (known.has(name)) continue;
      known.add(name);
      ear.addEventListener(name, ({ data }) => heard(name, data));
    }
  }
}

document.addEventListener("htmx:afterSettle", listen);

// What was missed cannot be counted: the bar says so and offers the same way to the truth.
function missed() {
  for (const bar of document.querySelectorAll("[data-fresh]")) {
    bar.querySelector("[role=status]").textContent = bar.dataset.missed;
    bar.hidden = false;
  }
  for (const element of document.querySelectorAll("[data-live]:not([data-fresh])")) window.htmx.trigger(element, "waypost:live");
}

// Browsers allow six streams to a host over HTTP/1. A tab that nobody has seen for a while gives its own back and takes
// it again when it is looked at, so the seventh tab works as well.
const REST_AFTER = 300_000;

class Stream extends EventTarget {
  #url; #source = null; #names = new Set(); #rest = 0; #closed = false;

  constructor(url) {
    super();
    this.#url = url;
    this.#open();
    document.addEventListener("visibilitychange", () => this.#turn());
    if (!ear) { ear = this; listen(); }
  }

  #open() {
    this.#source = new EventSource(this.#url);
    this.#source.addEventListener("missed", missed);
    this.#source.onopen = (event) => this.onopen?.(event);
    this.#source.onerror = (event) => this.onerror?.(event);
    for (const name of this.#names) this.#relay(name);
  }

  #relay(name) {
    this.#source.addEventListener(name, ({ data }) => this.dispatchEvent(new MessageEvent(name, { data })));
  }

  #turn() {
    clearTimeout(this.#rest);
    if (this.#closed) return;
    if (document.hidden) this.#rest = setTimeout(() => { this.#source?.close(); this.#source = null; }, REST_AFTER);
    else if (!this.#source) { this.#open(); missed(); }
  }

  // While it rests it counts as open: htmx must not try to connect again by itself.
  get readyState() { return this.#closed ? EventSource.CLOSED : this.#source?.readyState ?? EventSource.OPEN; }

  addEventListener(name, listener) {
    super.addEventListener(name, listener);
    if (!this.#names.has(name)) { this.#names.add(name); if (this.#source) this.#relay(name); }
  }

  close() { this.#closed = true; clearTimeout(this.#rest); this.#source?.close(); }
}

if (window.htmx) window.htmx.createEventSource = (url) => new Stream(url);
