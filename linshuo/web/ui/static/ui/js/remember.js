// <l-remember key="…" names="place source">: the last choice of these fields on this device.
class LRemember extends HTMLElement {
  connectedCallback() {
    const key = `remember:${this.getAttribute("key")}`;
    const names = (this.getAttribute("names") ?? "").split(/\s+/).filter(Boolean);
    const fields = () => names.flatMap((name) => [...this.querySelectorAll(`[name="${CSS.escape(name)}"]`)]);
    const read = () => {
      try {
        return JSON.parse(localStorage.getItem(key) ?? "{}");
      } catch {
        return {};
      }
    };
    if (!this.querySelector("[aria-invalid]")) {
      const last = read();
      for (const field of fields()) {
        if (!(field.name in last)) continue;
        if (field.type === "radio" || field.type === "checkbox") {
          if (field.value === last[field.name]) field.checked = true;
        } else if (field.tagName === "SELECT") {
          if ([...field.options].some((option) => option.value === last[field.name])) field.value = last[field.name];
        } else if (!field.value) field.value = last[field.name];
      }
    }
    this.addEventListener("submit", () => {
      const last = read();
      for (const field of fields())
        if ((field.type !== "radio" && field.type !== "checkbox") || field.checked) last[field.name] = field.value;
      localStorage.setItem(key, JSON.stringify(last));
    });
  }
}
customElements.define("l-remember", LRemember);
