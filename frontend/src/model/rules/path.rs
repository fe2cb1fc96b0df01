//! Positions in a JSON message: `a.b[0].c`. A name with other characters is written as a JSON string in brackets:
//! `a["b.c"]`. The path may begin with `$`, which alone is the whole message.

use std::{borrow::Cow, ops::Range};
use yodel_protocol::{
    Json,
    tokens::{Token, TokenKind, Tokenizer},
};

/// A position in a JSON message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
}

impl Path {
    /// Parses a path; `None` if it is invalid.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut rest = text.strip_prefix('$').unwrap_or(text);
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = if let Some(inner) = rest.strip_prefix('[') {
                bracket(inner)?
            } else {
                // A name follows a point, except the first one of a path without `$`.
                let is_first = rest.len() == text.len();
                name(rest.strip_prefix('.').or(is_first.then_some(rest))?)?
            };
            steps.push(step);
            rest = after;
        }
        (!text.is_empty()).then_some(Self { steps })
    }
}

/// Returns the part of a message at each path. Reads the message once and stops when all parts are found; nothing is
/// found in a text that is not JSON. Of several fields with one name, the first one counts.
pub fn find(paths: &[Path], text: &str) -> Vec<Option<Range<usize>>> {
    let mut search = Search { paths, ..Search::default() };
    search.found = vec![None; paths.len()];
    search.depth = vec![0; paths.len()];
    search.missing = paths.len();
    search.run(text);
    search.found
}

/// Returns the content of a JSON string, or any other JSON as it is.
pub fn value_text(json: &str) -> String {
    let string = if json.starts_with('"') { Json::read(json) } else { None };
    let string = string.as_ref().and_then(Json::as_string);
    string.map_or_else(|| json.to_owned(), Cow::into_owned)
}

/// Returns whether JSON has this value: the content of a string, or the same text.
pub fn has_value(json: &str, value: &str) -> bool {
    json == value || is_string(json, value)
}

/// Returns whether a token is the JSON string of a text.
fn is_string(token: &str, text: &str) -> bool {
    match token.strip_prefix('"').and_then(|token| token.strip_suffix('"')) {
        Some(content) if content.contains('\\') => value_text(token) == text,
        Some(content) => content == text,
        None => false,
    }
}

/// Reads an index or a quoted name, and the closing bracket.
fn bracket(inner: &str) -> Option<(Step, &str)> {
    if inner.starts_with('"') {
        // The grammar of names is that of the tokenizer: the string ends at the first quote without a backslash.
        let mut tokens = Tokenizer::default();
        let length = tokens.next(inner)?.length;
        let (name, rest) = inner.split_at(length);
        return Some((Step::Name(value_text(name)), rest.strip_prefix(']')?));
    }
    let (index, rest) = inner.split_once(']')?;
    let is_number = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
    Some((Step::Index(index.parse().ok().filter(|_| is_number)?), rest))
}

/// Reads a name without quotes.
fn name(rest: &str) -> Option<(Step, &str)> {
    let (name, rest) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
    (!name.is_empty() && !name.contains([']', '"'])).then(|| (Step::Name(name.to_owned()), rest))
}

/// An array or object that is open.
#[derive(Default)]
struct Container {
    is_array: bool,
    /// Number of the element.
    index: usize,
    /// The name of the field, in quotes.
    name: Range<usize>,
}

#[derive(Default)]
struct Search<'p> {
    paths: &'p [Path],
    found: Vec<Option<Range<usize>>>,
    /// For each path, the depth at which its next step may be found: that of the values in the last container that the
    /// path leads through.
    depth: Vec<usize>,
    /// Number of paths without a result.
    missing: usize,
    open: Vec<Container>,
    /// Containers that are results as soon as they end: path, depth and start.
    results: Vec<(usize, usize, usize)>,
}

impl Search<'_> {
    fn run(&mut self, text: &str) {
        let mut tokens = Tokenizer::default();
        while self.missing > 0 {
            tokens.skip_whitespace(text);
            let at = tokens.at();
            let Some(Token { kind, length }) = tokens.next(text) else { return };
            let token = at..at + length;
            match (kind, self.open.last_mut()) {
                (TokenKind::Begin | TokenKind::Scalar, _) => self.value(text, kind == TokenKind::Begin, token),
                (TokenKind::End, _) => self.end(token.end),
                (TokenKind::Comma, Some(container)) => container.index += 1,
                (TokenKind::Name, Some(container)) => container.name = token,
                _ => {}
            }
        }
    }

    /// Compares the position of a value with the next step of each path.
    fn value(&mut self, text: &str, is_container: bool, token: Range<usize>) {
        let at_depth = self.open.len();
        for (index, path) in self.paths.iter().enumerate() {
            let is_candidate = self.depth[index] == at_depth && self.found[index].is_none();
            if !is_candidate || !self.is_here(text, path, at_depth) {
                continue;
            }
            if path.steps.len() > at_depth {
                self.depth[index] += usize::from(is_container);
            } else if is_container {
                self.results.push((index, at_depth, token.start));
            } else {
                self.found[index] = Some(token.clone());
                self.missing -= 1;
            }
        }
        if is_container {
            let is_array = text.as_bytes()[token.start] == b'[';
            self.open.push(Container { is_array, ..Container::default() });
        }
    }

    /// Returns whether the current value is the one of the path's step into the last open container.
    fn is_here(&self, text: &str, path: &Path, at_depth: usize) -> bool {
        let Some(container) = self.open.last() else { return true };
        match &path.steps[at_depth - 1] {
            Step::Index(index) => container.is_array && container.index == *index,
            // An array has no name before its values.
            Step::Name(name) => is_string(&text[container.name.clone()], name),
        }
    }

    fn end(&mut self, to: usize) {
        self.open.pop();
        let at_depth = self.open.len();
        for depth in &mut self.depth {
            *depth = (*depth).min(at_depth);
        }
        while let Some((path, _, from)) = self.results.pop_if(|(_, depth, _)| *depth == at_depth) {
            if self.found[path].is_none() {
                self.found[path] = Some(from..to);
                self.missing -= 1;
            }
        }
    }
}

#[cfg(test)]
mod tests;
