//! Authentication and permissions: turns a token in a request into an identity.
//!
//! | content | file |
//! |---|---|
//! | authentication of a request, by the settings | `authenticator` |
//! | the token in a request's headers | `credentials` |
//! | verification of a token | `verifier`: its format `jwt`, its claims `claims`, `token_requirements`, `json` |
//! | users that may not connect | `block_list` |
//! | error of a rejected token | `verify_error` |
//! | identity and permissions | `identity`, built by programs with `identity_builder`; `permissions`, `pattern` |
//! | signing tokens; reading them without a key | `signer`; `unverified` |
//! | keys of the HTTP API | `api_keys` |
//! | allowed origins of pages | `origins` |
//! | secrets and keys in files | `file`, `secret`, `key`, `der`; their algorithms: `algorithm` |
//! | signature implementations; current time | `provider`; `time` |
//!
//! The crate `jsonwebtoken` parses tokens and keys; `ring`, which TLS needs anyway, computes signatures.
//! This module validates the claims itself: the key determines the algorithm, and the caller passes the
//! time.

mod algorithm;
mod api_keys;
mod authenticator;
mod block_list;
mod claims;
mod credentials;
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
mod token_requirements;
mod unverified;
mod verifier;
mod verify_error;

pub use algorithm::Algorithm;
pub use api_keys::ApiKeys;
pub use authenticator::Authenticator;
pub use block_list::{BlockList, BlockListFull};
pub use credentials::{CredentialSource, Credentials};
pub use file::{CredentialFile, CredentialFileError};
pub use identity::Identity;
pub use identity_builder::{IdentityBuilder, IdentityError};
pub use jwt::{MALFORMED_TOKEN, MAX_TOKEN_LENGTH};
pub use permissions::Action;
pub use signer::{Signer, SignerError};
pub use time::{LEEWAY, now, seconds};
pub use token_requirements::TokenRequirements;
pub use unverified::decode_unverified;
pub use verifier::Verifier;
pub use verify_error::VerifyError;

#[cfg(test)]
pub(crate) mod testdata;
