//! What is known of a failed connection -> what may be wrong, and what to do. Browsers tell a page
//! nothing about a handshake that failed (1006), so the rest is asked for or concluded.

/// What a handshake offers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Offered {
    /// No subprotocol.
    #[default]
    Nothing,
    /// Some that a person typed.
    Names,
    /// `yodel.v1`.
    Envelope,
}

/// What is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// There was a connection to this address before.
    pub known: bool,
    /// It is the page's own server: only that may be asked.
    pub own: bool,
    /// What was offered.
    pub offered: Offered,
    /// The own server answers at all; `None` before it was asked.
    pub healthy: Option<bool>,
    /// What the path answers to an ordinary request.
    pub status: Option<u16>,
}

/// One thing to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The own server is being asked.
    Asking,
    /// The own server does not answer.
    Down,
    /// It answers, and a connection was lost on the way.
    Broke,
    /// 401, 403: not let in.
    Forbidden,
    /// 404: nothing there.
    NothingThere,
    /// 429, 503: it takes no more.
    Busy,
    /// 426: the path takes `WebSocket` connections, so something is in the way.
    InTheWay,
    /// It answers something that is no WebSocket.
    NoWebSocket,
    /// Another server cannot be asked.
    Opaque,
    /// It was reached before, so it, or the way to it, is gone for now.
    WasThere,
    /// A server that knows none of the subprotocols.
    Subprotocols,
    /// A server that does not speak `yodel.v1`.
    Envelope,
}

/// What to say, the likeliest first.
pub fn diagnose(facts: Facts) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let refused = match facts.offered {
        // The own server takes none, whatever it took before.
        Offered::Names if facts.own => facts.status == Some(426),
        _ => !facts.known && (!facts.own || facts.status == Some(426)),
    };
    match facts.offered {
        Offered::Names if refused => reasons.push(Reason::Subprotocols),
        Offered::Envelope if refused => reasons.push(Reason::Envelope),
        _ => {}
    }
    reasons.push(if facts.own {
        own(facts)
    } else if facts.known {
        Reason::WasThere
    } else {
        Reason::Opaque
    });
    reasons
}

fn own(facts: Facts) -> Reason {
    match (facts.healthy, facts.status) {
        (None, _) => Reason::Asking,
        (Some(false), _) => Reason::Down,
        (_, Some(401 | 403)) => Reason::Forbidden,
        (_, Some(404)) => Reason::NothingThere,
        (_, Some(429 | 503)) => Reason::Busy,
        _ if facts.known => Reason::Broke,
        (_, Some(426)) => Reason::InTheWay,
        _ => Reason::NoWebSocket,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: Facts = Facts { known: false, own: true, offered: Offered::Nothing, healthy: Some(true), status: None };
    const OTHER: Facts = Facts { own: false, healthy: None, ..OWN };

    #[test]
    fn the_own_server_is_asked() {
        assert_eq!(diagnose(Facts { healthy: None, ..OWN }), [Reason::Asking]);
        assert_eq!(diagnose(Facts { healthy: Some(false), ..OWN }), [Reason::Down]);
        for (status, reason) in [
            (401, Reason::Forbidden),
            (403, Reason::Forbidden),
            (404, Reason::NothingThere),
            (426, Reason::InTheWay),
            (429, Reason::Busy),
            (503, Reason::Busy),
            (200, Reason::NoWebSocket),
        ] {
            assert_eq!(diagnose(Facts { status: Some(status), ..OWN }), [reason], "{status}");
        }
        assert_eq!(diagnose(OWN), [Reason::NoWebSocket]);
    }

    #[test]
    fn a_connection_that_was_there_broke() {
        let known = |facts| Facts { known: true, status: Some(426), ..facts };
        assert_eq!(diagnose(known(OWN)), [Reason::Broke]);
        assert_eq!(diagnose(known(OTHER)), [Reason::WasThere]);
        let names = |facts| Facts { offered: Offered::Names, ..known(facts) };
        assert_eq!(diagnose(names(OWN)), [Reason::Subprotocols, Reason::Broke], "the own server never takes any");
        assert_eq!(diagnose(names(OTHER)), [Reason::WasThere]);
    }

    #[test]
    fn another_server_cannot_be_asked() {
        assert_eq!(diagnose(OTHER), [Reason::Opaque]);
    }

    #[test]
    fn what_was_offered_may_be_why() {
        let offered = |facts| Facts { offered: Offered::Names, ..facts };
        let envelope = |facts| Facts { offered: Offered::Envelope, ..facts };
        assert_eq!(diagnose(offered(OTHER)), [Reason::Subprotocols, Reason::Opaque]);
        assert_eq!(diagnose(envelope(OTHER)), [Reason::Envelope, Reason::Opaque]);
        assert_eq!(diagnose(envelope(Facts { status: Some(426), ..OWN })), [Reason::Envelope, Reason::InTheWay]);
        assert_eq!(diagnose(envelope(Facts { status: Some(404), ..OWN })), [Reason::NothingThere]);
        assert_eq!(diagnose(envelope(Facts { healthy: Some(false), ..OWN })), [Reason::Down]);
    }
}
