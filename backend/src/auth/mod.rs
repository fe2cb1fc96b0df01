//! Who a client is, and what it may do: a token becomes an identity.
//!
//! | idea | file |
//! |---|---|
//! | a request becomes an identity, by the settings | `authenticator` |
//! | where a token stands in a request | `credentials` |
//! | a token is checked | `verifier`: its form `jwt`, its claims `claims` `json` |
//! | why it is not accepted | `denied` |
//! | who somebody is, and may do what | `identity`, made by programs with `identity_builder`; `permissions`, `pattern` |
//! | a token is made; read without its key | `signer`; `unverified` |
//! | keys for programs | `api_keys` |
//! | secrets and keys in files | `file`, `secret`, `key`, `der`; what they are for: `algorithm` |
//! | signatures; time | `provider`; `time` |
//!
//! Tokens and keys are read by `jsonwebtoken`, signatures are those of `ring`, which TLS brings along.
//! What a token has to claim is judged here: the key decides the algorithm, and time comes from the
//! caller.

mod algorithm;
mod api_keys;
mod authenticator;
mod claims;
mod credentials;
mod denied;
mod der;
mod file;
mod identity;
mod identity_builder;
mod json;
mod jwt;
mod key;
pub mod origins;
mod pattern;
mod permissions;
mod provider;
mod secret;
mod signer;
mod time;
mod unverified;
mod verifier;

pub use algorithm::Algorithm;
pub use api_keys::ApiKeys;
pub use authenticator::Auth;
pub use credentials::{Credentials, Source};
pub use denied::Denied;
pub use file::AuthError;
pub use file::Named;
pub use identity::Identity;
pub use identity_builder::{IdentityBuilder, IdentityError};
pub use jwt::{LONGEST_TOKEN, NO_TOKEN};
pub use permissions::Action;
pub use signer::{Signer, SignerError};
pub use time::{LEEWAY, now};
pub use unverified::unverified;
pub use verifier::Verifier;

#[cfg(test)]
pub(crate) mod testdata;
