//! A file of a page, with headers derived from its content.

use std::fmt::Write;
use std::sync::OnceLock;

use axum::body::Bytes;
use axum::http::HeaderValue;
use sha2::{Digest, Sha256};

use super::policy;

/// Content of a file. Derived headers are computed once.
#[derive(Debug)]
pub struct File {
    content: Bytes,
    tag: OnceLock<Option<HeaderValue>>,
    policy: OnceLock<Option<HeaderValue>>,
}

impl File {
    /// Creates a file with this content.
    pub fn new(content: Bytes) -> Self {
        Self { content, tag: OnceLock::new(), policy: OnceLock::new() }
    }

    /// Returns the content; cheap to clone.
    pub fn content(&self) -> Bytes {
        self.content.clone()
    }

    /// Returns whether a response in progress has the content.
    pub fn is_in_use(&self) -> bool {
        !self.content.is_unique()
    }

    /// Returns a strong entity tag (RFC 9110 §8.8.3), which differs between encodings of a file.
    pub fn tag(&self) -> Option<&HeaderValue> {
        self.tag.get_or_init(|| tag(&self.content)).as_ref()
    }

    /// Returns the `Content-Security-Policy` of a page with this content; `None` if it is not text.
    pub fn policy(&self) -> Option<&HeaderValue> {
        self.policy.get_or_init(|| policy::of(&self.content)).as_ref()
    }
}

fn tag(content: &[u8]) -> Option<HeaderValue> {
    let mut tag = String::from('"');
    for byte in &Sha256::digest(content)[..12] {
        write!(tag, "{byte:02x}").ok()?;
    }
    tag.push('"');
    HeaderValue::try_from(tag).ok()
}
