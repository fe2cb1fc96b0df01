//! The part of the form for an event stream.

use super::form::Form;
use crate::{
    i18n::{fill, stream::StreamStrings},
    model::address::ProtocolChoice,
    reactive::view::text,
    ui::panels::connection::event_names::{self, EventNameError, MAX_NAMES},
};
use leptos::prelude::*;
use yodel_protocol::EventName;

impl Form {
    /// Returns the fields of an event stream.
    pub(super) fn stream_fields(self) -> AnyView {
        let text = move |string: fn(&StreamStrings) -> &'static str| {
            text(move || string(StreamStrings::of(self.language.lang.get())))
        };
        view! {
            {self.field("txtEventNames", "text", text(|strings| strings.event_names), self.event_names)}
            <p class="muted">{text(|strings| strings.event_names_hint)}</p>
            <p class="muted">{text(|strings| strings.headers)}</p>
        }
        .into_any()
    }

    /// Connects to the stream, with the typed names of events.
    pub(super) fn connect_stream(self) {
        let strings = StreamStrings::of(self.language.lang.get_untracked());
        let names = self.event_names.with_untracked(|names| event_names::parse(names));
        let error = match (names, self.connection.resolve(&self.address.get_untracked())) {
            (Ok(names), Ok(url)) => {
                let protocol = if names.is_empty() { ProtocolChoice::Automatic } else { ProtocolChoice::Plain(names) };
                return self.dialer.connect_with(url, protocol);
            }
            (Ok(_), Err(error)) => self.language.strings().url_error(error).to_owned(),
            (Err(EventNameError::Invalid(name)), _) => {
                fill(strings.invalid_event_name, &[("name", &name), ("max", &EventName::MAX_LEN)])
            }
            (Err(EventNameError::TooMany), _) => fill(strings.too_many_event_names, &[("max", &MAX_NAMES)]),
        };
        self.error.set(error);
    }
}
