//! What would leave the page is caught: files, and what is copied.

use js_sys::{Array, Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::JsValue;

const FILES: &str = "
    window.files = [];
    URL.createObjectURL = blob => { window.blob = blob; return '#'; };
    HTMLAnchorElement.prototype.click = function () {
        const name = this.download;
        window.blob.text().then(text => window.files.push(`${name}: ${text}`));
    };
";
const CLIPBOARD: &str = "
    const writeText = text => { window.copied = text; return allowed ? Promise.resolve() : Promise.reject(); };
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
";

/// Files are kept from now on instead of saved.
pub fn catch_files() {
    Function::new_no_args(FILES).call0(&JsValue::NULL).unwrap();
}

/// The files that were kept, each with its name before what is in it.
pub fn files() -> Vec<String> {
    Array::from(&found("files")).iter().filter_map(|file| file.as_string()).collect()
}

/// What is copied is kept from now on; the page is told that it may be copied, or that it may not.
pub fn catch_copies(allowed: bool) {
    Function::new_with_args("allowed", CLIPBOARD).call1(&JsValue::NULL, &allowed.into()).unwrap();
}

/// A page that did not come over TLS, nor from this machine, has no clipboard.
pub fn take_clipboard_away() {
    let away = "Object.defineProperty(navigator, 'clipboard', { configurable: true, value: undefined });";
    Function::new_no_args(away).call0(&JsValue::NULL).unwrap();
}

/// What was copied last.
pub fn copied() -> String {
    found("copied").as_string().unwrap()
}

fn found(name: &str) -> JsValue {
    Reflect::get(&window(), &name.into()).unwrap()
}
