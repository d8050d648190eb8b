// Keeps a copy of all that a page of this folder has asked for, and gives it where there is no network.
// What the page's own worker answers itself, files that were changed and what a cell asks the reader, is left to it.
const KEPT = "bpviz-offline";
const OWN = /\/api\/(drive|stdin|service-worker-heartbeat)/;

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || OWN.test(url.pathname)) return;
  event.stopImmediatePropagation();
  event.respondWith(freshOrKept(request));
  event.waitUntil((keeping ??= keepTheRest()));
});

async function freshOrKept(request) {
  const cache = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (noNetwork) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw noNetwork;
  }
}

// What was loaded before this worker was there, and what another notebook will ask for.
let keeping;
async function keepTheRest() {
  const cache = await caches.open(KEPT);
  const list = await fetch("offline.json").then((answer) => answer.json(), () => []);
  for (const file of list) {
    if (await cache.match(file, { ignoreSearch: true })) continue;
    await cache.add(new Request(file, { cache: "force-cache" })).catch(() => undefined);
  }
}

self.importScripts("service-worker-lite.js");
