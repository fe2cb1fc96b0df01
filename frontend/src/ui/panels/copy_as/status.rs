//! The result of copying, in words.

use super::menu::Copied;
use crate::{
    i18n::{copy_as::CopyAsStrings, fill},
    model::copy_as::{LeftOut, Tool},
    state::Language,
};

/// Returns the result of copying, and notes about what is not part of the snippet.
pub(super) fn describe(language: &Language, copied: &Copied, is_copied: bool) -> String {
    let strings = CopyAsStrings::of(language.lang.get());
    let tool = copied.tool.name();
    let result = if is_copied { fill(strings.copied, &[("tool", &tool)]) } else { strings.copy_blocked.to_owned() };
    let left_out = copied.snippet.left_out.map(|reason| match reason {
        LeftOut::Binary => fill(strings.binary, &[("tool", &tool)]),
        LeftOut::Null => strings.null.to_owned(),
        LeftOut::TooLong(bytes) => fill(strings.too_long, &[("n", &language.strings().number(bytes as u64))]),
        LeftOut::Recipient => fill(strings.recipient, &[("tool", &tool)]),
    });
    let token = copied.connection.has_token.then(|| fill(strings.token, &[("name", &placeholder(copied.tool))]));
    let secrets = copied.connection.has_secrets.then(|| strings.secrets.to_owned());
    [Some(result), left_out, token, secrets].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Returns the name that stands for the token in a snippet.
fn placeholder(tool: Tool) -> &'static str {
    match tool {
        Tool::Yodel => "TOKEN_FILE",
        Tool::Websocat | Tool::Wscat | Tool::JavaScript | Tool::Python | Tool::Rust => "TOKEN",
    }
}
