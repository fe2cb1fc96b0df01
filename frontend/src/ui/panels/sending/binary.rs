//! Bytes: typed as digits, or a file.

use super::{
    bytes::{self, Digits, Wrong},
    label::label,
};
use crate::{
    i18n::{fill, sending::Words},
    model::well_known::{BINARY, BROADCAST, LOBBY},
    platform::encoding,
    reactive::ErasedSignal,
    reactive::view::text,
    state::{Auth, Connection, Language, Messages, context},
    ui::widgets::{button, field, select, wrong},
};
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement};
use yodel_client::State;
use yodel_protocol::{EventName, Json, RoomName, Verb, frame::Publish};

/// Larger files are not read: a page holds them in memory, twice as base64.
const MAX: u32 = 16 * 1024 * 1024;
/// Bytes that a row shows.
const HEAD: usize = 12;
const BASE64: &str = "base64";

/// What is to be sent. A handle: copies are the same.
#[derive(Clone, Copy)]
struct Binary {
    auth: &'static Auth,
    connection: &'static Connection,
    language: &'static Language,
    messages: &'static Messages,
    form: ErasedSignal<String>,
    typed: ErasedSignal<String>,
    /// The file that was chosen after that was typed.
    file: ErasedSignal<Option<Vec<u8>>>,
    wrong: ErasedSignal<String>,
}

pub(super) fn binary() -> AnyView {
    let language = context::<Language>();
    let binary = Binary {
        auth: context::<Auth>(),
        connection: context::<Connection>(),
        language: context::<Language>(),
        messages: context::<Messages>(),
        form: ErasedSignal::new("hex".to_owned()),
        typed: ErasedSignal::default(),
        file: ErasedSignal::new(None),
        wrong: ErasedSignal::default(),
    };
    let say = |word| label(language, word);
    let forms = [("hex", say(|words| words.hex)), (BASE64, say(|words| words.base64))];
    let change = move |typed| {
        binary.wrong.set(String::new());
        binary.file.set(None);
        binary.typed.set(typed);
    };
    let choose: Box<dyn FnMut(ev::Event)> = Box::new(move |event| binary.choose(&event));
    view! {
        <div class="fields">
            {select("selDigits", say(|words| words.form), &forms, binary.form)}
            {field("txtBytes", "text", say(|words| words.bytes), text(move || binary.typed.get()), Box::new(change))}
            <label class="labelled">
                <span>{say(|words| words.file)}</span>
                <input id="fileBytes" type="file" class="form-control" on:change=choose/>
            </label>
            {button("btn", say(|words| words.send_bytes), move || binary.send())}
            <p class=text(move || if binary.bytes().is_ok() { "soft" } else { "wrong" }) role="status">
                {text(move || binary.preview())}
            </p>
            {wrong(binary.wrong)}
        </div>
    }
    .into_any()
}

impl Binary {
    fn bytes(self) -> Result<Vec<u8>, Wrong> {
        let digits = if self.form.get() == BASE64 { Digits::Base64 } else { Digits::Hex };
        match self.file.get() {
            Some(file) => Ok(file),
            None => bytes::parse(digits, &self.typed.get()),
        }
    }

    /// How many there are, or what is wrong with the digits; and what becomes of them.
    fn preview(self) -> String {
        let words = Words::of(self.language.lang.get());
        let size = match self.bytes() {
            Ok(bytes) => fill(words.size, &[("n", &self.language.words().number(bytes.len() as u64))]),
            Err(Wrong::Character(digit, place)) => fill(words.wrong_digit, &[("digit", &digit), ("place", &place)]),
            Err(Wrong::Short) => words.short.to_owned(),
        };
        match self.way() {
            Some(way) => format!("{size} · {}", way(words)),
            None => size,
        }
    }

    /// What is said of the way bytes go; nothing when they go as they are.
    fn way(self) -> Option<fn(&Words) -> &'static str> {
        let open = self.connection.state.with(|state| matches!(state, State::Open(_)));
        if !open || self.connection.is_plain() {
            return None;
        }
        let echoes = self.auth.welcome().is_some_and(|welcome| welcome.plain != BROADCAST);
        Some(if echoes { |words| words.no_echo } else { |words| words.in_base64 })
    }

    fn choose(self, event: &ev::Event) {
        self.wrong.set(String::new());
        let input = event.target().map(JsCast::unchecked_into::<HtmlInputElement>);
        let Some(file) = input.and_then(|input| input.files()?.get(0)) else { return self.file.set(None) };
        if file.size() > f64::from(MAX) {
            let words = Words::of(self.language.lang.get_untracked());
            return self.wrong.set(fill(words.too_large, &[("max", &MAX)]));
        }
        self.typed.set(String::new());
        spawn_local(async move {
            // The place may be closed by the time the file is read.
            self.file.set(read(&file).await);
        });
    }

    fn send(self) {
        let words = Words::of(self.language.lang.get_untracked());
        let said = match untrack(|| self.bytes()) {
            Err(_) => return,
            Ok(bytes) if bytes.is_empty() => words.no_bytes,
            Ok(bytes) if untrack(|| self.connection.is_plain()) => {
                if self.messages.send_binary(&bytes, &row(words, &bytes)) { "" } else { words.not_open }
            }
            Ok(bytes) => self.publish(words, &bytes),
        };
        self.wrong.set(said.to_owned());
    }

    fn publish(self, words: &Words, bytes: &[u8]) -> &'static str {
        let open = self.connection.state.with_untracked(|state| matches!(state, State::Open(_)));
        let broadcasts = self.auth.is_broadcast();
        match (RoomName::new(LOBBY), EventName::new(BINARY)) {
            _ if !open => words.not_open,
            (Ok(room), Ok(event)) if broadcasts => {
                let data = Json::string(&encoding::encode(bytes));
                let publish = Publish { room, event, data, key: None, echo: true };
                self.messages.send_verb(Verb::Publish(publish), &row(words, bytes));
                ""
            }
            _ => words.no_echo,
        }
    }
}

async fn read(file: &File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

fn row(words: &Words, bytes: &[u8]) -> String {
    fill(words.row, &[("n", &bytes.len()), ("hex", &encoding::hex(bytes, HEAD))])
}
