//! Form for binary messages: hex digits, Base64 or a file.

use super::{
    bytes::{self, Digits, ParseError},
    label::label,
};
use crate::{
    i18n::{fill, sending::SendingStrings},
    model::well_known::BROADCAST,
    platform::dom::element,
    reactive::view::text,
    reactive::{ErasedSignal, ErasedValue},
    state::{Auth, Connection, Language, Messages, context},
    ui::widgets::{Field, button, error_text, select},
};
use leptos::{ev, prelude::*, task::spawn_local};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement};
use yodel_client::State;

/// Maximum size of a file, in bytes: the page holds it in memory, and twice as Base64.
const MAX_FILE_BYTES: u32 = 16 * 1024 * 1024;
/// Id of the file field.
const FILE_FIELD: &str = "fileBytes";
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
    source: ErasedSignal<Source>,
    /// Number of the last choice of a source. A file that was chosen before it is not used.
    choice: ErasedValue<u32>,
    error: ErasedSignal<String>,
}

/// Source of the bytes: what the user chose last.
#[derive(Clone, Default)]
enum Source {
    /// The typed digits.
    #[default]
    Typed,
    /// A file that is being read.
    Reading,
    /// The content of a file.
    File(Arc<[u8]>),
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
        source: ErasedSignal::default(),
        choice: ErasedValue::new(0),
        error: ErasedSignal::default(),
    };
    let text_of = |string| label(language, string);
    let formats = [("hex", text_of(|strings| strings.hex)), (BASE64, text_of(|strings| strings.base64))];
    let change = move |typed| {
        form.choose(Source::Typed);
        clear_file_field();
        form.typed.set(typed);
    };
    let bytes = Field {
        id: "txtBytes",
        kind: "text",
        label: text_of(|strings| strings.bytes),
        value: text(move || form.typed.get()),
        change: Box::new(change),
    };
    let choose: Box<dyn FnMut(ev::Event)> = Box::new(move |event| form.choose_file(&event));
    view! {
        <div class="fields">
            {select("selDigits", text_of(|strings| strings.format), &formats, form.format)}
            {bytes.view()}
            <label class="field">
                <span>{text_of(|strings| strings.file)}</span>
                <input id=FILE_FIELD type="file" class="form-control" on:change=choose/>
            </label>
            {button("btn", text_of(|strings| strings.send_binary), move || form.send())}
            <p class=text(move || if form.size().is_ok() { "muted" } else { "error" }) role="status">
                {text(move || form.preview())}
            </p>
            {error_text(form.error)}
        </div>
    }
    .into_any()
}

impl BinaryForm {
    /// Parses the typed digits, tracked.
    fn parse(self) -> Result<Vec<u8>, ParseError> {
        let digits = if self.format.with(|format| format == BASE64) { Digits::Base64 } else { Digits::Hex };
        self.typed.with(|typed| bytes::parse(digits, typed))
    }

    /// Returns the number of bytes, tracked; `None` while a file is being read.
    fn size(self) -> Result<Option<usize>, ParseError> {
        let file = self.source.with(|source| match source {
            Source::Typed => None,
            Source::Reading => Some(None),
            Source::File(bytes) => Some(Some(bytes.len())),
        });
        file.map_or_else(|| self.parse().map(|bytes| Some(bytes.len())), Ok)
    }

    /// Returns the size or the error, and how the bytes are sent.
    fn preview(self) -> String {
        let strings = SendingStrings::of(self.language.lang.get());
        let size = match self.size() {
            Ok(Some(bytes)) => fill(strings.size, &[("n", &self.language.strings().number(bytes as u64))]),
            Ok(None) => strings.reading_file.to_owned(),
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

    /// Changes the source of the bytes and returns the number of this choice.
    fn choose(self, source: Source) -> u32 {
        self.error.set(String::new());
        self.source.set(source);
        self.choice.update_value(|choice| *choice += 1);
        self.choice.get_value()
    }

    fn choose_file(self, event: &ev::Event) {
        let strings = SendingStrings::of(self.language.lang.get_untracked());
        let choice = self.choose(Source::Typed);
        let input = event.target().map(JsCast::unchecked_into::<HtmlInputElement>);
        let Some(file) = input.and_then(|input| input.files()?.get(0)) else { return };
        self.typed.set(String::new());
        if file.size() > f64::from(MAX_FILE_BYTES) {
            return self.reject_file(fill(
                strings.file_too_large,
                &[("max", &self.language.strings().number(MAX_FILE_BYTES.into()))],
            ));
        }
        self.source.set(Source::Reading);
        spawn_local(async move {
            let bytes = read_file(&file).await;
            // The form may be closed by now, or have another source.
            if self.choice.try_update_value(|last| *last) != Some(choice) {
                return;
            }
            match bytes {
                Some(bytes) => self.source.set(Source::File(bytes)),
                None => self.reject_file(strings.file_unreadable.to_owned()),
            }
        });
    }

    /// Shows why a file is not used. Its name disappears as well.
    fn reject_file(self, error: String) {
        clear_file_field();
        self.source.set(Source::Typed);
        self.error.set(error);
    }

    fn send(self) {
        let strings = SendingStrings::of(self.language.lang.get_untracked());
        let bytes = match self.source.get_untracked() {
            Source::Typed => untrack(|| self.parse()).map(Arc::from),
            Source::Reading => return,
            Source::File(bytes) => Ok(bytes),
        };
        let error = match bytes {
            Err(_) => return,
            Ok(bytes) if bytes.is_empty() => strings.bytes_required,
            Ok(bytes) => self.send_bytes(strings, bytes),
        };
        self.error.set(error.to_owned());
    }

    /// Sends or queues the bytes; returns the error, or an empty text. With `yodel.v1` they are not queued, because
    /// only a server that broadcasts accepts them, and the next server may be another one.
    fn send_bytes(self, strings: &SendingStrings, bytes: Arc<[u8]>) -> &'static str {
        let open = self.connection.state.with_untracked(|state| matches!(state, State::Open(_)));
        let plain = untrack(|| self.connection.is_plain());
        if !plain && !open {
            strings.not_connected
        } else if !plain && !self.auth.is_broadcast() {
            strings.binary_unsupported
        } else if self.messages.send_binary(bytes) {
            ""
        } else {
            strings.binary_queue_full
        }
    }
}

fn clear_file_field() {
    if let Some(field) = element::<HtmlInputElement>(FILE_FIELD) {
        field.set_value("");
    }
}

async fn read_file(file: &File) -> Option<Arc<[u8]>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec().into())
}
