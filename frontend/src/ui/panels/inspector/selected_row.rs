//! The view of the selected row.

use super::facts;
use super::reader::{Reader, View, Whole};
use crate::{
    i18n::{fill, inspector::InspectorStrings},
    model::log::{Body, LogEntry},
    platform::dom::{element, focus},
    reactive::view::{Click, Flag, Part, Text, click, flag, part, text},
    reactive::{ErasedMemo, ErasedSignal, ErasedValue, effect},
    state::{Language, ListState, LogState, context},
    ui::widgets::{button, choice},
    ui::{
        focus::{INSPECTOR, LIST},
        log_list::row_text::{content, lead, server},
    },
};
use leptos::{ev::KeyboardEvent, prelude::*};
use web_sys::Element;

/// The id of the text.
const WHOLE: &str = "whole";

/// What is said about the last thing a person did.
pub type Said = fn(&InspectorStrings) -> &'static str;

/// The inspector's own state. A handle: copies are the same inspector.
#[derive(Clone, Copy)]
pub struct Inspector {
    language: &'static Language,
    list: &'static ListState,
    log: &'static LogState,
    /// Whether a row is selected.
    pub some: ErasedMemo<bool>,
    /// What a person wants to see.
    wanted: ErasedSignal<View>,
    /// What is seen.
    seen: ErasedSignal<View>,
    /// Bytes that are not opened yet.
    left: ErasedSignal<u64>,
    pub said: ErasedSignal<Option<Said>>,
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
            some: ErasedMemo::new(move || list.selected.get().is_some()),
            wanted: ErasedSignal::default(),
            seen: ErasedSignal::default(),
            left: ErasedSignal::new(0),
            said: ErasedSignal::new(None),
            reader: ErasedValue::new(None),
        };
        effect(move || {
            list.selected.track();
            inspector.wanted.track();
            untrack(|| inspector.open());
        });
        inspector
    }

    /// Returns the view of the selected row.
    pub fn view(self) -> AnyView {
        let act = |act: fn(Self)| move || act(self);
        request_animation_frame(move || {
            if self.some.try_get_untracked() == Some(true) {
                self.open_first();
                focus(INSPECTOR);
            }
        });
        view! {
            <aside id=INSPECTOR class="inspector" tabindex="-1" aria-labelledby="message" on:keydown=self.keys()>
                <div class="panel-header">
                    <h2 id="message">{self.label(|strings| strings.heading)}</h2>
                    {button("btn-text", self.label(|strings| strings.previous), act(|it| it.list.inspect_next(-1, 0)))}
                    {button("btn-text", self.label(|strings| strings.next), act(|it| it.list.inspect_next(1, 0)))}
                    {button("btn-text", self.label(|strings| strings.close), act(Self::close))}
                </div>
                {self.views()}
                <pre id=WHOLE tabindex="0" role="region" aria-labelledby="message"></pre>
                {self.more()}
                {self.facts()}
                <div class="actions">
                    {button("btn", self.label(|strings| strings.copy), act(Self::copy))}
                    {button("btn", self.label(|strings| strings.save), act(Self::save))}
                </div>
                <p role="status">
                    {text(move || self.said.get().map_or("", |said| said(self.strings())))}
                </p>
            </aside>
        }
        .into_any()
    }

    fn views(self) -> AnyView {
        let one = |view: View, string: fn(&InspectorStrings) -> &'static str| -> (Text, Flag, Click) {
            (self.label(string), flag(move || self.seen.get() == view), click(move || self.wanted.set(view)))
        };
        let views = vec![
            one(View::Pretty, |strings| strings.pretty),
            one(View::Raw, |strings| strings.raw),
            one(View::Hex, |strings| strings.hex),
        ];
        choice(self.label(|strings| strings.view), views)
    }

    fn more(self) -> Part {
        let some = ErasedMemo::new(move || self.left.get() > 0);
        let word =
            text(move || fill(self.strings().show_more, &[("n", &self.language.strings().number(self.left.get()))]));
        part(move || some.get().then(|| button("btn", word.clone(), move || self.show_more())))
    }

    /// They change with the state of a message.
    fn facts(self) -> Part {
        let version = ErasedMemo::new(move || {
            let row = self.list.selected.get()?;
            self.log.read(|journal| journal.rows.get(row).map(|row| (row.id, row.version())))
        });
        part(move || {
            version.get()?;
            let row = self.row()?;
            let facts = facts::facts(self.strings(), self.language.strings(), &row, &self.whole(&row));
            let facts: Vec<_> = facts
                .into_iter()
                .map(|(name, value)| {
                    view! {
                        <dt>{name}</dt>
                        <dd>{value}</dd>
                    }
                    .into_any()
                })
                .collect();
            Some(view! { <dl>{facts}</dl> }.into_any())
        })
    }

    fn keys(self) -> impl FnMut(KeyboardEvent) + 'static {
        move |event| {
            let by = match event.key().as_str() {
                "Escape" => {
                    // Or the same key would close the tools, too.
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

    /// Opens the row that is looked into.
    fn open(self) {
        let (row, wanted) = (self.list.selected.get(), self.wanted.get());
        self.said.set(None);
        let Some(row) = row.and_then(|row| self.log.row(row)) else { return };
        self.reader.set_value(Some(Reader::new(untrack(|| self.whole(&row)), wanted)));
        if let Some(whole) = element::<Element>(WHOLE) {
            whole.set_text_content(None);
            whole.set_scroll_top(0);
        }
        self.show_more();
    }

    /// The same in a view that has just been made, unless it was there in time.
    fn open_first(self) {
        if element::<Element>(WHOLE).is_some_and(|element| !element.has_child_nodes()) {
            untrack(|| self.open());
        }
    }

    fn show_more(self) {
        let read = |reader: &mut Option<Reader>| reader.as_mut().map(|it| (it.piece(), it.view(), it.left()));
        let Some((piece, view, left)) = self.reader.try_update_value(read).flatten() else { return };
        if let Some(whole) = element::<Element>(WHOLE) {
            let _ = whole.append_child(&document().create_text_node(&piece));
        }
        self.seen.set(view);
        self.left.set(left as u64);
    }

    /// Returns the selected row.
    pub fn row(self) -> Option<LogEntry> {
        self.log.row(self.list.selected.get_untracked()?)
    }

    /// A message, or the words of anything else.
    pub fn whole(self, row: &LogEntry) -> Whole {
        match &row.body {
            Body::Sent { text, .. } | Body::Received { text, .. } => Whole::Text(text.clone()),
            Body::Binary { bytes, .. } => Whole::of(bytes),
            body => {
                let strings = self.language.strings();
                Whole::Text((server(strings, body) + &lead(body) + &content(strings, body, usize::MAX)).into())
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
