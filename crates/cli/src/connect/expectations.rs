//! The messages of --expect that have not arrived yet, and the time that is left for them.

use std::fmt::Write;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::time::Instant;

use super::expectation::{Expectation, ReceivedMessage};
use super::line::OutputStream;
use super::options::ConnectFlags;
use super::output_event::OutputEvent;
use super::text_output;

/// Expectations of a session. Each must be met by a message, in any order; one message may meet several.
#[derive(Debug, Default)]
pub struct Expectations {
    unmet: Vec<Expectation>,
    /// Number of received messages.
    received: u64,
    /// The time of --timeout.
    timeout: Duration,
    /// End of that time; `None` without --expect.
    deadline: Option<Instant>,
    has_expired: bool,
}

impl Expectations {
    /// Creates the expectations of the flags. The time of --timeout starts now.
    pub fn new(options: &ConnectFlags) -> Self {
        Self {
            unmet: options.expect.clone(),
            timeout: options.timeout,
            deadline: (!options.expect.is_empty()).then(|| Instant::now() + options.timeout),
            ..Self::default()
        }
    }

    /// Returns `true` if --expect is used.
    pub fn is_active(&self) -> bool {
        self.deadline.is_some()
    }

    /// Returns `true` if --expect is used and every message has arrived.
    pub fn are_met(&self) -> bool {
        self.is_active() && self.unmet.is_empty()
    }

    /// Returns `true` while a message is missing.
    pub fn are_unmet(&self) -> bool {
        !self.unmet.is_empty()
    }

    /// Checks the received messages of an event, as they are printed to a pipe. Ignores messages after the timeout.
    pub fn check(&mut self, event: &OutputEvent<'_>) {
        if !self.is_active() || self.has_expired {
            return;
        }
        for line in text_output::lines(event, false).iter().filter(|line| line.stream == OutputStream::Stdout) {
            self.received += 1;
            let message = ReceivedMessage::new(&line.body);
            self.unmet.retain(|expectation| !expectation.matches(&message));
        }
    }

    /// Returns the end of the time for the messages; `None` without --expect.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Returns `true` if the time has passed, and from then on.
    pub fn check_deadline(&mut self) -> bool {
        self.has_expired |= self.deadline.is_some_and(|at| at <= Instant::now());
        self.has_expired
    }

    /// Returns `true` if [`check_deadline`](Self::check_deadline) has returned `true`.
    pub fn have_expired(&self) -> bool {
        self.has_expired
    }

    /// Describes the missing messages, with the reason for which the session ended, or an empty one.
    pub fn describe_unmet(&self, reason: &str) -> String {
        let unmet: Vec<String> = self.unmet.iter().map(ToString::to_string).collect();
        let mut text = format!("no match for {} ", unmet.join(", "));
        let written = if self.has_expired {
            write!(text, "within {:#}", SignedDuration::try_from(self.timeout).unwrap_or(SignedDuration::MAX))
        } else {
            write!(text, "before the session ended")
        };
        written.expect("writing to a string succeeds");
        if !reason.is_empty() {
            text.push_str(": ");
            text.push_str(reason);
        }
        let noun = if self.received == 1 { "message" } else { "messages" };
        text + &format!(" (received {} {noun})", self.received)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use yodel_client::Effect;
    use yodel_protocol::ServerFrame;

    use super::*;

    #[derive(Parser)]
    struct ExpectArguments {
        #[command(flatten)]
        connect: ConnectFlags,
    }

    fn expectations(flags: &[&str]) -> Expectations {
        let line = ["connect", "ws://a/ws"].iter().chain(flags);
        let arguments = ExpectArguments::try_parse_from(line).unwrap_or_else(|error| panic!("{error}"));
        Expectations::new(&arguments.connect)
    }

    #[tokio::test]
    async fn messages_may_arrive_in_any_order() {
        let mut expected = expectations(&["--expect=one", "--expect=/^two$/", "--expect=one t"]);
        for (text, is_met) in [("two", false), ("three", false), ("one two", true)] {
            expected.check(&OutputEvent::Text(text));
            assert_eq!((expected.are_met(), expected.are_unmet()), (is_met, !is_met), "{text}");
        }
    }

    #[tokio::test]
    async fn are_neither_met_nor_unmet_without_the_flag() {
        let mut expected = expectations(&[]);
        expected.check(&OutputEvent::Text("one"));
        assert!(!expected.are_met() && !expected.are_unmet() && !expected.check_deadline());
    }

    #[tokio::test]
    async fn checks_binary_messages_and_the_data_of_frames() {
        let mut expected = expectations(&["--expect=\u{1}x", "--expect=json:a=1", "--expect=/^hi$/"]);
        expected.check(&OutputEvent::Binary(b"\x01x"));
        expected.check(&OutputEvent::Sending(yodel_client::MessageId(1), "hi"));
        expected.check(&OutputEvent::Error("hi"));
        for frame in [
            r#"{"type":"message","room":"chat","offset":1,"event":"msg","data":{"a":1},"time":1}"#,
            r#"{"type":"message","room":"chat","offset":2,"event":"text","data":"hi","time":1}"#,
        ] {
            assert!(!expected.are_met());
            let Ok(ServerFrame::Message(message)) = ServerFrame::decode(frame) else { panic!("{frame}") };
            expected.check(&OutputEvent::Effect(&Effect::Message(Box::new(message))));
        }
        assert!(expected.are_met() && expected.received == 3, "{expected:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn ignores_messages_after_the_timeout() {
        let mut expected = expectations(&["--expect=one", "--expect=json:a=b", "--timeout=1500ms"]);
        assert!(!expected.check_deadline());
        expected.check(&OutputEvent::Text("two"));
        tokio::time::advance(Duration::from_millis(1_500)).await;
        assert!(expected.check_deadline());
        expected.check(&OutputEvent::Text("one"));
        assert_eq!(
            expected.describe_unmet(""),
            "no match for --expect 'one', --expect 'json:a=b' within 1s 500ms (received 1 message)"
        );
    }

    #[tokio::test]
    async fn describes_the_end_of_the_session() {
        let expected = expectations(&["--expect=a\u{1b}"]);
        assert_eq!(
            expected.describe_unmet("closed (1000, normal)"),
            "no match for --expect 'a\\u{1b}' before the session ended: closed (1000, normal) (received 0 messages)"
        );
    }
}
