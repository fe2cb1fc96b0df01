//! What the page is put together from. Each is one type whatever it shows, so that its code is
//! downloaded once.

use crate::view::{Text, click};
use leptos::prelude::*;

/// A button: its looks, its word, and what it does.
pub fn button(class: &'static str, word: Text, act: impl FnMut() + 'static) -> AnyView {
    view! {
        <button type="button" class=class on:click=click(act)>
            {word}
        </button>
    }
    .into_any()
}
