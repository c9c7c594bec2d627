// Small helps for forms: send a filter as it changes, Ctrl+Enter, copy, print, go to what is wrong.

// <l-autosubmit> around a GET form. Its own button is only needed where there is no script.
class LAutosubmit extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form") ?? this.closest("form");
    if (!form) return;
    for (const button of this.querySelectorAll("[data-go]")) button.hidden = true;
    this.addEventListener("change", (event) => {
      if (event.target.matches("select, [type=checkbox], [type=radio], [type=date]")) form.requestSubmit();
    });
    this.addEventListener("input", (event) => {
      if (!event.target.matches("[type=search]")) return;
      clearTimeout(this.wait);
      this.wait = setTimeout(() => !this.composing && form.requestSubmit(), 600);
    });
    // Pinyin half typed is not a word yet.
    this.addEventListener("compositionstart", () => (this.composing = true));
    this.addEventListener("compositionend", () => (this.composing = false));
  }
}
customElements.define("l-autosubmit", LAutosubmit);

// <l-tick name="save">: Ctrl+Enter presses this form's button.
class LTick extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    form?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      const name = this.getAttribute("name");
      form.requestSubmit((name && form.elements.namedItem(name)) || form.querySelector(".btn--zhu, [type=submit]"));
    });
  }
}
customElements.define("l-tick", LTick);

// <l-copy text="…">: puts it on the clipboard and says so in the button's own words (data-done).
class LCopy extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!navigator.clipboard || !button) {
      this.hidden = true;
      return;
    }
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.getAttribute("text"));
      const words = button.querySelector(".btn__words") ?? button;
      const before = words.textContent;
      words.textContent = this.dataset.done || "✓";
      setTimeout(() => (words.textContent = before), 2000);
    });
  }
}
customElements.define("l-copy", LCopy);

class LPrint extends HTMLElement {
  connectedCallback() {
    this.querySelector("button")?.addEventListener("click", () => print());
  }
}
customElements.define("l-print", LPrint);

// A form that came back: stand on what is to be corrected.
if (!location.hash) {
  const wrong = document.querySelector("main .errors, main [aria-invalid=true]");
  if (wrong && !wrong.closest("dialog")) wrong.focus();
}
