//! Which rooms there are.

use std::collections::BTreeMap;
use std::sync::Arc;

use yodel_protocol::RoomName;

use super::{Batch, Full, Hub, LOBBY, Room};

impl<B: Batch> Hub<B> {
    /// The room with this name; it is made if there is none.
    ///
    /// # Errors
    /// When it would be one room too many.
    pub fn room(&self, name: &RoomName) -> Result<Arc<Room<B>>, Full> {
        if name.as_str() == LOBBY {
            return Ok(Arc::clone(&self.0.lobby));
        }
        if let Some(room) = self.0.rooms.get(name) {
            return Ok(room);
        }
        if self.0.rooms.len() >= self.0.retention.rooms {
            return Err(Full);
        }
        let new = || {
            Arc::new(Room::new(
                name.clone(),
                Arc::clone(&self.0.retention),
                Arc::clone(&self.0.meter),
                Arc::clone(&self.0.stirred),
            ))
        };
        Ok(self.0.rooms.with(name, |rooms| Arc::clone(rooms.entry(name.clone()).or_insert_with(new))))
    }

    /// The room with this name, if there is one.
    pub fn find_room(&self, name: &RoomName) -> Option<Arc<Room<B>>> {
        if name.as_str() == LOBBY { Some(Arc::clone(&self.0.lobby)) } else { self.0.rooms.get(name) }
    }

    /// All rooms, the lobby among them.
    pub fn rooms(&self) -> Vec<Arc<Room<B>>> {
        let mut all = vec![Arc::clone(&self.0.lobby)];
        self.0.rooms.each(|rooms| all.extend(rooms.values().cloned()));
        all
    }

    /// The rooms whose names come after this one, in the order of their names and at most so many;
    /// and whether there are more.
    pub fn rooms_after(&self, after: Option<&RoomName>, most: usize) -> (Vec<Arc<Room<B>>>, bool) {
        let mut first = BTreeMap::new();
        let mut more = false;
        let mut consider = |room: &Arc<Room<B>>| {
            if after.is_some_and(|after| room.name <= *after) {
                return;
            }
            first.insert(room.name.clone(), Arc::clone(room));
            if first.len() > most {
                first.pop_last();
                more = true;
            }
        };
        consider(&self.0.lobby);
        self.0.rooms.each(|rooms| rooms.values().for_each(&mut consider));
        (first.into_values().collect(), more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ServerConfig;
    use crate::hub::Content;

    #[derive(Clone)]
    struct Nothing;

    impl Batch for Nothing {
        fn of(_: Vec<Content>) -> Self {
            Self
        }
    }

    #[test]
    fn rooms_are_paged_in_the_order_of_their_names() {
        let hub = Hub::<Nothing>::new(ServerConfig::default().retention());
        let name = |name: &str| RoomName::new(name).unwrap();
        for room in ["pine", "ash", "zelkova", "oak", "beech"] {
            hub.room(&name(room)).unwrap();
        }
        let page = |after: Option<&str>, most| {
            let (rooms, more) = hub.rooms_after(after.map(name).as_ref(), most);
            (rooms.iter().map(|room| room.name.to_string()).collect::<Vec<_>>().join(" "), more)
        };
        assert_eq!(page(None, 9), ("ash beech lobby oak pine zelkova".to_owned(), false));
        assert_eq!(page(None, 2), ("ash beech".to_owned(), true));
        assert_eq!(page(Some("beech"), 2), ("lobby oak".to_owned(), true));
        assert_eq!(page(Some("oak"), 2), ("pine zelkova".to_owned(), false));
        assert_eq!(page(Some("p"), 1), ("pine".to_owned(), true), "it need not be a room");
        assert_eq!(page(Some("zelkova"), 2), (String::new(), false));
    }

    #[test]
    fn looking_for_a_room_does_not_make_it() {
        let hub = Hub::<Nothing>::new(ServerConfig::default().retention());
        let name = RoomName::new("oak").unwrap();
        assert!(hub.find_room(&name).is_none());
        assert_eq!(hub.rooms().len(), 1, "the lobby");
        hub.room(&name).unwrap();
        assert!(hub.find_room(&name).is_some());
        assert!(hub.find_room(&RoomName::new(LOBBY).unwrap()).is_some());
    }
}
