//! Checks of the settings.

use super::{AuthMode, ConfigError, ServerConfig, path};

impl ServerConfig {
    /// Checks each setting, and the settings against each other.
    ///
    /// # Errors
    /// Returns the first error.
    pub fn check(&self) -> Result<(), ConfigError> {
        let anyone = self.auth.mode == AuthMode::None;
        if anyone && !self.listen.ip().is_loopback() && !self.open {
            return Err(ConfigError::Exposed { listen: self.listen });
        }
        if anyone && self.is_public() && !self.open {
            return Err(ConfigError::PublicOrigin);
        }
        if self.proxy_protocol && self.trusted_proxy.is_empty() {
            return Err(ConfigError::UntrustedProxyProtocol);
        }
        self.auth.check()?;
        if self.auth.cookie.is_some()
            && let Some(origin) = self.origin.iter().find(|origin| origin.is_everybody())
        {
            return Err(ConfigError::CookieForEverybody { origin: origin.to_string() });
        }
        if self.max_queue < self.max_message {
            return Err(ConfigError::QueueTooSmall { max_queue: self.max_queue, max_message: self.max_message });
        }
        if self.tls_cert.is_some() != self.tls_key.is_some() {
            return Err(ConfigError::IncompleteTls);
        }
        if let Some(setting) = self.zero() {
            return Err(ConfigError::Zero { setting });
        }
        // A path that is listed twice is served once.
        self.ws_path.iter().try_for_each(|path| path::check(path))
    }

    /// Returns the name of a setting that is zero although no connection would work then.
    fn zero(&self) -> Option<&'static str> {
        [
            ("tick", self.tick.is_some_and(|tick| tick.is_zero())),
            ("max_message", self.max_message == 0),
            ("max_in_flight", self.max_in_flight == 0),
            ("max_buffered", self.max_buffered == Some(0)),
            ("max_sockets", self.max_sockets == Some(0)),
            ("max_connections", self.max_connections == Some(0)),
            ("rate_burst", self.rate_burst == Some(0)),
            ("ping", self.ping.is_zero()),
            ("pong", self.pong.is_zero()),
            ("handshake_timeout", self.handshake_timeout.is_zero()),
            ("response_timeout", self.response_timeout.is_zero()),
            ("auth.timeout", self.auth.timeout.is_zero()),
            ("auth.jwt_max_age", self.auth.jwt_max_age.is_some_and(|age| age.is_zero())),
        ]
        .into_iter()
        .find_map(|(setting, is_zero)| is_zero.then_some(setting))
    }
}
