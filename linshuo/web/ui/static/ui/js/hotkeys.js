// <l-hotkeys>: j/k move over the rows, x chooses, Enter opens, Esc lets go, / searches, ? shows the keys.
const typing = (target) =>
  target.isContentEditable || target.matches?.("input:not([type=checkbox], [type=radio]), textarea, select");

class LHotkeys extends HTMLElement {
  connectedCallback() {
    this.onKey = (event) => this.press(event);
    document.addEventListener("keydown", this.onKey);
    this.addEventListener("pointerdown", (event) => {
      const row = event.target.closest("tr");
      if (row && this.rows().includes(row)) this.stand(row, false);
    });
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.onKey);
  }

  rows() {
    return [...this.querySelectorAll("tbody tr:not(.ledger__break), [data-hotrow]")];
  }

  get current() {
    return this.querySelector(".is-current");
  }

  stand(row, scroll = true) {
    this.current?.classList.remove("is-current");
    row?.classList.add("is-current");
    if (!row || !scroll) return;
    row.scrollIntoView({ block: "nearest" });
    row.querySelector("a.l-link, a")?.focus({ preventScroll: true });
  }

  step(by) {
    const rows = this.rows();
    const here = rows.indexOf(this.current);
    const next = here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + by, 0), rows.length - 1);
    if (rows[next]) this.stand(rows[next]);
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (!this.act(event)) return;
    event.preventDefault();
  }

  act(event) {
    const row = this.current;
    switch (event.key) {
      case "j": this.step(1); return true;
      case "k": this.step(-1); return true;
      case "x": {
        const box = row?.querySelector("[data-row]");
        box?.click();
        return Boolean(box);
      }
      case "Enter": {
        if (!row || event.target.closest("a, button, summary")) return false;
        row.querySelector("a.l-link, a")?.click();
        return true;
      }
      case "Escape": {
        const none = this.querySelector("[data-none]") ?? document.querySelector("[data-none]");
        if (none && none.offsetParent) none.click();
        else this.stand(null);
        return true;
      }
      case "/": {
        const search = document.querySelector("[data-search]");
        search?.focus();
        search?.select();
        return Boolean(search);
      }
      case "?": {
        const keys = document.querySelector(".keys");
        keys?.scrollIntoView({ block: "center" });
        return Boolean(keys);
      }
    }
    const named = `[data-key="${CSS.escape(event.key)}"]`;
    const found = row?.querySelector(named) ?? this.querySelector(`:not(tr *)${named}`);
    found?.click();
    return Boolean(found);
  }
}
customElements.define("l-hotkeys", LHotkeys);
