//! Properties of a row.

use super::selected_row::Inspector;
use crate::{
    i18n::{ShellStrings, fill, inspector::InspectorStrings},
    model::log::{Body, Envelope, LogEntry, envelope::SharedFields},
    platform::time::LocalTime,
    reactive::ErasedMemo,
    reactive::view::{DynamicView, dynamic_view},
    ui::log_list::row_text::delivery_label,
    ui::panels::rows::content::Content,
};
use leptos::prelude::*;

/// Names and values, in order.
type Properties = Vec<(&'static str, String)>;

impl Inspector {
    /// Returns the properties. They follow the delivery state.
    pub(super) fn properties(self) -> DynamicView {
        let version = ErasedMemo::new(move || {
            let row = self.rows.list.selected.get()?;
            self.rows.log.read(|log| log.entries.get(row).map(|row| (row.id, row.version())))
        });
        dynamic_view(move || {
            version.get()?;
            let row = self.row()?;
            let shell = self.rows.language.strings();
            let content = Content::of_row(&row, shell);
            let mut properties = properties(self.strings(), shell, &row, &content);
            let since = self.rows.since_previous(row.id).map(|ms| self.rows.elapsed(ms));
            properties.extend(since.map(|since| (self.strings().since, since)));
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
}

/// Returns the properties of a row.
fn properties(
    strings: &InspectorStrings,
    shell: &'static ShellStrings,
    row: &LogEntry,
    content: &Content,
) -> Properties {
    let size = shell.number(content.bytes().len() as u64);
    let kind =
        if matches!(row.body, Body::Binary { .. } | Body::SentBinary { .. }) { strings.binary } else { strings.text };
    let mut properties = vec![(strings.time, time(row.at_ms)), (strings.size, fill(kind, &[("n", &size)]))];
    if let Some(envelope) = row.envelope() {
        add_envelope(strings, envelope, &mut properties);
    }
    if let Some(delivery) = row.body.delivery() {
        let no_recipient = matches!(row.body, Body::Sent { no_recipient: true, .. });
        properties.extend(row.destination().map(|to| (strings.to, to.to_string())));
        properties.push((strings.status, delivery_label(shell, delivery, no_recipient).to_owned()));
        properties.extend(row.body.error().map(|error| (strings.reason, error.to_string())));
    }
    properties
}

fn add_envelope(strings: &InspectorStrings, envelope: &Envelope, properties: &mut Properties) {
    let SharedFields { room, event, from, stream_id } = &**envelope;
    properties.extend(room.as_ref().map(|room| (strings.room, room.to_string())));
    properties.extend(envelope.offset().map(|offset| (strings.offset, offset.0.to_string())));
    properties.push((strings.event, event.to_string()));
    if let Some(id) = stream_id {
        properties.extend((!id.is_empty()).then(|| (strings.event_id, id.to_string())));
        return; // Event streams have neither sender nor time.
    }
    properties.extend(from.as_ref().map(|from| {
        let user = from.user.as_ref().map(|user| format!("{user} "));
        (strings.from, format!("{}({})", user.unwrap_or_default(), from.client))
    }));
    properties.push((strings.server_time, time(envelope.time())));
}

/// Returns a time of day with milliseconds.
pub fn time_of_day(at_ms: u64) -> String {
    let time = LocalTime::new(at_ms);
    format!("{}{}.{:03}", time.minutes(), time.seconds(), at_ms % 1_000)
}

/// Returns a time as local time with milliseconds and as ISO 8601, or the number if it is not a time.
fn time(at_ms: u64) -> String {
    let Some(time) = LocalTime::checked(at_ms) else { return at_ms.to_string() };
    format!("{} · {}", time_of_day(at_ms), time.iso())
}
