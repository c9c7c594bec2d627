// <l-scan for="id">: a button inside reads a QR code with the camera into that field and sends its form.
// Hidden where the browser cannot; typing the code always works.
const every = 300;

class LScan extends HTMLElement {
  async connectedCallback() {
    const button = this.querySelector("button");
    if (!button || !globalThis.isSecureContext || !globalThis.BarcodeDetector || !navigator.mediaDevices) return;
    const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
    if (!formats.includes("qr_code")) return;
    this.hidden = false;
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => (this.stream ? this.stop() : this.start()));
  }

  disconnectedCallback() {
    this.stop();
  }

  async start() {
    const video = this.querySelector("video");
    const failed = this.querySelector("[data-failed]");
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      video.srcObject = this.stream;
      video.hidden = false;
      await video.play();
    } catch {
      this.stop();
      if (failed) failed.hidden = false;
      return;
    }
    this.querySelector("button").setAttribute("aria-pressed", "true");
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const look = async () => {
      if (!this.stream) return;
      const [found] = await detector.detect(video).catch(() => []);
      if (found?.rawValue && this.stream) return this.found(found.rawValue);
      this.wait = setTimeout(look, every);
    };
    look();
  }

  found(text) {
    this.stop();
    const field = document.getElementById(this.getAttribute("for"));
    field.value = text.slice(0, 400);
    field.form.requestSubmit();
  }

  stop() {
    clearTimeout(this.wait);
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.querySelector("button")?.setAttribute("aria-pressed", "false");
    const video = this.querySelector("video");
    if (video) video.hidden = true;
  }
}
customElements.define("l-scan", LScan);
