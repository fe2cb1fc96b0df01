//! Configuration of a dial, from the flags.

use std::path::PathBuf;

use yodel_client::{Mode, Secret, Target};

use super::options::ConnectFlags;
use crate::dial::{Address, Header, UpgradeOptions, UpgradeRequest};

/// Configuration of every connection attempt.
#[derive(Debug)]
pub struct DialConfig {
    /// The server's URL.
    pub url: Address,
    /// The protocol to use.
    pub mode: Mode,
    /// Skips the verification of the server's certificate.
    pub insecure: bool,
    headers: Vec<Header>,
    subprotocols: Vec<String>,
    compression: bool,
    token_file: Option<PathBuf>,
}

impl DialConfig {
    /// Creates the configuration from the flags.
    pub fn new(options: &ConnectFlags) -> Self {
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

    /// Returns the session's target. Its token comes from the file whenever the session needs one.
    pub fn target(&self) -> Target {
        Target { subprotocols: self.subprotocols.clone(), ..Target::new(self.url.to_string(), self.mode) }
    }

    /// Returns the request of the handshake. In plain mode it carries the token; in `yodel.v1` the session sends it.
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

    /// Reads the token file. Returns `None` without --token-file.
    ///
    /// # Errors
    /// Returns a message if the file cannot be read or contains no token.
    pub fn token(&self) -> Option<Result<Secret, String>> {
        let file = self.token_file.as_ref()?;
        let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()));
        Some(text.and_then(|text| match text.trim() {
            "" => Err(format!("{}: the file contains no token", file.display())),
            token if token.contains(|byte: char| !byte.is_ascii_graphic()) => {
                Err(format!("{}: the token contains spaces or other invalid characters", file.display()))
            }
            token => Ok(Secret::new(token.to_owned())),
        }))
    }
}
