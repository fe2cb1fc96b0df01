//! Random numbers and texts of the browser.

use js_sys::{Function, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

/// The 32 characters of a random text.
const DIGITS: &[u8; 32] = b"0123456789abcdefghijkmnpqrstuvwx";

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

/// Returns a random text of lower-case letters and digits.
pub fn text(len: usize) -> String {
    let mut text = String::new();
    while text.len() < len {
        text.extend(random_bytes().iter().map(|byte| char::from(DIGITS[usize::from(byte & 31)])));
    }
    text.truncate(len);
    text
}

fn fill(array: &Uint8Array) -> Result<(), JsValue> {
    let crypto = Reflect::get(&js_sys::global(), &"crypto".into())?;
    Reflect::get(&crypto, &"getRandomValues".into())?.dyn_into::<Function>()?.call1(&crypto, array)?;
    Ok(())
}
