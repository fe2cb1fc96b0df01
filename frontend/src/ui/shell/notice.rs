//! Notices about something that the page stopped or could not do. They stay until they are closed.

use crate::{
    reactive::view::{DynamicView, Text, dynamic_view, text},
    state::{Language, Layout, context},
    ui::focus::focus_message_field,
    ui::widgets::button,
};
use leptos::prelude::*;

/// Returns the bar with the notices; empty without one.
pub fn notices() -> DynamicView {
    let language = context::<Language>();
    let layout = context::<Layout>();
    let close = move || {
        layout.notices.set(Vec::new());
        focus_message_field();
    };
    dynamic_view(move || {
        let texts = layout.notices.get();
        (!texts.is_empty()).then(|| {
            let joined = text(move || joined(&texts));
            view! {
                <aside class="banner">
                    <span role="alert">{joined}</span>
                    {button("btn", language.label(|strings| strings.close), close)}
                </aside>
            }
            .into_any()
        })
    })
}

fn joined(texts: &[(&'static str, Text)]) -> String {
    let mut all = String::new();
    for (_, text) in texts {
        if !all.is_empty() {
            all.push(' ');
        }
        all += &text();
    }
    all
}
