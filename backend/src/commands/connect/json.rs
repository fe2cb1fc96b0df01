//! What happened, as one JSON object per line. What a server says in yodel.v1 stays the frame that it was.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use client::{Delivery, Effect, State, Stopped};
use protocol::ServerFrame;
use serde_json::{Value, json};

use super::line::Line;
use super::news::News;

/// The lines that tell it.
pub fn lines(news: &News<'_>) -> Vec<Line> {
    let object = match news {
        News::Effect(effect) => of_effect(effect),
        News::Text(text) => Some(json!({"type": "text", "data": text}).to_string()),
        News::Binary(bytes) => Some(json!({"type": "binary", "base64": STANDARD.encode(bytes)}).to_string()),
        News::Sending(id, text) => Some(json!({"type": "sending", "message": id.0, "data": text}).to_string()),
        News::Hopeless(error) => Some(json!({"type": "trouble", "reason": error.to_string()}).to_string()),
        News::Trouble(text) => Some(json!({"type": "trouble", "reason": text}).to_string()),
    };
    object.map(|object| Line::received("", object)).into_iter().collect()
}

fn of_effect(effect: &Effect) -> Option<String> {
    let object = match effect {
        Effect::State(state) => of_state(state)?,
        Effect::Delivery(id, delivery) => json!({"type": "delivery", "message": id.0, "state": name(*delivery)}),
        Effect::Full(id) => json!({"type": "delivery", "message": id.0, "state": "full"}),
        Effect::Up { url, away_ms } => json!({"type": "open", "url": url, "away_ms": away_ms}),
        Effect::Down { url, code, reason } => json!({"type": "closed", "url": url, "code": code, "reason": reason}),
        Effect::LoggedIn { user, expires } => json!({"type": "login", "user": user, "expires": expires}),
        Effect::Left { room, why } => json!({"type": "left", "room": room, "why": why}),
        Effect::Gap { room, after, upto } => json!({"type": "gap", "room": room, "after": after, "upto": upto}),
        Effect::Joined { room, position, users, more_users } => {
            json!({"type": "joined", "room": room, "position": position, "users": users, "more_users": more_users})
        }
        Effect::Strange(text) => json!({"type": "strange", "data": text}),
        Effect::Latency(ms) => json!({"type": "latency", "ms": ms}),
        effect => return frame(effect),
    };
    Some(object.to_string())
}

fn frame(effect: &Effect) -> Option<String> {
    let frame: ServerFrame = match effect {
        Effect::Welcome(welcome) => ServerFrame::Welcome((**welcome).clone()),
        Effect::Message(message) => ServerFrame::Message((**message).clone()),
        Effect::Direct(direct) => ServerFrame::Direct((**direct).clone()),
        Effect::PresenceDiff(diff) => ServerFrame::PresenceDiff(diff.clone()),
        Effect::Goodbye(goodbye) => ServerFrame::Goodbye(goodbye.clone()),
        Effect::Error(error) => ServerFrame::Error(error.clone()),
        Effect::Reply(id, reply) => return Some(of_reply(id.0, reply)),
        _ => return None,
    };
    Some(frame.encode())
}

/// The frame, and which message it answers.
fn of_reply(id: u64, reply: &ServerFrame) -> String {
    let text = reply.encode();
    format!("{{\"message\":{id},{}", &text[1..])
}

fn of_state(state: &State) -> Option<Value> {
    Some(match state {
        State::Connecting(_) => json!({"type": "connecting"}),
        State::Backoff { until_ms, why } => {
            json!({"type": "waiting", "until": until_ms, "code": why.code, "reason": why.reason, "attempt": why.attempt})
        }
        State::Stopped(Stopped::Exhausted) => json!({"type": "stopped", "why": "exhausted"}),
        State::Stopped(Stopped::Fatal { .. }) => json!({"type": "stopped", "why": "fatal"}),
        State::Stopped(_) => json!({"type": "stopped", "why": "wanted"}),
        _ => return None,
    })
}

fn name(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Waiting => "waiting",
        Delivery::Sent => "sent",
        Delivery::Doubtful => "doubtful",
        Delivery::Failed => "failed",
        Delivery::Acknowledged => "acknowledged",
    }
}
