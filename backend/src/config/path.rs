//! Additional paths of WebSocket endpoints.

use super::ConfigError;

/// Paths of the server's own endpoints.
const SERVED: [&str; 6] = ["/ws", "/ws/echo", "/ws/broadcast", "/health", "/ready", "/metrics"];

/// Prefixes of the server's own endpoints.
const FOLDERS: [&str; 2] = ["/api", "/sse"];

/// Checks that an additional endpoint can have this path.
///
/// # Errors
/// Returns an error if the path is invalid, or an endpoint of the server has it.
pub(super) fn check(path: &str) -> Result<(), ConfigError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    if !path.starts_with('/') || !path.bytes().all(plain) {
        return Err(ConfigError::InvalidPath(path.to_owned()));
    }
    let below = |folder: &&str| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if SERVED.contains(&path) || FOLDERS.iter().any(below) {
        return Err(ConfigError::PathTaken(path.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_free_paths() {
        for path in ["/", "/chat", "/chat/", "/a/b-c._~", "/apis", "/wss"] {
            assert_eq!(check(path), Ok(()), "{path}");
        }
    }

    #[test]
    fn rejects_invalid_paths() {
        for path in ["", "chat", "/{room}", "/{*rest}", "/a b", "/?q", "/ä", "/a:b", "/*"] {
            assert_eq!(check(path), Err(ConfigError::InvalidPath(path.to_owned())));
        }
    }

    #[test]
    fn rejects_paths_of_the_server() {
        for path in ["/ws", "/ws/echo", "/health", "/api", "/api/publish", "/sse/", "/sse/lobby"] {
            assert_eq!(check(path), Err(ConfigError::PathTaken(path.to_owned())));
        }
    }
}
