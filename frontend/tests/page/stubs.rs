//! Stubs for downloads, the clipboard, the clock, timers and other browser functions.

use js_sys::{Array, Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};

const FILES: &str = "
    window.files = [];
    const createObjectURL = window.createObjectURL ??= URL.createObjectURL.bind(URL);
    URL.createObjectURL = blob => { window.blob = blob; return createObjectURL(blob); };
    HTMLAnchorElement.prototype.click = function () {
        const name = this.download;
        window.blob.text().then(text => window.files.push(`${name}: ${text}`));
    };
";
const CLIPBOARD: &str = "
    const writeText = text => { window.copied = text; return allowed ? Promise.resolve() : Promise.reject(); };
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
";

/// Keeps the browser's own functions, and restores them when it runs again.
const REAL_TIME: &str = "
    window.realTime ??= { setInterval, clearInterval, now: Date.now };
    const { now, ...timers } = window.realTime;
    Object.assign(window, timers);
    Date.now = now;
";
const HELD_INTERVALS: &str = "
    const held = new Map();
    let last = 1e9;
    window.setInterval = (run, period) => { held.set(++last, { run, period }); return last; };
    window.clearInterval = id => held.delete(id) || window.realTime.clearInterval.call(window, id);
    window.runIntervals = period => [...held]
        .filter(([id, one]) => one.period === period && held.has(id))
        .forEach(([, one]) => one.run());
";

/// Restores the clock and repeated timers. Every page starts with them.
pub fn restore_time() {
    Function::new_no_args(REAL_TIME).call0(&JsValue::NULL).unwrap();
}

/// Stops the clock. The page shows one moment, however long a test takes.
pub fn stop_clock() {
    Function::new_no_args("const now = Date.now(); Date.now = () => now;").call0(&JsValue::NULL).unwrap();
}

/// Holds repeated timers that start from now on, until [`run_intervals`].
pub fn hold_intervals() {
    Function::new_no_args(HELD_INTERVALS).call0(&JsValue::NULL).unwrap();
}

/// Runs the held timers with this period in milliseconds once.
pub fn run_intervals(period_ms: u32) {
    let run: Function = global("runIntervals").unchecked_into();
    run.call1(&JsValue::NULL, &period_ms.into()).unwrap();
}

/// Records downloads from now on.
pub fn record_downloads() {
    Function::new_no_args(FILES).call0(&JsValue::NULL).unwrap();
}

/// Returns the recorded downloads as `NAME: CONTENT`.
pub fn downloads() -> Vec<String> {
    Array::from(&global("files")).iter().filter_map(|file| file.as_string()).collect()
}

/// Records the clipboard from now on; copying succeeds if it is allowed.
pub fn record_clipboard(allowed: bool) {
    Function::new_with_args("allowed", CLIPBOARD).call1(&JsValue::NULL, &allowed.into()).unwrap();
}

/// Removes the clipboard, as browsers do on an insecure origin.
pub fn remove_clipboard() {
    let remove = "Object.defineProperty(navigator, 'clipboard', { configurable: true, value: undefined });";
    Function::new_no_args(remove).call0(&JsValue::NULL).unwrap();
}

/// Returns the text that was copied last.
pub fn copied() -> String {
    global("copied").as_string().unwrap()
}

const TIMERS: &str = "
    const { setTimeout, clearTimeout } = window;
    window.timers = new Map();
    window.setTimeout = action => { const id = -1 - window.timers.size; window.timers.set(id, action); return id; };
    window.clearTimeout = id => window.timers.set(id, () => {});
    window.runTimers = () => {
        Object.assign(window, { setTimeout, clearTimeout });
        window.timers.forEach(action => action());
    };
";

/// Holds timers back from now on, until [`run_timers`].
pub fn hold_timers() {
    run(TIMERS);
}

/// Runs the timers that were held back and not cancelled.
pub fn run_timers() {
    run("window.runTimers()");
}

/// Runs a script.
pub fn run(script: &str) -> JsValue {
    Function::new_no_args(script).call0(&JsValue::NULL).unwrap()
}

fn global(name: &str) -> JsValue {
    Reflect::get(&window(), &name.into()).unwrap()
}
