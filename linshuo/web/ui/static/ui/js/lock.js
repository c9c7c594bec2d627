// <l-lock idle="300" url="…">: after so many quiet seconds four digits are asked for, over everything.
// The lock is the server's; this only shows it in time. All tabs of one browser share the last move.
const MOVED = "linshuo-moved";

class LLock extends HTMLElement {
  connectedCallback() {
    this.idle = Number(this.getAttribute("idle") || 300) * 1000;
    this.dialog = this.querySelector("dialog");
    this.form = this.querySelector("form");
    if (!this.dialog?.showModal || !this.form) return;
    this.moved = () => this.note();
    for (const kind of ["pointerdown", "keydown", "input"])
      addEventListener(kind, this.moved, { passive: true, capture: true });
    this.dialog.addEventListener("cancel", (event) => event.preventDefault());
    this.dialog.addEventListener("keydown", (event) => event.key === "Escape" && event.preventDefault());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.open();
    });
    this.form.elements.pin.addEventListener("input", (event) => {
      if (event.target.value.length === 4) this.open();
    });
    // Opened in another tab of this browser: the same session, so open here too.
    this.elsewhere = (event) => event.key === MOVED && this.dialog.open && this.unlock();
    addEventListener("storage", this.elsewhere);
    this.note(true);
    this.tick = setInterval(() => this.look(), Math.min(5000, this.idle / 4));
    if (this.hasAttribute("locked")) this.lock();
  }

  disconnectedCallback() {
    clearInterval(this.tick);
    removeEventListener("storage", this.elsewhere);
    for (const kind of ["pointerdown", "keydown", "input"])
      removeEventListener(kind, this.moved, { capture: true });
  }

  note(force = false) {
    if (this.dialog.open) return;
    const now = Date.now();
    if (!force && now - (this.noted ?? 0) < 1000) return;
    this.noted = now;
    localStorage.setItem(MOVED, String(now));
  }

  look() {
    const last = Number(localStorage.getItem(MOVED) ?? 0);
    if (!this.dialog.open && Date.now() - last >= this.idle) this.lock();
  }

  lock() {
    for (const open of document.querySelectorAll("dialog[open]")) if (open !== this.dialog) open.close();
    this.dialog.showModal();
    this.form.elements.pin.value = "";
    this.form.elements.pin.focus();
    document.documentElement.toggleAttribute("data-locked", true);
  }

  unlock() {
    this.say("");
    this.dialog.close();
    document.documentElement.toggleAttribute("data-locked", false);
  }

  say(words) {
    const place = this.querySelector("[data-error]");
    place.textContent = words;
    place.parentElement.hidden = !words;
    if (words) this.form.elements.pin.setAttribute("aria-invalid", "true");
    else this.form.elements.pin.removeAttribute("aria-invalid");
  }

  async open() {
    const words = this.querySelector("[data-error]").dataset;
    const pin = this.form.elements.pin;
    if (!/^\d{4}$/.test(pin.value)) return this.say(words.blank);
    if (this.asking) return;
    this.asking = true;
    try {
      const answer = await fetch(this.getAttribute("url"), {
        method: "POST",
        body: new URLSearchParams(new FormData(this.form)),
        headers: { "X-Requested-With": "fetch" },
        credentials: "same-origin",
        redirect: "manual",
      });
      if (answer.status === 204) {
        this.unlock();
        this.note(true);
      } else if (answer.status === 400 || answer.status === 429) {
        this.say((await answer.text()) || words.blank);
        pin.value = "";
        pin.focus();
      } else {
        const where = answer.headers.get("Location") || this.getAttribute("sign-in");
        if (where) location.assign(where);
        else location.reload();
      }
    } catch {
      this.say(words.offline);
    } finally {
      this.asking = false;
    }
  }
}
customElements.define("l-lock", LLock);
