//! View of one row: time, icon, text, delivery state. Message text goes into text nodes, never into markup.

use super::{
    row_pool::BoundRow,
    row_text::{connection_prefix, content, delivery_label, kind_label, message_prefix, with_reason},
};
use crate::{
    i18n::ShellStrings,
    model::log::{Body, Kind, LogEntry},
    platform::{dom::has_selection, time::LocalTime},
    reactive::ErasedValue,
    reactive::view::{ClickHandler, DynamicView, click_handler, dynamic_view, text},
    state::{Language, ListState, LogState, Messages, RowPart, context},
    ui::focus::focus_message_field,
};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yodel_client::Delivery;

/// Maximum number of rendered characters of a text: a row is one line.
const MAX_CHARS: usize = 1_000;
/// Sign in front of a marked row.
const MARK: &str = "★";
/// Time in which a second click makes a double click, in milliseconds.
const DOUBLE_CLICK_MS: u32 = 400;

/// State that the rows read and change.
#[derive(Clone, Copy)]
pub struct RowContext {
    language: &'static Language,
    list: &'static ListState,
    log: &'static LogState,
    messages: &'static Messages,
    /// Opens the clicked row, unless another click follows.
    clicked: ErasedValue<Option<Timeout>>,
}

impl RowContext {
    /// Returns the state from the context.
    pub fn from_context() -> Self {
        Self {
            language: context::<Language>(),
            list: context::<ListState>(),
            log: context::<LogState>(),
            messages: context::<Messages>(),
            clicked: ErasedValue::new(None),
        }
    }
}

/// Returns the view of a row. A received message can be replaced by another one in the same elements.
pub fn row_view(cx: RowContext, row: BoundRow) -> AnyView {
    let id = row.get_untracked();
    let entry = cx.log.entry(id);
    let kind = entry.as_ref().map_or(Kind::Info, LogEntry::kind);
    let is_first_unseen = cx.list.unseen_from.get_untracked() == Some(id);
    let divider = is_first_unseen.then(|| {
        view! { <strong class="divider">{cx.language.label(|strings| strings.new_messages_divider)}</strong> }
            .into_any()
    });
    let [selected, clicked, connected, rendered, timed, ended] = std::array::from_fn(|_| row.clone());
    let current_row = move |row: &BoundRow| cx.log.entry(row.get());
    let time = move |string: fn(&LocalTime) -> String| {
        let row = row.clone();
        text(move || current_row(&row).map(|row| string(&LocalTime::new(row.at_ms))).unwrap_or_default())
    };
    view! {
        <li
            class=class(kind)
            aria-current=text(move || (cx.list.selected.get() == Some(selected.get())).to_string())
            on:click=inspect(cx, clicked)
        >
            <time datetime=time(LocalTime::iso)>
                {time(LocalTime::minutes)}<span class="seconds">{time(LocalTime::seconds)}{decoration(cx, RowPart::Time, timed)}</span>
            </time>
            <span aria-hidden="true">{icon(kind)}</span>
            <span class="sr-only">{text(move || kind_label(cx.language.strings(), kind))}</span>
            <span class="text">
                <span class="server">{text(move || current_row(&connected).map(|row| prefix(cx, &row)).unwrap_or_default())}</span>
                {dynamic_view(move || current_row(&rendered).map(|row| highlighted(cx, &row)))}
            </span>
            {entry.and_then(|row| delivery_view(cx, &row))}
            {decoration(cx, RowPart::End, ended)}
            {divider}
        </li>
    }
    .into_any()
}

/// Returns what the panels add to a row.
fn decoration(cx: RowContext, part: RowPart, row: BoundRow) -> DynamicView {
    dynamic_view(move || {
        let row = row.clone();
        cx.list.decoration.get().map(|decorate| decorate(part, Arc::new(move || row.get())))
    })
}

/// Returns the click handler that opens the row in the inspector, unless a button was clicked or text is selected. The
/// inspector moves the rows, so while it is closed it waits for a second click, which selects a word.
fn inspect(cx: RowContext, row: BoundRow) -> ClickHandler {
    Box::new(move |event| {
        if on_button(&event) {
            return;
        }
        let id = row.get_untracked();
        let open = move || {
            if !has_selection() {
                cx.list.inspect(id);
            }
        };
        let is_open = cx.list.selected.with_untracked(Option::is_some);
        // The count is 0 for clicks of assistive technology.
        cx.clicked.set_value(match event.detail() {
            1 if !is_open => Some(Timeout::new(DOUBLE_CLICK_MS, open)),
            0 | 1 => {
                open();
                None
            }
            _ => None,
        });
    })
}

/// Returns whether the target of an event is in a button.
pub fn on_button(event: &web_sys::Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest("button").is_ok_and(|button| button.is_some()))
}

/// Returns the start of a row about the connection; empty for other rows.
fn prefix(cx: RowContext, row: &LogEntry) -> String {
    connection_prefix(strings(cx, &row.body), &row.body)
}

/// Returns the strings of a row. They are not tracked for a received text, which is the same in all languages: in a flood
/// its row would subscribe to the language in each frame, which takes time in proportion to the number of subscribers.
fn strings(cx: RowContext, body: &Body) -> &'static ShellStrings {
    let strings = || cx.language.strings();
    if matches!(body, Body::Received { .. }) { untrack(strings) } else { strings() }
}

/// Returns the text of a row, with the matches of the filter highlighted. A star is in front of a marked row.
fn highlighted(cx: RowContext, LogEntry { id, body, .. }: &LogEntry) -> AnyView {
    let (mut prefix, content) = (message_prefix(body), content(strings(cx, body), body, MAX_CHARS));
    if cx.list.marked.with(|marked| marked.binary_search(id).is_ok()) {
        prefix.insert_str(0, MARK);
    }
    let highlighted = cx.list.highlighter.with(|highlight| highlight.as_ref().map(|highlight| highlight(&content)));
    // Each part is isolated (style.css), so that no text turns around another one.
    view! {
        <span>{prefix}</span>
        <span>{highlighted.unwrap_or_else(|| content.into_any())}</span>
    }
    .into_any()
}

/// Returns the delivery state of a sent message with its buttons; `None` for other rows.
fn delivery_view(cx: RowContext, row: &LogEntry) -> Option<AnyView> {
    let delivery = row.body.delivery()?;
    let (id, error) = (row.id, row.body.error().cloned());
    let no_recipient = matches!(row.body, Body::Sent { no_recipient: true, .. });
    let retry = (delivery == Delivery::Failed).then(|| {
        view! {
            <button
                type="button"
                class="btn-small"
                on:click=click_handler(move || {
                    cx.messages.send_again(id);
                    focus_message_field();
                })
            >
                {cx.language.label(|strings| strings.retry)}
            </button>
        }
        .into_any()
    });
    let delete = matches!(delivery, Delivery::Failed | Delivery::Waiting).then(|| {
        view! {
            <button
                type="button"
                class="btn-small"
                on:click=click_handler(move || {
                    cx.messages.delete(id);
                    focus_message_field();
                })
            >
                {cx.language.label(|strings| strings.delete)}
            </button>
        }
        .into_any()
    });
    let (check, hidden) = match delivery {
        _ if no_recipient => ("", ""),
        Delivery::Sent => ("✓", "sr-only"),
        Delivery::Acknowledged => ("✓✓", "sr-only"),
        _ => ("", ""),
    };
    let status = move || with_reason(delivery_label(cx.language.strings(), delivery, no_recipient), error.as_deref());
    let view = view! {
        <span class="delivery">
            <span aria-hidden="true">{check}</span>
            <span class=hidden>{text(status)}</span>
            {retry}
            {delete}
        </span>
    };
    Some(view.into_any())
}

fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Info => "list-group-item list-group-item-info",
        Kind::Sent => "list-group-item list-group-item-success",
        Kind::Received => "list-group-item list-group-item-warning",
        Kind::Error => "list-group-item list-group-item-danger",
    }
}

fn icon(kind: Kind) -> &'static str {
    match kind {
        Kind::Info => "●",
        Kind::Sent => "↑",
        Kind::Received => "↓",
        Kind::Error => "✕",
    }
}
