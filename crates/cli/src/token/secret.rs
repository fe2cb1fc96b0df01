//! `yodel token secret`: creates a random secret.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::TokenError;

/// Returns 32 random bytes in base64url, for `--jwt-secret-file` or as a line of `--api-key-file`.
///
/// # Errors
/// Returns an error if the system provides no random numbers.
pub fn secret() -> Result<String, TokenError> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(TokenError::Random)?;
    Ok(URL_SAFE_NO_PAD.encode(random))
}

#[cfg(test)]
mod tests {
    use super::*;
    use yodel_server::auth::Signer;

    #[test]
    fn creates_a_long_secret_that_differs_each_time() {
        let one = secret().expect("the system has random numbers");
        assert!(Signer::from_secret(one.as_bytes()).is_ok());
        assert_eq!(one.len(), 43);
        assert_ne!(Some(one), secret().ok());
    }
}
