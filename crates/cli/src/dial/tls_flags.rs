//! Flags of TLS, for every subcommand that is a client.

use std::path::PathBuf;

use clap::Args;
use yodel_client::target::without_secrets;

use super::{Address, DialError};

/// Flags that select the certificates that a client accepts. The documentation of a field is the help of its flag.
#[derive(Args, Clone, Debug, Default)]
pub struct TlsFlags {
    /// Trust the certificates in this file (PEM) instead of the system's
    #[arg(long, help_heading = "Connection", value_name = "FILE", conflicts_with = "insecure")]
    pub cacert: Option<PathBuf>,

    /// Do not verify the server's certificate
    #[arg(long, help_heading = "Connection")]
    pub insecure: bool,
}

impl TlsFlags {
    /// Checks that the flags have an effect on connections to this server.
    ///
    /// # Errors
    /// Returns [`DialError::UnusedFlag`] if a flag is set and the connection does not use TLS.
    pub fn check(&self, address: &Address) -> Result<(), DialError> {
        let flag = if self.insecure { "--insecure" } else { "--cacert" };
        if address.is_secure() || !(self.insecure || self.cacert.is_some()) {
            return Ok(());
        }
        Err(DialError::UnusedFlag { flag, url: without_secrets(&address.to_string()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejects_flags_without_effect() {
        let insecure = TlsFlags { cacert: None, insecure: true };
        let cacert = TlsFlags { cacert: Some("ca.pem".into()), insecure: false };
        let (plain, secure) =
            (Address::parse("ws://a/?token=t").expect("a URL"), Address::parse("wss://a/").expect("a URL"));
        for (flags, flag) in [(&insecure, "--insecure"), (&cacert, "--cacert")] {
            let error = flags.check(&plain).expect_err("no TLS").to_string();
            assert!(error.contains(flag) && error.contains("ws://a/,"), "{error}");
            assert!(flags.check(&secure).is_ok());
        }
        assert!(TlsFlags::default().check(&plain).is_ok());
    }
}
