//! The clipboard, if the browser allows the page to use it.

use js_sys::{Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// Copies a text. Calls `on_result` with `true` after the text was copied, or with `false` after a failure.
pub fn copy(text: &str, on_result: impl Fn(bool) + Copy + 'static) {
    if write(text, on_result).is_err() {
        on_result(false);
    }
}

fn write(text: &str, on_result: impl Fn(bool) + Copy + 'static) -> Result<(), JsValue> {
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into())?;
    let written = method(&clipboard, "writeText")?.call1(&clipboard, &text.into())?;
    let [yes, no] = [true, false].map(|done| Closure::<dyn FnMut()>::new(move || on_result(done)).into_js_value());
    method(&written, "then")?.call2(&written, &yes, &no)?;
    Ok(())
}

fn method(of: &JsValue, name: &str) -> Result<Function, JsValue> {
    Reflect::get(of, &name.into())?.dyn_into()
}
