//! `yodel token secret`: a secret that nobody guesses.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::TokenError;

/// 32 random bytes as text: for `--jwt-secret-file`, or as a line of `--api-key-file`.
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
    fn a_secret_is_long_enough_and_not_that_of_before() {
        let one = secret().expect("the system has random numbers");
        assert!(Signer::from_secret(one.as_bytes()).is_ok());
        assert_eq!(one.len(), 43);
        assert_ne!(Some(one), secret().ok());
    }
}
