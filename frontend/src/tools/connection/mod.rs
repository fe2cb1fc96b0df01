//! Any server: its address, what to speak there, who one is.

mod addresses;
mod ask;
mod explain;
mod subprotocols;
mod why;

pub use why::why;

use crate::{
    address::Speak,
    browser::Keep,
    i18n::{connection::Words, fill},
    parts::{button, field, fold, named_button, section as titled, select, tick, wrong},
    store::Store,
    view::{Text, part, text},
};
use addresses::Addresses;
use client::State;
use leptos::{ev::SubmitEvent, prelude::*};
use subprotocols::Wrong;

/// Where the addresses are stored.
const ADDRESSES: &str = "yodel.addresses";
/// What to speak, as the choice names it.
const PLAIN: &str = "plain";
const ENVELOPE: &str = "envelope";

/// One of this area's words.
fn say(store: Store, word: fn(&Words) -> &'static str) -> Text {
    text(move || word(Words::of(store.lang.get())))
}

/// The section about the connection.
pub fn section(store: Store) -> AnyView {
    let form = Form::new(store);
    let before = RwSignal::new(Keep::Always.load::<Addresses>(ADDRESSES).unwrap_or_default());
    Effect::new(move || remember(store, before));
    let content = view! {
        {form.view()}
        <p class="soft">{text(move || chosen(store))}</p>
        {part(move || before.with(|before| !before.urls.is_empty()).then(|| list(store, form, before)))}
    };
    titled("connection", say(store, |words| words.heading), content.into_any())
}

/// The form. A handle: copies are the same form.
#[derive(Clone, Copy)]
struct Form {
    store: Store,
    address: RwSignal<String>,
    speak: RwSignal<String>,
    subprotocols: RwSignal<String>,
    token: RwSignal<String>,
    shown: RwSignal<bool>,
    remember: RwSignal<bool>,
    wrong: RwSignal<String>,
}

impl Form {
    fn new(store: Store) -> Self {
        let (speak, offered) = match store.speak.get_untracked() {
            Speak::Fitting => ("", String::new()),
            Speak::Plain(offered) => (PLAIN, offered.join(", ")),
            Speak::Envelope => (ENVELOPE, String::new()),
        };
        let token = Store::remembered_token(&store.url.get_untracked());
        let form = Self {
            store,
            address: RwSignal::default(),
            speak: RwSignal::new(speak.to_owned()),
            subprotocols: RwSignal::new(offered),
            remember: RwSignal::new(token.is_some()),
            token: RwSignal::new(token.unwrap_or_default()),
            shown: RwSignal::new(false),
            wrong: RwSignal::default(),
        };
        Effect::new(move || form.address.set(store.url.get()));
        form
    }

    fn view(self) -> AnyView {
        let store = self.store;
        let say = |word| say(store, word);
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            self.connect();
        };
        let speaks = [
            ("", say(|words| words.fitting)),
            (PLAIN, say(|words| words.plain)),
            (ENVELOPE, say(|words| words.envelope)),
        ];
        view! {
            <form class="fields" on:submit=submit>
                {self.field("txtServer", "text", say(|words| words.address), self.address)}
                {select("selSpeak", say(|words| words.speak), &speaks, self.speak)}
                {part(move || self.speak.with(|speak| speak == PLAIN).then(|| self.names()))}
                {part(move || self.speak.with(|speak| speak != PLAIN).then(|| self.secret()))}
                {wrong(self.wrong)}
                <button type="submit" class="btn">
                    {say(|words| words.connect)}
                </button>
            </form>
        }
        .into_any()
    }

    fn field(self, id: &'static str, kind: &'static str, label: Text, value: RwSignal<String>) -> AnyView {
        let change = move |typed| {
            self.wrong.set(String::new());
            value.set(typed);
        };
        field(id, kind, label, text(move || value.get()), Box::new(change))
    }

    fn names(self) -> AnyView {
        self.field("txtSubprotocols", "text", say(self.store, |words| words.subprotocols), self.subprotocols)
    }

    fn secret(self) -> AnyView {
        let store = self.store;
        let kind = part(move || {
            let kind = if self.shown.get() { "text" } else { "password" };
            Some(self.field("txtToken", kind, say(store, |words| words.token), self.token))
        });
        view! {
            {kind}
            {tick(say(store, |words| words.show), self.shown)}
            {tick(say(store, |words| words.remember), self.remember)}
            <p class="soft">{say(store, |words| words.token_kept)}</p>
        }
        .into_any()
    }

    fn connect(self) {
        let words = Words::of(self.store.lang.get_untracked());
        let said = match self.speaks() {
            Ok(speak) => {
                let before = self.store.speak.get_untracked();
                self.store.speak.set(speak);
                if self.store.connect(&self.address.get_untracked()) {
                    return self.log_in();
                }
                self.store.speak.set(before);
                self.store.words().bad_address.to_owned()
            }
            Err(Wrong::Token(name)) => fill(words.no_token, &[("name", &name)]),
            Err(Wrong::Twice(name)) => fill(words.twice, &[("name", &name)]),
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
            self.store.remember_token(token.as_deref().filter(|_| self.remember.get_untracked()));
        }
        self.store.log_in(token);
    }
}

/// Which subprotocol the server chose.
fn chosen(store: Store) -> String {
    if !store.state.with(|state| matches!(state, State::Open(_))) {
        return String::new();
    }
    let words = Words::of(store.lang.get());
    match store.subprotocol().as_str() {
        "" => words.none_chosen.to_owned(),
        name => fill(words.chosen, &[("name", &name)]),
    }
}

/// Keeps the address of the last connection that came up.
fn remember(store: Store, before: RwSignal<Addresses>) {
    let newest = |journal: &crate::log::Journal| {
        journal.timeline.marks.iter().rev().find(|mark| mark.code.is_none()).map(|mark| mark.url.clone())
    };
    let Some(url) = store.read(newest) else { return };
    let mut addresses = before.get_untracked();
    if addresses.add(&url) {
        keep(before, addresses);
    }
}

fn keep(before: RwSignal<Addresses>, addresses: Addresses) {
    Keep::Always.save(ADDRESSES, &addresses);
    before.set(addresses);
}

fn list(store: Store, form: Form, before: RwSignal<Addresses>) -> AnyView {
    let items: Vec<_> = before.get().urls.iter().map(|url| item(store, form, before, url)).collect();
    fold(say(store, |words| words.before), view! { <ul class="plain-list">{items}</ul> }.into_any())
}

fn item(store: Store, form: Form, before: RwSignal<Addresses>, url: &str) -> AnyView {
    let words = Words::of(store.lang.get());
    let (shown, filled, forgotten) = (url.to_owned(), url.to_owned(), url.to_owned());
    let forget = move || {
        let mut addresses = before.get_untracked();
        addresses.urls.retain(|known| *known != forgotten);
        keep(before, addresses);
    };
    view! {
        <li>
            {button("quiet address", text(move || shown.clone()), move || form.address.set(filled.clone()))}
            {named_button("quiet", text(|| "×"), fill(words.forget, &[("url", &url)]), forget)}
        </li>
    }
    .into_any()
}
