//! To the clipboard, where the browser has one for this page.

use js_sys::{Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// Copies a text, and says whether it is copied.
pub fn copy(text: &str, said: impl Fn(bool) + Copy + 'static) {
    if write(text, said).is_err() {
        said(false);
    }
}

fn write(text: &str, said: impl Fn(bool) + Copy + 'static) -> Result<(), JsValue> {
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into())?;
    let written = method(&clipboard, "writeText")?.call1(&clipboard, &text.into())?;
    let [yes, no] = [true, false].map(|done| Closure::<dyn FnMut()>::new(move || said(done)).into_js_value());
    method(&written, "then")?.call2(&written, &yes, &no)?;
    Ok(())
}

fn method(of: &JsValue, name: &str) -> Result<Function, JsValue> {
    Reflect::get(of, &name.into())?.dyn_into()
}
