// <l-speak for="id">: press to dictate into a field. Hidden where the browser cannot, or not in this language.
const Recognition = globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition;

class LSpeak extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!Recognition || !globalThis.isSecureContext || !button) {
      this.hidden = true;
      this.dataset.off = "";
      return;
    }
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => (this.listening ? this.listening.stop() : this.listen(button)));
  }

  disconnectedCallback() {
    this.listening?.abort();
  }

  listen(button) {
    const field = document.getElementById(this.getAttribute("for"));
    const hearing = new Recognition();
    hearing.lang = this.getAttribute("lang") || (document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-US");
    hearing.continuous = true;
    hearing.interimResults = true;
    const before = field.value;
    hearing.onresult = (event) => {
      const heard = [...event.results].map((result) => result[0].transcript).join("");
      field.value = before + heard;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    hearing.onend = () => {
      this.listening = null;
      button.setAttribute("aria-pressed", "false");
      field.focus();
    };
    hearing.onerror = (event) => {
      if (event.error === "aborted" || event.error === "no-speech") return;
      this.hidden = true; // it will not work here a second time either; the field still does
      this.dataset.off = "";
      field.focus();
    };
    this.listening = hearing;
    button.setAttribute("aria-pressed", "true");
    hearing.start();
  }
}
customElements.define("l-speak", LSpeak);

// <l-read for="id">: the same part of the page, read aloud by the device's own voice.
class LRead extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!globalThis.speechSynthesis || !button) {
      this.hidden = true;
      return;
    }
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => {
      const going = speechSynthesis.speaking;
      speechSynthesis.cancel();
      button.setAttribute("aria-pressed", "false");
      if (going) return;
      const part = document.getElementById(this.getAttribute("for")) ?? document.querySelector("main");
      const saying = new SpeechSynthesisUtterance(part.innerText);
      saying.lang = document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-US";
      saying.rate = 0.9;
      saying.onend = () => button.setAttribute("aria-pressed", "false");
      button.setAttribute("aria-pressed", "true");
      speechSynthesis.speak(saying);
    });
  }

  disconnectedCallback() {
    globalThis.speechSynthesis?.cancel();
  }
}
customElements.define("l-read", LRead);
