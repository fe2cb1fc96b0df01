//! Control of the connection: automatic reconnects, a ping, and a close with code and reason.

use super::{close_form, ping};
use crate::{
    i18n::control::ControlStrings,
    reactive::view::{Text, text},
    reactive::{ErasedSignal, effect},
    state::{Connection, Dialer, Language, context},
    ui::widgets::checkbox,
};
use leptos::prelude::*;

/// Returns the controls.
pub(super) fn controls() -> AnyView {
    view! {
        <div class="controls">
            {reconnect_choice()}
            {ping::ping()}
            {close_form::close_form()}
        </div>
    }
    .into_any()
}

/// Returns a string of the controls that follows the language.
pub(super) fn control_label(language: &'static Language, string: fn(&ControlStrings) -> &'static str) -> Text {
    text(move || string(ControlStrings::of(language.lang.get())))
}

fn reconnect_choice() -> AnyView {
    let (connection, dialer) = (context::<Connection>(), context::<Dialer>());
    let enabled = ErasedSignal::new(connection.reconnects.get_untracked());
    effect(move || {
        let enabled = enabled.get();
        if enabled != connection.reconnects.get_untracked() {
            dialer.set_reconnect(enabled);
        }
    });
    checkbox(control_label(context::<Language>(), |strings| strings.reconnect), enabled)
}
