//! Tokens by server. A token is valid for scheme, host and port, whatever the path.

/// Servers and their tokens, in turn. The stored format of earlier builds is a list of one pair.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerTokens(pub Vec<String>);

impl ServerTokens {
    /// Returns the token of a server.
    pub fn get(&self, server: &str) -> Option<String> {
        self.0.chunks_exact(2).find(|pair| pair[0] == server).map(|pair| pair[1].clone())
    }

    /// Replaces the token of a server; `None` removes it.
    pub fn set(&mut self, server: &str, token: Option<&str>) {
        if let Some(at) = self.0.chunks_exact(2).position(|pair| pair[0] == server) {
            self.0.drain(2 * at..2 * at + 2);
        }
        self.0.extend(token.into_iter().flat_map(|token| [server.to_owned(), token.to_owned()]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_one_token_per_server() {
        let mut tokens = ServerTokens(vec!["ws://a".into(), "old".into()]);
        tokens.set("ws://b", Some("b"));
        tokens.set("ws://a", Some("a"));
        assert_eq!((tokens.get("ws://a").as_deref(), tokens.get("ws://b").as_deref()), (Some("a"), Some("b")));
        assert_eq!(tokens.get("a"), None, "a token is no server");
        tokens.set("ws://a", None);
        tokens.set("ws://c", None);
        assert_eq!(tokens.0, ["ws://b", "b"]);
    }

    #[test]
    fn ignores_a_server_without_a_token() {
        assert_eq!(ServerTokens(vec!["ws://a".into()]).get("ws://a"), None);
    }
}
