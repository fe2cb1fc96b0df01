//! Joins that wait for the backplane.

use super::*;
use crate::backplane::unavailable::Unavailable;

#[test]
fn a_join_waits_until_the_room_is_current() {
    let node = TestNode::new(100);
    let (recorder, mut join) = node.start_join(None);
    assert!(poll(&mut join).is_pending());
    let room = node.answer(Some(at("e", 7)), Vec::new());
    let (_membership, reply) = now(join).expect("joined");
    assert_eq!((reply.position, reply.recovered), (at("e", 7), false));
    room.append(message("e", 8), Recipients::All);
    node.manual.run();
    assert_eq!(*recorder.offsets.lock(), [8]);
}

#[test]
fn a_join_follows_again_if_the_room_was_given_up_meanwhile() {
    let node = TestNode::new(100);
    let (_, mut join) = node.start_join(None);
    assert!(node.answer(Some(at("e", 7)), Vec::new()).end());
    assert!(poll(&mut join).is_pending(), "the room is not current");
    node.answer(Some(at("e", 9)), Vec::new());
    assert_eq!(now(join).expect("joined").1.position, at("e", 9));
}

#[test]
fn a_join_fails_if_the_backplane_does_not_answer() {
    let node = TestNode::new(100);
    let (_, join) = node.start_join(None);
    node.backplane.follows.lock().clear();
    assert_eq!(now(join).expect_err("no answer"), JoinError::Unavailable(Unavailable));
}

#[test]
fn combines_fetched_messages_with_those_of_the_room() {
    let node = TestNode::new(3);
    let (_recorder, room, _membership, _) = node.join_at(at("e", 4));
    for offset in 5..=8 {
        room.append(message("e", offset), Recipients::All);
    }
    let fetched = |offsets: &[u64]| offsets.iter().map(|offset| message("e", *offset)).collect();
    assert_eq!(node.resume(&at("e", 5), Vec::new()), Some(vec![6, 7, 8]), "the room has all");
    assert_eq!(node.resume(&at("e", 3), fetched(&[4, 5, 6])), Some(vec![4, 5, 6, 7, 8]));
    assert_eq!(node.resume(&at("e", 3), fetched(&[4, 5, 6, 7, 8, 9])), Some(vec![4, 5, 6, 7, 8]), "9 follows later");
    assert_eq!(node.resume(&at("e", 3), fetched(&[5, 6, 7, 8])), None, "4 is not there");
    assert_eq!(node.resume(&at("e", 3), fetched(&[4])), None, "5 is not there");
    assert_eq!(node.resume(&at("e", 9), Vec::new()), None, "an offset in the future");
    assert_eq!(node.resume(&at("f", 7), Vec::new()), None, "another epoch");
    assert_eq!(node.resume(&at("e", 3), vec![message("f", 4)]), None, "another epoch");
    assert!(room.has_since(&at("e", 5)) && !room.has_since(&at("e", 4)) && !room.has_since(&at("f", 5)));
}
