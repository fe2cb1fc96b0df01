//! Events of an event stream (Server-Sent Events).

use crate::model::{
    log::{Envelope, Log, envelope::SharedFields},
    well_known::MESSAGE,
};
use yodel_protocol::EventName;

impl Log {
    /// Appends an event. Its id is empty if the stream has sent none; its name is [`MESSAGE`] if it has none.
    pub fn receive_event(&mut self, at_ms: u64, name: &str, id: &str, text: &str) {
        let event = if id.is_empty() && name == MESSAGE { None } else { EventName::new(name).ok() };
        let envelope = event.map(|event| {
            let fields = SharedFields { room: None, event, from: None, stream_id: Some(id.into()) };
            Envelope::new(self.field_cache.intern(fields), None, 0)
        });
        self.receive(at_ms, text.into(), envelope);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::log::{Body, LogEntry};

    fn received(name: &str, id: &str) -> (Log, LogEntry) {
        let mut log = Log::default();
        log.receive_event(5, name, id, "data");
        let entry = log.entries.iter().next().unwrap().clone();
        (log, entry)
    }

    #[test]
    fn keeps_name_and_id() {
        for (name, id) in [("tick", "k:1"), ("tick", ""), (MESSAGE, "k:1")] {
            let (log, entry) = received(name, id);
            let envelope = entry.envelope().unwrap();
            assert_eq!((envelope.event.as_str(), envelope.stream_id.as_deref()), (name, Some(id)));
            assert_eq!((log.received, log.received_bytes), (1, 4));
        }
    }

    #[test]
    fn an_event_without_name_and_id_is_a_plain_message() {
        let (_, entry) = received(MESSAGE, "");
        assert_eq!(entry.body, Body::Received { text: "data".into(), envelope: None });
    }

    #[test]
    fn counts_the_memory_of_an_id() {
        let [plain, with_id] = ["", "an id"].map(|id| received(MESSAGE, id).1.cost());
        assert!(with_id > plain + size_of::<SharedFields>(), "{plain} {with_id}");
    }

    #[test]
    fn survives_a_reload() {
        for (name, id) in [("tick", "k:1"), ("tick", ""), (MESSAGE, "#é")] {
            let (log, entry) = received(name, id);
            let mut restored = Log::default();
            restored.restore(9, &log.save(1 << 20, false));
            assert_eq!(restored.entries.iter().next().unwrap().body, entry.body, "{name} {id}");
        }
    }
}
