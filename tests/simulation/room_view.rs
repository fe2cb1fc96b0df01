//! Messages of a room as one client receives them: each once and in order, and every loss reported.

use std::collections::{BTreeMap, BTreeSet};

use yodel_protocol::{Epoch, Offset, Position, RoomName};
use yodel_server::simulation::{DAMAGED, Journal};

/// Messages of a room as one client receives them.
#[derive(Debug)]
pub struct RoomView {
    room: RoomName,
    journal: Journal,
    /// True if nodes may disagree about the epoch, so that a client may return to one that it has left.
    is_split: bool,
    /// Positions of all messages that were received.
    received: BTreeSet<(Epoch, Offset)>,
    /// Position of the last message that was received or reported as lost.
    position: Position,
    /// Last offsets in the epochs that the client has left.
    left: BTreeMap<Epoch, Offset>,
    /// Reported gap in the epoch that is not complete yet.
    gap: Option<Gap>,
    /// Position in the epoch before that of `position`, until its loss is reported.
    ended: Option<Position>,
}

#[derive(Debug)]
struct Gap {
    after: Position,
    upto: Position,
    /// Number of messages in the gap that were received nevertheless.
    received: u64,
}

/// Description of a wrong message or report.
pub type Fault = String;

impl RoomView {
    /// Creates the view of a client that has joined a room at a position.
    pub fn new(room: RoomName, position: Position, journal: &Journal, is_split: bool) -> Self {
        let (journal, received) = (journal.clone(), BTreeSet::new());
        Self { room, journal, is_split, received, position, left: BTreeMap::new(), gap: None, ended: None }
    }

    /// Handles a reported loss. One between two epochs follows the messages of the new epoch.
    ///
    /// # Errors
    /// Returns an error if messages before it are missing, or if it is none.
    pub fn lose(&mut self, after: &Position, upto: &Position, own: &dyn Fn(&str) -> bool) -> Result<(), Fault> {
        self.close_gap()?;
        if after.epoch == upto.epoch {
            if upto.offset <= after.offset {
                if self.is_split {
                    (self.position, self.ended) = (upto.clone(), None);
                    return Ok(());
                }
                return Err(format!("the reported loss after {after:?} up to {upto:?} is none"));
            }
            self.start_epoch(after);
            self.position = after.clone();
            self.gap = Some(Gap { after: after.clone(), upto: upto.clone(), received: 0 });
            return Ok(());
        }
        self.start_epoch(upto);
        self.check_received_before(upto.offset.next(), own)?;
        self.position.offset = self.position.offset.max(upto.offset);
        let ended = self.ended.take();
        if self.is_split || ended.as_ref().is_some_and(|ended| ended.epoch == after.epoch) {
            Ok(())
        } else {
            Err(format!("a loss after {after:?} is reported, but {ended:?} was before"))
        }
    }

    /// Handles a message, which the client has received at one of the positions `received`. `own` tells which texts the
    /// server does not send to this client.
    ///
    /// # Errors
    /// Returns an error if it was never published there, if it was received before, or if one before it is missing.
    pub fn receive(
        &mut self,
        offset: Offset,
        text: &str,
        received: &[Position],
        own: &dyn Fn(&str) -> bool,
    ) -> Result<(), Fault> {
        let is_new = |position: &&Position| !self.received.contains(&(position.epoch.clone(), position.offset));
        let current = received.iter().find(|position| position.epoch == self.position.epoch);
        let is_next = current.is_some_and(|position| position.offset > self.position.offset);
        // The latest epoch first: earlier ones may have had the message before the client joined the room again.
        let mut elsewhere = received.iter().rev().filter(|position| position.epoch != self.position.epoch);
        let elsewhere = elsewhere.clone().find(is_new).or_else(|| elsewhere.next());
        let Some(position) = current.filter(|_| is_next).or(elsewhere).or(current).cloned() else {
            return Err(format!("{text} was never published at {offset:?}"));
        };
        let is_new = self.received.insert((position.epoch.clone(), offset));
        if !is_new {
            return Err(format!("{text} at {position:?} was received before"));
        }
        if position.epoch != self.position.epoch {
            self.close_gap()?;
            self.start_epoch(&position);
        }
        if let Some(gap) = self.gap.as_mut().filter(|gap| offset <= gap.upto.offset) {
            gap.received += 1;
        } else {
            self.close_gap()?;
            self.check_received_before(offset, own)?;
        }
        if offset <= self.position.offset {
            return Err(format!("{text} at {position:?} is repeated or out of order after {:?}", self.position));
        }
        self.position.offset = offset;
        Ok(())
    }

    /// Checks that every message up to the current position of the room was received, and that the end of an epoch was
    /// reported.
    ///
    /// # Errors
    /// Returns an error otherwise.
    pub fn check_current(&mut self, current: Option<&Position>, own: &dyn Fn(&str) -> bool) -> Result<(), Fault> {
        self.close_gap()?;
        if let Some(ended) = &self.ended {
            return Err(format!("the loss with the epoch of {ended:?} is not reported"));
        }
        let Some(current) = current else { return Ok(()) };
        if current.epoch != self.position.epoch {
            return Err(format!("the room is at {current:?}, the client at {:?}", self.position));
        }
        self.check_received_before(current.offset.next(), own)
    }

    /// Moves to the begin of the epoch of a position, or to where the client has left it, unless it is the current one.
    fn start_epoch(&mut self, at: &Position) {
        if self.position.epoch != at.epoch {
            let offset = self.left.get(&at.epoch).copied().unwrap_or(Offset(0));
            let ended = std::mem::replace(&mut self.position, Position { epoch: at.epoch.clone(), offset });
            self.left.insert(ended.epoch.clone(), ended.offset);
            self.ended.get_or_insert(ended);
        }
    }

    fn close_gap(&mut self) -> Result<(), Fault> {
        let Some(gap) = self.gap.take() else { return Ok(()) };
        self.position = gap.upto.clone();
        if gap.after.offset.0 + gap.received < gap.upto.offset.0 {
            return Ok(());
        }
        Err(format!("no message is lost after {:?} up to {:?}", gap.after, gap.upto))
    }

    fn check_received_before(&self, offset: Offset, own: &dyn Fn(&str) -> bool) -> Result<(), Fault> {
        for between in (self.position.offset.0 + 1..offset.0).map(Offset) {
            let missing = self.journal.text(&self.room, &self.position.epoch, between);
            if let Some(text) = missing.filter(|text| !own(text) && text != DAMAGED) {
                return Err(format!("{text} at {between:?} was skipped between {:?} and {offset:?}", self.position));
            }
        }
        Ok(())
    }
}
