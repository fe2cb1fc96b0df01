//! Where to, and what to say in the handshake.

use std::path::PathBuf;

use yodel_client::{Mode, Secret};

use super::options::Connect;
use crate::dial::{Address, Header, UpgradeOptions, UpgradeRequest};

/// What every dial needs to know.
#[derive(Debug)]
pub struct Plan {
    /// The server.
    pub url: Address,
    /// What to speak.
    pub mode: Mode,
    /// Whether the server may be anybody.
    pub insecure: bool,
    headers: Vec<Header>,
    subprotocols: Vec<String>,
    compression: bool,
    token_file: Option<PathBuf>,
}

impl Plan {
    /// What the flags say.
    pub fn new(options: &Connect) -> Self {
        Self {
            url: options.url.clone(),
            mode: options.mode(),
            insecure: options.insecure,
            headers: options.header.iter().chain(&options.origin).cloned().collect(),
            subprotocols: options.subprotocols(),
            compression: options.compression,
            token_file: options.token_file.clone(),
        }
    }

    /// The handshake. In plain mode the token goes along; otherwise the session sends it.
    pub fn upgrade(&self) -> UpgradeRequest {
        let mut headers = self.headers.clone();
        if let (Mode::Plain, Some(Ok(token))) = (self.mode, self.token()) {
            headers.push(Header { name: "Authorization".to_owned(), value: format!("Bearer {}", token.reveal()) });
        }
        UpgradeRequest::new(UpgradeOptions {
            url: &self.url,
            headers: &headers,
            subprotocols: &self.subprotocols,
            compression: self.compression,
        })
    }

    /// The token in the file, as it is now; `None` where there is no file.
    pub fn token(&self) -> Option<Result<Secret, String>> {
        let file = self.token_file.as_ref()?;
        let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()));
        Some(text.and_then(|text| match text.trim() {
            "" => Err(format!("{}: there is no token in it", file.display())),
            token if token.contains(|byte: char| !byte.is_ascii_graphic()) => {
                Err(format!("{}: a token is one word", file.display()))
            }
            token => Ok(Secret::new(token.to_owned())),
        }))
    }
}
