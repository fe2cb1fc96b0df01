//! Rooms by name.

use super::*;

#[test]
fn pages_are_sorted_by_name() {
    let all = TestRooms::with_limit(100);
    for room in ["pine", "ash", "zelkova", "oak", "beech"] {
        all.create(room, "ada").unwrap();
    }
    let page = |after: Option<&str>, most| {
        let (rooms, more) = all.rooms.after(after.map(name).as_ref(), most);
        (rooms.iter().map(|room| room.name.to_string()).collect::<Vec<_>>().join(" "), more)
    };
    assert_eq!(page(None, 9), ("ash beech lobby oak pine zelkova".to_owned(), false));
    assert_eq!(page(None, 2), ("ash beech".to_owned(), true));
    assert_eq!(page(Some("beech"), 2), ("lobby oak".to_owned(), true));
    assert_eq!(page(Some("oak"), 2), ("pine zelkova".to_owned(), false));
    assert_eq!(page(Some("p"), 1), ("pine".to_owned(), true), "not the name of a room");
    assert_eq!(page(Some("zelkova"), 2), (String::new(), false));
}

#[test]
fn find_does_not_create_a_room() {
    let rooms = TestRooms::with_limit(100);
    assert!(rooms.rooms.find(&name("oak")).is_none());
    assert_eq!(rooms.rooms.all().len(), 1, "the lobby");
    rooms.create("oak", "ada").unwrap();
    assert!(rooms.rooms.find(&name("oak")).is_some());
    assert!(rooms.rooms.find(&name(LOBBY)).is_some());
}
