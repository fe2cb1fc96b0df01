//! Parser of extension lists by the grammar of RFC 6455 §9.1.

/// Name and parameters of an extension.
pub type ModelExtension<'v> = (&'v str, Vec<(&'v str, Option<&'v str>)>);

/// Parses a list; returns `None` if it is malformed.
pub fn list(value: &str) -> Option<Vec<ModelExtension<'_>>> {
    let mut reader = Reader(value);
    let mut list = Vec::new();
    loop {
        reader.blank();
        // Empty elements are skipped (RFC 9110 §5.6.1).
        if !reader.0.starts_with(',') && !reader.0.is_empty() {
            list.push(reader.extension()?);
        }
        if reader.0.is_empty() {
            return Some(list);
        }
        reader.expect(',')?;
    }
}

/// Remaining input.
struct Reader<'v>(&'v str);

impl<'v> Reader<'v> {
    fn blank(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t']);
    }

    fn expect(&mut self, character: char) -> Option<()> {
        self.0 = self.0.strip_prefix(character)?;
        Some(())
    }

    fn token(&mut self) -> Option<&'v str> {
        let end = self.0.find(|c: char| !c.is_ascii_alphanumeric() && !"!#$%&'*+-.^_`|~".contains(c));
        let (token, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest;
        (!token.is_empty()).then_some(token)
    }

    fn extension(&mut self) -> Option<ModelExtension<'v>> {
        let name = self.token()?;
        let mut parameters = Vec::new();
        self.blank();
        while self.expect(';').is_some() {
            self.blank();
            parameters.push(self.parameter()?);
            self.blank();
        }
        Some((name, parameters))
    }

    fn parameter(&mut self) -> Option<(&'v str, Option<&'v str>)> {
        let name = self.token()?;
        self.blank();
        if self.expect('=').is_none() {
            return Some((name, None));
        }
        self.blank();
        let quoted = self.expect('"').is_some();
        let value = self.token()?;
        if quoted {
            self.expect('"')?;
        }
        Some((name, Some(value)))
    }
}
