//! The `Content-Security-Policy` of the page: its own files, and connections to any WebSocket server or event
//! stream.

use std::fmt::Write;

use axum::http::HeaderValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Returns the policy of a page. Inline scripts, such as the one by which Trunk starts the page, are allowed by their
/// hashes; `ws: wss: http: https:` allows connections to any server, and requests that find out why one failed. The page runs regular expressions in a worker from a `blob:`
/// URL, which inherits this policy.
pub fn of(page: &[u8]) -> Option<HeaderValue> {
    let page = std::str::from_utf8(page).ok()?;
    let mut hashes = String::new();
    for script in inline_scripts(page) {
        write!(hashes, " 'sha256-{}'", STANDARD.encode(Sha256::digest(script))).ok()?;
    }
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self'; img-src 'self' data:; \
         manifest-src 'self'; worker-src 'self' blob:; connect-src 'self' ws: wss: http: https:; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).ok()
}

/// Returns the content of each `<script>` without `src`.
fn inline_scripts(page: &str) -> impl Iterator<Item = &str> {
    page.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script>")?;
        (!attributes.contains("src=")).then_some(script)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allows_inline_scripts_by_their_hash_only() {
        let page = "<script type=\"module\">start()</script><script src=\"/a.js\"></script><p>x</p>";
        assert_eq!(inline_scripts(page).collect::<Vec<_>>(), ["start()"]);
        let policy = of(page.as_bytes()).unwrap();
        let policy = policy.to_str().unwrap();
        // printf 'start()' | openssl dgst -sha256 -binary | base64
        assert!(
            policy.contains("'wasm-unsafe-eval' 'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00=';"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe-inline"));
    }
}
