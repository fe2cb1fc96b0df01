//! The view of the toolbar.

use super::{
    export::{Export, Progress},
    matching::KindFilter,
    pattern::Pattern,
    record::Format,
    search::Search,
    thread::Thread,
};
use crate::{
    i18n::{fill, find::FindStrings},
    model::log::{EntryId, Log},
    platform::dom::{element, focus},
    reactive::view::{
        BoolAttribute, ClickHandler, DynamicView, Text, bool_attribute, click_handler, dynamic_view, text,
    },
    reactive::{ErasedSignal, ErasedValue, effect},
    state::{Language, Layout, ListState, LogState, context},
    ui::{
        focus::LIST,
        keys::is_composing,
        panels::panel_state::PanelState,
        widgets::{button, toggle_group},
    },
};
use leptos::{ev::KeyboardEvent, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Id of the filter field.
const FIELD: &str = "txtFind";

/// Returns the toolbar.
pub fn toolbar() -> AnyView {
    let toolbar = Toolbar::new();
    on_cleanup(move || toolbar.close());
    toolbar.view()
}

/// Text and kinds of the filter of a connection while another one is active.
#[derive(Clone, Copy)]
struct KeptFilter(ErasedValue<(String, KindFilter)>);

/// State of the toolbar. A handle: copies refer to the same toolbar.
#[derive(Clone, Copy)]
pub(super) struct Toolbar {
    pub(super) language: &'static Language,
    layout: &'static Layout,
    pub(super) list: &'static ListState,
    pub(super) log: &'static LogState,
    kept: KeptFilter,
    pub(super) typed: ErasedSignal<String>,
    pub(super) kinds: ErasedSignal<KindFilter>,
    /// The browser's message about an invalid regular expression, or why the search ended.
    pub(super) error: ErasedSignal<String>,
    exporting: ErasedSignal<bool>,
    pub(super) exported: ErasedSignal<Option<Progress>>,
    pub(super) pattern: ErasedValue<Option<Pattern>>,
    pub(super) search: ErasedValue<Option<Search>>,
    /// Threads that match regular expressions: for the search and for highlighting.
    pub(super) threads: ErasedValue<[Thread; 2]>,
    /// `true` if a slice of the search is scheduled.
    pub(super) slice_requested: ErasedValue<bool>,
}

impl Toolbar {
    fn new() -> Self {
        let kept = PanelState::get().part(|| KeptFilter(ErasedValue::new(Default::default())));
        let (typed, kinds) = kept.0.get_value();
        let toolbar = Self {
            language: context::<Language>(),
            layout: context::<Layout>(),
            list: context::<ListState>(),
            log: context::<LogState>(),
            kept,
            typed: ErasedSignal::new(typed),
            kinds: ErasedSignal::new(kinds),
            error: ErasedSignal::default(),
            exporting: ErasedSignal::new(false),
            exported: ErasedSignal::new(None),
            pattern: ErasedValue::new(None),
            search: ErasedValue::new(None),
            threads: ErasedValue::new(Default::default()),
            slice_requested: ErasedValue::new(false),
        };
        let mut is_first = true;
        effect(move || toolbar.start_search(std::mem::take(&mut is_first)));
        effect(move || {
            if toolbar.layout.filter_requested.get() {
                toolbar.layout.filter_requested.set(false);
                request_animation_frame(focus_filter);
            }
        });
        effect(move || {
            toolbar.log.read(|log| log.entries.pushed());
            untrack(|| toolbar.request_slice());
        });
        toolbar
    }

    fn view(self) -> AnyView {
        view! {
            <section class="toolbar" aria-label=self.label(|strings| strings.heading)>
                <input
                    id=FIELD
                    class="form-control"
                    type="search"
                    autocomplete="off"
                    spellcheck="false"
                    value=self.typed.get_untracked()
                    aria-label=self.label(|strings| strings.filter)
                    aria-describedby="found"
                    aria-invalid=text(move || (!self.error.get().is_empty()).to_string())
                    placeholder=self.label(|strings| strings.placeholder)
                    on:keydown=move |event| leave_filter(&event)
                    on:input=move |event| {
                        let field = event.target().and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
                        self.typed.set(field.map(|field| field.value()).unwrap_or_default());
                    }
                />
                {self.kind_choice()}
                {button("btn", self.pause_label(), move || self.pause())}
                {button("btn", self.label(|strings| strings.export), move || self.exporting.update(|open| *open = !*open))}
                {self.formats()}
                <p id="found" role="status">
                    {text(move || self.status())}
                </p>
            </section>
        }
        .into_any()
    }

    fn kind_choice(self) -> AnyView {
        let one =
            |kinds: KindFilter, string: fn(&FindStrings) -> &'static str| -> (Text, BoolAttribute, ClickHandler) {
                (
                    self.label(string),
                    bool_attribute(move || self.kinds.get() == kinds),
                    click_handler(move || self.kinds.set(kinds)),
                )
            };
        let kinds = vec![
            one(KindFilter::All, |strings| strings.all),
            one(KindFilter::Sent, |strings| strings.sent),
            one(KindFilter::Received, |strings| strings.received),
            one(KindFilter::Events, |strings| strings.events),
        ];
        toggle_group(self.label(|strings| strings.kinds), kinds)
    }

    fn formats(self) -> DynamicView {
        let one = move |format, string| button("btn", self.label(string), move || self.export(format));
        dynamic_view(move || {
            self.exporting.get().then(|| {
                let both = (one(Format::Json, |strings| strings.json_lines), one(Format::Csv, |strings| strings.csv));
                view! { <span class="formats">{both}</span> }.into_any()
            })
        })
    }

    fn status(self) -> String {
        let strings = self.strings();
        let number = |number: u64| self.language.strings().number(number);
        if !self.error.get().is_empty() {
            return self.error.get();
        }
        let (matches, total) = self.log.read(|log| (log.filter.match_count(), log.entries.len()));
        let fill_counts = |string, n, total| fill(string, &[("n", &number(n)), ("total", &number(total))]);
        if let (Some(Progress { rows, total, done }), true) = (self.exported.get(), self.exporting.get()) {
            return fill_counts(if done { strings.exported } else { strings.exporting }, rows, total);
        }
        let Some(matches) = matches else { return String::new() };
        let count = fill_counts(strings.count, matches as u64, total as u64);
        match self.selected_match() {
            Some(position) => format!("{count} · {}", fill(strings.position, &[("n", &number(position as u64))])),
            None => count,
        }
    }

    /// Returns the position of the selected row among the matches, from 1, tracked.
    fn selected_match(self) -> Option<usize> {
        let selected = self.list.selected.get()?;
        self.log.read(|log| log.filter.position(selected))
    }

    fn pause(self) {
        self.log.change(|Log { entries, filter, .. }| {
            let pause_at = filter.held_back(entries).is_none().then(|| EntryId(entries.pushed()));
            filter.pause(pause_at);
        });
    }

    fn pause_label(self) -> Text {
        text(move || {
            let strings = self.strings();
            match self.log.read(|log| log.filter.held_back(&log.entries)) {
                None => strings.pause.to_owned(),
                Some(0) => strings.resume.to_owned(),
                Some(n) => fill(strings.resume_new, &[("n", &self.language.strings().number(n))]),
            }
        })
    }

    fn export(self, format: Format) {
        Export::start(self.language, self.log, format, move |progress| self.exported.set(Some(progress)));
    }

    /// Removes the filter, because without the toolbar all rows are shown. When Tools is closed, removes the pause as
    /// well, and shows a notice about both; when another connection becomes active, the filter returns with this one.
    fn close(self) {
        let returns = self.layout.tools.get_untracked();
        let kept = if returns { (self.typed.get_untracked(), self.kinds.get_untracked()) } else { Default::default() };
        self.kept.0.set_value(kept);
        let is_active = |log: &Log| log.filter.match_count().is_some() || log.filter.held_back(&log.entries).is_some();
        if !returns && self.log.peek(is_active) {
            self.layout.notify("filter", self.label(|strings| strings.ended));
        }
        self.threads.get_value().iter().for_each(Thread::end);
        self.list.highlighter.set(None);
        self.log.change(|log| {
            if !returns {
                log.filter.pause(None);
            }
            log.filter.reset(false);
        });
    }

    pub(super) fn strings(self) -> &'static FindStrings {
        FindStrings::of(self.language.lang.get())
    }

    fn label(self, string: fn(&FindStrings) -> &'static str) -> Text {
        text(move || string(self.strings()))
    }
}

/// Moves the focus to the filter field.
fn focus_filter() {
    if let Some(field) = element::<HtmlInputElement>(FIELD) {
        let _ = field.focus();
        field.select();
    }
}

/// Moves the focus to the list after Enter: the filter is applied while it is typed.
fn leave_filter(event: &KeyboardEvent) {
    if event.key() == "Enter" && !is_composing(event) {
        focus(LIST);
    }
}
