// <l-dialog>: a <details> shown as a real dialog. Without a script it unfolds where it stands.
class LDialog extends HTMLElement {
  connectedCallback() {
    this.details = this.querySelector(":scope > details");
    this.body = this.details?.querySelector(":scope > .dialog__body");
    if (!this.body || typeof HTMLDialogElement === "undefined") return;
    this.dialog = document.createElement("dialog");
    this.dialog.className = "dialog";
    const title = this.body.querySelector(".dialog__title");
    if (title) {
      title.id ||= `dialog-${LDialog.count++}`;
      this.dialog.setAttribute("aria-labelledby", title.id);
    }
    this.dialog.append(this.body);
    this.append(this.dialog);
    const came = this.details.open; // the form came back with something to correct
    this.details.open = false;
    const summary = this.details.querySelector("summary");
    summary.setAttribute("aria-haspopup", "dialog");
    summary.addEventListener("click", (event) => {
      event.preventDefault();
      this.show();
    });
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog || event.target.closest("[data-close]")) this.dialog.close();
    });
    if (came) this.show();
  }

  show() {
    this.dialog.showModal();
    const first = this.dialog.querySelector(
      "[aria-invalid=true], [autofocus], input:not([type=hidden]), textarea, select, button",
    );
    first?.focus();
  }
}
LDialog.count = 1;
customElements.define("l-dialog", LDialog);

// Small lists that unfold close when one goes elsewhere, and on Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open], details.rail__menu[open], details.plaza__menu[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.menu[open], details.rail__menu[open], details.plaza__menu[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

document.addEventListener("click", (event) => {
  const close = event.target.closest?.("[data-dismiss]");
  if (close) close.closest(".toast")?.remove();
});
