//! The short name of a connection in its tab.

use yodel_client::target::{split_scheme, without_secrets};

/// Returns host and path of an address, without its query.
pub fn tab_name(url: &str) -> String {
    let url = without_secrets(url);
    let rest = split_scheme(&url).map_or(url.as_str(), |(_, rest)| rest);
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    rest[..end].trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_host_and_path() {
        for (url, name) in [
            ("ws://127.0.0.1:8000/ws", "127.0.0.1:8000/ws"),
            ("wss://a.test/", "a.test"),
            ("wss://a.test/x?token=abc&y=1#z", "a.test/x"),
            ("wss://user:abc@a.test/x", "a.test/x"),
        ] {
            assert_eq!(tab_name(url), name);
        }
    }
}
