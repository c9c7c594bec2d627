// <l-progress url="…" every="2">: fetches the fragment again until it says data-done.
class LProgress extends HTMLElement {
  connectedCallback() {
    this.every = Math.max(1, Number(this.getAttribute("every") || 2)) * 1000;
    this.url = this.getAttribute("url");
    if (this.url && !this.querySelector("[data-done]")) this.wait();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  wait(ms = this.every) {
    this.timer = setTimeout(() => (document.hidden ? this.wait() : this.ask()), ms);
  }

  async ask() {
    try {
      const answer = await fetch(this.url, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
      if (!answer.ok) return answer.status >= 500 ? this.wait(this.every * 3) : undefined;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      // The fragment may be the whole component again: take what is inside it.
      this.replaceChildren(...(page.querySelector("l-progress") ?? page.body).childNodes);
      if (this.querySelector("[data-done]")) {
        const on = this.querySelector("[data-go-on]");
        if (on) location.assign(on.dataset.goOn);
      } else this.wait();
    } catch {
      this.wait(this.every * 3); // no signal: the work goes on without us
    }
  }
}
customElements.define("l-progress", LProgress);
