//! Conversion of rejected tokens to the failures that are counted.

use crate::auth::Denied;
use crate::limits::refusals::Failure;

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Bad(_) => Self::Invalid,
            Denied::Expired => Self::Expired,
        }
    }
}
