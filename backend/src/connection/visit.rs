//! A connection as handlers see it: it opens, and it is over.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use yodel_protocol::CloseCode;

use super::Surroundings;
use crate::hooks::events::Caller;

/// Somebody whose coming and going handlers hear of.
pub struct Visit {
    caller: Caller,
    /// What is done for it first.
    opening: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Visit {
    /// It opens; none where nobody wants to know.
    pub fn new(shared: &Surroundings, caller: impl FnOnce() -> Caller) -> Option<Self> {
        shared.events.watch_connections().then(|| {
            let caller = caller();
            Self { opening: Some(shared.events.opened(&caller)), caller }
        })
    }

    /// Ready when everything is done that is to be done before it is read.
    pub fn poll_opened(&mut self, context: &mut Context<'_>) -> Poll<()> {
        // Taken out meanwhile: one that panics is not polled again.
        if let Some(mut opening) = self.opening.take()
            && opening.as_mut().poll(context).is_pending()
        {
            self.opening = Some(opening);
            return Poll::Pending;
        }
        Poll::Ready(())
    }

    /// It is over.
    pub fn closed(self, code: CloseCode, reason: &str, shared: &Arc<Surroundings>) {
        let (opening, closed) = (self.opening, shared.events.closed(&self.caller, code, reason));
        shared.connections.spawn(async move {
            // In this order, also when it was over before it had begun.
            if let Some(opening) = opening {
                opening.await;
            }
            closed.await;
        });
    }
}
