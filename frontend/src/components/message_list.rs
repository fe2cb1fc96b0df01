//! The list. Only the rows on the screen, and a few beyond either edge, are in the document; its
//! height and the space above them stand for the rest.

use super::row::{RowView, key, on_button};
use crate::{
    browser::focus,
    i18n::fill,
    log::window::{self, View},
    store::Store,
    view::{Part, click, part, text},
};
use leptos::{
    ev::KeyboardEvent,
    html::{Ol, Section},
    prelude::*,
};
use std::ops::Range;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{HtmlElement, ResizeObserver};

/// The list's id.
pub const LIST: &str = "list";
/// The id of what shows the whole of a row.
pub const INSPECTOR: &str = "inspector";

/// The list and what lies over it.
#[component]
pub fn MessageList(store: Store) -> impl IntoView {
    let list = List::new(store);
    list.keep_in_shape();
    view! {
        <main class="list">
            <section
                id=LIST
                class="scroller"
                role="log"
                aria-live=text(move || list.live())
                tabindex="0"
                aria-label=store.say(|words| words.messages)
                node_ref=list.scroller
                on:scroll=move |_| list.scrolled()
                on:wheel=move |event| {
                    if event.delta_y() < 0.0 {
                        list.leave();
                    }
                }
                on:keydown=move |event| {
                    list.key(&event);
                }
                on:touchmove=move |_| list.leave()
                on:touchend=move |_| list.scrolled()
            >
                <ol id="divShow" node_ref=list.rows>
                    <For each=move || list.seen() key=move |row| key(store, row) let:row>
                        <RowView store row/>
                    </For>
                </ol>
                {empty(store)}
            </section>
            {unseen(list)}
        </main>
    }
}

/// What the list says while it has no rows.
fn empty(store: Store) -> Part {
    let empty = Memo::new(move |_| store.read(|journal| journal.rows.is_empty()));
    part(move || empty.get().then(|| view! { <p class="empty">{store.say(|words| words.empty)}</p> }.into_any()))
}

/// How many rows came below the screen, and the way to them.
fn unseen(list: List) -> Part {
    let store = list.store;
    let some = Memo::new(move |_| list.unseen() != 0);
    let count = text(move || fill(store.words().new_rows, &[("n", &store.words().number(list.unseen()))]));
    let button = move || {
        view! {
            <button type="button" class="new" on:click=click(move || store.follow.set(true))>
                <span aria-hidden="true">"↓ "</span>
                {count.clone()}
            </button>
        }
    };
    part(move || some.get().then(|| button().into_any()))
}

/// The list's own state. A handle: copies are the same list.
#[derive(Clone, Copy)]
struct List {
    store: Store,
    scroller: NodeRef<Section>,
    rows: NodeRef<Ol>,
    view: RwSignal<View>,
    /// Shown rows there ever were when it stopped following.
    left_at: RwSignal<u64>,
    /// Places rows have moved since it was drawn last.
    shifted: StoredValue<isize>,
}

impl List {
    fn new(store: Store) -> Self {
        Self {
            store,
            scroller: NodeRef::new(),
            rows: NodeRef::new(),
            view: RwSignal::default(),
            left_at: RwSignal::new(0),
            shifted: StoredValue::new(0),
        }
    }

    /// The rows to draw.
    fn seen(self) -> Vec<crate::log::Row> {
        self.store.unseen_from.track();
        self.store.rows(self.places())
    }

    /// Their places.
    fn places(self) -> Range<usize> {
        self.drawn().rows(self.count())
    }

    /// How many rows there are to show.
    fn count(self) -> usize {
        self.store.read(|journal| journal.shown.len(&journal.rows))
    }

    /// How many there ever were.
    fn ever(self) -> u64 {
        self.store.read(|journal| journal.shown.ever(&journal.rows))
    }

    /// Rows that came since it stopped following.
    fn unseen(self) -> u64 {
        if self.store.follow.get() {
            return 0;
        }
        self.ever().saturating_sub(self.left_at.get())
    }

    /// New rows are read out where they are looked at, unless there are too many.
    fn live(self) -> &'static str {
        if self.store.follow.get() && !self.store.quiet.get() { "polite" } else { "off" }
    }

    /// A person goes up: the list stays there, unless there is nowhere to go.
    fn leave(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        if self.store.follow.get_untracked() && scroller.scroll_height() > scroller.client_height() {
            self.left_at.set(untrack(|| self.ever()));
            self.view.set(measure(&scroller));
            self.store.follow.set(false);
        }
    }

    fn scrolled(self) {
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let (before, view) = (self.view.get_untracked().top, measure(&scroller));
        let following = self.store.follow.get_untracked();
        self.view.set(view);
        match view.follows(scroller.scroll_height(), before, following) {
            true if !following => self.store.follow.set(true),
            true => {}
            false => self.leave(),
        }
    }

    /// Keys that go through the rows; the others scroll.
    fn key(self, event: &KeyboardEvent) {
        let key = event.key();
        if matches!(key.as_str(), "ArrowUp" | "PageUp" | "Home") && !event.alt_key() {
            return self.leave();
        }
        let by = match key.as_str() {
            "k" | "ArrowUp" => -1,
            "j" => 1,
            "ArrowDown" if event.alt_key() => 1,
            "Enter" if !on_button(event) => 0,
            _ => return,
        };
        event.prevent_default();
        let View { top, height } = untrack(|| self.drawn());
        self.store.inspect_next(by, window::place(top + height));
        if by == 0 {
            focus(INSPECTOR);
        }
    }

    /// The row that is looked into comes onto the screen.
    fn reveal(self) {
        let Some(row) = self.store.selected.get() else { return };
        let view = untrack(|| self.drawn());
        let place = untrack(|| self.store.read(|journal| journal.shown.place(&journal.rows, row)));
        let Some(top) = view.reveal(place) else { return };
        self.leave();
        if let Some(scroller) = self.scroller.get_untracked() {
            scroller.set_scroll_top(top);
        }
    }

    /// What is seen of the list.
    fn drawn(self) -> View {
        let view = self.view.get();
        if self.store.follow.get() { view.at_end(self.count()) } else { view }
    }

    /// Height, space above, and the end, with each frame in which something changed.
    fn keep_in_shape(self) {
        self.scroller.on_load(move |scroller| self.watch_size(scroller));
        Effect::new(move || self.reveal());
        Effect::new(move || {
            let (count, shifted) =
                self.store.read(|journal| (journal.shown.len(&journal.rows), journal.shown.shifted(&journal.rows)));
            let moved = shifted - self.shifted.get_value();
            self.shifted.set_value(shifted);
            let (Some(scroller), Some(rows)) = (self.scroller.get(), self.rows.get()) else { return };
            let view = self.view.get();
            if self.store.follow.get() {
                space(&rows, count, view.at_end(count));
                scroller.set_scroll_top(i32::MAX);
            } else {
                space(&rows, count, view);
                if moved != 0 {
                    scroller.set_scroll_top(view.top - window::offset(moved));
                }
            }
        });
    }

    fn watch_size(self, scroller: HtmlElement) {
        let watched = scroller.clone();
        let changed = Closure::<dyn FnMut()>::new(move || self.view.set(measure(&scroller)));
        let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) else { return };
        observer.observe(&watched);
        StoredValue::new_local((observer, changed));
    }
}

/// The list is as high as all its rows; those in the document begin where they belong. Set
/// through the style object: the page's policy forbids style attributes.
fn space(rows: &HtmlElement, count: usize, view: View) {
    let above = window::height(view.rows(count).start);
    let _ = rows.style().set_property("height", &format!("{}px", window::height(count)));
    let _ = rows.style().set_property("padding-top", &format!("{above}px"));
}

fn measure(scroller: &HtmlElement) -> View {
    View { top: scroller.scroll_top(), height: scroller.client_height() }
}
