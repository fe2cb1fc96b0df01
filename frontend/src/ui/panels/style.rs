//! The looks of the tools come with their code, not with the first screen. They are adopted, not
//! put into an element: the page's policy forbids inline style.

use js_sys::{Array, Reflect};
use leptos::prelude::document;
use wasm_bindgen::JsValue;
use web_sys::CssStyleSheet;

/// One block per part.
const SHEETS: [&str; 9] = [
    include_str!("style.css"),
    include_str!("find/style.css"),
    include_str!("inspector/style.css"),
    include_str!("rooms/style.css"),
    include_str!("metrics/style.css"),
    include_str!("connection/style.css"),
    include_str!("sending/style.css"),
    include_str!("charts/style.css"),
    include_str!("help/style.css"),
];
/// Where a document keeps what was adopted.
const ADOPTED: &str = "adoptedStyleSheets";

/// Makes the page look like this as well; once is enough.
pub(super) fn adopt() {
    let sheets: Array = SHEETS.iter().filter_map(|css| sheet(css).ok()).collect();
    let document = document();
    let before = Reflect::get(&document, &ADOPTED.into()).map(|sheets| Array::from(&sheets)).unwrap_or_default();
    let _ = Reflect::set(&document, &ADOPTED.into(), &before.concat(&sheets));
}

fn sheet(css: &str) -> Result<JsValue, JsValue> {
    let sheet = CssStyleSheet::new()?;
    sheet.replace_sync(css)?;
    Ok(sheet.into())
}
