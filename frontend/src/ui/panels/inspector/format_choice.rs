//! The choice of a format, which is remembered for each address.

use super::{decoded::LoadState, selected_row::Inspector};
use crate::{
    i18n::fill,
    model::content_format::ContentFormat,
    reactive::view::{DynamicView, Text, dynamic_view, text},
    reactive::{ErasedSignal, effect},
    state::{Connection, DecodeChoices, SharedList, context},
    ui::{
        panels::rows::content::ContentView,
        widgets::{button, select},
    },
};
use leptos::prelude::*;

/// Storage name of the choices.
const STORAGE_KEY: &str = "yodel.decode";

/// The choice of a format. A handle: copies refer to the same choice.
#[derive(Clone, Copy)]
pub struct FormatChoice {
    connection: &'static Connection,
    choices: SharedList<DecodeChoices>,
    /// Stored name of the format; empty for the recognized one.
    chosen: ErasedSignal<String>,
}

impl FormatChoice {
    /// Loads the choices.
    pub fn load() -> Self {
        let connection = context::<Connection>();
        let choice = Self { connection, choices: SharedList::load(STORAGE_KEY), chosen: ErasedSignal::default() };
        effect(move || {
            let stored = choice.stored();
            if choice.chosen.with_untracked(|chosen| *chosen != stored) {
                choice.chosen.set(stored);
            }
        });
        choice
    }

    /// Returns the format that the user chose, tracked.
    pub fn format(inspector: Inspector) -> Option<ContentFormat> {
        inspector.format.chosen.with(|id| ContentFormat::of(id))
    }

    /// Stores each choice, and decodes the row anew.
    pub fn follow(self, inspector: Inspector) {
        effect(move || {
            let chosen = self.chosen.get();
            untrack(|| {
                let url = self.connection.public_url();
                let is_full =
                    self.stored() != chosen && self.choices.change(|choices| choices.set(&url, &chosen)).is_err();
                if inspector.shown.get() == ContentView::Decoded && inspector.has_selection.get() {
                    inspector.open();
                }
                if is_full {
                    inspector.note.set(inspector.strings().not_stored.to_owned());
                }
            });
        });
    }

    /// Returns the stored choice for the current address, tracked.
    fn stored(self) -> String {
        let url = self.connection.public_url();
        self.choices.with(|choices| choices.get(&url).to_owned())
    }
}

impl Inspector {
    /// Returns the choice of a format while the decoded view is open, or the button after a failed download.
    pub(super) fn format_choice(self) -> DynamicView {
        dynamic_view(move || {
            if self.shown.get() != ContentView::Decoded {
                return None;
            }
            if let LoadState::Failed = self.decoders.get() {
                return Some(button("btn", self.label(|strings| strings.try_again), move || self.load_decoders()));
            }
            let mut formats = vec![("", self.automatic())];
            formats.extend(ContentFormat::ALL.map(|format| (format.id(), text(move || format.label()))));
            Some(select("selDecode", self.label(|strings| strings.format), &formats, self.format.chosen))
        })
    }

    fn automatic(self) -> Text {
        text(move || match self.found_name() {
            Some(format) => fill(self.strings().automatic_found, &[("format", &format)]),
            None => self.strings().automatic.to_owned(),
        })
    }
}
