// Sees what a page does, from inside. Runs before the page's own scripts and knows of it only
// #divShow, #received, the field to search with, and the class names of rows. Times are milliseconds since 1970, so that
// they can be compared with the publishers' clock.
(() => {
  const probe = (window.probe = { firstRow: null, lastShown: null });
  const clock = () => performance.timeOrigin + performance.now();
  const list = () => document.querySelector('#divShow');

  // Called in a frame: tells when that frame is done. Only for when nothing else is going on,
  // since under a flood the answer would wait behind the messages.
  const painted = (tell) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => tell(clock());
    port2.postMessage(null);
  };

  let awaited = null;
  const look = () => {
    const rows = list();
    if (probe.firstRow === null && rows?.firstElementChild) {
      probe.firstRow = -1;
      painted(() => (probe.firstRow = performance.now()));
    }
    if (awaited !== null && rows.lastElementChild?.textContent.includes(awaited)) {
      awaited = null;
      painted((at) => (probe.lastShown = at));
    }
  };

  let frames = [];
  const frame = () => {
    frames.push(clock());
    look();
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);

  // The browser tells of tasks over 50 ms, and of keys that took 16 ms and more to be painted.
  let tasks = [];
  let keys = [];
  let pressed = 0;
  const note = (entries) => {
    for (const entry of entries) {
      if (entry.entryType === 'longtask') tasks.push(entry.duration);
      if (entry.name === 'keydown') keys.push(entry.duration);
    }
  };
  const observer = new PerformanceObserver((seen) => note(seen.getEntries()));
  observer.observe({ type: 'longtask' });
  observer.observe({ type: 'event', durationThreshold: 16 });
  addEventListener('keydown', () => (pressed += 1), true);

  // Forgets what was seen so far, and from now on looks out for a row with this text.
  probe.start = (text) => {
    note(observer.takeRecords());
    [frames, tasks, keys, pressed] = [[], [], [], 0];
    [awaited, probe.lastShown] = [text, null];
  };

  // What was seen since then.
  probe.seen = () => {
    note(observer.takeRecords());
    const rows = () => document.querySelectorAll('.list-group-item-warning').length;
    const received = Number(document.querySelector('#received')?.textContent ?? rows());
    return { frames, tasks, keys, pressed, received };
  };

  const scroller = () => {
    let element = list();
    while (element && element.scrollHeight - element.clientHeight < innerHeight) element = element.parentElement;
    return element ?? document.scrollingElement;
  };

  // Scrolls from one end (0 or 1) to the other in this time, a piece in each frame; tells the
  // texts of the first and the last row that are in the document then.
  probe.scroll = (from, to, duration) => new Promise((done) => {
    const scrolled = scroller();
    const begin = performance.now();
    const step = () => {
      const part = Math.min(1, (performance.now() - begin) / duration);
      scrolled.scrollTop = (scrolled.scrollHeight - scrolled.clientHeight) * (from + (to - from) * part);
      requestAnimationFrame(part < 1 ? step : arrive);
    };
    const arrive = () => requestAnimationFrame(() => {
      const rows = list();
      done([rows.firstElementChild, rows.lastElementChild].map((row) => row.textContent));
    });
    step();
  });

  probe.field = () => document.querySelector('#txtFind');
  probe.isLast = (text) => !list().querySelector('mark') && list().lastElementChild?.textContent.includes(text);

  // Types this into the field at once.
  probe.find = (text) => {
    probe.field().value = text;
    probe.field().dispatchEvent(new Event('input', { bubbles: true }));
  };

  // The same; tells how long it took until a marked row was painted.
  probe.search = (text) => new Promise((done) => {
    const begin = clock();
    probe.find(text);
    const step = () => {
      if (list().querySelector('mark')) painted((at) => done(at - begin));
      else requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });

  // What was downloaded, as [name, bytes over the wire, bytes unpacked].
  probe.files = () => {
    const entries = ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type));
    const arrived = entries.filter((entry) => entry.encodedBodySize > 0);
    return arrived.map((entry) => [new URL(entry.name).pathname, entry.encodedBodySize, entry.decodedBodySize]);
  };
})();
