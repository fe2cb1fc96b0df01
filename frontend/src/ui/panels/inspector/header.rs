//! The heading: kind, time and size of the row, or that it was removed.

use super::{properties::time_of_day, selected_row::Inspector};
use crate::{
    i18n::fill,
    model::log::Kind,
    reactive::ErasedMemo,
    reactive::view::{DynamicView, Text, dynamic_view, text},
    ui::{panels::rows::content::Content, widgets::button},
};
use leptos::prelude::*;

impl Inspector {
    /// Returns the heading and the buttons to other rows.
    pub(super) fn header(self) -> AnyView {
        let list = self.rows.list;
        view! {
            <div class="panel-header">
                <h2 id="message">{self.title()}</h2>
                {button("btn-text", self.label(|strings| strings.previous), move || list.inspect_next(-1, 0))}
                {button("btn-text", self.label(|strings| strings.next), move || list.inspect_next(1, 0))}
                {button("btn-text", self.label(|strings| strings.close), move || self.close())}
            </div>
            {self.removed_hint()}
        }
        .into_any()
    }

    fn title(self) -> Text {
        text(move || {
            self.rows.list.selected.track();
            let strings = self.strings();
            let Some(row) = self.row() else { return strings.heading.to_owned() };
            let kind = match row.kind() {
                Kind::Received => strings.received,
                Kind::Sent => strings.sent,
                Kind::Info | Kind::Error => strings.event_row,
            };
            let shell = self.rows.language.strings();
            let size = shell.number(Content::of_row(&row, shell).bytes().len() as u64);
            fill(strings.title, &[("kind", &kind), ("time", &time_of_day(row.at_ms)), ("n", &size)])
        })
    }

    /// Returns the hint that the row is no more in the list.
    fn removed_hint(self) -> DynamicView {
        let is_removed = ErasedMemo::new(move || {
            let selected = self.rows.list.selected.get();
            selected.is_some_and(|id| self.rows.log.read(|log| log.entries.get(id).is_none()))
        });
        dynamic_view(move || {
            is_removed.get().then(|| view! { <p class="muted">{self.label(|strings| strings.removed)}</p> }.into_any())
        })
    }
}
