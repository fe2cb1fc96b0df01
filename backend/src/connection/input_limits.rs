//! Limits of the input of a connection in plain mode.

use std::task::{Context, Poll};

use super::throttle::Throttle;
use crate::config::ServerConfig;
use crate::limits::token_bucket::TokenBucket;

/// Limits of the frames and of the bytes that a peer may send per second. Above them it is read later.
#[derive(Debug)]
pub struct InputLimits {
    frames: Option<Throttle>,
    bytes: Option<Throttle>,
}

impl InputLimits {
    /// Creates the limits of a new connection; `None` without a limit, so that it needs no memory.
    pub fn new(config: &ServerConfig) -> Option<Box<Self>> {
        let [frames, bytes] = [config.message_rate(), config.byte_rate()]
            .map(|rate| rate.map(|rate| Throttle::new(TokenBucket::new(rate))));
        (frames.is_some() || bytes.is_some()).then(|| Box::new(Self { frames, bytes }))
    }

    /// Accounts for frames and bytes that were read. Returns false if the next input has to wait.
    pub fn take(&mut self, frames: u32, bytes: u32) -> bool {
        let take = |throttle: &mut Option<Throttle>, tokens| {
            throttle
                .as_mut()
                .is_none_or(|throttle| if tokens > 0 { throttle.take(tokens) } else { !throttle.is_waiting() })
        };
        let (frames, bytes) = (take(&mut self.frames, frames), take(&mut self.bytes, bytes));
        frames && bytes
    }

    /// Returns whether reading is paused.
    pub fn is_waiting(&self) -> bool {
        [&self.frames, &self.bytes].into_iter().flatten().any(Throttle::is_waiting)
    }

    /// Polls until reading may continue.
    pub fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        for throttle in [&mut self.frames, &mut self.bytes].into_iter().flatten() {
            std::task::ready!(throttle.poll_ready(context));
        }
        Poll::Ready(())
    }
}
