// Service worker for offline use. The page is requested from the server each time; the cached one is
// the fallback. File names contain a hash, so cached files are never outdated.

const PAGE = new URL('./', location).href;
const FILE = /[\w./-]+-([0-9a-f]{15,16})[\w]*\.(?:css|js|wasm)/;
// Time in milliseconds after which the cached page is shown although the server may still respond.
const PATIENCE = 3000;

const openCache = () => caches.open('page');
const filesIn = async (response) => [...(await response.clone().text()).matchAll(new RegExp(FILE, 'g'))];

// Caches the files before the page, so that a cached page is complete. The script names the files that it loads
// later: an open page gets them from the cache after the server has another build.
async function store(page, client) {
  const cache = await openCache();
  const load = async ([file]) => (await cache.match(file)) || (await cache.add(file), cache.match(file));
  const named = await filesIn(page);
  const files = await Promise.all(named.map(load));
  const scripts = files.filter((_, index) => named[index][0].endsWith('.js'));
  const later = (await Promise.all(scripts.map(filesIn))).flat();
  await Promise.all(later.map(load));
  await cache.put(PAGE, page);
  if (client) await clean(cache, [...named, ...later], client);
}

// Deletes the files of other builds, unless another window may still need them.
async function clean(cache, named, client) {
  await clients.get(client); // Resolves when the new page has replaced the old one.
  const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (windows.some(({ id }) => id !== client)) return;
  const current = ({ url }) => url === PAGE || named.some(([, hash]) => url.includes(hash));
  for (const file of await cache.keys()) if (!current(file)) await cache.delete(file);
}

// Requests the page; undefined without a complete response.
async function request(event) {
  const response = await fetch(event.request);
  await response.clone().arrayBuffer();
  return response;
}

function servePage(event) {
  const requested = request(event).catch(() => undefined);
  const keep = (page) => page?.ok && !page.redirected && store(page.clone(), event.resultingClientId);
  event.waitUntil(requested.then(keep).catch(() => {}));
  event.respondWith(choosePage(requested));
}

// A proxy without its server responds with 502, which counts as offline.
async function choosePage(requested) {
  const cached = await (await openCache()).match(PAGE);
  const patience = new Promise((end) => setTimeout(end, PATIENCE));
  const response = await (cached ? Promise.race([requested, patience]) : requested);
  return response?.status < 500 ? response : cached || response || Response.error();
}

async function serveFile(event) {
  const cache = await openCache();
  const found = await cache.match(event.request);
  if (found) return found;
  const response = await fetch(event.request);
  if (response.ok) event.waitUntil(cache.put(event.request, response.clone()).catch(() => {}));
  return response;
}

addEventListener('install', (event) => event.waitUntil(fetch(PAGE).then((page) => page.ok && store(page))));

// The first page is open before its service worker: from now on its files come from the cache as well.
addEventListener('activate', (event) => event.waitUntil(clients.claim()));

addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== location.origin) return;
  if (mode === 'navigate' && origin + pathname === PAGE) servePage(event);
  else if (FILE.test(pathname)) event.respondWith(serveFile(event));
});
