// Keeps a copy of all files of this folder, and gives it where there is no network.  What JupyterLite's own worker answers,
// files that were changed and what a cell asks the reader, is left to it.  Python writes the line above.
const { state: STATE, list: LIST, own: OWN, worker: WORKER } = self.BUILT;
const HERE = `bpviz ${self.registration.scope} `; // another folder of the same server has copies of its own
const KEPT = `${HERE}${STATE}`;

self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || new RegExp(OWN).test(url.pathname)) return;
  event.stopImmediatePropagation();
  event.respondWith(freshOrKept(event));
  keeping ??= keepTheRest().catch(() => { keeping = null; }); // to be tried again
  event.waitUntil(keeping);
});

async function freshOrKept(event) {
  const { request } = event;
  // A file that is older than those beside it would be refused for its sha256.
  const asked = request.mode === "navigate" ? request : new Request(request, { cache: "no-cache" });
  let answer = null;
  try {
    answer = await fetch(asked);
  } catch (noNetwork) {
    const cache = await caches.open(KEPT);
    const page = request.url.endsWith("/") ? `${request.url}index.html` : request;
    const kept = await cache.match(page, { ignoreSearch: true });
    if (kept) return kept;
    throw noNetwork;
  }
  if (answer.status === 200) event.waitUntil(keep(request, answer.clone()));
  return answer;
}

// Where there is no room for it nothing is kept.
const keep = (request, answer) => caches.open(KEPT).then((cache) => cache.put(request, answer)).catch(() => undefined);

// What was loaded before this worker was there, and what another notebook will ask for.
let keeping = null;
async function keepTheRest() {
  const cache = await caches.open(KEPT);
  const answer = await fetch(LIST, { cache: "no-cache" });
  for (const file of await answer.json()) {
    if (!(await cache.match(file, { ignoreSearch: true }))) await cache.add(new Request(file, { cache: "no-cache" }));
  }
}

// Those of an earlier state of this folder.
async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== KEPT && name.startsWith(HERE)).map((name) => caches.delete(name)));
}

self.importScripts(WORKER);
