//! Form that closes the connection with a code and a reason.

use super::control::control_label;
use crate::{
    i18n::{control::ControlStrings, fill},
    model::close_frame::{MAX_REASON_BYTES, has_room, parse_code},
    reactive::ErasedSignal,
    reactive::view::{Text, dynamic_view, text},
    state::{Connection, Dialer, Language, context},
    ui::widgets::{Field, button, disclosure, error_alert},
};
use leptos::prelude::*;
use yodel_client::State;

/// State of the form. A handle: copies refer to the same form.
#[derive(Clone, Copy)]
struct CloseForm {
    connection: &'static Connection,
    dialer: &'static Dialer,
    language: &'static Language,
    code: ErasedSignal<String>,
    reason: ErasedSignal<String>,
    error: ErasedSignal<String>,
}

/// Returns the form; nothing for an event stream, which has no close frame.
pub(super) fn close_form() -> AnyView {
    let form = CloseForm {
        connection: context::<Connection>(),
        dialer: context::<Dialer>(),
        language: context::<Language>(),
        code: ErasedSignal::new("1000".to_owned()),
        reason: ErasedSignal::default(),
        error: ErasedSignal::default(),
    };
    let is_stream = ErasedSignal::following(move || form.connection.is_event_stream());
    view! { {dynamic_view(move || (!is_stream.get()).then(|| form.view()))} }.into_any()
}

impl CloseForm {
    fn view(self) -> AnyView {
        let label = |string| control_label(self.language, string);
        let size = text(move || {
            let bytes = self.reason.with(String::len);
            fill(self.strings().reason_size, &[("n", &bytes), ("max", &MAX_REASON_BYTES)])
        });
        let fields = view! {
            <div class="fields">
                {self.field("numCloseCode", "number", label(|strings| strings.code), self.code)}
                {self.field("txtCloseReason", "text", label(|strings| strings.reason), self.reason)}
                <p class="muted" id="closeReasonSize">
                    {size}
                </p>
                {error_alert(self.error)}
                {button("btn", label(|strings| strings.close), move || self.close())}
            </div>
        };
        disclosure(label(|strings| strings.close_with), fields.into_any())
    }

    fn field(self, id: &'static str, kind: &'static str, label: Text, value: ErasedSignal<String>) -> AnyView {
        let change = move |typed| {
            self.error.set(String::new());
            value.set(typed);
        };
        Field { id, kind, label, value: text(move || value.get()), change: Box::new(change) }.view()
    }

    fn close(self) {
        let strings = ControlStrings::of(self.language.lang.get_untracked());
        let reason = self.reason.get_untracked();
        let is_open = self.connection.state.with_untracked(|state| matches!(state, State::Open(_)));
        let error = match self.code.with_untracked(|code| parse_code(code)) {
            None => strings.invalid_code.to_owned(),
            Some(_) if !has_room(&reason) => {
                fill(strings.reason_too_long, &[("n", &reason.len()), ("max", &MAX_REASON_BYTES)])
            }
            Some(_) if !is_open => strings.not_connected.to_owned(),
            Some(code) => return self.dialer.close(code, reason),
        };
        self.error.set(error);
    }

    fn strings(self) -> &'static ControlStrings {
        ControlStrings::of(self.language.lang.get())
    }
}
