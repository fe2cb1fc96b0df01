//! The view of the selected row.

use super::{
    decoded::{Decoding, LoadState},
    format_choice::FormatChoice,
    reader::Reader,
    resizer::Resizer,
};
use crate::{
    i18n::{fill, inspector::InspectorStrings},
    model::{content_format::ContentFormat, copy_as::Step, log::LogEntry},
    platform::dom::{element, focus},
    reactive::view::{
        BoolAttribute, ClickHandler, DynamicView, Text, bool_attribute, click_handler, dynamic_view, text,
    },
    reactive::{ErasedMemo, ErasedSignal, ErasedValue, effect},
    ui::{
        focus::{INSPECTOR, LIST},
        panels::{
            copy_as,
            rows::{
                RowActions,
                content::{Content, ContentView},
            },
            rules,
        },
        widgets::{button, toggle_group},
    },
};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use web_sys::Element;

/// Id of the element with the content.
const CONTENT: &str = "whole";

/// State of the inspector. A handle: copies refer to the same inspector.
#[derive(Clone, Copy)]
pub struct Inspector {
    /// Actions on rows.
    pub(super) rows: RowActions,
    /// `true` if a row is selected.
    pub has_selection: ErasedMemo<bool>,
    /// The view that is shown.
    pub(super) shown: ErasedSignal<ContentView>,
    /// Bytes that are not shown yet.
    pub(super) remaining: ErasedSignal<u64>,
    /// Note below the content: an error or the result of a comparison.
    pub(super) note: ErasedSignal<String>,
    pub(super) reader: ErasedValue<Option<Reader>>,
    /// The message that is decoded, unless the reader shows it.
    pub(super) decoding: ErasedValue<Option<Decoding>>,
    pub(super) decoders: ErasedSignal<LoadState>,
    /// Ends the download of the decoders.
    pub(super) decoders_timeout: ErasedValue<Option<Timeout>>,
    /// The chosen format.
    pub(super) format: FormatChoice,
    /// The format that the content seems to have.
    pub(super) found_format: ErasedSignal<Option<ContentFormat>>,
    pub(super) resizer: Resizer,
    /// The row that was opened last, which may be removed from the list.
    opened: ErasedValue<Option<LogEntry>>,
}

impl Inspector {
    /// Creates the state for the row that is selected in the list.
    pub fn new(rows: RowActions) -> Self {
        let list = rows.list;
        let inspector = Self {
            rows,
            has_selection: ErasedMemo::new(move || list.selected.get().is_some()),
            shown: ErasedSignal::default(),
            remaining: ErasedSignal::new(0),
            note: ErasedSignal::default(),
            reader: ErasedValue::new(None),
            decoding: ErasedValue::new(None),
            decoders: ErasedSignal::default(),
            decoders_timeout: ErasedValue::new(None),
            format: FormatChoice::load(),
            found_format: ErasedSignal::new(None),
            resizer: Resizer::load(),
            opened: ErasedValue::new(None),
        };
        inspector.format.follow(inspector);
        effect(move || {
            list.selected.track();
            rows.state.view.track();
            untrack(|| inspector.open());
        });
        inspector
    }

    /// Returns the view of the selected row.
    pub fn view(self) -> AnyView {
        request_animation_frame(move || {
            if self.has_selection.try_get_untracked() == Some(true) {
                self.open_first();
                focus(INSPECTOR);
            }
        });
        view! {
            <aside
                id=INSPECTOR
                class="inspector"
                tabindex="-1"
                aria-labelledby="message"
                node_ref=self.resizer.element
                on:keydown=self.keys()
            >
                {self.separator()}
                {self.header()}
                {self.view_choice()}
                {self.format_choice()}
                <pre id=CONTENT tabindex="0" role="region" aria-labelledby="message"></pre>
                <p class="content-note" aria-live="polite">{text(move || self.note.get())}</p>
                {self.more_button()}
                {self.properties()}
                {self.note_field()}
                {self.row_buttons()}
                {rules::make_button()}
                <p role="status">{text(move || self.status())}</p>
                {copy_as::menu(move || self.row().map_or(Step::Connect, |row| Step::of(&row)))}
            </aside>
        }
        .into_any()
    }

    fn view_choice(self) -> AnyView {
        let one =
            |view: ContentView, string: fn(&InspectorStrings) -> &'static str| -> (Text, BoolAttribute, ClickHandler) {
                (
                    self.label(string),
                    bool_attribute(move || self.shown.get() == view),
                    click_handler(move || self.rows.state.view.set(view)),
                )
            };
        let views = vec![
            one(ContentView::Pretty, |strings| strings.pretty),
            one(ContentView::Raw, |strings| strings.raw),
            one(ContentView::Hex, |strings| strings.hex),
            one(ContentView::Decoded, |strings| strings.decoded),
            one(ContentView::Diff, |strings| strings.diff),
        ];
        toggle_group(self.label(|strings| strings.view), views)
    }

    fn more_button(self) -> DynamicView {
        let has_more = ErasedMemo::new(move || self.remaining.get() > 0);
        let label = text(move || {
            fill(self.strings().show_more, &[("n", &self.rows.language.strings().number(self.remaining.get()))])
        });
        dynamic_view(move || has_more.get().then(|| button("btn", label.clone(), move || self.show_more())))
    }

    /// Returns the result of the last action on the row.
    fn status(self) -> &'static str {
        match (self.rows.state.status.get(), self.rows.list.selected.get()) {
            (Some((row, status)), Some(selected)) if row == selected => status(self.rows.strings()),
            _ => "",
        }
    }

    /// Closes the inspector.
    pub(super) fn close(self) {
        self.rows.list.selected.set(None);
        focus(LIST);
    }

    /// Opens the selected row.
    pub(super) fn open(self) {
        let Some(row) = self.row() else { return };
        if self.opened.with_value(|opened| opened.as_ref().map(|row| row.id)) != Some(row.id) {
            self.rows.clear_report();
        }
        self.opened.set_value(Some(row.clone()));
        self.note.set(String::new());
        self.reader.set_value(None);
        self.decoding.set_value(None);
        let Some(element) = element::<Element>(CONTENT) else { return };
        element.set_text_content(None);
        element.set_scroll_top(0);
        let content = Content::of_row(&row, self.rows.language.strings());
        match self.rows.state.view.get() {
            ContentView::Diff => self.open_comparison(&row, &element),
            ContentView::Decoded => self.open_decoded(content),
            view => self.reader.set_value(Some(Reader::new(content, view))),
        }
        self.show_more();
    }

    /// Opens the row in a view that was just created, unless it is open already.
    fn open_first(self) {
        if element::<Element>(CONTENT).is_some_and(|element| !element.has_child_nodes()) {
            untrack(|| self.open());
        }
    }

    fn show_more(self) {
        let read = |reader: &mut Option<Reader>| {
            reader.as_mut().map(|reader| (reader.piece(), reader.view(), reader.remaining() as u64))
        };
        let piece = self.reader.try_update_value(read).flatten();
        let is_decoded = self.rows.state.view.get_untracked() == ContentView::Decoded;
        let (piece, left) = match piece {
            Some((piece, view, left)) => {
                self.shown.set(if is_decoded { ContentView::Decoded } else { view });
                (piece, left)
            }
            None => match self.decoded_piece() {
                Some(decoded) => decoded,
                None => return,
            },
        };
        if let Some(content) = element::<Element>(CONTENT) {
            let _ = content.append_child(&document().create_text_node(&piece));
        }
        self.remaining.set(left);
    }

    /// Returns the selected row, also if it was removed from the list since it was opened.
    pub(super) fn row(self) -> Option<LogEntry> {
        let id = self.rows.list.selected.get_untracked()?;
        let opened = || self.opened.with_value(|row| row.clone().filter(|row| row.id == id));
        self.rows.log.entry(id).or_else(opened)
    }

    /// Returns the strings, tracked.
    pub(super) fn strings(self) -> &'static InspectorStrings {
        InspectorStrings::of(self.rows.language.lang.get())
    }

    /// Returns one string as a text that follows the language.
    pub(super) fn label(self, string: fn(&InspectorStrings) -> &'static str) -> Text {
        text(move || string(self.strings()))
    }
}
