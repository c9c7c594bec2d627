// <l-draft key="…">: what is typed stays on this device until the server has it.
// In a secure context the text is sealed with a key that never leaves the browser; over plain http
// it is only kept for as long as the tab lives.
const WEEK = 7 * 24 * 3600 * 1000;
const safe = globalThis.isSecureContext && globalThis.indexedDB && globalThis.crypto?.subtle;

const asked = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

let opening;
const database = () => {
  opening ??= (() => {
    const request = indexedDB.open("linshuo-drafts", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("keys");
      request.result.createObjectStore("drafts");
    };
    return asked(request);
  })();
  return opening;
};
const store = async (name, mode) => (await database()).transaction(name, mode).objectStore(name);

const sealingKey = async () => {
  const kept = await asked((await store("keys", "readonly")).get("one"));
  if (kept) return kept;
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await asked((await store("keys", "readwrite")).put(key, "one"));
  return key;
};

export const drafts = {
  async put(id, values) {
    if (!safe) return sessionStorage.setItem(`draft:${id}`, JSON.stringify(values));
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(values));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await sealingKey(), text);
    await asked((await store("drafts", "readwrite")).put({ iv, sealed, at: Date.now() }, id));
  },
  async get(id) {
    if (!safe) return JSON.parse(sessionStorage.getItem(`draft:${id}`) ?? "null");
    const row = await asked((await store("drafts", "readonly")).get(id));
    if (!row) return null;
    if (Date.now() - row.at > WEEK) return this.drop(id);
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, await sealingKey(), row.sealed);
    return JSON.parse(new TextDecoder().decode(text));
  },
  async drop(id) {
    if (!safe) sessionStorage.removeItem(`draft:${id}`);
    else await asked((await store("drafts", "readwrite")).delete(id));
    return null;
  },
};

class LDraft extends HTMLElement {
  connectedCallback() {
    this.key = this.getAttribute("key");
    if (!this.key) return;
    this.restore();
    this.addEventListener("input", () => {
      clearTimeout(this.wait);
      this.wait = setTimeout(() => this.keep(), 250);
    });
    this.addEventListener("change", () => this.keep());
    this.addEventListener("submit", () => this.keep());
    document.addEventListener("visibilitychange", this.hide = () => document.hidden && this.keep());
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.hide);
  }

  fields() {
    return [...this.querySelectorAll("input[name], textarea[name], select[name]")].filter(
      (field) => !field.matches("[type=password], [type=file], [type=hidden], [type=submit], [data-private], [data-private] *"),
    );
  }

  async keep() {
    const values = this.fields().map((field) => [
      field.name,
      field.type === "checkbox" || field.type === "radio" ? [field.value, field.checked] : field.value,
    ]);
    if (values.some(([, value]) => typeof value === "string" && value.trim())) await drafts.put(this.key, values);
  }

  // Only what the server sent empty is filled: its own words, and its corrections, come first.
  async restore() {
    const kept = await drafts.get(this.key).catch(() => null);
    if (!kept) return;
    for (const [name, value] of kept)
      for (const field of this.fields()) {
        if (field.name !== name) continue;
        if (Array.isArray(value)) {
          if (field.value === value[0] && !this.querySelector("[aria-invalid]")) field.checked = value[1];
        } else if (!field.value) field.value = value;
      }
    this.dispatchEvent(new CustomEvent("draft-restored", { bubbles: true }));
  }
}
customElements.define("l-draft", LDraft);

// <l-saved draft="…">: the server says it has it.
class LSaved extends HTMLElement {
  connectedCallback() {
    drafts.drop(this.getAttribute("draft")).catch(() => null);
  }
}
customElements.define("l-saved", LSaved);
