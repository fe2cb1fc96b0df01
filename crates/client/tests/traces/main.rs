//! Scripted sessions in the form of transcripts: each event is followed by the effects that it must cause.
//!
//! Random numbers are the middle of their range. So the delays after failures are 750, 1000, 1500, 2500 .. ms, and the
//! debounce of a wake-up is 350 ms.

mod awaited;
mod backpressure;
mod binary;
mod closing;
mod delivery;
mod dialing;
mod effects;
mod frames;
mod goodbye;
mod heartbeat;
mod in_flight;
mod login;
mod membership;
mod messages;
mod network;
mod out_of_order;
mod own_messages;
mod page_lifecycle;
mod rate_limit;
mod renewal;
mod rooms;
mod target;
mod transcript;
mod unattached;
mod unrecognized;
mod welcome;

use transcript::{play, play_envelope, play_joined, play_plain, play_reconnected, play_rejoined};
