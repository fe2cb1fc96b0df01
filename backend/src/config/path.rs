//! Paths of endpoints.

use super::ConfigError;

/// Paths that the server serves itself.
const SERVED: [&str; 6] = ["/ws", "/ws/echo", "/ws/broadcast", "/health", "/ready", "/metrics"];

/// Folders of the server itself.
const FOLDERS: [&str; 2] = ["/api", "/sse"];

/// Checks that an endpoint can have this path.
///
/// # Errors
/// When it is not a path, or the server serves it already.
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
    fn accepts_paths_that_are_free() {
        for path in ["/", "/chat", "/chat/", "/a/b-c._~", "/apis", "/wss"] {
            assert_eq!(check(path), Ok(()), "{path}");
        }
    }

    #[test]
    fn rejects_what_a_router_cannot_serve() {
        for path in ["", "chat", "/{room}", "/{*rest}", "/a b", "/?q", "/ä", "/a:b", "/*"] {
            assert_eq!(check(path), Err(ConfigError::InvalidPath(path.to_owned())));
        }
    }

    #[test]
    fn rejects_paths_that_are_served() {
        for path in ["/ws", "/ws/echo", "/health", "/api", "/api/publish", "/sse/", "/sse/lobby"] {
            assert_eq!(check(path), Err(ConfigError::PathTaken(path.to_owned())));
        }
    }
}
