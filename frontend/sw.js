// Shows the page without a network. With one, the page is what the server has now; its files have
// a hash in their names, so what was kept of them is never old.

const PAGE = new URL('./', location).href;
const FILE = /[\w./-]+-([0-9a-f]{15,16})[\w]*\.(?:css|js|wasm)/;

const kept = () => caches.open('page');

// The files come first, so that a page that is kept is a whole one. Then those of other pages go.
async function keep(page) {
  const cache = await kept();
  const named = [...(await page.clone().text()).matchAll(new RegExp(FILE, 'g'))];
  const missing = async ([file]) => (await cache.match(file)) || cache.add(file);
  await Promise.all(named.map(missing));
  await cache.put(PAGE, page);
  const current = ({ url }) => url === PAGE || named.some(([, hash]) => url.includes(hash));
  for (const file of await cache.keys()) if (!current(file)) await cache.delete(file);
}

// A proxy whose server is away answers 502: no network either.
async function page(event) {
  const fresh = await fetch(event.request).catch(() => undefined);
  if (fresh?.status < 500) {
    if (fresh.ok && !fresh.redirected) event.waitUntil(keep(fresh.clone()).catch(() => {}));
    return fresh;
  }
  return (await (await kept()).match(PAGE)) || fresh || Response.error();
}

async function file(event) {
  const cache = await kept();
  const found = await cache.match(event.request);
  if (found) return found;
  const fresh = await fetch(event.request);
  if (fresh.ok) event.waitUntil(cache.put(event.request, fresh.clone()).catch(() => {}));
  return fresh;
}

addEventListener('install', (event) => event.waitUntil(fetch(PAGE).then((page) => page.ok && keep(page))));

addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== location.origin) return;
  if (mode === 'navigate' && origin + pathname === PAGE) event.respondWith(page(event));
  else if (FILE.test(pathname)) event.respondWith(file(event));
});
