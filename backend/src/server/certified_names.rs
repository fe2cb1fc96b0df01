//! Connects the check of hosts to the server's certificate.

use crate::auth::origins::CertifiedNames;
use crate::net::tls::Certificate;

impl CertifiedNames for Certificate {
    fn contains(&self, name: &str) -> bool {
        self.is_valid_for(name)
    }
}
