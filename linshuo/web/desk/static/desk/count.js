// <l-count> around a count by denomination: the sums as one types. Without a script, 算一下 asks the house.
const yuan = (fen) =>
  `¥${(fen / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

class LCount extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", () => this.sum());
    this.addEventListener("keydown", (event) => this.onward(event));
    this.sum();
  }

  inputs() {
    return [...this.querySelectorAll("input[data-fen]")];
  }

  sum() {
    let total = 0;
    let fine = true;
    for (const input of this.inputs()) {
      const typed = input.value.normalize("NFKC").trim();
      const known = /^\d{0,6}$/.test(typed);
      const part = known ? Number(typed || 0) * Number(input.dataset.fen) : 0;
      fine &&= known;
      total += part;
      const beside = this.querySelector(`[data-part="${input.dataset.fen}"]`);
      if (beside) beside.textContent = part ? yuan(part) : "";
    }
    const whole = this.querySelector("[data-total]");
    if (whole) whole.textContent = fine ? yuan(total) : "…";
  }

  // Enter on a phone goes to the next kind of note; on the last one the form is sent.
  onward(event) {
    if (event.key !== "Enter" || !event.target.matches("input[data-fen]")) return;
    const all = this.inputs();
    const next = all[all.indexOf(event.target) + 1];
    event.preventDefault();
    if (next) next.focus();
    else this.querySelector("[name=do][value=keep]")?.focus();
  }
}
customElements.define("l-count", LCount);
