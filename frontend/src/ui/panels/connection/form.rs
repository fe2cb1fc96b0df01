//! Where to, what to speak there, and who one is.

use super::{
    label::label,
    subprotocols::{self, Wrong},
};
use crate::{
    i18n::{connection::ConnectionStrings, fill},
    model::address::{self, Speak},
    reactive::view::{Text, part, text},
    reactive::{ErasedSignal, ErasedValue, effect},
    state::{Auth, Connection, Dialer, Language, context},
    ui::widgets::{field, select, tick, wrong},
};
use leptos::{ev::SubmitEvent, prelude::*};

/// What to speak, as the choice names it.
const PLAIN: &str = "plain";
const ENVELOPE: &str = "envelope";

/// The form. A handle: copies are the same form.
#[derive(Clone, Copy)]
pub(super) struct Form {
    auth: &'static Auth,
    connection: &'static Connection,
    dialer: &'static Dialer,
    language: &'static Language,
    address: ErasedSignal<String>,
    /// Whom the token is for.
    server: ErasedValue<String>,
    speak: ErasedSignal<String>,
    subprotocols: ErasedSignal<String>,
    token: ErasedSignal<String>,
    shown: ErasedSignal<bool>,
    remember: ErasedSignal<bool>,
    wrong: ErasedSignal<String>,
}

impl Form {
    /// The form as it is with this store, whatever changes there.
    pub(super) fn new() -> Self {
        let connection = context::<Connection>();
        let form = Self {
            auth: context::<Auth>(),
            connection,
            dialer: context::<Dialer>(),
            language: context::<Language>(),
            address: ErasedSignal::default(),
            server: ErasedValue::new(String::new()),
            speak: ErasedSignal::default(),
            subprotocols: ErasedSignal::default(),
            remember: ErasedSignal::default(),
            token: ErasedSignal::default(),
            shown: ErasedSignal::new(false),
            wrong: ErasedSignal::default(),
        };
        // At once too: effects come later, and what is not shown yet is not what is connected with.
        form.show(&connection.speak.get_untracked());
        form.go_to(connection.url.get_untracked());
        effect(move || form.go_to(connection.url.get()));
        effect(move || form.show(&connection.speak.get()));
        form
    }

    /// Another address. What was typed as a token is for one server: it is gone with another.
    pub(super) fn go_to(self, typed: String) {
        let url = self.connection.resolve(&typed);
        self.address.set(typed);
        let Some(url) = url else { return };
        let server = address::server(&url).to_owned();
        if self.server.with_value(|known| *known == server) {
            return;
        }
        self.server.set_value(server);
        self.remember.set(Auth::remembered_token(&url).is_some());
        self.token.set(self.auth.token_for(&url).unwrap_or_default());
    }

    /// What is spoken, or was chosen elsewhere to be.
    fn show(self, speak: &Speak) {
        let (speak, offered) = match speak {
            Speak::Fitting => ("", String::new()),
            Speak::Plain(offered) => (PLAIN, offered.join(", ")),
            Speak::Envelope => (ENVELOPE, String::new()),
        };
        self.speak.set(speak.to_owned());
        self.subprotocols.set(offered);
    }

    /// The form.
    pub(super) fn view(self) -> AnyView {
        let say = |word| label(self.language, word);
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            self.connect();
        };
        let speaks = [
            ("", say(|strings| strings.automatic)),
            (PLAIN, say(|strings| strings.plain)),
            (ENVELOPE, say(|strings| strings.envelope)),
        ];
        view! {
            <form class="fields" on:submit=submit>
                {self.server_field()}
                {select("selSpeak", say(|strings| strings.protocol), &speaks, self.speak)}
                {part(move || self.speak.with(|speak| speak == PLAIN).then(|| self.names()))}
                {part(move || self.speak.with(|speak| speak != PLAIN).then(|| self.secret()))}
                {wrong(self.wrong)}
                <button type="submit" class="btn">
                    {say(|strings| strings.connect)}
                </button>
            </form>
        }
        .into_any()
    }

    fn server_field(self) -> AnyView {
        let change = move |typed| {
            self.wrong.set(String::new());
            self.go_to(typed);
        };
        let address = text(move || self.address.get());
        field("txtServer", "text", label(self.language, |strings| strings.url), address, Box::new(change))
    }

    fn field(self, id: &'static str, kind: &'static str, label: Text, value: ErasedSignal<String>) -> AnyView {
        let change = move |typed| {
            self.wrong.set(String::new());
            value.set(typed);
        };
        field(id, kind, label, text(move || value.get()), Box::new(change))
    }

    fn names(self) -> AnyView {
        self.field("txtSubprotocols", "text", label(self.language, |strings| strings.subprotocols), self.subprotocols)
    }

    fn secret(self) -> AnyView {
        let kind = part(move || {
            let kind = if self.shown.get() { "text" } else { "password" };
            Some(self.field("txtToken", kind, label(self.language, |strings| strings.token), self.token))
        });
        view! {
            {kind}
            {tick(label(self.language, |strings| strings.show_token), self.shown)}
            {tick(label(self.language, |strings| strings.remember_token), self.remember)}
            <p class="muted">{label(self.language, |strings| strings.token_storage)}</p>
        }
        .into_any()
    }

    fn connect(self) {
        let strings = ConnectionStrings::of(self.language.lang.get_untracked());
        let said = match self.speaks() {
            Ok(speak) => {
                if self.dialer.connect_as(&self.address.get_untracked(), speak) {
                    return self.log_in();
                }
                self.language.strings().invalid_url.to_owned()
            }
            Err(Wrong::Token(name)) => fill(strings.invalid_subprotocol, &[("name", &name)]),
            Err(Wrong::Twice(name)) => fill(strings.duplicate_subprotocol, &[("name", &name)]),
        };
        self.wrong.set(said);
    }

    fn speaks(self) -> Result<Speak, Wrong> {
        Ok(match self.speak.get_untracked().as_str() {
            PLAIN => Speak::Plain(subprotocols::parse(&self.subprotocols.get_untracked())?),
            ENVELOPE => Speak::Envelope,
            _ => Speak::Fitting,
        })
    }

    /// The server that is dialled asks when it wants to know.
    fn log_in(self) {
        let plain = self.speak.with_untracked(|speak| speak == PLAIN);
        let token = Some(self.token.get_untracked().trim().to_owned()).filter(|token| !token.is_empty() && !plain);
        if !plain {
            self.auth.remember_token(token.as_deref().filter(|_| self.remember.get_untracked()));
        }
        self.auth.log_in(token);
    }
}
