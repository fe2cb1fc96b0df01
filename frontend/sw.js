// Service worker for offline use. The page is requested from the server each time; the cached one is
// the fallback. File names contain a hash, so cached files are never outdated.

const PAGE = new URL('./', location).href;
const FILE = /[\w./-]+-([0-9a-f]{15,16})[\w]*\.(?:css|js|wasm)/;

const openCache = () => caches.open('page');

// Caches the files before the page, so that a cached page is complete. Then deletes files of other builds.
async function store(page) {
  const cache = await openCache();
  const named = [...(await page.clone().text()).matchAll(new RegExp(FILE, 'g'))];
  const missing = async ([file]) => (await cache.match(file)) || cache.add(file);
  await Promise.all(named.map(missing));
  await cache.put(PAGE, page);
  const current = ({ url }) => url === PAGE || named.some(([, hash]) => url.includes(hash));
  for (const file of await cache.keys()) if (!current(file)) await cache.delete(file);
}

// A proxy without its server responds with 502, which counts as offline.
async function servePage(event) {
  const response = await fetch(event.request).catch(() => undefined);
  if (response?.status < 500) {
    if (response.ok && !response.redirected) event.waitUntil(store(response.clone()).catch(() => {}));
    return response;
  }
  return (await (await openCache()).match(PAGE)) || response || Response.error();
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

addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== location.origin) return;
  if (mode === 'navigate' && origin + pathname === PAGE) event.respondWith(servePage(event));
  else if (FILE.test(pathname)) event.respondWith(serveFile(event));
});
