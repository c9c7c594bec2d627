// <l-notebook>: nothing written in a stairwell is lost.
// Each draft has its own id from the first letter, so that sending it again is not a second note. In a
// secure context drafts lie in IndexedDB, sealed with a key that never leaves the browser, for seven
// days; what cannot be sent waits there and goes when there is a signal again. Over plain http a
// browser offers no such place: drafts live as long as the tab, and the page says so.
const WEEK = 7 * 24 * 3600 * 1000;
const safe = globalThis.isSecureContext && globalThis.indexedDB && globalThis.crypto?.subtle;

const asked = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

let opening;
const store = async (name, mode) => {
  opening ??= (() => {
    const request = indexedDB.open("linshuo-notes", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("keys");
      request.result.createObjectStore("notes");
    };
    return asked(request);
  })();
  return (await opening).transaction(name, mode).objectStore(name);
};

// One key for this browser: made once, even when two pages ask for it at the same moment.
let sealing;
const key = () =>
  (sealing ??= (async () => {
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const keys = await store("keys", "readwrite");
    const kept = await asked(keys.get("one"));
    if (!kept) await asked(keys.put(made, "one"));
    return kept ?? made;
  })());

// A note on this device: {id, who, state: typing | waiting | refused, at, values, said}.
const notes = {
  async put(note) {
    if (!safe) return sessionStorage.setItem(`note:${note.id}`, JSON.stringify(note));
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), new TextEncoder().encode(JSON.stringify(note)));
    await asked((await store("notes", "readwrite")).put({ iv, sealed, at: note.at }, note.id));
  },
  async drop(id) {
    if (!safe) sessionStorage.removeItem(`note:${id}`);
    else await asked((await store("notes", "readwrite")).delete(id));
  },
  async of(who) {
    const found = [];
    if (!safe) {
      for (const name of Object.keys(sessionStorage).filter((each) => each.startsWith("note:")))
        found.push(JSON.parse(sessionStorage.getItem(name)));
    } else {
      const ids = await asked((await store("notes", "readonly")).getAllKeys());
      for (const id of ids) {
        const row = await asked((await store("notes", "readonly")).get(id));
        if (!row || Date.now() - row.at > WEEK) {
          await this.drop(id);
          continue;
        }
        const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, await key(), row.sealed).catch(() => null);
        if (text) found.push(JSON.parse(new TextDecoder().decode(text)));
      }
    }
    return found.filter((note) => note.who === who).sort((a, b) => a.at - b.at);
  },
};

class LNotebook extends HTMLElement {
  connectedCallback() {
    this.who = this.dataset.who;
    this.forms = [...this.querySelectorAll("form[data-note]")];
    if (!this.forms.length) return;
    for (const form of this.forms) {
      form.addEventListener("input", () => this.typed(form));
      form.addEventListener("change", () => this.typed(form));
      form.addEventListener("submit", (event) => this.submit(event, form));
    }
    addEventListener("online", this.onOnline = () => this.flush());
    addEventListener("offline", this.onOffline = () => this.paint());
    document.addEventListener("visibilitychange", this.onHide = () => document.hidden && this.last && this.keep(this.last));
    for (const button of document.querySelectorAll("[data-send]")) button.addEventListener("click", () => this.open());
    this.start();
    if (safe && navigator.serviceWorker && this.dataset.worker)
      navigator.serviceWorker.register(this.dataset.worker, { scope: this.dataset.home }).catch(() => null);
  }

  disconnectedCallback() {
    removeEventListener("online", this.onOnline);
    removeEventListener("offline", this.onOffline);
    document.removeEventListener("visibilitychange", this.onHide);
    clearInterval(this.ticking);
  }

  async start() {
    if (this.dataset.saved) await notes.drop(this.dataset.saved);
    const draft = (await notes.of(this.who)).findLast((note) => note.state === "typing");
    const empty = this.forms.every((form) => !form.elements.words.value.trim());
    if (draft && empty && !this.querySelector("[aria-invalid]")) this.fill(draft);
    if (this.dataset.saved || this.dataset.shell !== undefined) this.seen()?.elements.words.focus({ preventScroll: true });
    await this.flush();
    this.ticking = setInterval(() => this.waiting && this.flush(), 20000);
    this.dataset.ready = "";
  }

  seen() {
    return this.forms.find((form) => form.elements.words.offsetParent);
  }

  typed(form) {
    this.last = form;
    // The narrow and the wide form are one draft: a tablet that is turned keeps the words.
    for (const other of this.forms) if (other !== form) other.elements.words.value = form.elements.words.value;
    clearTimeout(this.wait);
    this.wait = setTimeout(() => this.keep(form), 250);
  }

  values(form) {
    const values = Object.fromEntries(new FormData(form));
    delete values.csrfmiddlewaretoken;
    return values;
  }

  async keep(form, more = {}) {
    clearTimeout(this.wait);
    const id = form.elements.draft_id.value;
    if (!form.elements.words.value.trim()) return notes.drop(id);
    await notes.put({ id, who: this.who, state: "typing", at: Date.now(), values: this.values(form), ...more });
    this.dataset.kept = id;
  }

  fill(note) {
    for (const form of this.forms) {
      form.elements.draft_id.value = note.id;
      for (const [name, value] of Object.entries(note.values)) {
        if (name === "draft_id" || name === "at") continue;
        for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
          if (field.type === "radio") field.checked = field.value === value;
          else if (field.tagName !== "SELECT" || [...field.options].some((option) => option.value === value)) field.value = value;
        }
      }
      if (note.values.speaker_name || note.values.speaker_phone || note.values.slip || note.values.result_text)
        for (const fold of form.querySelectorAll("details")) fold.open = true;
    }
  }

  // Words, whoever said them and what becomes of it go; place and source stay for the next door.
  clear() {
    const id = crypto.randomUUID();
    for (const form of this.forms) {
      form.elements.draft_id.value = id;
      for (const name of ["words", "speaker_name", "speaker_phone", "slip", "result_text"]) form.elements[name].value = "";
      for (const name of ["urgency", "become"])
        for (const field of form.querySelectorAll(`[name=${name}]`)) {
          if (field.type === "radio") field.checked = field.defaultChecked;
          else field.selectedIndex = 0;
        }
    }
  }

  async submit(event, form) {
    this.last = form;
    if (!safe) return; // the browser sends it as it always did
    event.preventDefault();
    if (this.sending) return;
    this.sending = true;
    try {
      await this.keep(form);
      if (await this.reachable()) return HTMLFormElement.prototype.submit.call(form);
      if (!form.elements.words.value.trim()) return form.elements.words.focus();
      await this.keep(form, { state: "waiting", values: { ...this.values(form), at: new Date().toISOString() } });
      this.clear();
      await this.paint();
      form.elements.words.focus();
    } finally {
      this.sending = false;
    }
  }

  async reachable() {
    if (!navigator.onLine) return false;
    return fetch(this.dataset.worker, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(6000) }).then(
      () => true,
      () => false,
    );
  }

  // What waits goes in the order it was written. Only a clear answer lets go of a note.
  async flush() {
    const queue = (await notes.of(this.who)).filter((note) => note.state === "waiting");
    let sent = 0;
    this.stopped = "";
    if (!this.flushing && queue.length && navigator.onLine) {
      this.flushing = true;
      for (const note of queue) {
        const answer = await this.send(note).catch(() => "unreachable");
        if (answer !== "sent" && answer !== "refused") {
          this.stopped = answer;
          break;
        }
        sent += answer === "sent";
      }
      this.flushing = false;
    }
    const typing = this.forms.some((form) => form.elements.words.value.trim());
    if (sent && !typing) {
      history.replaceState(null, "", `${this.dataset.home}#page`); // the same address alone would only scroll
      return location.reload();
    }
    await this.paint();
  }

  async send(note, again = false) {
    const form = this.forms[0];
    const body = new URLSearchParams({ ...note.values, draft_id: note.id, csrfmiddlewaretoken: this.token ?? form.elements.csrfmiddlewaretoken.value });
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", signal: AbortSignal.timeout(20000) });
    if (answer.status === 403 && !again && (await this.freshToken())) return this.send(note, true);
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return "signin";
    const json = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    if (answer.ok && json) {
      await notes.drop(note.id);
      return "sent";
    }
    if (answer.ok) return "signin"; // the lock stands before the page
    if (answer.status >= 500) return "unreachable";
    const said = json ? (await answer.json()).refused.join(" ") : this.dataset.saysLost;
    await notes.put({ ...note, state: "refused", said });
    return "refused";
  }

  async freshToken() {
    const text = await fetch(this.dataset.home, { cache: "no-store" }).then((answer) => answer.text());
    const page = new DOMParser().parseFromString(text, "text/html");
    this.token = page.querySelector("form[data-note] [name=csrfmiddlewaretoken]")?.value;
    return this.token;
  }

  async open() {
    const refused = (await notes.of(this.who)).find((note) => note.state === "refused");
    if (!refused || this.forms.some((form) => form.elements.words.value.trim())) return this.flush();
    await notes.put({ ...refused, state: "typing" });
    this.fill(refused);
    await this.paint();
    this.seen()?.elements.words.focus();
  }

  async paint() {
    const kept = await notes.of(this.who);
    const waiting = kept.filter((note) => note.state === "waiting").length;
    const refused = kept.filter((note) => note.state === "refused");
    this.waiting = waiting;
    const says = this.dataset;
    const off = !navigator.onLine || this.stopped === "unreachable";
    const band = this.querySelector("[data-offline]");
    if (band) {
      band.hidden = !(off || waiting || refused.length);
      const words = !safe ? says.saysPlain : refused.length ? says.saysRefused.replace("%s", refused[0].said) : this.stopped === "signin" ? says.saysSignin : off ? "" : says.saysWaiting.replace("%n", waiting);
      for (const part of band.querySelectorAll("[data-off]")) part.hidden = Boolean(words);
      band.querySelector("[data-words]").textContent = words;
      const button = band.querySelector("[data-send]");
      button.hidden = !(waiting || refused.length);
      button.textContent = refused.length ? says.saysOpen : says.saysCount.replace("%n", waiting);
    }
    for (const line of document.querySelectorAll("[data-waiting]")) {
      line.hidden = !(waiting || refused.length);
      line.textContent = refused.length ? says.saysRefused.replace("%s", refused[0].said) : says.saysAside.replace("%n", waiting);
    }
  }
}
customElements.define("l-notebook", LNotebook);
