//! Notifications of the operating system, if the browser has them and the user allows them.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// Permission of the user to show notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Allowed.
    Granted,
    /// The user was not asked yet.
    Default,
    /// Forbidden, or the browser has no notifications.
    Denied,
}

/// Returns whether the user allows notifications.
pub fn permission() -> Permission {
    let permission = class().and_then(|class| Reflect::get(&class, &"permission".into()));
    match permission.ok().and_then(|permission| permission.as_string()).as_deref() {
        Some("granted") => Permission::Granted,
        Some("default") => Permission::Default,
        _ => Permission::Denied,
    }
}

/// Asks the user for the permission. Must be called in a click; calls `on_answer` after the answer.
pub fn request_permission(on_answer: impl Fn() + 'static) {
    let _ = ask(&Closure::<dyn FnMut()>::new(on_answer).into_js_value());
}

/// Shows a notification; replaces the one with the same tag. Returns `false` if there is none.
pub fn notify(title: &str, body: &str, tag: &str) -> bool {
    permission() == Permission::Granted && show(title, body, tag).is_ok()
}

fn ask(on_answer: &JsValue) -> Result<(), JsValue> {
    let class = class()?;
    let request: Function = Reflect::get(&class, &"requestPermission".into())?.dyn_into()?;
    let answer = request.call0(&class)?;
    Reflect::get(&answer, &"then".into())?.dyn_into::<Function>()?.call1(&answer, on_answer)?;
    Ok(())
}

fn show(title: &str, body: &str, tag: &str) -> Result<(), JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"body".into(), &body.into())?;
    Reflect::set(&options, &"tag".into(), &tag.into())?;
    // Browsers on phones throw: their notifications need a service worker.
    Reflect::construct(&class()?, &Array::of2(&title.into(), &options))?;
    Ok(())
}

fn class() -> Result<Function, JsValue> {
    Reflect::get(&js_sys::global(), &"Notification".into())?.dyn_into()
}
