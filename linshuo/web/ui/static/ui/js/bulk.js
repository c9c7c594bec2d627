// <l-bulk>: counts the rows chosen, marks them, and shows the bar while there are any.
class LBulk extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", (event) => {
      if (event.target.matches("[data-all]")) this.all(event.target.checked);
      else if (event.target.matches("[data-row]")) this.range(event.target);
      this.count();
    });
    this.addEventListener("click", (event) => {
      if (event.target.matches("[data-row]")) this.shift = event.shiftKey;
      if (event.target.closest("[data-none]")) {
        this.all(false);
        this.count();
      }
    }, true);
    this.addEventListener("htmx:afterSwap", () => this.count());
    this.count();
  }

  boxes() {
    return [...this.querySelectorAll("[data-row]")];
  }

  all(on) {
    for (const box of this.boxes()) box.checked = on;
  }

  // Shift takes everything between the last one and this one.
  range(box) {
    const boxes = this.boxes();
    const [from, to] = [boxes.indexOf(this.last), boxes.indexOf(box)].sort((a, b) => a - b);
    if (this.shift && from >= 0) for (const one of boxes.slice(from, to + 1)) one.checked = box.checked;
    this.shift = false;
    this.last = box;
  }

  count() {
    const boxes = this.boxes();
    const chosen = boxes.filter((box) => box.checked);
    for (const box of boxes) box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
    const all = this.querySelector("[data-all]");
    if (all) {
      all.checked = boxes.length > 0 && chosen.length === boxes.length;
      all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
    }
    const bar = this.querySelector(".bulk");
    bar?.toggleAttribute("data-on", chosen.length > 0);
    const words = bar?.querySelector("[data-count]");
    if (words && chosen.length) words.textContent = words.dataset.words.replace("{n}", chosen.length);
  }
}
customElements.define("l-bulk", LBulk);
