//! What is known about a row besides its text.

use crate::{
    i18n::{ShellStrings, fill, inspector::InspectorStrings},
    model::log::{Body, Envelope, LogEntry, envelope::Names},
    platform::time::LocalTime,
    ui::log_list::row_text::state,
};

use super::reader::Whole;

/// Names and values, in the order they are shown in.
pub type Facts = Vec<(&'static str, String)>;

/// What is known about this row.
pub fn facts(strings: &InspectorStrings, page: &'static ShellStrings, row: &LogEntry, whole: &Whole) -> Facts {
    let size = page.number(whole.bytes().len() as u64);
    let kind = if matches!(row.body, Body::Binary { .. }) { strings.binary } else { strings.text };
    let mut facts = vec![(strings.time, time(row.at_ms)), (strings.size, fill(kind, &[("n", &size)]))];
    if let Some(envelope) = row.envelope() {
        of_envelope(strings, envelope, &mut facts);
    }
    if let Body::Sent { to, delivery, why, nobody, .. } = &row.body {
        facts.extend(to.as_ref().map(|to| (strings.to, to.to_string())));
        facts.push((strings.status, state(page, *delivery, *nobody).to_owned()));
        facts.extend(why.as_deref().map(|why| (strings.reason, why.to_owned())));
    }
    facts
}

fn of_envelope(strings: &InspectorStrings, envelope: &Envelope, facts: &mut Facts) {
    let Names { room, event, from } = &**envelope;
    facts.extend(room.as_ref().map(|room| (strings.room, room.to_string())));
    facts.extend(envelope.offset().map(|offset| (strings.offset, offset.0.to_string())));
    facts.push((strings.event, event.to_string()));
    facts.extend(from.as_ref().map(|from| {
        let user = from.user.as_ref().map(|user| format!("{user} "));
        (strings.from, format!("{}({})", user.unwrap_or_default(), from.client))
    }));
    facts.push((strings.server_time, time(envelope.time())));
}

/// Local, and exact.
fn time(at_ms: u64) -> String {
    let time = LocalTime::new(at_ms);
    format!("{}{}.{:03} · {}", time.minutes(), time.seconds(), at_ms % 1_000, time.iso())
}
