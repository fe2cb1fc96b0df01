//! Crashes, stops, and what the next start finds.

use super::Simulation;

impl Simulation {
    pub(super) fn crash(&mut self) {
        self.engine = None;
        self.test.disk.crash();
        self.restart(Some(!self.is_relaxed), false);
    }

    pub(super) fn stop(&mut self) {
        let stopped = self.engine.take().unwrap().finish();
        self.receive();
        if stopped.is_ok() {
            self.model.uncertain.clear();
            for (_, name, _, offset, body, has_key) in std::mem::take(&mut self.pending) {
                self.confirm(&name, offset, body, has_key);
            }
            self.restart(Some(true), true);
        } else {
            self.test.disk.crash();
            self.restart((!self.is_relaxed).then_some(true), false);
        }
    }

    fn restart(&mut self, keeps_epochs: Option<bool>, is_exact: bool) {
        self.test.disk.repair();
        // Rooms have what is found, whether or not these were written.
        self.pending.clear();
        self.is_refusing = false;
        self.test.take_receipts();
        let mut started = self.test.start();
        if self.random.below(8) == 0 {
            // Nothing changes if the next crash comes at once.
            drop(started.engine);
            self.test.disk.crash();
            let again = self.test.start();
            self.model.check(&started.rooms, keeps_epochs, is_exact);
            self.model.reset(&started.rooms);
            self.model.check(&again.rooms, Some(!self.is_relaxed), false);
            started = again;
        } else {
            self.model.check(&started.rooms, keeps_epochs, is_exact);
        }
        self.model.reset(&started.rooms);
        self.engine = Some(started.engine);
        self.journal = started.journal;
    }
}
