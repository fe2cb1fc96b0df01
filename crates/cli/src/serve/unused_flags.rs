//! Flags that have no effect together with the others.

use std::time::Duration;

use yodel_server::config::{AuthConfig, AuthMode, MetricsAccess};

use super::flags::ServeFlags;

/// Endpoints for which a token is required, besides those of --ws-path.
const ENDPOINTS: [&str; 3] = ["/ws", "/ws/echo", "/ws/broadcast"];

/// Returns a warning for each flag without effect.
pub fn warnings(flags: &ServeFlags) -> Vec<String> {
    let has_tokens = flags.auth.mode == AuthMode::Jwt;
    let is_limited = flags.clone().config().message_rate().is_some();
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

#[cfg(test)]
mod tests {
    use clap::{Args, Command, FromArgMatches};

    use super::*;

    /// Returns the warnings for these arguments of `yodel serve`.
    fn warnings_of(arguments: &str) -> Vec<String> {
        let command = ServeFlags::augment_args(Command::new("yodel")).mut_args(|flag| flag.env(None::<&str>));
        let matches = command.no_binary_name(true).get_matches_from(arguments.split_whitespace());
        warnings(&ServeFlags::from_arg_matches(&matches).unwrap())
    }

    #[test]
    fn a_burst_needs_a_rate() {
        for limited in ["--rate 1", "--listen 192.0.2.1:80", "--origin https://app.example"] {
            assert_eq!(warnings_of(&format!("--rate-burst 9 {limited}")), [""; 0], "{limited}");
        }
        for unlimited in ["", "--listen 192.0.2.1:80 --rate 0", "--origin http://localhost:3000"] {
            let warnings = warnings_of(&format!("--rate-burst 9 {unlimited}"));
            assert_eq!(warnings, ["--rate-burst has no effect without --rate"], "{unlimited}");
        }
    }
}
