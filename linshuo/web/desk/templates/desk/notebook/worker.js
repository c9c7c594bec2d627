// The notebook without a signal: the page one writes on, kept on the phone. No words of anybody.
{% load static %}
const HOME = "{% url 'desk:notebook' prefix %}";
const SHELL = "{% url 'desk:notebook-offline' prefix %}";
const STATIC = "{% get_static_prefix %}";
const CACHE = "linshuo-notebook-{{ version }}";
const DAY = 24 * 3600 * 1000;

// The page, what it names, and what its style sheets name.
async function fill() {
  const page = await fetch(SHELL, { cache: "no-store", redirect: "manual" });
  if (!page.ok || !page.headers.get("X-Linshuo-Shell")) throw new Error("not signed in");
  const cache = await caches.open(CACHE);
  const named = [...(await page.clone().text()).matchAll(/(?:href|src)="([^"]+)"/g)].map((m) => new URL(m[1], page.url));
  for (const url of named.filter((each) => each.pathname.startsWith(STATIC))) {
    const part = await fetch(url);
    if (!part.ok) continue;
    await cache.put(url, part.clone());
    if (!url.pathname.endsWith(".css")) continue;
    for (const m of (await part.text()).matchAll(/@import url\(["']?([^"')]+)/g)) {
      const sheet = new URL(m[1], url);
      const found = await fetch(sheet);
      if (found.ok) await cache.put(sheet, found);
    }
  }
  await cache.put(SHELL, page);
}

async function freshen() {
  const kept = await (await caches.open(CACHE)).match(SHELL);
  const age = Date.now() - Date.parse(kept?.headers.get("Date") ?? 0);
  if (!(age < DAY)) await fill().catch(() => null);
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith("linshuo-notebook-") && name !== CACHE).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === HOME) {
    const answer = fetch(event.request).catch(async () => (await caches.open(CACHE)).match(SHELL));
    event.respondWith(answer.then((found) => found ?? Response.error()));
    event.waitUntil(answer.then(freshen, () => null));
  } else if (url.pathname.startsWith(STATIC)) {
    event.respondWith(fetch(event.request).catch(async () => (await (await caches.open(CACHE)).match(event.request)) ?? Response.error()));
  }
});
