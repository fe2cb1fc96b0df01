// Holds timers over 1.2 s until the test advances time, and makes random delays the longest possible:
// the first retry happens by itself, later ones when the test advances time. Counts the created WebSockets.
(() => {
  const { setTimeout, clearTimeout, WebSocket } = window;
  const now = Date.now.bind(Date);
  const held = new Map();
  let ahead = 0;
  let last = 1e9;
  window.setTimeout = (run, wait, ...rest) => {
    if (!(wait > 1200)) return setTimeout(run, wait, ...rest);
    held.set(++last, () => run(...rest));
    return last;
  };
  window.clearTimeout = (id) => held.delete(id) || clearTimeout(id);
  Date.now = () => now() + ahead;
  Math.random = () => 0.999;
  window.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address);
      window.dials += 1;
    }
  };
  window.dials = 0;
  window.advanceTimers = (ms) => {
    ahead += ms;
    const due = [...held.values()];
    held.clear();
    due.forEach((run) => run());
  };
})();
