//! Extension lists, read by the grammar of RFC 6455, section 9.1, from left to right.

/// The name of an extension and its parameters.
pub type Extension<'v> = (&'v str, Vec<(&'v str, Option<&'v str>)>);

/// Reads a list; `None` when it is malformed.
pub fn list(value: &str) -> Option<Vec<Extension<'_>>> {
    let mut reader = Reader(value);
    let mut list = Vec::new();
    loop {
        reader.blank();
        // RFC 9110, section 5.6.1: empty elements count for nothing.
        if !reader.0.starts_with(',') && !reader.0.is_empty() {
            list.push(reader.extension()?);
        }
        if reader.0.is_empty() {
            return Some(list);
        }
        reader.expect(',')?;
    }
}

/// What is not read yet.
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

    fn extension(&mut self) -> Option<Extension<'v>> {
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
