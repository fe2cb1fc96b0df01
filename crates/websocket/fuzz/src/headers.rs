//! Properties of the handshake.

use http::header::{SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS};
use http::{HeaderValue, Method, Request, StatusCode, Version, request};
use yodel_websocket::extension::{self, ContextTakeover, DeflateParams};
use yodel_websocket::handshake::{self, Handshake};
use yodel_websocket::header::{self, Malformed};

use super::input::Input;
use super::model::extension as model;

const VALID: [(&str, &str); 4] = [
    ("upgrade", "websocket"),
    ("connection", "Upgrade"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("sec-websocket-version", "13"),
];

/// Checks that every request leads to a response or an error, and that the negotiated parameters were offered.
///
/// # Panics
/// Panics if a property is violated.
pub fn headers(data: &[u8]) {
    let mut input = Input::new(data);
    let takeover = input.pick(&[ContextTakeover::Disabled, ContextTakeover::Enabled]);
    let request = request(&mut input);
    let offers = request.headers.get_all(SEC_WEBSOCKET_EXTENSIONS).iter().filter_map(|value| value.to_str().ok());
    let offers: Vec<_> = offers.collect();
    let negotiated = negotiate(&offers, takeover);
    handshake::is_upgrade(&request, None);
    if let Ok(handshake) = Handshake::check(&request, Some(takeover)) {
        assert_eq!(Ok(handshake.compression), negotiated);
        let response = handshake.response();
        let (status, accepted) = match request.version {
            Version::HTTP_11 => (StatusCode::SWITCHING_PROTOCOLS, true),
            _ => (StatusCode::OK, false),
        };
        assert_eq!(response.status(), status);
        assert_eq!(response.headers().contains_key(SEC_WEBSOCKET_ACCEPT), accepted);
        assert_eq!(response.headers().contains_key(SEC_WEBSOCKET_EXTENSIONS), handshake.compression.is_some());
    }
    let plain = Handshake::check(&request, None);
    assert!(
        plain.is_ok_and(|plain| plain.compression.is_none()) || Handshake::check(&request, Some(takeover)).is_err()
    );
}

/// Builds a request. A line of input is a predefined header, `NAME:VALUE`, or an offer of extensions.
fn request(input: &mut Input<'_>) -> request::Parts {
    let (mut request, ()) = Request::new(()).into_parts();
    request.version = input.pick(&[Version::HTTP_11, Version::HTTP_2, Version::HTTP_10]);
    request.method = input.pick(&[Method::GET, Method::CONNECT, Method::POST].each_ref()).clone();
    let missing = usize::from(input.byte());
    for (name, value) in VALID.iter().enumerate().filter(|(index, _)| *index + 1 != missing).map(|(_, header)| header) {
        request.headers.append(*name, HeaderValue::from_static(value));
    }
    for line in input.rest().split(|byte| *byte == b'\n') {
        let named =
            |(name, _): &(&'static str, _)| Some((*name, line.strip_prefix(name.as_bytes())?.strip_prefix(b":")?));
        let (name, value) = VALID.iter().find_map(named).unwrap_or((SEC_WEBSOCKET_EXTENSIONS.as_str(), line));
        if let Ok(value) = HeaderValue::from_bytes(value) {
            request.headers.append(name, value);
        }
    }
    request
}

/// Negotiates, and compares the result with the model.
fn negotiate(offers: &[&str], takeover: ContextTakeover) -> Result<Option<DeflateParams>, Malformed> {
    let mut expected = Some(Vec::new());
    for offer in offers {
        let list = model::list(offer);
        assert_eq!(header::extensions(offer).ok(), list, "{offer:?}");
        expected = expected.zip(list).map(|(mut all, list)| {
            all.extend(list);
            all
        });
    }
    // A list has at least one element.
    expected = expected.filter(|all| offers.is_empty() || !all.is_empty());
    let negotiated = extension::negotiate(offers.iter().copied(), takeover);
    assert_eq!(negotiated.is_err(), expected.is_none(), "{offers:?}");
    let acceptable = expected.iter().flatten().find(|(name, parameters)| acceptable(name, parameters));
    assert_eq!(negotiated.ok().flatten().is_some(), acceptable.is_some(), "{offers:?}");
    if let (Ok(Some(negotiated)), Some((_, offered))) = (negotiated, acceptable) {
        check_response(negotiated, offered, takeover);
    }
    negotiated
}

/// Returns whether every parameter is known, valid and not repeated (RFC 7692 §7.1).
fn acceptable(name: &str, parameters: &[(&str, Option<&str>)]) -> bool {
    let known = |(name, value): &(&str, Option<&str>)| match *name {
        "server_no_context_takeover" | "client_no_context_takeover" => value.is_none(),
        // zlib does not support a window of 8 bits.
        "server_max_window_bits" => value.is_some_and(|bits| bits != "8" && is_window(bits)),
        "client_max_window_bits" => value.is_none_or(is_window),
        _ => false,
    };
    let once = |(name, _): &(&str, Option<&str>)| parameters.iter().filter(|(other, _)| other == name).count() == 1;
    name == "permessage-deflate" && parameters.iter().all(|parameter| known(parameter) && once(parameter))
}

fn is_window(bits: &str) -> bool {
    ["8", "9", "10", "11", "12", "13", "14", "15"].contains(&bits)
}

/// Checks that the response is one that the offer permits.
fn check_response(negotiated: DeflateParams, offered: &[(&str, Option<&str>)], takeover: ContextTakeover) {
    let requested = |name: &str| offered.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
    let takeover_enabled = takeover == ContextTakeover::Enabled;
    assert_eq!(
        negotiated.server_context_takeover,
        takeover_enabled && requested("server_no_context_takeover").is_none()
    );
    assert_eq!(
        negotiated.client_context_takeover,
        takeover_enabled && requested("client_no_context_takeover").is_none()
    );
    let window = requested("server_max_window_bits").flatten();
    assert_eq!(negotiated.server_window.to_string(), window.unwrap_or("15"));

    let response = negotiated.to_string();
    let [(name, confirmed)] = &model::list(&response).expect("well formed")[..] else { panic!("{response}") };
    assert!(acceptable(name, confirmed), "{response}");
    let parameter = |name: &str| confirmed.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
    assert_eq!(parameter("server_no_context_takeover").is_none(), negotiated.server_context_takeover);
    assert_eq!(parameter("client_no_context_takeover").is_none(), negotiated.client_context_takeover);
    assert_eq!(parameter("server_max_window_bits").flatten(), window);
    assert_eq!(parameter("client_max_window_bits"), None, "must not be in the response unless it was offered");
}
