// <l-figure>: the number is a link to its rows; here it opens its definition beside itself first.
class LFigure extends HTMLElement {
  connectedCallback() {
    this.link = this.querySelector("a.figure__n");
    this.sheet = this.querySelector(".figure__def");
    if (!this.link || !this.sheet?.showPopover) return; // the link alone leads to the same words
    this.link.setAttribute("aria-expanded", "false");
    this.link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
      event.preventDefault();
      if (this.wasOpen) return;
      this.sheet.showPopover();
    });
    // Light dismiss closes on pointerdown, before our click: remember that it was open.
    this.link.addEventListener("pointerdown", () => {
      this.wasOpen = this.sheet.matches(":popover-open");
    });
    this.link.addEventListener("keydown", () => {
      this.wasOpen = false;
    });
    this.sheet.addEventListener("toggle", (event) => {
      const open = event.newState === "open";
      this.link.setAttribute("aria-expanded", String(open));
      if (open) this.place();
    });
    this.away = () => this.sheet.matches(":popover-open") && this.place();
    addEventListener("scroll", this.away, { passive: true });
    addEventListener("resize", this.away, { passive: true });
  }

  disconnectedCallback() {
    removeEventListener("scroll", this.away);
    removeEventListener("resize", this.away);
  }

  place() {
    const gap = 8;
    const at = this.link.getBoundingClientRect();
    const { offsetWidth: wide, offsetHeight: high } = this.sheet;
    const below = at.bottom + gap + high <= innerHeight || at.top < high + gap;
    const left = Math.min(Math.max(gap * 2, at.left), Math.max(gap * 2, innerWidth - wide - gap * 2));
    this.sheet.style.left = `${left}px`;
    this.sheet.style.top = `${below ? at.bottom + gap : at.top - gap - high}px`;
  }
}
customElements.define("l-figure", LFigure);
