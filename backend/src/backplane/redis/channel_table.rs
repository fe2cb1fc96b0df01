//! Channels of one connection: what is subscribed, and what was asked for.

use std::collections::{BTreeMap, HashMap, VecDeque};

use bytes::Bytes;

use crate::backplane::shared::store::StoreError;

use super::resp_frame::RespFrame;
use super::slot::slot_of;
use super::subscriptions::Channel;

/// Number of channels in one command.
const BATCH: usize = 512;

/// Channels of one connection, and the requests on it that have not been answered. Responses are in the order of the
/// requests; a confirmation counts for a channel only if no later request for it is on its way.
#[derive(Debug, Default)]
pub(super) struct ChannelTable {
    channels: HashMap<Bytes, ChannelState>,
    /// Channels that may have to be requested.
    changed: Vec<Bytes>,
    requests: VecDeque<ChannelRequest>,
}

#[derive(Debug)]
struct ChannelState {
    channel: Channel,
    is_wanted: bool,
    /// The latest request is to subscribe.
    is_requested: bool,
    /// Number of requests without an answer.
    pending: usize,
}

#[derive(Debug)]
enum ChannelRequest {
    Subscribe(VecDeque<Bytes>),
    Unsubscribe(VecDeque<Bytes>),
    Role,
}

/// Meaning of a received frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reaction {
    Nothing,
    Published(Channel, Bytes),
    Confirmed(Channel),
    /// The server has ended the subscriptions, or has rejected them for this reason.
    Lost(Vec<Channel>, String),
    /// The server is a replica.
    Replica,
}

impl ChannelTable {
    /// Sets whether a channel is to be subscribed. Returns whether it is already.
    pub fn set(&mut self, name: String, channel: &Channel, is_wanted: bool) -> bool {
        let name = Bytes::from(name);
        if !is_wanted && !self.channels.contains_key(&name) {
            return false;
        }
        let state = self.channels.entry(name.clone()).or_insert_with(|| ChannelState {
            channel: channel.clone(),
            is_wanted: false,
            is_requested: false,
            pending: 0,
        });
        state.is_wanted = is_wanted;
        if state.is_requested != is_wanted {
            self.changed.push(name);
            return false;
        }
        is_wanted && state.pending == 0
    }

    /// Returns the channels that are to be subscribed or were requested.
    pub fn channels(&self) -> Vec<Channel> {
        self.channels.values().map(|state| state.channel.clone()).collect()
    }

    /// Returns whether subscriptions wait for their confirmation.
    pub fn is_subscribing(&self) -> bool {
        self.requests.iter().any(|request| matches!(request, ChannelRequest::Subscribe(_)))
    }

    /// Creates the commands for all changes. One command has channels of one slot, as a Cluster demands.
    pub fn take_commands(&mut self) -> Vec<u8> {
        let mut groups: BTreeMap<(bool, u16), VecDeque<Bytes>> = BTreeMap::new();
        for name in std::mem::take(&mut self.changed) {
            let Some(state) = self.channels.get_mut(&name) else { continue };
            if state.is_requested != state.is_wanted {
                state.is_requested = state.is_wanted;
                state.pending += 1;
                groups.entry((state.is_wanted, slot_of(&name))).or_default().push_back(name);
            }
        }
        let mut commands = Vec::new();
        for ((is_wanted, _), mut names) in groups {
            while !names.is_empty() {
                let rest = names.split_off(names.len().min(BATCH));
                let mut command = ::redis::cmd(if is_wanted { "SSUBSCRIBE" } else { "SUNSUBSCRIBE" });
                for name in &names {
                    command.arg(&name[..]);
                }
                command.write_packed_command(&mut commands);
                let request = if is_wanted { ChannelRequest::Subscribe } else { ChannelRequest::Unsubscribe };
                self.requests.push_back(request(std::mem::replace(&mut names, rest)));
            }
        }
        commands
    }

    /// Creates a command that asks whether the server lives and is a master, unless one is on its way.
    pub fn take_probe(&mut self) -> Vec<u8> {
        if self.requests.iter().any(|request| matches!(request, ChannelRequest::Role)) {
            return Vec::new();
        }
        self.requests.push_back(ChannelRequest::Role);
        ::redis::cmd("ROLE").get_packed_command()
    }

    /// Processes a frame.
    ///
    /// # Errors
    /// Returns an error for a frame that answers no request; the connection cannot be used any more.
    pub fn receive(&mut self, frame: RespFrame) -> Result<Reaction, StoreError> {
        match frame {
            RespFrame::Push(elements) => self.receive_push(&elements),
            RespFrame::Error(text) => self.receive_error(text),
            frame => match self.requests.pop_front() {
                Some(ChannelRequest::Role) => Ok(role_reaction(&frame)),
                _ => Err(unexpected("a response")),
            },
        }
    }

    fn receive_push(&mut self, elements: &[RespFrame]) -> Result<Reaction, StoreError> {
        let [RespFrame::Text(kind), RespFrame::Text(name), rest @ ..] = elements else { return Ok(Reaction::Nothing) };
        match (&kind[..], rest) {
            (b"smessage", [RespFrame::Text(payload)]) => Ok(match self.channels.get(name) {
                Some(state) => Reaction::Published(state.channel.clone(), payload.clone()),
                None => Reaction::Nothing,
            }),
            (b"ssubscribe", _) => self.confirm_subscribe(name),
            (b"sunsubscribe", _) => Ok(self.confirm_unsubscribe(name)),
            _ => Ok(Reaction::Nothing),
        }
    }

    fn confirm_subscribe(&mut self, name: &Bytes) -> Result<Reaction, StoreError> {
        let Some(ChannelRequest::Subscribe(names)) = self.requests.front_mut() else {
            return Err(unexpected("a confirmation"));
        };
        if names.pop_front().as_ref() != Some(name) {
            return Err(unexpected("a confirmation of another channel"));
        }
        if names.is_empty() {
            self.requests.pop_front();
        }
        Ok(match self.answered(name) {
            Some(state) if state.pending == 0 && state.is_requested => Reaction::Confirmed(state.channel.clone()),
            _ => Reaction::Nothing,
        })
    }

    fn confirm_unsubscribe(&mut self, name: &Bytes) -> Reaction {
        if let Some(ChannelRequest::Unsubscribe(names)) = self.requests.front_mut()
            && names.front() == Some(name)
        {
            names.pop_front();
            if names.is_empty() {
                self.requests.pop_front();
            }
            self.answered(name);
            self.forget(name);
            return Reaction::Nothing;
        }
        // Nobody has asked for it: the slot has moved. If a request is on its way, its answer decides.
        match self.channels.get_mut(name) {
            Some(state) if state.pending == 0 && state.is_requested => {
                state.is_requested = false;
                let lost = vec![state.channel.clone()];
                self.forget(name);
                Reaction::Lost(lost, "the slot has moved".into())
            }
            _ => Reaction::Nothing,
        }
    }

    fn receive_error(&mut self, text: String) -> Result<Reaction, StoreError> {
        match self.requests.pop_front() {
            // The user may not use ROLE. The server lives nevertheless.
            Some(ChannelRequest::Role) => Ok(Reaction::Nothing),
            Some(ChannelRequest::Subscribe(names) | ChannelRequest::Unsubscribe(names)) => {
                let mut lost = Vec::new();
                for name in names {
                    if let Some(state) = self.answered(&name)
                        && state.pending == 0
                    {
                        state.is_requested = false;
                        lost.push(state.channel.clone());
                        self.forget(&name);
                    }
                }
                Ok(Reaction::Lost(lost, text))
            }
            None => Err(unexpected(&text)),
        }
    }

    fn answered(&mut self, name: &Bytes) -> Option<&mut ChannelState> {
        let state = self.channels.get_mut(name)?;
        state.pending = state.pending.saturating_sub(1);
        Some(state)
    }

    /// Removes a channel if it is not subscribed and no request is on its way.
    fn forget(&mut self, name: &Bytes) {
        if self.channels.get(name).is_some_and(|state| state.pending == 0 && !state.is_requested) {
            self.channels.remove(name);
        }
    }
}

fn role_reaction(frame: &RespFrame) -> Reaction {
    match frame {
        RespFrame::List(role) if role.first().and_then(RespFrame::as_text) == Some(b"slave") => Reaction::Replica,
        _ => Reaction::Nothing,
    }
}

fn unexpected(what: &str) -> StoreError {
    StoreError(format!("the Redis server sent something unexpected on a connection for subscriptions: {what}"))
}

#[cfg(test)]
#[path = "tests/channel_table.rs"]
mod tests;
