//! Form for URL, protocol and token of a connection.

use super::{
    label::label,
    subprotocols::{self, SubprotocolError},
};
use crate::{
    i18n::{connection::ConnectionStrings, fill},
    model::{
        ServerTokens,
        address::{ProtocolChoice, is_event_stream},
    },
    reactive::view::{Text, dynamic_view, text},
    reactive::{ErasedSignal, ErasedValue, effect},
    state::{Auth, Connection, Dialer, Language, context},
    ui::widgets::{Field, checkbox, error_text, select},
};
use leptos::{ev::SubmitEvent, prelude::*};
use yodel_client::target::server_of;

/// Values of the protocol choice.
const PLAIN: &str = "plain";
const ENVELOPE: &str = "envelope";

/// State of the form. A handle: copies refer to the same form.
#[derive(Clone, Copy)]
pub(super) struct Form {
    auth: &'static Auth,
    pub(super) connection: &'static Connection,
    pub(super) dialer: &'static Dialer,
    pub(super) language: &'static Language,
    pub(super) address: ErasedSignal<String>,
    /// Server that the token belongs to.
    server: ErasedValue<String>,
    /// Tokens that were typed for other servers while the URL was edited.
    typed: ErasedValue<ServerTokens>,
    protocol: ErasedSignal<String>,
    subprotocols: ErasedSignal<String>,
    /// `true` if the URL is an event stream.
    is_stream: ErasedSignal<bool>,
    pub(super) event_names: ErasedSignal<String>,
    token: ErasedSignal<String>,
    token_visible: ErasedSignal<bool>,
    remember: ErasedSignal<bool>,
    pub(super) error: ErasedSignal<String>,
}

impl Form {
    /// Creates the form with the current connection and follows its changes.
    pub(super) fn new() -> Self {
        let connection = context::<Connection>();
        let form = Self {
            auth: context::<Auth>(),
            connection,
            dialer: context::<Dialer>(),
            language: context::<Language>(),
            address: ErasedSignal::default(),
            server: ErasedValue::new(String::new()),
            typed: ErasedValue::new(ServerTokens::default()),
            protocol: ErasedSignal::default(),
            subprotocols: ErasedSignal::default(),
            is_stream: ErasedSignal::default(),
            event_names: ErasedSignal::default(),
            remember: ErasedSignal::default(),
            token: ErasedSignal::default(),
            token_visible: ErasedSignal::new(false),
            error: ErasedSignal::default(),
        };
        // Effects run later, and the form may be submitted before.
        form.show_protocol(&connection.protocol.get_untracked());
        form.set_address(connection.url.get_untracked());
        effect(move || form.set_address(connection.url.get()));
        effect(move || form.show_protocol(&connection.protocol.get()));
        effect(move || form.show_saved_token());
        form
    }

    /// Changes the URL. The token belongs to a server, so it is replaced when the server changes. While the user edits
    /// a URL, it may name other servers for a moment, so a typed token is kept and returns with its server.
    pub(super) fn set_address(self, typed: String) {
        let url = self.connection.resolve(&typed);
        self.address.set(typed);
        let Ok(url) = url else { return };
        let is_stream = is_event_stream(&url);
        if self.is_stream.get_untracked() != is_stream {
            self.is_stream.set(is_stream);
        }
        let server = server_of(&url);
        let last = self.server.get_value();
        if last == server {
            return;
        }
        let token = self.token.get_untracked();
        self.typed.update_value(|typed| typed.set(&last, Some(token.as_str()).filter(|token| !token.is_empty())));
        self.server.set_value(server.to_owned());
        self.remember.set(Auth::remembered_token(&url).is_some());
        let typed = self.typed.with_value(|typed| typed.get(server));
        self.token.set(typed.or_else(|| self.auth.token_for(&url)).unwrap_or_default());
    }

    /// Shows the protocol of the connection.
    fn show_protocol(self, protocol: &ProtocolChoice) {
        if untrack(|| self.connection.is_event_stream()) {
            let names = if let ProtocolChoice::Plain(names) = protocol { names.join(", ") } else { String::new() };
            self.event_names.set(names);
            self.protocol.set(String::new());
            return self.subprotocols.set(String::new());
        }
        let (protocol, offered) = match protocol {
            ProtocolChoice::Automatic => ("", String::new()),
            ProtocolChoice::Plain(offered) => (PLAIN, offered.join(", ")),
            ProtocolChoice::Envelope => (ENVELOPE, String::new()),
        };
        self.protocol.set(protocol.to_owned());
        self.subprotocols.set(offered);
    }

    /// Shows the token of the saved connection: two of them may have the same server.
    fn show_saved_token(self) {
        let is_saved = self.connection.saved_id.with(Option::is_some);
        let url = self.connection.url.get_untracked();
        if let Some(token) = self.auth.token_for(&url).filter(|_| is_saved) {
            self.token.set(token);
        }
    }

    /// Returns the view.
    pub(super) fn view(self) -> AnyView {
        let text = |string| label(self.language, string);
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            self.connect();
        };
        view! {
            <form class="fields" on:submit=submit>
                {self.address_field()}
                {dynamic_view(move || Some(if self.is_stream.get() { self.stream_fields() } else { self.socket_fields() }))}
                {error_text(self.error)}
                <button type="submit" class="btn">
                    {text(|strings| strings.connect)}
                </button>
            </form>
        }
        .into_any()
    }

    /// Returns the fields of a WebSocket.
    fn socket_fields(self) -> AnyView {
        let text = |string| label(self.language, string);
        let protocols = [
            ("", text(|strings| strings.automatic)),
            (PLAIN, text(|strings| strings.plain)),
            (ENVELOPE, text(|strings| strings.envelope)),
        ];
        view! {
            {select("selSpeak", text(|strings| strings.protocol), &protocols, self.protocol)}
            {dynamic_view(move || self.protocol.with(|protocol| protocol == PLAIN).then(|| self.subprotocols_field()))}
            {self.token_fields()}
            <p class="muted">{text(|strings| strings.headers)}</p>
        }
        .into_any()
    }

    fn address_field(self) -> AnyView {
        let change = move |typed| {
            self.error.set(String::new());
            self.set_address(typed);
        };
        Field {
            id: "txtServer",
            kind: "text",
            label: label(self.language, |strings| strings.url),
            value: text(move || self.address.get()),
            change: Box::new(change),
        }
        .view()
    }

    pub(super) fn field(
        self,
        id: &'static str,
        kind: &'static str,
        label: Text,
        value: ErasedSignal<String>,
    ) -> AnyView {
        let change = move |typed| {
            self.error.set(String::new());
            value.set(typed);
        };
        Field { id, kind, label, value: text(move || value.get()), change: Box::new(change) }.view()
    }

    fn subprotocols_field(self) -> AnyView {
        self.field("txtSubprotocols", "text", label(self.language, |strings| strings.subprotocols), self.subprotocols)
    }

    fn token_fields(self) -> AnyView {
        let kind = dynamic_view(move || {
            let kind = if self.token_visible.get() { "text" } else { "password" };
            Some(self.field("txtToken", kind, label(self.language, |strings| strings.token), self.token))
        });
        view! {
            {kind}
            {checkbox(label(self.language, |strings| strings.show_token), self.token_visible)}
            {checkbox(label(self.language, |strings| strings.remember_token), self.remember)}
            <p class="muted">{label(self.language, |strings| strings.token_storage)}</p>
        }
        .into_any()
    }

    fn connect(self) {
        if self.is_stream.get_untracked() {
            return self.connect_stream();
        }
        let strings = ConnectionStrings::of(self.language.lang.get_untracked());
        let error = match self.selected_protocol() {
            Ok(ProtocolChoice::Plain(_)) if !subprotocols::is_token(self.typed_token().as_bytes()) => {
                strings.invalid_token.to_owned()
            }
            Ok(protocol) => match self.connection.resolve(&self.address.get_untracked()) {
                Ok(url) => return self.connect_to(url, protocol),
                Err(error) => self.language.strings().url_error(error).to_owned(),
            },
            Err(SubprotocolError::Invalid(name)) => fill(strings.invalid_subprotocol, &[("name", &name)]),
            Err(SubprotocolError::Duplicate(name)) => fill(strings.duplicate_subprotocol, &[("name", &name)]),
        };
        self.error.set(error);
    }

    fn selected_protocol(self) -> Result<ProtocolChoice, SubprotocolError> {
        Ok(match self.protocol.get_untracked().as_str() {
            PLAIN => ProtocolChoice::Plain(subprotocols::parse(&self.subprotocols.get_untracked())?),
            ENVELOPE => ProtocolChoice::Envelope,
            _ => ProtocolChoice::Automatic,
        })
    }

    /// Connects with the typed token.
    fn connect_to(self, url: String, protocol: ProtocolChoice) {
        let token = Some(self.typed_token()).filter(|token| !token.is_empty());
        self.auth.set_token(&url, token.as_deref(), self.remember.get_untracked());
        self.dialer.connect_with(url, protocol);
    }

    fn typed_token(self) -> String {
        self.token.with_untracked(|token| token.trim().to_owned())
    }
}
