//! Flags that have no effect together with the others.

use std::time::Duration;

use yodel_server::config::{AuthConfig, AuthMode, MetricsAccess};

use super::flags::ServeFlags;

/// Endpoints for which a token is required, besides those of --ws-path.
const ENDPOINTS: [&str; 3] = ["/ws", "/ws/echo", "/ws/broadcast"];

/// Returns a warning for each flag without effect.
pub fn warnings(flags: &ServeFlags) -> Vec<String> {
    let has_tokens = flags.auth.mode == AuthMode::Jwt;
    let is_limited = flags.rate.map_or(!flags.listen.ip().is_loopback(), |rate| rate > 0);
    let default_timeout: Duration = AuthConfig::default().timeout;
    let mut warnings = Vec::new();
    let mut warn = |is_unused: bool, warning: &str| {
        if is_unused {
            warnings.push(warning.to_owned());
        }
    };
    warn(
        flags.metrics == Some(MetricsAccess::Api) && !has_tokens && flags.auth.api_key_file.is_none(),
        "--metrics api: nobody can read /metrics, because the HTTP API needs --api-key-file or --auth jwt",
    );
    warn(flags.rate_burst.is_some() && !is_limited, "--rate-burst has no effect without --rate");
    warn(flags.open && has_tokens, "--open has no effect with --auth jwt");
    warn(flags.auth.timeout != default_timeout && !has_tokens, "--auth-timeout has no effect without --auth jwt");
    for path in &flags.auth.exempt {
        let is_websocket = ENDPOINTS.contains(&path.as_str()) || flags.ws_path.contains(path);
        let is_endpoint = is_websocket || path.starts_with("/sse/");
        warn(!is_endpoint, &format!("--auth-exempt {path} has no effect: there is no endpoint at this path"));
    }
    warnings
}
