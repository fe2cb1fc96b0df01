//! Strings of the first screen.

use super::{fill, fill_exact};
use yodel_client::UrlError;
use yodel_protocol::CloseCode;

/// Strings of the first screen in one language.
#[derive(Debug)]
pub struct ShellStrings {
    /// Name of this language in itself, on the button that switches to it.
    pub language_name: &'static str,
    /// Description of that button.
    pub switch_language: &'static str,
    /// Returns the name of a close code.
    pub close_name: fn(CloseCode) -> Option<&'static str>,

    /// State of the connection: none, and none is being opened.
    pub disconnected: &'static str,
    /// State of the connection: opening.
    pub connecting: &'static str,
    /// State of the connection: open.
    pub connected: &'static str,
    /// State of the connection: closing handshake.
    pub disconnecting: &'static str,
    /// State of the connection: waiting for the next attempt.
    pub reconnecting: &'static str,
    /// State of the connection: the browser has no network.
    pub offline: &'static str,
    /// Label of the number of sent messages.
    pub sent: &'static str,
    /// Label of the number of received messages.
    pub received: &'static str,
    /// Button that opens a connection.
    pub connect: &'static str,
    /// Button that closes the connection.
    pub disconnect: &'static str,
    /// Label of the URL field.
    pub url: &'static str,
    /// Button that opens the URL field.
    pub edit_url: &'static str,

    /// Countdown to the next attempt; `{s}` in seconds.
    pub reconnecting_in: &'static str,
    /// Button that starts the next attempt.
    pub reconnect_now: &'static str,
    /// Button that stops reconnecting.
    pub stop: &'static str,
    /// Banner while the browser has no network.
    pub offline_hint: &'static str,
    /// Banner after a close with which reconnecting ends; `{code}`.
    pub closed_by_server: &'static str,
    /// Banner after a failure while automatic reconnects are off.
    pub reconnect_off: &'static str,
    /// Button that repeats a failed connection or download.
    pub try_again: &'static str,
    /// Banner for `ws:` or `http:` on an HTTPS page.
    pub mixed_content: &'static str,
    /// Button that connects to the same URL with `wss:`.
    pub use_wss: &'static str,
    /// Button that connects to the same event stream with `https:`.
    pub use_https: &'static str,
    /// Button that opens the diagnosis of a failed connection.
    pub why: &'static str,
    /// Button that closes a bar or dialog.
    pub close: &'static str,
    /// Diagnosis when the panels cannot be downloaded.
    pub page_server_unreachable: &'static str,
    /// Error of the URL field.
    pub invalid_url: &'static str,
    /// Error of the URL field: the URL contains a user name or password.
    pub url_credentials: &'static str,
    /// Banner when the server requires a token.
    pub token_required: &'static str,
    /// Banner for a link to another server; `{url}`.
    pub external_link: &'static str,

    /// Button that opens the panels.
    pub tools: &'static str,
    /// Banner when the panels cannot be downloaded.
    pub tools_failed: &'static str,
    /// Button that loads the page again.
    pub reload: &'static str,
    /// Notice: the browser stores the newest messages only.
    pub storage_full: &'static str,

    /// Label of the message list.
    pub messages: &'static str,
    /// Placeholder of an empty list.
    pub no_messages: &'static str,
    /// Button that empties the list.
    pub clear: &'static str,
    /// Button that scrolls to the new messages; `{n}` of them.
    pub new_messages: &'static str,
    /// Announcement of many new messages; `{n}` of them within `{s}` seconds.
    pub announcement: &'static str,
    /// Start of a row about the connection; `{url}`.
    pub server: &'static str,
    /// Start of a row about an event stream; `{url}`.
    pub event_stream: &'static str,
    /// Row: the connection opened.
    pub opened: &'static str,
    /// After `opened`: downtime of `{s}` seconds.
    pub reconnected: &'static str,
    /// After `opened`: downtime of `{s}` seconds, and no message was lost.
    pub reconnected_queue_sent: &'static str,
    /// Row: the connection closed; `{code}`.
    pub closed: &'static str,
    /// A close code and its name; `{code}`, `{name}`.
    pub code_and_name: &'static str,
    /// A close code and the reason; `{code}`, `{reason}`.
    pub code_and_reason: &'static str,
    /// Row of a binary message of `{n}` bytes that begins with `{hex}`.
    pub binary: &'static str,
    /// Row: `{n}` messages of `{room}` are lost.
    pub messages_lost: &'static str,
    /// Row: `{room}` lost its history.
    pub room_reset: &'static str,
    /// Row above `{n}` missed messages of `{room}`.
    pub messages_recovered: &'static str,
    /// Row below the messages of the page before its reload.
    pub reloaded: &'static str,
    /// After `reloaded`: `{n}` messages were not stored.
    pub not_restored: &'static str,
    /// Row: `{n}` rows were removed, too many.
    pub trimmed_count: &'static str,
    /// Row: `{n}` rows were removed, too large.
    pub trimmed_bytes: &'static str,

    /// Kind of a row, for screen readers: the connection.
    pub kind_info: &'static str,
    /// Kind of a row, for screen readers: a sent message.
    pub kind_sent: &'static str,
    /// Kind of a row, for screen readers: a received message.
    pub kind_received: &'static str,
    /// Kind of a row, for screen readers: an error.
    pub kind_error: &'static str,
    /// Delivery state: passed to the socket.
    pub delivery_sent: &'static str,
    /// Delivery state: confirmed by the server.
    pub delivery_acknowledged: &'static str,
    /// Delivery state: in the outbox.
    pub delivery_queued: &'static str,
    /// Delivery state: sent before the connection was lost.
    pub delivery_unconfirmed: &'static str,
    /// Delivery state: rejected, or not sent before a reload.
    pub delivery_failed: &'static str,
    /// Delivery state: no connection of the recipient.
    pub recipient_offline: &'static str,
    /// Button that sends a failed message again.
    pub retry: &'static str,
    /// Button that removes a message from the outbox and the list.
    pub delete: &'static str,

    /// Divider above the first unseen row.
    pub new_messages_divider: &'static str,

    /// Button beside the message field that removes the recipient.
    pub clear_recipient: &'static str,
    /// Label of the message field.
    pub message_placeholder: &'static str,
    /// Placeholder of the message field, and reason of a message that is not sent: the connection is an event stream.
    pub receive_only: &'static str,
    /// Button that sends the message.
    pub send: &'static str,
    /// Error of an empty message field.
    pub empty_message: &'static str,
    /// Error of a full outbox.
    pub queue_full: &'static str,
    /// Hint: the variables are not loaded yet.
    pub variables_loading: &'static str,
    /// Error of a message of `{n}` bytes above the limit of `{max}` bytes.
    pub message_too_large: &'static str,

    /// Button that restores the cleared messages.
    pub undo_clear: &'static str,
    /// Note on a printed page.
    pub print_note: &'static str,
}

impl ShellStrings {
    /// Returns a close code with its name and reason, like `1006, abnormal` or `1001, going away: restart`.
    pub fn close(&self, code: CloseCode, reason: &str) -> String {
        let named = match (self.close_name)(code) {
            Some(name) => fill_exact(self.code_and_name, &[("code", &code.0), ("name", &name)]),
            None => code.0.to_string(),
        };
        match reason {
            "" => named,
            reason if (self.close_name)(code) == Some(reason) => named,
            reason => fill_exact(self.code_and_reason, &[("code", &named), ("reason", &reason)]),
        }
    }

    /// Returns the banner after a close with which reconnecting ends: the code, and the server's reason or else the
    /// name of the code.
    pub fn stopped(&self, code: CloseCode, reason: &str) -> String {
        let reason = if reason.is_empty() { (self.close_name)(code).unwrap_or_default() } else { reason };
        if reason.is_empty() {
            return fill(self.closed_by_server, &[("code", &code.0)]);
        }
        let code = fill_exact(self.code_and_reason, &[("code", &code.0), ("reason", &reason)]);
        fill(self.closed_by_server, &[("code", &code)])
    }

    /// Returns the error of a URL that cannot be dialed.
    pub fn url_error(&self, error: UrlError) -> &'static str {
        if error == UrlError::Credentials { self.url_credentials } else { self.invalid_url }
    }

    /// Returns a number with its digits in groups of three.
    pub fn number(&self, number: u64) -> String {
        let digits = number.to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    }
}

#[cfg(test)]
mod tests;
