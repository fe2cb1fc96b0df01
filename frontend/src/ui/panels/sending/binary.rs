//! Form for binary messages: hex digits, Base64 or a file.

use super::{
    bytes::{self, Digits, ParseError},
    label::label,
};
use crate::{
    i18n::{fill, sending::SendingStrings},
    model::well_known::{BINARY, BROADCAST, LOBBY},
    platform::encoding,
    reactive::ErasedSignal,
    reactive::view::text,
    state::{Auth, Connection, Language, Messages, context},
    ui::widgets::{button, error_text, field, select},
};
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement};
use yodel_client::State;
use yodel_protocol::{EventName, Json, RoomName, Verb, frame::Publish};

/// Maximum size of a file, in bytes: the page holds it in memory, and twice as Base64.
const MAX_FILE_BYTES: u32 = 16 * 1024 * 1024;
/// Bytes that a row shows.
const SHOWN_BYTES: usize = 12;
const BASE64: &str = "base64";

/// State of the form. A handle: copies refer to the same form.
#[derive(Clone, Copy)]
struct BinaryForm {
    auth: &'static Auth,
    connection: &'static Connection,
    language: &'static Language,
    messages: &'static Messages,
    format: ErasedSignal<String>,
    typed: ErasedSignal<String>,
    /// Content of the chosen file; typing replaces it.
    file: ErasedSignal<Option<Vec<u8>>>,
    error: ErasedSignal<String>,
}

pub(super) fn binary() -> AnyView {
    let language = context::<Language>();
    let form = BinaryForm {
        auth: context::<Auth>(),
        connection: context::<Connection>(),
        language: context::<Language>(),
        messages: context::<Messages>(),
        format: ErasedSignal::new("hex".to_owned()),
        typed: ErasedSignal::default(),
        file: ErasedSignal::new(None),
        error: ErasedSignal::default(),
    };
    let text_of = |string| label(language, string);
    let formats = [("hex", text_of(|strings| strings.hex)), (BASE64, text_of(|strings| strings.base64))];
    let change = move |typed| {
        form.error.set(String::new());
        form.file.set(None);
        form.typed.set(typed);
    };
    let choose: Box<dyn FnMut(ev::Event)> = Box::new(move |event| form.choose_file(&event));
    view! {
        <div class="fields">
            {select("selDigits", text_of(|strings| strings.format), &formats, form.format)}
            {field("txtBytes", "text", text_of(|strings| strings.bytes), text(move || form.typed.get()), Box::new(change))}
            <label class="field">
                <span>{text_of(|strings| strings.file)}</span>
                <input id="fileBytes" type="file" class="form-control" on:change=choose/>
            </label>
            {button("btn", text_of(|strings| strings.send_binary), move || form.send())}
            <p class=text(move || if form.bytes().is_ok() { "muted" } else { "error" }) role="status">
                {text(move || form.preview())}
            </p>
            {error_text(form.error)}
        </div>
    }
    .into_any()
}

impl BinaryForm {
    fn bytes(self) -> Result<Vec<u8>, ParseError> {
        let digits = if self.format.get() == BASE64 { Digits::Base64 } else { Digits::Hex };
        match self.file.get() {
            Some(file) => Ok(file),
            None => bytes::parse(digits, &self.typed.get()),
        }
    }

    /// Returns the size or the error, and how the bytes are sent.
    fn preview(self) -> String {
        let strings = SendingStrings::of(self.language.lang.get());
        let size = match self.bytes() {
            Ok(bytes) => fill(strings.size, &[("n", &self.language.strings().number(bytes.len() as u64))]),
            Err(ParseError::InvalidCharacter(character, position)) => {
                fill(strings.invalid_character, &[("character", &character), ("position", &position)])
            }
            Err(ParseError::IncompleteByte) => strings.incomplete_byte.to_owned(),
        };
        match self.note() {
            Some(note) => format!("{size} · {}", note(strings)),
            None => size,
        }
    }

    /// Returns how the bytes are sent with `yodel.v1`; `None` in plain mode and without a connection.
    fn note(self) -> Option<fn(&SendingStrings) -> &'static str> {
        let open = self.connection.state.with(|state| matches!(state, State::Open(_)));
        if !open || self.connection.is_plain() {
            return None;
        }
        let echoes = self.auth.welcome().is_some_and(|welcome| welcome.plain != BROADCAST);
        Some(if echoes { |strings| strings.binary_unsupported } else { |strings| strings.as_base64 })
    }

    fn choose_file(self, event: &ev::Event) {
        self.error.set(String::new());
        let input = event.target().map(JsCast::unchecked_into::<HtmlInputElement>);
        let Some(file) = input.and_then(|input| input.files()?.get(0)) else { return self.file.set(None) };
        if file.size() > f64::from(MAX_FILE_BYTES) {
            let strings = SendingStrings::of(self.language.lang.get_untracked());
            return self
                .error
                .set(fill(strings.file_too_large, &[("max", &self.language.strings().number(MAX_FILE_BYTES.into()))]));
        }
        self.typed.set(String::new());
        spawn_local(async move {
            // The form may be closed by the time the file is read.
            self.file.set(read_file(&file).await);
        });
    }

    fn send(self) {
        let strings = SendingStrings::of(self.language.lang.get_untracked());
        let error = match untrack(|| self.bytes()) {
            Err(_) => return,
            Ok(bytes) if bytes.is_empty() => strings.bytes_required,
            Ok(bytes) if untrack(|| self.connection.is_plain()) => {
                if self.messages.send_binary(&bytes, &row_label(strings, &bytes)) { "" } else { strings.not_connected }
            }
            Ok(bytes) => self.publish(strings, &bytes),
        };
        self.error.set(error.to_owned());
    }

    fn publish(self, strings: &SendingStrings, bytes: &[u8]) -> &'static str {
        let open = self.connection.state.with_untracked(|state| matches!(state, State::Open(_)));
        let broadcasts = self.auth.is_broadcast();
        match (RoomName::new(LOBBY), EventName::new(BINARY)) {
            _ if !open => strings.not_connected,
            (Ok(room), Ok(event)) if broadcasts => {
                let data = Json::string(&encoding::encode(bytes));
                let publish = Publish { room, event, data, key: None, echo: true };
                self.messages.send_verb(Verb::Publish(publish), &row_label(strings, bytes));
                ""
            }
            _ => strings.binary_unsupported,
        }
    }
}

async fn read_file(file: &File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

fn row_label(strings: &SendingStrings, bytes: &[u8]) -> String {
    fill(strings.sent_binary, &[("n", &bytes.len()), ("hex", &encoding::hex(bytes, SHOWN_BYTES))])
}
