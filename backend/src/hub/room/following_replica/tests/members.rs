//! Members of a room that is current.

use yodel_protocol::Json;

use super::*;
use crate::backplane::replica::Replica;
use crate::hub::TICK;

#[test]
fn delivers_only_the_next_message_of_its_epoch() {
    let node = TestNode::new(100);
    let (recorder, room, _membership, _) = node.join_at(at("e", 7));
    for other in [message("e", 7), message("e", 9), message("f", 8)] {
        room.append(other, Recipients::All);
    }
    room.append(message("e", 8), Recipients::All);
    node.manual.run();
    assert_eq!(*recorder.offsets.lock(), [8]);
    assert_eq!(room.page(None, 9).0, at("e", 8));
}

#[test]
fn members_that_missed_something_are_disconnected() {
    let node = TestNode::new(100);
    let (recorder, room, membership, _) = node.join_at(at("e", 7));
    assert!(room.begin(at("e", 7)), "nothing was missed");
    assert_eq!(*recorder.closed.lock(), None);
    assert!(room.begin(at("e", 9)));
    assert_eq!(*recorder.closed.lock(), Some(CloseCode::RESYNC));
    room.append(message("e", 10), Recipients::All);
    node.manual.run();
    assert_eq!(*recorder.offsets.lock(), [0; 0], "no message after the gap");
    let (late, _, _late_membership, _) = node.join_at(at("e", 10));
    drop(membership);
    room.append(message("e", 11), Recipients::All);
    node.manual.run();
    assert_eq!(*late.offsets.lock(), [11], "the end of the first membership leaves the second one");
}

#[test]
fn is_given_up_only_without_members() {
    let node = TestNode::new(100);
    let (_recorder, room, membership, _) = node.join_at(at("e", 7));
    assert!(!room.end());
    assert!(room.has_since(&at("e", 7)));
    drop(membership);
    assert!(room.end());
    assert!(!room.has_since(&at("e", 7)));
    room.append(message("e", 8), Recipients::All);
    assert_eq!(room.page(None, 9).0.offset, Offset(7), "it follows no longer");
}

#[test]
fn tells_other_nodes_about_its_users_once_per_tick() {
    let node = TestNode::new(100);
    let (_recorder, room, membership, _) = node.join_at(at("e", 7));
    let told = || std::mem::take(&mut *node.backplane.presence.lock());
    assert!(told().is_empty());
    node.manual.advance(TICK);
    node.hub.tick();
    assert_eq!(told(), [[ada().present(1, None)]]);
    node.hub.tick();
    assert!(told().is_empty(), "nothing has changed");
    room.set_remote_presence("b", &[ada().present(2, Some(Json::string("Ada")))], false);
    assert_eq!(room.presence().clients, 3);
    drop(membership);
    node.hub.tick();
    assert_eq!(told(), [[ada().present(0, None)]]);
}
