//! Redirects of a handshake.

use super::{Address, DialError, location_excerpt};

/// Largest number of redirects that are followed.
pub const MAX_REDIRECTS: usize = 5;

/// Returns whether a response with this status redirects to its `Location`.
pub fn is_redirect(status: &str) -> bool {
    ["301", "302", "303", "307", "308"].iter().any(|code| status.starts_with(code))
}

/// Returns the URL to which a server redirects. `has_secrets` states whether the request contains headers or a token
/// for this server alone.
///
/// # Errors
/// Returns [`DialError::Redirect`] if the redirect must not be followed: to a URL with another security, and with
/// secrets to another server.
pub fn target(from: &Address, location: &str, has_secrets: bool) -> Result<Address, DialError> {
    let refuse = |reason| Err(refused(location, reason));
    let to = from.join(location).map_err(|reason| refused(location, reason))?;
    if to.is_secure() != from.is_secure() {
        return refuse("the security differs; connect to that URL instead");
    }
    if has_secrets && to.authority() != from.authority() {
        return refuse("another server must not get the headers and the token; connect to that URL instead");
    }
    Ok(to)
}

/// Returns the error for a redirect that is not followed.
pub fn refused(location: &str, reason: &'static str) -> DialError {
    DialError::Redirect { location: location_excerpt(location), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redirect(from: &str, location: &str, has_secrets: bool) -> Result<String, String> {
        let from = Address::parse(from).expect(from);
        target(&from, location, has_secrets).map(|to| to.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn follows_redirects_of_the_same_security() {
        for (from, location, to) in [
            ("ws://a/old", "/new?b=c", "ws://a/new?b=c"),
            ("ws://a/ws/", "echo", "ws://a/ws/echo"),
            ("ws://a/ws", "http://Bücher.example:80/ws", "ws://xn--bcher-kva.example/ws"),
            ("wss://a/ws", "https://b/ws", "wss://b/ws"),
            ("wss://a/ws", "wss://b/ws", "wss://b/ws"),
            ("wss://a/ws", "//b:444/ws", "wss://b:444/ws"),
        ] {
            assert_eq!(redirect(from, location, false), Ok(to.to_owned()));
        }
        assert_eq!(redirect("ws://a/ws", "/echo", true), Ok("ws://a/echo".to_owned()));
    }

    #[test]
    fn refuses_other_redirects_and_names_the_location() {
        for (from, location, has_secrets, reason) in [
            ("wss://a/ws", "http://a/ws", false, "security"),
            ("ws://a/ws", "https://a/ws", false, "security"),
            ("ws://a/ws", "ftp://a/ws", false, "not a WebSocket URL"),
            ("ws://a/ws", "http://", false, "not a WebSocket URL"),
            ("ws://a/ws", "ws://b/ws", true, "another server"),
            ("ws://a/ws", "ws://a:81/ws", true, "another server"),
        ] {
            let error = redirect(from, location, has_secrets).expect_err(location);
            assert!(error.contains(reason) && error.contains(location), "{error}");
        }
    }

    #[test]
    fn refuses_a_user_name_and_hides_secrets() {
        for (location, shown) in [
            ("http://me:hunter2@a/ws", "http://a/ws"),
            ("//me:hunter2@a/ws", "a/ws"),
            ("http:/me:hunter2@a/ws", "a/ws"),
            ("http:///me:hunter2@a/ws", "http://a/ws"),
            ("http:\\\\me:hunter2@a/ws", "a/ws"),
        ] {
            let error = redirect("ws://a/ws", location, false).expect_err(location);
            assert!(error.contains("user name") && error.contains(&format!(" to {shown},")), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
        let error = redirect("ws://a/ws", "///me:hunter2@a/ws", false).expect_err("no host");
        assert!(error.contains("not a WebSocket URL") && !error.contains("hunter2"), "{error}");
        let error = redirect("ws://a/ws", "https://a/cb#access_token=hunter2", false).expect_err("another security");
        assert!(error.contains("https://a/cb,") && !error.contains("hunter2"), "{error}");
        let error = redirect("ws://a/ws", "https://a/ws?token=hunter2&room=1", false).expect_err("another security");
        assert!(error.contains("https://a/ws?room=1") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn only_some_statuses_redirect() {
        assert!(is_redirect("301 Moved Permanently") && is_redirect("308"));
        assert!(!is_redirect("300 Multiple Choices") && !is_redirect("304 Not Modified") && !is_redirect("200 OK"));
    }
}
