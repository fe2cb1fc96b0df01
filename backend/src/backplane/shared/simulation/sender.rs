//! Client that publishes.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use yodel_protocol::{ClientId, IdempotencyKey, RoomName, UserId};

use super::world::World;
use crate::backplane::message::{Body, MessageKey, NewMessage, Sender};
use crate::backplane::recipients::Recipients;
use crate::backplane::shared::recorded_member::RecordedMember;

/// Time from the end of new faults to the last burst.
const LAST_BURST: Duration = Duration::from_secs(8);

/// Client that publishes into a room. When a publish fails, it waits for the answers to those behind it, and repeats them
/// from the first failed one, perhaps on another node.
#[derive(Debug)]
pub struct SendingClient {
    /// Number of the client.
    pub number: usize,
    /// Room of its messages.
    pub room: RoomName,
    /// Member that does not receive some of its messages.
    pub excluded: Arc<RecordedMember>,
    /// Number of messages so far.
    pub count: u64,
}

impl SendingClient {
    /// Publishes until the end of the faults, and then until everything is acknowledged.
    pub async fn run(mut self, world: Arc<World>) {
        let mut ending = false;
        while !ending {
            sleep(world.random.millis(20..400)).await;
            // One burst after the faults; in a room without one, what was lost has to be found nevertheless.
            ending = world.is_ending();
            if ending && self.number.is_multiple_of(2) {
                return;
            }
            if ending {
                sleep(LAST_BURST).await;
            }
            let keyed = world.random.percent(80);
            let burst = if keyed { 1 + world.random.index(6) } else { 1 };
            self.publish_burst(&world, burst, keyed).await;
        }
    }

    /// Publishes new messages, and repeats those with a key until they are acknowledged.
    pub async fn publish_burst(&mut self, world: &World, messages: usize, keyed: bool) {
        let first = self.count;
        self.count += messages as u64;
        let texts = (first..self.count).map(|number| self.text(number, keyed)).collect();
        self.publish(world, texts, keyed).await;
    }

    fn text(&self, number: u64, keyed: bool) -> String {
        format!("s{}/{number:06}/{}", self.number, if keyed { "keyed" } else { "unkeyed" })
    }

    async fn publish(&self, world: &World, texts: Vec<String>, keyed: bool) {
        let mut node = world.random.index(world.nodes.len());
        let mut unanswered = texts;
        while !unanswered.is_empty() {
            let answers: Vec<_> = unanswered
                .iter()
                .map(|text| {
                    let recipients = self.recipients(world);
                    world.nodes[node].publish(&self.room, self.message(text, keyed), recipients)
                })
                .collect();
            let mut failed = None;
            for (index, (answer, text)) in answers.into_iter().zip(&unanswered).enumerate() {
                match answer.await {
                    Ok(outcome) => world.acknowledged(&self.room, &outcome.position, text),
                    Err(_) => failed = failed.or(Some(index)),
                }
            }
            let Some(failed) = failed.filter(|_| keyed) else { return };
            unanswered.drain(..failed);
            sleep(world.random.millis(20..300)).await;
            if world.random.percent(30) {
                node = world.random.index(world.nodes.len());
            }
        }
    }

    fn message(&self, text: &str, keyed: bool) -> NewMessage {
        let body = Body::Text(text.into());
        let key = keyed.then(|| MessageKey::new(IdempotencyKey::new(text).unwrap(), &body));
        let user = UserId::new(&format!("user{}", self.number)).ok();
        let sender = Sender { client: ClientId::new("c").unwrap(), user, prefix: None };
        NewMessage { body, from: Some(Arc::new(sender)), key, order: None }
    }

    fn recipients(&self, world: &World) -> Recipients {
        let key = self.excluded.key().filter(|_| world.random.percent(30));
        key.map_or(Recipients::All, Recipients::AllBut)
    }
}
