//! The headers of a handshake.

use http::header::{SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS};
use http::{HeaderValue, Method, Request, StatusCode, Version, request};
use yodel_websocket::extension::{self, Agreement, Takeover};
use yodel_websocket::handshake::{self, Handshake};
use yodel_websocket::header::{self, Malformed};

use super::input::Input;
use super::model::extension as model;

const GOOD: [(&str, &str); 4] = [
    ("upgrade", "websocket"),
    ("connection", "Upgrade"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("sec-websocket-version", "13"),
];

/// Whatever the headers are: a response or a refusal, and what is agreed on is what was offered.
///
/// # Panics
/// When that does not hold.
pub fn headers(data: &[u8]) {
    let mut input = Input::new(data);
    let takeover = input.pick(&[Takeover::Refused, Takeover::Allowed]);
    let request = request(&mut input);
    let offers = request.headers.get_all(SEC_WEBSOCKET_EXTENSIONS).iter().filter_map(|value| value.to_str().ok());
    let offers: Vec<_> = offers.collect();
    let agreed = agree(&offers, takeover);
    handshake::is_wanted(&request, None);
    if let Ok(handshake) = Handshake::check(&request, Some(takeover)) {
        assert_eq!(Ok(handshake.compression), agreed);
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

/// A line is one of those headers, `NAME:VALUE`, or an offer of extensions.
fn request(input: &mut Input<'_>) -> request::Parts {
    let (mut request, ()) = Request::new(()).into_parts();
    request.version = input.pick(&[Version::HTTP_11, Version::HTTP_2, Version::HTTP_10]);
    request.method = input.pick(&[Method::GET, Method::CONNECT, Method::POST].each_ref()).clone();
    let missing = usize::from(input.byte());
    for (name, value) in GOOD.iter().enumerate().filter(|(index, _)| *index + 1 != missing).map(|(_, header)| header) {
        request.headers.append(*name, HeaderValue::from_static(value));
    }
    for line in input.rest().split(|byte| *byte == b'\n') {
        let named =
            |(name, _): &(&'static str, _)| Some((*name, line.strip_prefix(name.as_bytes())?.strip_prefix(b":")?));
        let (name, value) = GOOD.iter().find_map(named).unwrap_or((SEC_WEBSOCKET_EXTENSIONS.as_str(), line));
        if let Ok(value) = HeaderValue::from_bytes(value) {
            request.headers.append(name, value);
        }
    }
    request
}

/// The agreement, checked against what the model reads of the offers.
fn agree(offers: &[&str], takeover: Takeover) -> Result<Option<Agreement>, Malformed> {
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
    let agreed = extension::agree(offers.iter().copied(), takeover);
    assert_eq!(agreed.is_err(), expected.is_none(), "{offers:?}");
    let acceptable = expected.iter().flatten().find(|(name, parameters)| acceptable(name, parameters));
    assert_eq!(agreed.ok().flatten().is_some(), acceptable.is_some(), "{offers:?}");
    if let (Ok(Some(agreed)), Some((_, offered))) = (agreed, acceptable) {
        fits(agreed, offered, takeover);
    }
    agreed
}

/// RFC 7692, section 7.1: every parameter is known, has a value it may have, and is there once.
fn acceptable(name: &str, parameters: &[(&str, Option<&str>)]) -> bool {
    let known = |(name, value): &(&str, Option<&str>)| match *name {
        "server_no_context_takeover" | "client_no_context_takeover" => value.is_none(),
        // Not 8, which zlib cannot do.
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

/// The answer to an offer is one of those it allows.
fn fits(agreed: Agreement, offered: &[(&str, Option<&str>)], takeover: Takeover) {
    let asked = |name: &str| offered.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
    let allowed = takeover == Takeover::Allowed;
    assert_eq!(agreed.server_takeover, allowed && asked("server_no_context_takeover").is_none());
    assert_eq!(agreed.client_takeover, allowed && asked("client_no_context_takeover").is_none());
    let window = asked("server_max_window_bits").flatten();
    assert_eq!(agreed.server_window.to_string(), window.unwrap_or("15"));

    let answer = agreed.to_string();
    let [(name, answered)] = &model::list(&answer).expect("well formed")[..] else { panic!("{answer}") };
    assert!(acceptable(name, answered), "{answer}");
    let said = |name: &str| answered.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
    assert_eq!(said("server_no_context_takeover").is_none(), agreed.server_takeover);
    assert_eq!(said("client_no_context_takeover").is_none(), agreed.client_takeover);
    assert_eq!(said("server_max_window_bits").flatten(), window);
    assert_eq!(said("client_max_window_bits"), None, "a client that did not offer it must not be told");
}
