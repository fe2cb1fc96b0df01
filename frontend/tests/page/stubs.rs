//! Stubs for downloads, the clipboard, timers and other browser functions.

use js_sys::{Array, Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::JsValue;

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
