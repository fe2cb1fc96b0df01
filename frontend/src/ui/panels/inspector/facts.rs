//! What is known about a row besides its text.

use crate::{
    i18n::{Strings, fill, inspector::InspectorWords},
    model::log::{Body, Envelope, LogEntry, envelope::SharedFields},
    platform::time::LocalTime,
    ui::log_list::row_text::state,
};

use super::reader::Whole;

/// Names and values, in the order they are shown in.
pub type Facts = Vec<(&'static str, String)>;

/// What is known about this row.
pub fn facts(words: &InspectorWords, page: &'static Strings, row: &LogEntry, whole: &Whole) -> Facts {
    let size = page.number(whole.bytes().len() as u64);
    let kind = if matches!(row.body, Body::Binary { .. }) { words.binary } else { words.text };
    let mut facts = vec![(words.time, time(row.at_ms)), (words.size, fill(kind, &[("n", &size)]))];
    if let Some(envelope) = row.envelope() {
        of_envelope(words, envelope, &mut facts);
    }
    if let Body::Sent { to, delivery, error: why, no_recipient: nobody, .. } = &row.body {
        facts.extend(to.as_ref().map(|to| (words.to, to.to_string())));
        facts.push((words.state, state(page, *delivery, *nobody).to_owned()));
        facts.extend(why.as_deref().map(|why| (words.reason, why.to_owned())));
    }
    facts
}

fn of_envelope(words: &InspectorWords, envelope: &Envelope, facts: &mut Facts) {
    let SharedFields { room, event, from } = &**envelope;
    facts.extend(room.as_ref().map(|room| (words.room, room.to_string())));
    facts.extend(envelope.offset().map(|offset| (words.offset, offset.0.to_string())));
    facts.push((words.event, event.to_string()));
    facts.extend(from.as_ref().map(|from| {
        let user = from.user.as_ref().map(|user| format!("{user} "));
        (words.from, format!("{}({})", user.unwrap_or_default(), from.client))
    }));
    facts.push((words.server_time, time(envelope.time())));
}

/// Local, and exact.
fn time(at_ms: u64) -> String {
    let time = LocalTime::new(at_ms);
    format!("{}{}.{:03} · {}", time.minutes(), time.seconds(), at_ms % 1_000, time.iso())
}
