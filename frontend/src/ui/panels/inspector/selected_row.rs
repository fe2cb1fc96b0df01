//! The view of the selected row.

use super::properties;
use super::reader::{Content, ContentView, Reader};
use crate::{
    i18n::{fill, inspector::InspectorStrings},
    model::log::{Body, LogEntry},
    platform::dom::{element, focus},
    reactive::view::{
        BoolAttribute, ClickHandler, DynamicView, Text, bool_attribute, click_handler, dynamic_view, text,
    },
    reactive::{ErasedMemo, ErasedSignal, ErasedValue, effect},
    state::{Language, ListState, LogState, context},
    ui::panels::rules,
    ui::widgets::{button, toggle_group},
    ui::{
        focus::{INSPECTOR, LIST},
        log_list::row_text::{connection_prefix, content, message_prefix},
    },
};
use leptos::{ev::KeyboardEvent, prelude::*};
use web_sys::Element;

/// Id of the element with the content.
const CONTENT: &str = "whole";

/// Selects the message about the last action.
pub type StatusText = fn(&InspectorStrings) -> &'static str;

/// State of the inspector. A handle: copies refer to the same inspector.
#[derive(Clone, Copy)]
pub struct Inspector {
    language: &'static Language,
    list: &'static ListState,
    log: &'static LogState,
    /// `true` if a row is selected.
    pub has_selection: ErasedMemo<bool>,
    /// The view that the user chose.
    preferred: ErasedSignal<ContentView>,
    /// The view that is shown.
    shown: ErasedSignal<ContentView>,
    /// Bytes that are not shown yet.
    remaining: ErasedSignal<u64>,
    pub status: ErasedSignal<Option<StatusText>>,
    reader: ErasedValue<Option<Reader>>,
}

impl Inspector {
    /// Creates the state for the row that is selected in the list.
    pub fn new() -> Self {
        let (list, log) = (context::<ListState>(), context::<LogState>());
        let inspector = Self {
            language: context::<Language>(),
            list,
            log,
            has_selection: ErasedMemo::new(move || list.selected.get().is_some()),
            preferred: ErasedSignal::default(),
            shown: ErasedSignal::default(),
            remaining: ErasedSignal::new(0),
            status: ErasedSignal::new(None),
            reader: ErasedValue::new(None),
        };
        effect(move || {
            list.selected.track();
            inspector.preferred.track();
            untrack(|| inspector.open());
        });
        inspector
    }

    /// Returns the view of the selected row.
    pub fn view(self) -> AnyView {
        let action = |action: fn(Self)| move || action(self);
        request_animation_frame(move || {
            if self.has_selection.try_get_untracked() == Some(true) {
                self.open_first();
                focus(INSPECTOR);
            }
        });
        view! {
            <aside id=INSPECTOR class="inspector" tabindex="-1" aria-labelledby="message" on:keydown=self.keys()>
                <div class="panel-header">
                    <h2 id="message">{self.label(|strings| strings.heading)}</h2>
                    {button("btn-text", self.label(|strings| strings.previous), action(|it| it.list.inspect_next(-1, 0)))}
                    {button("btn-text", self.label(|strings| strings.next), action(|it| it.list.inspect_next(1, 0)))}
                    {button("btn-text", self.label(|strings| strings.close), action(Self::close))}
                </div>
                {self.view_choice()}
                <pre id=CONTENT tabindex="0" role="region" aria-labelledby="message"></pre>
                {self.more_button()}
                {self.properties()}
                <div class="actions">
                    {button("btn", self.label(|strings| strings.copy), action(Self::copy))}
                    {button("btn", self.label(|strings| strings.save), action(Self::save))}
                    {rules::make_button()}
                </div>
                <p role="status">
                    {text(move || self.status.get().map_or("", |status| status(self.strings())))}
                </p>
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
                    click_handler(move || self.preferred.set(view)),
                )
            };
        let views = vec![
            one(ContentView::Pretty, |strings| strings.pretty),
            one(ContentView::Raw, |strings| strings.raw),
            one(ContentView::Hex, |strings| strings.hex),
        ];
        toggle_group(self.label(|strings| strings.view), views)
    }

    fn more_button(self) -> DynamicView {
        let has_more = ErasedMemo::new(move || self.remaining.get() > 0);
        let label = text(move || {
            fill(self.strings().show_more, &[("n", &self.language.strings().number(self.remaining.get()))])
        });
        dynamic_view(move || has_more.get().then(|| button("btn", label.clone(), move || self.show_more())))
    }

    /// Returns the properties. They follow the delivery state.
    fn properties(self) -> DynamicView {
        let version = ErasedMemo::new(move || {
            let row = self.list.selected.get()?;
            self.log.read(|log| log.entries.get(row).map(|row| (row.id, row.version())))
        });
        dynamic_view(move || {
            version.get()?;
            let row = self.row()?;
            let properties = properties::properties(self.strings(), self.language.strings(), &row, &self.content(&row));
            let properties: Vec<_> = properties
                .into_iter()
                .map(|(name, value)| {
                    view! {
                        <dt>{name}</dt>
                        <dd>{value}</dd>
                    }
                    .into_any()
                })
                .collect();
            Some(view! { <dl>{properties}</dl> }.into_any())
        })
    }

    fn keys(self) -> impl FnMut(KeyboardEvent) + 'static {
        move |event| {
            let by = match event.key().as_str() {
                "Escape" => {
                    // Prevents the global shortcut from also closing the panels.
                    event.prevent_default();
                    return self.close();
                }
                "j" => 1,
                "k" => -1,
                "ArrowDown" if event.alt_key() => 1,
                "ArrowUp" if event.alt_key() => -1,
                _ => return,
            };
            if !(event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                self.list.inspect_next(by, 0);
            }
        }
    }

    fn close(self) {
        self.list.selected.set(None);
        focus(LIST);
    }

    /// Opens the selected row.
    fn open(self) {
        let (row, preferred) = (self.list.selected.get(), self.preferred.get());
        self.status.set(None);
        let Some(row) = row.and_then(|row| self.log.entry(row)) else { return };
        self.reader.set_value(Some(Reader::new(untrack(|| self.content(&row)), preferred)));
        if let Some(content) = element::<Element>(CONTENT) {
            content.set_text_content(None);
            content.set_scroll_top(0);
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
            reader.as_mut().map(|reader| (reader.piece(), reader.view(), reader.remaining()))
        };
        let Some((piece, view, left)) = self.reader.try_update_value(read).flatten() else { return };
        if let Some(content) = element::<Element>(CONTENT) {
            let _ = content.append_child(&document().create_text_node(&piece));
        }
        self.shown.set(view);
        self.remaining.set(left as u64);
    }

    /// Returns the selected row.
    pub fn row(self) -> Option<LogEntry> {
        self.log.entry(self.list.selected.get_untracked()?)
    }

    /// Returns the content of a message, or the text of any other row.
    pub fn content(self, row: &LogEntry) -> Content {
        match &row.body {
            Body::Sent { text, .. } | Body::Received { text, .. } => Content::Text(text.clone()),
            Body::Binary { bytes, .. } | Body::SentBinary { bytes, .. } => Content::of(bytes),
            body => {
                let strings = self.language.strings();
                Content::Text(
                    (connection_prefix(strings, body) + &message_prefix(body) + &content(strings, body, usize::MAX))
                        .into(),
                )
            }
        }
    }

    fn strings(self) -> &'static InspectorStrings {
        InspectorStrings::of(self.language.lang.get())
    }

    fn label(self, string: fn(&InspectorStrings) -> &'static str) -> Text {
        text(move || string(self.strings()))
    }
}
