//! The change of a room to another epoch.

use yodel_protocol::{Offset, Position};

use super::Room;
use crate::{Effect, Effects};

impl Room {
    /// Starts another epoch, or the first one. Returns whether the messages of the new epoch must be requested: they
    /// are not lost, and are delivered before the loss is reported.
    pub(super) fn start_epoch(&mut self, upto: &Position, effects: &mut Effects) -> bool {
        let is_held = !self.held.is_empty();
        self.deliver_held(effects);
        let before = self.position.replace(upto.clone());
        let is_new = before.as_ref().is_some_and(|before| before.epoch != upto.epoch);
        let ended = self.ended.take();
        if is_new {
            self.move_to(self.offset_in(upto, ended.as_ref()));
        }
        let is_fetched = self.offset() < upto.offset;
        self.ended = match ended {
            // Nothing was lost, but what was held back is of an epoch in between.
            Some(ended) if is_new && ended.epoch == upto.epoch => before.filter(|_| is_held),
            ended => ended.or(before),
        };
        if is_new && self.ended.is_some() {
            self.left.clone_from(&self.ended);
        }
        for own in std::mem::take(&mut self.own_elsewhere) {
            if own.epoch == upto.epoch {
                self.hold(own.offset, None);
            }
        }
        is_fetched
    }

    /// Returns the offset from which messages of a new epoch are requested: 0, or where the client has left it.
    fn offset_in(&self, upto: &Position, ended: Option<&Position>) -> Offset {
        let mut known = ended.into_iter().chain(&self.left);
        let left = known.find(|known| known.epoch == upto.epoch && known.offset <= upto.offset);
        left.map_or(Offset(0), |left| left.offset)
    }

    /// Delivers the messages that are held back in an epoch that has ended, and reports what is missing between them.
    fn deliver_held(&mut self, effects: &mut Effects) {
        while let Some((offset, message)) = self.held.pop_front() {
            if let Some(after) = self.position.clone()
                && after.offset.next() < offset
            {
                let upto = Position { epoch: after.epoch.clone(), offset: Offset(offset.0.saturating_sub(1)) };
                effects.push(Effect::Gap { room: self.name.clone(), after, upto });
            }
            self.move_to(offset);
            effects.extend(message.map(|message| Effect::Message(Box::new(message))));
        }
    }

    /// Reports the loss of messages with an earlier epoch, after those of the current one.
    pub(super) fn report_ended(&mut self, upto: Position, effects: &mut Effects) {
        let ended = self.ended.take();
        effects.extend(ended.map(|after| Effect::Gap { room: self.name.clone(), after, upto }));
    }
}
