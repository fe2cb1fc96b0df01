//! Style sheets of the panels, downloaded with their code. They are adopted by the document because the content
//! security policy forbids inline styles.

use js_sys::{Array, Reflect};
use leptos::prelude::document;
use wasm_bindgen::JsValue;
use web_sys::CssStyleSheet;

/// One style sheet per panel.
const SHEETS: &[&str] = &[
    include_str!("style.css"),
    include_str!("find/style.css"),
    include_str!("inspector/style.css"),
    include_str!("rooms/style.css"),
    include_str!("rows/style.css"),
    include_str!("metrics/style.css"),
    include_str!("connection/style.css"),
    include_str!("copy_as/style.css"),
    include_str!("connections/style.css"),
    include_str!("sending/style.css"),
    include_str!("charts/style.css"),
    include_str!("help/style.css"),
    include_str!("rules/style.css"),
    include_str!("variables/style.css"),
    include_str!("tabs/style.css"),
];
/// Property of a document with its adopted style sheets.
const ADOPTED: &str = "adoptedStyleSheets";

/// Adds the style sheets to the document. To be called once.
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
