//! Words: what stands over the input. `{name}` is a place for a value.

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    /// The place, for screen readers.
    pub heading: &'static str,
    /// Makes the field tall.
    pub tall: &'static str,
    /// What sends then.
    pub tall_hint: &'static str,
    /// The messages kept.
    pub saved: &'static str,
    /// The name of a message.
    pub name: &'static str,
    /// Keeps what is in the field.
    pub keep: &'static str,
    /// Puts a message into the field; `{name}`.
    pub insert: &'static str,
    /// Gives it the name that is typed; `{name}`.
    pub rename: &'static str,
    /// The button.
    pub rename_short: &'static str,
    /// Takes it away; `{name}`.
    pub delete: &'static str,
    /// The button.
    pub delete_short: &'static str,
    /// What it takes to keep one.
    pub unnamed: &'static str,
    /// Too many, or too long; `{n}`, `{max}`.
    pub not_kept: &'static str,
    /// Another one has it.
    pub name_taken: &'static str,
    /// The part about bytes.
    pub binary: &'static str,
    /// How bytes are typed.
    pub form: &'static str,
    /// Hexadecimal digits.
    pub hex: &'static str,
    /// Base64.
    pub base64: &'static str,
    /// The field for bytes.
    pub bytes: &'static str,
    /// A file instead.
    pub file: &'static str,
    /// Sends them.
    pub send_bytes: &'static str,
    /// How many there are; `{n}`.
    pub size: &'static str,
    /// `{digit}`, `{place}`.
    pub wrong_digit: &'static str,
    /// A digit is missing.
    pub short: &'static str,
    /// A file; `{max}`.
    pub too_large: &'static str,
    /// Nothing typed.
    pub no_bytes: &'static str,
    /// yodel.v1 with an echo server.
    pub no_echo: &'static str,
    /// yodel.v1 with a lobby.
    pub in_base64: &'static str,
    /// No connection.
    pub not_open: &'static str,
    /// The row of bytes that were sent; `{n}`, `{hex}`.
    pub row: &'static str,
    /// The part about repeating.
    pub repeat: &'static str,
    /// Milliseconds; `{least}`.
    pub every: &'static str,
    /// How often.
    pub times: &'static str,
    /// Begins.
    pub start: &'static str,
    /// Ends.
    pub stop: &'static str,
    /// How many were sent; `{n}`.
    pub sent: &'static str,
    /// Why it ended; `{n}`.
    pub stopped_full: &'static str,
    /// Why it ended; `{n}`.
    pub stopped_away: &'static str,
    /// A number that is none; `{least}`.
    pub wrong_number: &'static str,
    /// Nothing to repeat.
    pub nothing: &'static str,
    /// The list of keys.
    pub keys: &'static str,
    /// Bytes the socket holds; `{n}`.
    pub buffered: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::complete::complete;

    complete! {
        sending::Words:
        heading tall tall_hint saved name keep insert rename rename_short delete delete_short unnamed
        not_kept name_taken binary form hex base64 bytes file send_bytes size wrong_digit short too_large
        no_bytes no_echo in_base64 not_open row repeat every times start stop sent stopped_full stopped_away
        wrong_number nothing buffered keys
    }
}
