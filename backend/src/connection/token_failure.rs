//! Conversion of rejected tokens to the failures that are counted.

use crate::auth::VerifyError;
use crate::limits::server_metrics::AuthFailure;

impl From<VerifyError> for AuthFailure {
    fn from(denied: VerifyError) -> Self {
        match denied {
            VerifyError::Invalid(_) => Self::Invalid,
            VerifyError::Expired => Self::Expired,
        }
    }
}
