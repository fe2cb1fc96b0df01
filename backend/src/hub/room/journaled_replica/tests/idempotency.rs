//! Messages with a key.

use yodel_protocol::UserId;

use super::*;
use crate::backplane::message::Sender;

#[test]
fn a_repetition_of_a_failed_message_fails_and_its_key_is_free_again() {
    let rig = Rig::new(Durability::Commit);
    let (mut first, mut second) = (rig.publish("r", Some("k")), rig.publish("r", Some("k")));
    assert_eq!(rig.try_publish("r", Some("k"), "other").unwrap_err(), PublishError::KeyConflict);
    rig.confirm(Err(Unavailable));
    assert_eq!(
        [answered(&mut first), answered(&mut second)],
        [Some(Err(Unavailable.into())), Some(Err(Unavailable.into()))]
    );
    let mut again = rig.publish("r", Some("k"));
    rig.confirm(Ok(()));
    assert_eq!(answered(&mut again), Some(Ok((1, false))));
    assert_eq!(answered(&mut rig.publish("r", Some("k"))), Some(Ok((1, true))));
    assert_eq!(rig.hub.metrics().message_counts()[..2], [1, 1]);
    rig.manual.advance(Duration::from_secs(5 * 60));
    let mut other = rig.try_publish("r", Some("k"), "other").unwrap();
    rig.confirm(Ok(()));
    assert_eq!(answered(&mut other), Some(Ok((2, false))), "the key has expired");
}

#[test]
fn the_key_of_one_sender_does_not_answer_another() {
    let rig = Rig::new(Durability::Commit);
    let mut first = rig.publish("r", Some("k"));
    let client = ClientId::new("c").unwrap();
    let sender = Sender { client, user: UserId::new("ada").ok(), prefix: None };
    let of_ada = NewMessage { from: Some(Arc::new(sender)), ..message(Some("k"), "x") };
    let (mut second, _) = rig.hub.publish(&name("r"), RoomCreator::Server, of_ada, Recipients::All).unwrap();
    rig.confirm(Ok(()));
    rig.confirm(Ok(()));
    assert_eq!([answered(&mut first), answered(&mut second)], [Some(Ok((1, false))), Some(Ok((2, false)))]);
}
