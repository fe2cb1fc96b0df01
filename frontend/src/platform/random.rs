//! Random numbers of the browser.

use js_sys::{Function, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

/// Returns random bytes: cryptographic ones, if the browser has them.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the number is from 0 to below 256")]
pub fn random_bytes() -> [u8; 16] {
    let array = Uint8Array::new_with_length(16);
    let mut bytes = [0; 16];
    if fill(&array).is_ok() {
        array.copy_to(&mut bytes);
    } else {
        bytes = bytes.map(|_| (js_sys::Math::random() * 256.0) as u8);
    }
    bytes
}

fn fill(array: &Uint8Array) -> Result<(), JsValue> {
    let crypto = Reflect::get(&js_sys::global(), &"crypto".into())?;
    Reflect::get(&crypto, &"getRandomValues".into())?.dyn_into::<Function>()?.call1(&crypto, array)?;
    Ok(())
}
