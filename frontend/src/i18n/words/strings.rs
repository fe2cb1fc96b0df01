//! What every language says. `{name}` is a place for a value.

use super::fill;
use yodel_protocol::CloseCode;

/// The words of one language.
#[derive(Debug)]
pub struct Strings {
    /// The language's own name, on the button that switches to it.
    pub name: &'static str,
    /// What that button does, for screen readers.
    pub switch: &'static str,
    /// Between groups of three digits; may be empty.
    pub group: &'static str,
    /// The short name of a close code.
    pub close_name: fn(CloseCode) -> Option<&'static str>,

    /// Words of the status line.
    pub idle: &'static str,
    /// A socket is being opened.
    pub connecting: &'static str,
    /// A socket is open.
    pub connected: &'static str,
    /// A close frame was sent.
    pub closing: &'static str,
    /// Before the next dial.
    pub backoff: &'static str,
    /// No network.
    pub no_network: &'static str,
    /// Before the count of messages sent.
    pub sent: &'static str,
    /// Before the count of messages received.
    pub received: &'static str,
    /// The button, and the one beside the address.
    pub connect: &'static str,
    /// The button.
    pub disconnect: &'static str,
    /// The address field.
    pub address: &'static str,
    /// The address as a button.
    pub change_address: &'static str,

    /// The notice while waiting; `{s}`.
    pub retrying: &'static str,
    /// Its button.
    pub retry_now: &'static str,
    /// Its other button.
    pub stop: &'static str,
    /// The notice without a network.
    pub offline: &'static str,
    /// The notice after a refusal; `{code}`, `{why}`.
    pub refused: &'static str,
    /// The notice after a normal close by the server; `{code}`, `{why}`.
    pub ended: &'static str,
    /// The notice when all attempts are used up.
    pub exhausted: &'static str,
    /// To the address field.
    pub edit: &'static str,
    /// Dial once more.
    pub try_again: &'static str,
    /// `ws:` from an https page.
    pub mixed: &'static str,
    /// Its button.
    pub use_wss: &'static str,
    /// Asks why there is no connection.
    pub why: &'static str,
    /// Takes something away that is shown for a while.
    pub close: &'static str,
    /// The tools, which explain it, could not be downloaded.
    pub no_answer: &'static str,
    /// Not an address.
    pub bad_address: &'static str,
    /// A link asks for another server; `{url}`.
    pub foreign: &'static str,

    /// Opens everything beyond the first screen.
    pub tools: &'static str,
    /// It could not be downloaded.
    pub no_tools: &'static str,

    /// The list, for screen readers.
    pub messages: &'static str,
    /// The list without rows.
    pub empty: &'static str,
    /// Takes the rows away.
    pub clear: &'static str,
    /// Rows below the screen; `{n}`.
    pub new_rows: &'static str,
    /// Rows of the last seconds; `{n}`, `{s}`.
    pub sum: &'static str,
    /// How a row about a connection begins; `{url}`.
    pub server: &'static str,
    /// A connection came up.
    pub opened: &'static str,
    /// After it; `{s}`.
    pub back: &'static str,
    /// After it, when all that waited was sent; `{s}`.
    pub back_kept: &'static str,
    /// A connection went down; `{code}`.
    pub closed: &'static str,
    /// A code with its name; `{code}`, `{name}`.
    pub named_code: &'static str,
    /// A code with the server's words; `{code}`, `{why}`.
    pub explained_code: &'static str,
    /// A binary message; `{n}`, `{hex}`.
    pub binary: &'static str,
    /// Messages of a room that are lost; `{n}`, `{room}`.
    pub gap: &'static str,
    /// A room without memory of what was said; `{room}`.
    pub began_anew: &'static str,
    /// Messages that were missed and came after all; `{n}`, `{room}`.
    pub recovered: &'static str,
    /// After rows of an earlier page.
    pub reloaded: &'static str,
    /// Rows of it that were not kept; `{n}`.
    pub left_out: &'static str,
    /// Rows removed for their number; `{n}`.
    pub trimmed_rows: &'static str,
    /// Rows removed for their size; `{n}`.
    pub trimmed_bytes: &'static str,

    /// Hidden words beside the icons.
    pub word_info: &'static str,
    /// A message of one's own.
    pub word_sent: &'static str,
    /// A message that arrived.
    pub word_received: &'static str,
    /// Closed, refused.
    pub word_error: &'static str,
    /// The mark of a message handed to the socket.
    pub mark_sent: &'static str,
    /// The mark of one that the server has.
    pub mark_acknowledged: &'static str,
    /// The mark of one in the outbox.
    pub mark_waiting: &'static str,
    /// The mark of one that may not have arrived.
    pub mark_doubtful: &'static str,
    /// The mark of one given up.
    pub mark_failed: &'static str,
    /// The mark of one for somebody who was not there.
    pub mark_nobody: &'static str,
    /// Send it once more.
    pub retry: &'static str,
    /// Take it away.
    pub delete: &'static str,

    /// The first of the rows that came while nobody looked.
    pub since: &'static str,

    /// Beside where a message goes, on the button that takes that away.
    pub to_default: &'static str,
    /// In the empty input.
    pub content: &'static str,
    /// The button.
    pub send: &'static str,
    /// Nothing typed.
    pub nothing: &'static str,
    /// The outbox is full.
    pub full: &'static str,
}

impl Strings {
    /// `1006, abnormal`, and the server's words where there are some.
    pub fn close(&self, code: CloseCode, reason: &str) -> String {
        let named = match (self.close_name)(code) {
            Some(name) => fill(self.named_code, &[("code", &code.0), ("name", &name)]),
            None => code.0.to_string(),
        };
        match reason {
            "" => named,
            why if (self.close_name)(code) == Some(why) => named,
            why => fill(self.explained_code, &[("code", &named), ("why", &why)]),
        }
    }

    /// Why a server refused or ended a connection: its own words, else the code's name.
    pub fn stopped(&self, code: CloseCode, reason: &str) -> String {
        let name = (self.close_name)(code).unwrap_or_default();
        let why = if reason.is_empty() { name } else { reason };
        let text = if code == CloseCode::NORMAL { self.ended } else { self.refused };
        if why.is_empty() {
            return fill(text, &[("code", &code.0)]);
        }
        fill(text, &[("code", &fill(self.explained_code, &[("code", &code.0), ("why", &why)]))])
    }

    /// A number as this language groups its digits.
    pub fn number(&self, number: u64) -> String {
        let digits = number.to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push_str(self.group);
            }
            grouped.push(digit);
        }
        grouped
    }
}

#[cfg(test)]
mod tests;
