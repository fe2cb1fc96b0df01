//! English strings of the menu that copies a connection or a message as a command.

use crate::i18n::strings::copy_as::CopyAsStrings;

pub(in crate::i18n) const STRINGS: CopyAsStrings = CopyAsStrings {
    copy_as: "Copy as",
    snippet: "Copied text",
    copied: "Copied as {tool}.",
    copy_blocked: "The browser blocked copying. Select the text below and copy it.",
    token: "The token is not copied: set {name}.",
    secrets: "Secrets in the URL are not copied.",
    binary: "Without the message: {tool} cannot send or expect binary messages.",
    null: "Without the message: an argument cannot contain the character U+0000.",
    too_long: "Without the message: it is larger than {n} bytes.",
    recipient: "Without the message: {tool} cannot send to one user or connection.",
};
