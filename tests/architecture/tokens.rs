//! Paths and method calls in the unparsed tokens of macro calls and attributes.

use proc_macro2::{TokenStream, TokenTree};

use crate::module::{Call, Mention, Module};

/// Adds the paths and method calls of a token stream to a module.
pub fn read(tokens: TokenStream, module: &mut Module) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => read(group.stream(), module),
            TokenTree::Ident(_) => {
                at = read_path(&tokens, at, module);
                continue;
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        at += 1;
    }
}

/// Returns whether the predicate of a `cfg` attribute requires `test`.
pub fn requires_test(predicate: TokenStream) -> bool {
    let mut negated = false;
    for token in predicate {
        match token {
            TokenTree::Ident(ident) if ident == "test" => return true,
            TokenTree::Ident(ident) => negated = ident == "not",
            TokenTree::Group(group) if !negated && requires_test(group.stream()) => return true,
            _ => {}
        }
    }
    false
}

/// Reads the path that starts at an identifier and returns the index of the token after it.
fn read_path(tokens: &[TokenTree], start: usize, module: &mut Module) -> usize {
    let line = tokens[start].span().start().line;
    let mut path = vec![tokens[start].to_string()];
    let mut end = start + 1;
    while is_punct(tokens, end, ':') && is_punct(tokens, end + 1, ':') {
        let Some(TokenTree::Ident(next)) = tokens.get(end + 2) else { break };
        path.push(next.to_string());
        end += 3;
    }
    if start > 0 && is_punct(tokens, start - 1, '.') {
        if matches!(tokens.get(end), Some(TokenTree::Group(_))) {
            module.calls.push(Call { line, method: path.swap_remove(0) });
        }
    } else {
        module.mentions.push(Mention { line, path, is_use: false });
    }
    end
}

fn is_punct(tokens: &[TokenTree], at: usize, expected: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == expected)
}
