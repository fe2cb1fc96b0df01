//! Failures in words: ends of connections and rejected messages.

use yodel_protocol::{CloseCode, ErrorCode};

/// Describes why a message or a command was rejected, with the next step.
pub fn rejected(what: &str, code: ErrorCode, message: &str) -> String {
    let advice = match code {
        ErrorCode::Forbidden => "; use a --token-file that permits it",
        ErrorCode::TooLarge => "; split the message",
        _ => "",
    };
    format!("{what}: {code}: {message}{advice}")
}

/// Describes how a connection ended. A reason that is the name of the code is not repeated.
pub fn describe_close(code: CloseCode, reason: &str) -> String {
    let adds_nothing = reason.is_empty() || code.name() == Some(reason);
    let reason = if adds_nothing { String::new() } else { format!(": {reason}") };
    match code {
        // 1006 means that no close frame arrived; the number adds nothing.
        CloseCode::ABNORMAL if !reason.is_empty() => format!("connection failed{reason}"),
        CloseCode::ABNORMAL => "connection lost".to_owned(),
        code => format!("closed ({code}){reason}"),
    }
}

/// Describes how a connection ended that may not have been open.
pub fn describe_failure(code: CloseCode, reason: &str, was_up: bool) -> String {
    if !was_up && code == CloseCode::ABNORMAL && reason.is_empty() {
        return "connection failed: no response".to_owned();
    }
    describe_close(code, reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn describes_closes() {
        assert_eq!(describe_close(CloseCode(1006), ""), "connection lost");
        assert_eq!(describe_close(CloseCode(1006), "refused"), "connection failed: refused");
        assert_eq!(describe_close(CloseCode(4001), "deploy"), "closed (4001, shutdown): deploy");
        assert_eq!(describe_close(CloseCode(4001), "shutdown"), "closed (4001, shutdown)");
    }
}
