//! Effects in transcripts.

use yodel_client::{Delivery, Effect, Generation, State, StopReason, Target, UrlError};

use crate::frames;

/// Returns the short form of effects.
pub fn show(effects: impl Iterator<Item = Effect>) -> String {
    fold(effects.map(|effect| show_effect(&effect)).collect())
}

/// Joins effects, and shortens `1 waiting; 2 waiting; 3 waiting` to `1..3 waiting`.
fn fold(effects: Vec<String>) -> String {
    let mut folded: Vec<(u64, String)> = Vec::new();
    for effect in effects {
        match (folded.last_mut(), message(&effect)) {
            (Some((last, text)), Some((id, rest))) if *last + 1 == id && text.ends_with(rest) => {
                let first = text.split(['.', ' ']).next().unwrap_or_default();
                (*last, *text) = (id, format!("{first}..{id} {rest}"));
            }
            (_, shown) => {
                let id = shown.map_or(u64::MAX - 1, |(id, _)| id);
                folded.push((id, effect));
            }
        }
    }
    folded.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join("; ")
}

/// Returns the id and the delivery state of a message.
fn message(effect: &str) -> Option<(u64, &str)> {
    let (id, rest) = effect.split_once(' ')?;
    Some((id.parse().ok()?, rest))
}

fn show_effect(effect: &Effect) -> String {
    match effect {
        Effect::Dial { socket, target } => show_dial(*socket, target),
        Effect::Close { socket, code, reason } => format!("close #{} {code} {reason}", socket.0).trim_end().to_owned(),
        Effect::Abandon(socket) => format!("abandon #{}", socket.0),
        Effect::Transmit { socket, id: Some(id), text } => format!("transmit #{} {} {}", socket.0, id.0, short(text)),
        Effect::TransmitBinary { socket, id, bytes } => {
            format!("transmit #{} {} binary {}", socket.0, id.0, short(&String::from_utf8_lossy(bytes)))
        }
        Effect::Transmit { id: None, text, .. } => frames::show_text(text),
        Effect::Authenticate { text, .. } => format!("secret {}", frames::show_text(&text.clone().reveal())),
        Effect::Arm { at_ms } => format!("arm {at_ms}"),
        Effect::Disarm => "disarm".to_owned(),
        Effect::State(state) => show_state(state),
        Effect::Delivery(id, delivery) => format!("{} {}", id.0, show_delivery(*delivery)),
        Effect::OutboxFull(id) => format!("{} full", id.0),
        Effect::Up { url, away_ms: None } => format!("up {url}"),
        Effect::Up { url, away_ms: Some(away_ms) } => format!("up {url} after {away_ms}"),
        Effect::Down { url, code, reason, requested } => {
            let by = if *requested { " requested" } else { "" };
            format!("down {url} {code}{by} {reason}").trim_end().to_owned()
        }
        Effect::ServerChanged => "server changed".to_owned(),
        envelope_effect => frames::show(envelope_effect),
    }
}

fn show_dial(socket: Generation, target: &Target) -> String {
    let mut shown = format!("dial #{} {}", socket.0, target.url);
    if !target.subprotocols.is_empty() {
        shown = format!("{shown} {}", target.subprotocols.join(" "));
    }
    shown
}

fn show_state(state: &State) -> String {
    match state {
        State::Idle => "idle".to_owned(),
        State::Connecting(socket) => format!("connecting #{}", socket.0),
        State::Open(socket) => format!("open #{}", socket.0),
        State::Closing(socket) => format!("closing #{}", socket.0),
        State::Backoff { until_ms, last_failure } => {
            format!("backoff until {until_ms}, {} x{}", last_failure.code.0, last_failure.attempt)
        }
        State::Offline { fallback_at_ms } => format!("offline until {fallback_at_ms}"),
        State::Suspended => "suspended".to_owned(),
        State::Stopped(stopped) => show_stopped(stopped),
    }
}

fn show_stopped(stopped: &StopReason) -> String {
    match stopped {
        StopReason::User => "stopped by the user".to_owned(),
        StopReason::Fatal { code, reason } => format!("stopped by {} {reason}", code.0).trim_end().to_owned(),
        StopReason::InvalidUrl(UrlError::MixedContent) => "stopped by mixed content".to_owned(),
        StopReason::InvalidUrl(UrlError::Syntax | UrlError::Credentials) => "stopped by a bad address".to_owned(),
        StopReason::Exhausted(failure) => format!("stopped, exhausted by {} x{}", failure.code.0, failure.attempt),
    }
}

fn show_delivery(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Waiting => "waiting",
        Delivery::Sent => "sent",
        Delivery::Unconfirmed => "unconfirmed",
        Delivery::Failed => "failed",
        Delivery::Acknowledged => "acknowledged",
    }
}

fn short(text: &str) -> String {
    if text.starts_with('{') {
        frames::show_text(text)
    } else if text.len() > 40 {
        format!("{} bytes", text.len())
    } else {
        text.to_owned()
    }
}
