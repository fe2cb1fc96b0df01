//! What is connected_before of a failed connection -> what may be wrong, and what to do. Browsers tell a page
//! nothing about a handshake that failed (1006), so the rest is asked for or concluded.

/// What a handshake offers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Requested {
    /// No subprotocol.
    #[default]
    Nothing,
    /// Some that a person typed.
    Subprotocols,
    /// `yodel.v1`.
    Envelope,
}

/// What is connected_before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Symptoms {
    /// There was a connection to this address before.
    pub connected_before: bool,
    /// It is the page's own_server server: only that may be asked.
    pub own_server: bool,
    /// What was requested.
    pub requested: Requested,
    /// The own_server server answers at all; `None` before it was asked.
    pub healthy: Option<bool>,
    /// What the path answers to an ordinary request.
    pub status: Option<u16>,
}

/// One thing to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The own_server server is being asked.
    Checking,
    /// The own_server server does not answer.
    ServerDown,
    /// It answers, and a connection was lost on the way.
    Interrupted,
    /// 401, 403: not let in.
    Forbidden,
    /// 404: nothing there.
    NotFound,
    /// 429, 503: it takes no more.
    AtCapacity,
    /// 426: the path takes `WebSocket` connections, so something is in the way.
    HandshakeBlocked,
    /// It answers something that is no WebSocket.
    NotWebSocket,
    /// Another server cannot be asked.
    Unknown,
    /// It was reached before, so it, or the way to it, is gone for now.
    KnownServerDown,
    /// A server that knows none of the subprotocols.
    SubprotocolsRejected,
    /// A server that does not speak `yodel.v1`.
    EnvelopeRejected,
}

/// What to say, the likeliest first.
pub fn diagnose(symptoms: Symptoms) -> Vec<Cause> {
    let mut causes = Vec::new();
    let may_be_rejected = match symptoms.requested {
        // The own_server server takes none, whatever it took before.
        Requested::Subprotocols if symptoms.own_server => symptoms.status == Some(426),
        _ => !symptoms.connected_before && (!symptoms.own_server || symptoms.status == Some(426)),
    };
    match symptoms.requested {
        Requested::Subprotocols if may_be_rejected => causes.push(Cause::SubprotocolsRejected),
        Requested::Envelope if may_be_rejected => causes.push(Cause::EnvelopeRejected),
        _ => {}
    }
    causes.push(if symptoms.own_server {
        own_server_cause(symptoms)
    } else if symptoms.connected_before {
        Cause::KnownServerDown
    } else {
        Cause::Unknown
    });
    causes
}

fn own_server_cause(symptoms: Symptoms) -> Cause {
    match (symptoms.healthy, symptoms.status) {
        (None, _) => Cause::Checking,
        (Some(false), _) => Cause::ServerDown,
        (_, Some(401 | 403)) => Cause::Forbidden,
        (_, Some(404)) => Cause::NotFound,
        (_, Some(429 | 503)) => Cause::AtCapacity,
        _ if symptoms.connected_before => Cause::Interrupted,
        (_, Some(426)) => Cause::HandshakeBlocked,
        _ => Cause::NotWebSocket,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN_SERVER: Symptoms = Symptoms {
        connected_before: false,
        own_server: true,
        requested: Requested::Nothing,
        healthy: Some(true),
        status: None,
    };
    const OTHER_SERVER: Symptoms = Symptoms { own_server: false, healthy: None, ..OWN_SERVER };

    #[test]
    fn diagnoses_the_own_server_by_its_response() {
        assert_eq!(diagnose(Symptoms { healthy: None, ..OWN_SERVER }), [Cause::Checking]);
        assert_eq!(diagnose(Symptoms { healthy: Some(false), ..OWN_SERVER }), [Cause::ServerDown]);
        for (status, cause) in [
            (401, Cause::Forbidden),
            (403, Cause::Forbidden),
            (404, Cause::NotFound),
            (426, Cause::HandshakeBlocked),
            (429, Cause::AtCapacity),
            (503, Cause::AtCapacity),
            (200, Cause::NotWebSocket),
        ] {
            assert_eq!(diagnose(Symptoms { status: Some(status), ..OWN_SERVER }), [cause], "{status}");
        }
        assert_eq!(diagnose(OWN_SERVER), [Cause::NotWebSocket]);
    }

    #[test]
    fn reports_an_interruption_after_an_earlier_connection() {
        let connected_before = |symptoms| Symptoms { connected_before: true, status: Some(426), ..symptoms };
        assert_eq!(diagnose(connected_before(OWN_SERVER)), [Cause::Interrupted]);
        assert_eq!(diagnose(connected_before(OTHER_SERVER)), [Cause::KnownServerDown]);
        let subprotocols = |symptoms| Symptoms { requested: Requested::Subprotocols, ..connected_before(symptoms) };
        assert_eq!(
            diagnose(subprotocols(OWN_SERVER)),
            [Cause::SubprotocolsRejected, Cause::Interrupted],
            "the own_server server never takes any"
        );
        assert_eq!(diagnose(subprotocols(OTHER_SERVER)), [Cause::KnownServerDown]);
    }

    #[test]
    fn reports_an_unknown_cause_for_another_server() {
        assert_eq!(diagnose(OTHER_SERVER), [Cause::Unknown]);
    }

    #[test]
    fn reports_requested_subprotocols_first() {
        let requested = |symptoms| Symptoms { requested: Requested::Subprotocols, ..symptoms };
        let envelope = |symptoms| Symptoms { requested: Requested::Envelope, ..symptoms };
        assert_eq!(diagnose(requested(OTHER_SERVER)), [Cause::SubprotocolsRejected, Cause::Unknown]);
        assert_eq!(diagnose(envelope(OTHER_SERVER)), [Cause::EnvelopeRejected, Cause::Unknown]);
        assert_eq!(
            diagnose(envelope(Symptoms { status: Some(426), ..OWN_SERVER })),
            [Cause::EnvelopeRejected, Cause::HandshakeBlocked]
        );
        assert_eq!(diagnose(envelope(Symptoms { status: Some(404), ..OWN_SERVER })), [Cause::NotFound]);
        assert_eq!(diagnose(envelope(Symptoms { healthy: Some(false), ..OWN_SERVER })), [Cause::ServerDown]);
    }
}
