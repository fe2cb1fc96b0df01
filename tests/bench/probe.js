// Measures a page from inside. Runs before the page's own scripts and depends only on #divShow, #received, the
// search field and the class names of rows. Times are milliseconds since 1970, to be comparable with the
// publishers' clock.
(() => {
  const probe = (window.probe = { firstRow: null, lastShown: null });
  const clock = () => performance.timeOrigin + performance.now();
  const list = () => document.querySelector('#divShow');

  // Called in a frame: reports the time when that frame is painted. Only for idle pages, because during a
  // flood the notification would queue behind the messages.
  const painted = (callback) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => callback(clock());
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

  // The browser reports tasks over 50 ms, and keys that took at least 16 ms to be painted.
  let tasks = [];
  let keys = [];
  let pressed = 0;
  const note = (entries) => {
    for (const entry of entries) {
      if (entry.entryType === 'longtask') tasks.push(entry.duration);
      if (entry.name === 'keydown') keys.push(entry.duration);
    }
  };
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ type: 'longtask' });
  observer.observe({ type: 'event', durationThreshold: 16 });
  addEventListener('keydown', () => (pressed += 1), true);

  // Resets the measurements and waits for a row that contains this text.
  probe.start = (text) => {
    note(observer.takeRecords());
    [frames, tasks, keys, pressed] = [[], [], [], 0];
    [awaited, probe.lastShown] = [text, null];
  };

  // Returns the measurements since the start.
  probe.report = () => {
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

  // Scrolls from one end (0 or 1) to the other in `duration` milliseconds, one step per frame. Resolves to the
  // texts of the first and the last row in the document then.
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

  // Sets the search field to a text.
  probe.find = (text) => {
    probe.field().value = text;
    probe.field().dispatchEvent(new Event('input', { bubbles: true }));
  };

  // Sets the search field and resolves to the time until a marked row was painted, in milliseconds.
  probe.search = (text) => new Promise((done) => {
    const begin = clock();
    probe.find(text);
    const step = () => {
      if (list().querySelector('mark')) painted((at) => done(at - begin));
      else requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  });

  // Returns the downloaded files as [name, transferred bytes, uncompressed bytes].
  probe.files = () => {
    const entries = ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type));
    const arrived = entries.filter((entry) => entry.encodedBodySize > 0);
    return arrived.map((entry) => [new URL(entry.name).pathname, entry.encodedBodySize, entry.decodedBodySize]);
  };
})();
