//! The decoded content of the selected row.

use super::{
    format_choice::FormatChoice,
    lazy::{self, Decode, DecodeError, Decoders, ErrorKind, MAX_DEPTH},
    reader::{PIECE_CHARS, Reader},
    selected_row::Inspector,
};
use crate::{
    i18n::fill,
    model::content_format::ContentFormat,
    platform::load_error::LoadError,
    ui::panels::rows::content::{Content, ContentView},
};
use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};

/// Time in milliseconds after which a download counts as failed. It may still succeed later.
const LOAD_TIMEOUT_MS: u32 = 15_000;

/// Download state of the decoders.
#[derive(Clone, Copy, Default)]
pub enum LoadState {
    /// No message was decoded yet.
    #[default]
    NotLoaded,
    /// The download is under way.
    Loading,
    /// The download failed.
    Failed,
    /// The decoders.
    Loaded(Decoders),
}

/// A message that is being decoded.
pub struct Decoding {
    content: Content,
    decoder: Box<dyn Decode>,
}

impl Inspector {
    /// Opens the decoded view of a content. Downloads the decoders first.
    pub(super) fn open_decoded(self, content: Content) {
        self.shown.set(ContentView::Decoded);
        self.remaining.set(0);
        match self.decoders.get_untracked() {
            LoadState::Loaded(decoders) => self.decode(decoders, content),
            LoadState::Loading => self.note.set(untrack(|| self.strings()).decoding.to_owned()),
            LoadState::NotLoaded | LoadState::Failed => self.load_decoders(),
        }
    }

    /// Returns the next piece of the decoded text, and the number of bytes that are left.
    pub(super) fn decoded_piece(self) -> Option<(String, u64)> {
        let piece = self.decoding.try_update_value(|decoding| {
            let Decoding { content, decoder } = decoding.as_mut()?;
            let piece = decoder.piece(content.bytes(), PIECE_CHARS);
            Some((piece.error, content.bytes().len() - piece.at, piece.text))
        });
        let (error, left, text) = piece.flatten()?;
        if let Some(error) = error {
            self.note.set(untrack(|| self.error_text(error)));
        }
        Some((text, left as u64))
    }

    /// Downloads the decoders, and opens the row again.
    pub(super) fn load_decoders(self) {
        self.decoders.set(LoadState::Loading);
        self.note.set(untrack(|| self.strings()).decoding.to_owned());
        // A server that accepts the request may never respond.
        self.decoders_timeout.set_value(Some(Timeout::new(LOAD_TIMEOUT_MS, move || {
            if let Some(LoadState::Loading) = self.load_state() {
                self.finish_loading(LoadState::Failed);
            }
        })));
        spawn_local(async move {
            let decoders = lazy::decoders().await;
            self.finish_loading(match decoders {
                Ok(decoders) => LoadState::Loaded(decoders),
                Err(LoadError) => LoadState::Failed,
            });
        });
    }

    /// Returns the state of the download; `None` after the inspector was closed with the panels.
    fn load_state(self) -> Option<LoadState> {
        self.has_selection.try_get_untracked().map(|_| self.decoders.get_untracked())
    }

    fn finish_loading(self, state: LoadState) {
        if self.load_state().is_none() {
            return;
        }
        self.decoders_timeout.set_value(None);
        self.decoders.set(state);
        if let LoadState::Failed = state {
            self.note.set(untrack(|| self.strings()).decoders_failed.to_owned());
        } else if self.shown.get_untracked() == ContentView::Decoded {
            untrack(|| self.open());
        }
    }

    fn decode(self, decoders: Decoders, content: Content) {
        let found = (decoders.detect)(content.bytes());
        self.found_format.set(found);
        let chosen = untrack(|| FormatChoice::format(self));
        let Some(format) = chosen.or(found) else {
            return self.note.set(untrack(|| self.strings()).unrecognized.to_owned());
        };
        match (decoders.open)(format, number_text) {
            Some(decoder) => self.decoding.set_value(Some(Decoding { content, decoder })),
            None => self.open_json(content),
        }
    }

    /// Opens JSON, which needs no decoder; anything else is shown as text or bytes.
    fn open_json(self, content: Content) {
        let reader = Reader::new(content, ContentView::Pretty);
        if reader.view() != ContentView::Pretty {
            let error = DecodeError { at: 0, kind: ErrorKind::Invalid };
            self.note.set(untrack(|| self.error_text(error)));
        }
        self.reader.set_value(Some(reader));
    }

    fn error_text(self, error: DecodeError) -> String {
        let (strings, shell) = (self.strings(), self.rows.language.strings());
        let string = match error.kind {
            ErrorKind::Incomplete => strings.incomplete,
            ErrorKind::Invalid => strings.invalid,
            ErrorKind::TooDeep => strings.too_deep,
            ErrorKind::NoBase64 => strings.no_base64,
        };
        fill(string, &[("n", &shell.number(error.at as u64)), ("max", &MAX_DEPTH)])
    }

    /// Returns the name of the format that was recognized, tracked.
    pub(super) fn found_name(self) -> Option<&'static str> {
        self.found_format.get().map(ContentFormat::label)
    }
}

/// Returns a number as the browser writes it.
fn number_text(number: f64) -> String {
    JsValue::from_f64(number)
        .unchecked_into::<js_sys::Number>()
        .to_string_with_radix(10)
        .map_or_else(|_| String::new(), String::from)
}
