//! Over the list: finding, pausing, exporting.
//!
//! | idea | file |
//! |---|---|
//! | what is looked for | [`pattern`] |
//! | whether a row has it | [`look`] |
//! | looking through the rows in slices | [`search`] |
//! | rows into a file | [`export`] |
//! | one row as a line of it | [`record`] |

mod export;
mod look;
mod pattern;
mod record;
mod search;

use crate::{
    i18n::{fill, find::FindStrings},
    model::log::{EntryId, Log, LogEntry},
    reactive::view::{Click, Flag, Part, Text, click, flag, part, text},
    reactive::{ErasedSignal, ErasedValue, effect},
    state::{Language, ListState, LogState, context},
    ui::widgets::{button, choice},
};
use export::Export;
use leptos::prelude::*;
use look::{Kinds, look};
use pattern::Pattern;
use record::Format;
use search::Search;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// The id of the field.
const FIELD: &str = "txtFind";
/// How long a slice of the search takes, in milliseconds.
const SLICE_MS: f64 = 16.0;

/// The bar over the list.
pub fn bar() -> AnyView {
    let bar = Bar::new();
    on_cleanup(move || bar.end());
    bar.view()
}

/// The bar's own state. A handle: copies are the same bar.
#[derive(Clone, Copy)]
struct Bar {
    language: &'static Language,
    list: &'static ListState,
    log: &'static LogState,
    typed: ErasedSignal<String>,
    kinds: ErasedSignal<Kinds>,
    /// The browser's words about an expression that is none.
    wrong: ErasedSignal<String>,
    exporting: ErasedSignal<bool>,
    /// Rows that are written to a file, and whether these are all.
    exported: ErasedSignal<Option<(u64, bool)>>,
    pattern: ErasedValue<Option<Pattern>>,
    search: ErasedValue<Option<Search>>,
    /// A slice is asked for.
    asked: ErasedValue<bool>,
}

impl Bar {
    fn new() -> Self {
        let bar = Self {
            language: context::<Language>(),
            list: context::<ListState>(),
            log: context::<LogState>(),
            typed: ErasedSignal::default(),
            kinds: ErasedSignal::default(),
            wrong: ErasedSignal::default(),
            exporting: ErasedSignal::new(false),
            exported: ErasedSignal::new(None),
            pattern: ErasedValue::new(None),
            search: ErasedValue::new(None),
            asked: ErasedValue::new(false),
        };
        effect(move || bar.begin());
        effect(move || {
            bar.log.read(|log| log.rows.pushed());
            untrack(|| bar.go_on());
        });
        bar
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
                    aria-label=self.label(|strings| strings.filter)
                    aria-describedby="found"
                    aria-invalid=text(move || (!self.wrong.get().is_empty()).to_string())
                    placeholder=self.label(|strings| strings.placeholder)
                    on:input=move |event| {
                        let field = event.target().and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
                        self.typed.set(field.map(|field| field.value()).unwrap_or_default());
                    }
                />
                {self.choose_kinds()}
                {button("btn", self.pause_word(), move || self.pause())}
                {button("btn", self.label(|strings| strings.export), move || self.exporting.update(|open| *open = !*open))}
                {self.formats()}
                <p id="found" role="status">
                    {text(move || self.found())}
                </p>
            </section>
        }
        .into_any()
    }

    fn choose_kinds(self) -> AnyView {
        let one = |kinds: Kinds, string: fn(&FindStrings) -> &'static str| -> (Text, Flag, Click) {
            (self.label(string), flag(move || self.kinds.get() == kinds), click(move || self.kinds.set(kinds)))
        };
        let kinds = vec![
            one(Kinds::All, |strings| strings.all),
            one(Kinds::Sent, |strings| strings.sent),
            one(Kinds::Received, |strings| strings.received),
            one(Kinds::Events, |strings| strings.events),
        ];
        choice(self.label(|strings| strings.kinds), kinds)
    }

    fn formats(self) -> Part {
        let one = move |format, word| button("btn", self.label(word), move || self.export(format));
        part(move || {
            self.exporting.get().then(|| {
                let both = (one(Format::Json, |strings| strings.json_lines), one(Format::Csv, |strings| strings.csv));
                view! { <span class="formats">{both}</span> }.into_any()
            })
        })
    }

    /// Begins a search for what is typed now.
    fn begin(self) {
        let (typed, kinds) = (self.typed.get(), self.kinds.get());
        self.language.lang.track();
        self.exported.set(None);
        let pattern = if typed.is_empty() { Ok(None) } else { Pattern::new(&typed).map(Some) };
        self.wrong.set(pattern.as_ref().err().cloned().unwrap_or_default());
        let Ok(pattern) = pattern else { return };
        let some = pattern.is_some() || kinds != Kinds::All;
        self.list.mark.set(pattern.clone().map(Pattern::marks));
        self.pattern.set_value(pattern);
        self.log.change(|journal| {
            journal.shown.find(some);
            self.search.set_value(some.then(|| Search::new(journal.rows.pushed())));
        });
        self.list.follow.set(true);
        untrack(|| self.slice());
    }

    /// Asks for a slice at the next frame.
    fn go_on(self) {
        let wanted = self.search.try_update_value(|search| search.is_some()).unwrap_or_default();
        if wanted && !self.asked.try_update_value(|asked| std::mem::replace(asked, true)).unwrap_or(true) {
            request_animation_frame(move || {
                if self.asked.try_update_value(|asked| *asked = false).is_some() {
                    untrack(|| self.slice());
                }
            });
        }
    }

    fn slice(self) {
        let end = js_sys::Date::now() + SLICE_MS;
        let strings = self.language.strings();
        let kinds = self.kinds.get_untracked();
        let pattern = self.pattern.get_value();
        let look = |rows: &[&LogEntry], piece| look(strings, pattern.as_ref(), kinds, rows, piece);
        let mut more = false;
        self.search.update_value(|search| {
            if let Some(search) = search {
                self.log.change(|journal| more = search.slice(journal, &look, || js_sys::Date::now() < end));
            }
        });
        if more {
            self.go_on();
        }
    }

    fn found(self) -> String {
        let strings = self.strings();
        let number = |number: u64| self.language.strings().number(number);
        if !self.wrong.get().is_empty() {
            return self.wrong.get();
        }
        let (found, rows) = self.log.read(|journal| (journal.shown.found(), journal.rows.len()));
        let of = |word, n| fill(word, &[("n", &number(n)), ("total", &number(rows as u64))]);
        if let (Some((rows, done)), true) = (self.exported.get(), self.exporting.get()) {
            return of(if done { strings.exported } else { strings.exporting }, rows);
        }
        found.map_or_else(String::new, |found| of(strings.count, found as u64))
    }

    fn pause(self) {
        self.log.change(|Log { rows, shown, .. }| {
            let upto = shown.waiting(rows).is_none().then(|| EntryId(rows.pushed()));
            shown.pause(upto);
        });
    }

    fn pause_word(self) -> Text {
        text(move || {
            let strings = self.strings();
            match self.log.read(|journal| journal.shown.waiting(&journal.rows)) {
                None => strings.pause.to_owned(),
                Some(0) => strings.resume.to_owned(),
                Some(n) => fill(strings.resume_new, &[("n", &self.language.strings().number(n))]),
            }
        })
    }

    fn export(self, format: Format) {
        Export::start(self.language, self.log, format, move |rows, done| {
            self.exported.set(Some((rows, done)));
        });
    }

    /// Without the bar all rows are shown.
    fn end(self) {
        self.list.mark.set(None);
        self.log.change(|journal| {
            journal.shown.pause(None);
            journal.shown.find(false);
        });
    }

    fn strings(self) -> &'static FindStrings {
        FindStrings::of(self.language.lang.get())
    }

    fn label(self, string: fn(&FindStrings) -> &'static str) -> Text {
        text(move || string(self.strings()))
    }
}
