//! Requirements on the claims of tokens, as configured.

use std::time::Duration;

use super::time::LEEWAY;
use super::verify_error::VerifyError;
use crate::config::AuthConfig;

/// Audiences, issuers and age that tokens must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenRequirements {
    audiences: Vec<String>,
    issuers: Vec<String>,
    max_age: Option<Duration>,
}

/// The claims of a token that requirements apply to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TokenOrigin {
    /// `aud`, as a list.
    pub audiences: Option<Vec<String>>,
    /// `iss`
    pub issuer: Option<String>,
    /// `iat`, in seconds since 1970.
    pub issued: Option<u64>,
}

impl TokenRequirements {
    /// Returns the requirements of these settings.
    pub fn new(config: &AuthConfig) -> Self {
        Self { audiences: config.jwt_audience.clone(), issuers: config.jwt_issuer.clone(), max_age: config.jwt_max_age }
    }

    /// Checks the claims of a token at the Unix time `now`, and returns when the token becomes too old, if ever; both
    /// in seconds.
    ///
    /// # Errors
    /// Returns an error if a claim is missing, or differs from all configured values.
    pub(super) fn check(&self, token: &TokenOrigin, now: u64) -> Result<Option<u64>, VerifyError> {
        self.check_audience(token.audiences.as_deref())?;
        if !self.issuers.is_empty() && !token.issuer.as_ref().is_some_and(|issuer| self.issuers.contains(issuer)) {
            return Err(VerifyError::Invalid(
                "the token's `iss` is not an issuer that the server accepts (--jwt-issuer)",
            ));
        }
        self.too_old_from(token.issued, now)
    }

    /// A token whose audience is not one of the server's is meant for another recipient (RFC 7519, section 4.1.3).
    fn check_audience(&self, audiences: Option<&[String]>) -> Result<(), VerifyError> {
        match audiences {
            None if self.audiences.is_empty() => Ok(()),
            None => Err(VerifyError::Invalid(
                "the token has no `aud`: the server accepts only tokens for its own audience (--jwt-audience)",
            )),
            Some(_) if self.audiences.is_empty() => Err(VerifyError::Invalid(
                "the token has an `aud`, and the server has no audience: configure it (--jwt-audience), or issue tokens without `aud`",
            )),
            Some(audiences) if audiences.iter().any(|audience| self.audiences.contains(audience)) => Ok(()),
            Some(_) => Err(VerifyError::Invalid(
                "the token's `aud` does not contain the audience of the server (--jwt-audience)",
            )),
        }
    }

    fn too_old_from(&self, issued: Option<u64>, now: u64) -> Result<Option<u64>, VerifyError> {
        let Some(max_age) = self.max_age else { return Ok(None) };
        let issued = issued.ok_or(VerifyError::Invalid(
            "the token has no `iat`: the server limits the age of tokens (--jwt-max-age)",
        ))?;
        if issued > now.saturating_add(LEEWAY) {
            return Err(VerifyError::Invalid("the token's `iat` is in the future: check the clocks of both machines"));
        }
        Ok(Some(issued.saturating_add(max_age.as_secs())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requirements(change: impl FnOnce(&mut AuthConfig)) -> TokenRequirements {
        let mut config = AuthConfig::default();
        change(&mut config);
        TokenRequirements::new(&config)
    }

    fn strings(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    fn audience(configured: &[&str], token: Option<&[&str]>) -> bool {
        let token = TokenOrigin { audiences: token.map(strings), ..TokenOrigin::default() };
        requirements(|config| config.jwt_audience = strings(configured)).check(&token, 1000).is_ok()
    }

    #[test]
    fn rfc_7519_section_4_1_3_the_audience_must_contain_the_servers_own() {
        assert!(audience(&[], None));
        assert!(!audience(&[], Some(&["chat"])), "the server is not this audience");
        assert!(!audience(&[], Some(&[])));
        assert!(audience(&["chat"], Some(&["mail", "chat"])));
        assert!(audience(&["chat", "chat.example"], Some(&["chat.example"])));
        for other in [None, Some(&[][..]), Some(&["mail"]), Some(&["Chat"]), Some(&["chat "])] {
            assert!(!audience(&["chat"], other), "{other:?}");
        }
    }

    #[test]
    fn accepts_only_listed_issuers() {
        let from = |issuer: Option<&str>| TokenOrigin { issuer: issuer.map(str::to_owned), ..TokenOrigin::default() };
        let listed = requirements(|config| config.jwt_issuer = strings(&["https://a.example", "https://b.example"]));
        assert!(listed.check(&from(Some("https://b.example")), 1000).is_ok());
        assert!(listed.check(&from(Some("https://c.example")), 1000).is_err());
        assert!(listed.check(&from(None), 1000).is_err());
        assert!(TokenRequirements::default().check(&from(Some("https://c.example")), 1000).is_ok());
    }

    #[test]
    fn limits_the_age() {
        let issued = |issued| TokenOrigin { issued, ..TokenOrigin::default() };
        let hour = requirements(|config| config.jwt_max_age = Some(Duration::from_secs(3600)));
        assert_eq!(hour.check(&issued(Some(1000)), 1000), Ok(Some(4600)));
        assert_eq!(hour.check(&issued(Some(1000 + LEEWAY)), 1000), Ok(Some(4600 + LEEWAY)), "clocks differ");
        assert!(hour.check(&issued(Some(1001 + LEEWAY)), 1000).is_err());
        assert!(hour.check(&issued(None), 1000).is_err());
        assert_eq!(TokenRequirements::default().check(&issued(None), 1000), Ok(None));
    }
}
