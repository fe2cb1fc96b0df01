//! Derives the likely causes of a failed connection. Browsers report 1006 for any failed handshake, so the causes come
//! from requests to the page's own server and from what was requested.

/// Kind of the subprotocols that the handshake requested.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Requested {
    /// None.
    #[default]
    Nothing,
    /// Subprotocols of the user.
    Subprotocols,
    /// `yodel.v1`.
    Envelope,
}

/// Input of the diagnosis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Symptoms {
    /// `true` if an earlier connection to this URL succeeded.
    pub connected_before: bool,
    /// `true` if the URL is on the page's own server, the only one that can be probed.
    pub own_server: bool,
    /// Requested subprotocols.
    pub requested: Requested,
    /// `true` if the own server responds; `None` until it was probed.
    pub healthy: Option<bool>,
    /// Status of the path for a plain HTTP request.
    pub status: Option<u16>,
}

/// A likely cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The own server is being probed.
    Checking,
    /// The own server does not respond.
    ServerDown,
    /// The own server responds, and the connection was open before.
    Interrupted,
    /// Status 401 or 403.
    Forbidden,
    /// Status 404.
    NotFound,
    /// Status 429 or 503.
    AtCapacity,
    /// Status 426: the path accepts `WebSocket` connections, but the handshake failed.
    HandshakeBlocked,
    /// Any other status.
    NotWebSocket,
    /// Another server, which cannot be probed.
    Unknown,
    /// Another server that was connected before.
    KnownServerDown,
    /// The server supports none of the requested subprotocols.
    SubprotocolsRejected,
    /// The server does not support `yodel.v1`.
    EnvelopeRejected,
}

impl Cause {
    /// Returns whether a later attempt may succeed without a change by the user.
    pub fn may_pass(self) -> bool {
        matches!(self, Self::ServerDown | Self::Interrupted | Self::KnownServerDown)
    }
}

/// Returns the causes, the likeliest first.
pub fn diagnose(symptoms: Symptoms) -> Vec<Cause> {
    let mut causes = Vec::new();
    let may_be_rejected = match symptoms.requested {
        // The own server supports no other subprotocols, even if it was connected before.
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
            "the own server accepts no other subprotocols"
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
