//! Reasons for which a command fails.

use ::redis::{RedisError, ServerError};

use crate::backplane::shared::store::StoreError;

/// Reason for which a command failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The partition is on another server of the Cluster, or is moving there.
    Redirected(String),
    /// The server is a replica, or cannot be reached by its master: it is not the server to use.
    NotMaster(String),
    /// The server does not know the script.
    NoScript,
    /// The partition has no generation: the server was wiped.
    Missing,
    /// Not connected, for this reason. The command was not sent.
    Unavailable(String),
    /// The connection ended. The command may have been executed.
    Closed(String),
    /// The server has refused the command.
    Refused(String),
}

impl Fault {
    /// Classifies an error that the server has answered.
    pub fn from_server(error: &ServerError) -> Self {
        let text = match error.details() {
            Some(details) => format!("{} {details}", error.code()),
            None => error.code().to_owned(),
        };
        match error.code() {
            "MOVED" | "ASK" | "TRYAGAIN" | "CLUSTERDOWN" => Self::Redirected(text),
            "READONLY" | "MASTERDOWN" => Self::NotMaster(text),
            "NOSCRIPT" => Self::NoScript,
            _ => Self::Refused(text),
        }
    }

    /// Classifies an error of the connection.
    pub fn from_connection(error: &RedisError) -> Self {
        Self::Closed(error.to_string())
    }

    /// Creates the fault for an answer that has not the expected form.
    pub fn malformed(what: &str) -> Self {
        Self::Refused(format!("unexpected answer of the server: {what}"))
    }

    /// Returns whether the command may be repeated, if it does no harm that it may have been executed.
    pub fn is_temporary(&self) -> bool {
        !matches!(self, Self::Refused(_) | Self::NoScript | Self::Unavailable(_))
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        Self(match fault {
            Fault::Redirected(text) => format!("the Redis Cluster is changing: {text}"),
            Fault::NotMaster(text) => format!("the Redis server is not a master: {text}"),
            Fault::NoScript => {
                "the Redis server has lost its scripts twice; is another program using SCRIPT FLUSH?".into()
            }
            Fault::Missing => "the Redis server has lost its data".into(),
            Fault::Unavailable(text) => text,
            Fault::Closed(text) => format!("the connection to the Redis server ended: {text}"),
            Fault::Refused(text) => format!("the Redis server refused a command: {text}"),
        })
    }
}
