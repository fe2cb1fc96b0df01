//! Rejected tokens, as they are counted.

use crate::auth::VerifyError;
use crate::limits::refusals::Failure;

impl From<VerifyError> for Failure {
    fn from(denied: VerifyError) -> Self {
        match denied {
            VerifyError::Invalid(_) => Self::Invalid,
            VerifyError::Expired => Self::Expired,
        }
    }
}
