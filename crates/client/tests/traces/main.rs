//! Scripted sessions that read as transcripts: what happened, and below it what the session asked for.
//!
//! The random numbers are always the middle of their range, so the waits after failures are
//! 750, 1000, 1500, 2500 .. ms and the debounce of a wake-up is 350 ms.

mod closing;
mod delivery;
mod dialling;
mod early;
mod flight;
mod frames;
mod goodbye;
mod login;
mod messages;
mod network;
mod own;
mod pace;
mod page;
mod pressure;
mod pulse;
mod renewal;
mod rooms;
mod strange;
mod transcript;
mod unattached;
mod welcome;

use transcript::{play, play_envelope, play_plain};
