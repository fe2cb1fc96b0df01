//! View of one row: time, icon, text, delivery state. Message text goes into text nodes, never into markup.

use super::{
    row_pool::BoundRow,
    row_text::{self, connection_prefix, content, delivery_label, message_prefix, with_reason},
};
use crate::{
    i18n::ShellStrings,
    model::log::{Body, Kind, LogEntry},
    platform::time::LocalTime,
    reactive::view::{Click, click, part, text},
    state::{Language, ListState, LogState, Messages, context},
    ui::focus::focus_message_field,
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yodel_client::Delivery;

/// Characters of a text that are drawn at most: a row is one line.
const SHOWN: usize = 1_000;

/// State that the rows read and change.
#[derive(Clone, Copy)]
pub struct RowContext {
    language: &'static Language,
    list: &'static ListState,
    log: &'static LogState,
    messages: &'static Messages,
}

impl RowContext {
    /// Returns the state from the context.
    pub fn from_context() -> Self {
        Self {
            language: context::<Language>(),
            list: context::<ListState>(),
            log: context::<LogState>(),
            messages: context::<Messages>(),
        }
    }
}

/// A row of the list. A received message can be replaced by another one in the same elements.
#[component]
pub fn RowView(states: RowContext, row: BoundRow) -> impl IntoView {
    let id = row.get_untracked();
    let first = states.log.row(id);
    let kind = first.as_ref().map_or(Kind::Info, LogEntry::kind);
    let is_first = states.list.unseen_from.get_untracked() == Some(id);
    let divider = is_first.then(|| {
        view! { <strong class="divider">{states.language.label(|strings| strings.new_messages_divider)}</strong> }
            .into_any()
    });
    let [selected, clicked, about] = std::array::from_fn(|_| row.clone());
    let current_row = move |row: &BoundRow| states.log.row(row.get());
    let bind = move |string: fn(&'static ShellStrings, &LogEntry) -> String| {
        let row = row.clone();
        text(move || current_row(&row).map(|row| string(states.language.strings(), &row)).unwrap_or_default())
    };
    view! {
        <li
            class=class(kind)
            aria-current=text(move || (states.list.selected.get() == Some(selected.get())).to_string())
            on:click=inspect(states, clicked)
        >
            <time datetime=bind(|_, row| LocalTime::new(row.at_ms).iso())>
                {bind(|_, row| LocalTime::new(row.at_ms).minutes())}<span class="seconds">{bind(|_, row| LocalTime::new(row.at_ms).seconds())}</span>
            </time>
            <span aria-hidden="true">{icon(kind)}</span>
            <span class="sr-only">{bind(|strings, row| row_text::kind_label(strings, row.kind()).to_owned())}</span>
            <span class="text">
                <span class="server">{bind(|strings, row| connection_prefix(strings, &row.body))}</span>
                {part(move || current_row(&about).map(|row| highlighted(states, &row.body)))}
            </span>
            {first.and_then(|row| delivery_view(states, &row))}
            {divider}
        </li>
    }
}

/// Returns the click handler that opens the row in the inspector, unless a button was clicked.
fn inspect(states: RowContext, row: BoundRow) -> Click {
    Box::new(move |event| {
        if !on_button(&event) {
            states.list.inspect(row.get_untracked());
        }
    })
}

/// Returns whether the target of an event is in a button.
pub fn on_button(event: &web_sys::Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest("button").is_ok_and(|button| button.is_some()))
}

/// Returns the text of a row, with the matches of the filter highlighted.
fn highlighted(states: RowContext, body: &Body) -> AnyView {
    let (prefix, content) = (message_prefix(body), content(states.language.strings(), body, SHOWN));
    let marked = states.list.mark.with(|mark| mark.as_ref().map(|mark| mark(&content)));
    (prefix, marked.unwrap_or_else(|| content.into_any())).into_any()
}

/// Returns the delivery state of a sent message with its buttons; `None` for other rows.
fn delivery_view(states: RowContext, row: &LogEntry) -> Option<AnyView> {
    let Body::Sent { text: sent, delivery, error: why, no_recipient: nobody, .. } = &row.body else { return None };
    let (id, delivery, sent, why, nobody) = (row.id, *delivery, sent.clone(), why.clone(), *nobody);
    let retry = (delivery == Delivery::Failed).then(|| {
        view! {
            <button
                type="button"
                class="btn-small"
                on:click=click(move || {
                    states.messages.send_again(id, &sent);
                    focus_message_field();
                })
            >
                {states.language.label(|strings| strings.retry)}
            </button>
        }
        .into_any()
    });
    let delete = matches!(delivery, Delivery::Failed | Delivery::Waiting).then(|| {
        view! {
            <button
                type="button"
                class="btn-small"
                on:click=click(move || {
                    states.messages.delete(id);
                    focus_message_field();
                })
            >
                {states.language.label(|strings| strings.delete)}
            </button>
        }
        .into_any()
    });
    let (check, hidden) = match delivery {
        _ if nobody => ("", ""),
        Delivery::Sent => ("✓", "sr-only"),
        Delivery::Acknowledged => ("✓✓", "sr-only"),
        _ => ("", ""),
    };
    let status = move || with_reason(delivery_label(states.language.strings(), delivery, nobody), why.as_deref());
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
