//! Bytes: typed as digits, or a file.

use super::{
    bytes::{self, Digits, Wrong},
    label::label,
};
use crate::{
    i18n::{fill, sending::SendingStrings},
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
    let forms = [("hex", say(|strings| strings.hex)), (BASE64, say(|strings| strings.base64))];
    let change = move |typed| {
        binary.wrong.set(String::new());
        binary.file.set(None);
        binary.typed.set(typed);
    };
    let choose: Box<dyn FnMut(ev::Event)> = Box::new(move |event| binary.choose(&event));
    view! {
        <div class="fields">
            {select("selDigits", say(|strings| strings.format), &forms, binary.form)}
            {field("txtBytes", "text", say(|strings| strings.bytes), text(move || binary.typed.get()), Box::new(change))}
            <label class="field">
                <span>{say(|strings| strings.file)}</span>
                <input id="fileBytes" type="file" class="form-control" on:change=choose/>
            </label>
            {button("btn", say(|strings| strings.send_binary), move || binary.send())}
            <p class=text(move || if binary.bytes().is_ok() { "muted" } else { "error" }) role="status">
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
        let strings = SendingStrings::of(self.language.lang.get());
        let size = match self.bytes() {
            Ok(bytes) => fill(strings.size, &[("n", &self.language.strings().number(bytes.len() as u64))]),
            Err(Wrong::Character(character, position)) => {
                fill(strings.invalid_character, &[("character", &character), ("position", &position)])
            }
            Err(Wrong::Short) => strings.incomplete_byte.to_owned(),
        };
        match self.way() {
            Some(way) => format!("{size} · {}", way(strings)),
            None => size,
        }
    }

    /// What is said of the way bytes go; nothing when they go as they are.
    fn way(self) -> Option<fn(&SendingStrings) -> &'static str> {
        let open = self.connection.state.with(|state| matches!(state, State::Open(_)));
        if !open || self.connection.is_plain() {
            return None;
        }
        let echoes = self.auth.welcome().is_some_and(|welcome| welcome.plain != BROADCAST);
        Some(if echoes { |strings| strings.binary_unsupported } else { |strings| strings.as_base64 })
    }

    fn choose(self, event: &ev::Event) {
        self.wrong.set(String::new());
        let input = event.target().map(JsCast::unchecked_into::<HtmlInputElement>);
        let Some(file) = input.and_then(|input| input.files()?.get(0)) else { return self.file.set(None) };
        if file.size() > f64::from(MAX) {
            let strings = SendingStrings::of(self.language.lang.get_untracked());
            return self.wrong.set(fill(strings.file_too_large, &[("max", &MAX)]));
        }
        self.typed.set(String::new());
        spawn_local(async move {
            // The place may be closed by the time the file is read.
            self.file.set(read(&file).await);
        });
    }

    fn send(self) {
        let strings = SendingStrings::of(self.language.lang.get_untracked());
        let said = match untrack(|| self.bytes()) {
            Err(_) => return,
            Ok(bytes) if bytes.is_empty() => strings.bytes_required,
            Ok(bytes) if untrack(|| self.connection.is_plain()) => {
                if self.messages.send_binary(&bytes, &row(strings, &bytes)) { "" } else { strings.not_connected }
            }
            Ok(bytes) => self.publish(strings, &bytes),
        };
        self.wrong.set(said.to_owned());
    }

    fn publish(self, strings: &SendingStrings, bytes: &[u8]) -> &'static str {
        let open = self.connection.state.with_untracked(|state| matches!(state, State::Open(_)));
        let broadcasts = self.auth.is_broadcast();
        match (RoomName::new(LOBBY), EventName::new(BINARY)) {
            _ if !open => strings.not_connected,
            (Ok(room), Ok(event)) if broadcasts => {
                let data = Json::string(&encoding::encode(bytes));
                let publish = Publish { room, event, data, key: None, echo: true };
                self.messages.send_verb(Verb::Publish(publish), &row(strings, bytes));
                ""
            }
            _ => strings.binary_unsupported,
        }
    }
}

async fn read(file: &File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

fn row(strings: &SendingStrings, bytes: &[u8]) -> String {
    fill(strings.sent_binary, &[("n", &bytes.len()), ("hex", &encoding::hex(bytes, HEAD))])
}
