//! Creators of rooms, to whom rooms are charged.

use std::net::IpAddr;

use yodel_protocol::{ClientId, UserId};

#[cfg(feature = "disk")]
use super::room_id::RoomId;
use crate::backplane::message::Sender;

/// Requester of an operation that creates a room if it does not exist.
#[derive(Clone, Copy, Debug)]
pub enum RoomCreator<'a> {
    /// The embedding program or the HTTP API.
    Server,
    /// Client with the address that limits count it by; `None` if its address says nothing about it.
    Client {
        /// Connection and user of the client.
        sender: &'a Sender,
        /// Address of the client, as limits per address count it.
        address: Option<IpAddr>,
    },
}

/// Account to which a room is charged.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RoomAccount {
    /// The embedding program and the HTTP API.
    Server,
    /// User, on all connections.
    User(UserId),
    /// All anonymous clients of an address.
    Address(IpAddr),
    /// Anonymous client without a known address: behind a proxy, all clients have the same one.
    Connection(ClientId),
    /// Unknown creator of a room that was restored from a disk: each is charged for one room.
    #[cfg(feature = "disk")]
    Restored(RoomId),
}

impl RoomAccount {
    /// Returns the account of a creator.
    pub fn of(creator: RoomCreator<'_>) -> Self {
        let RoomCreator::Client { sender, address } = creator else { return Self::Server };
        match (&sender.user, address) {
            (Some(user), _) => Self::User(user.clone()),
            (None, Some(address)) => Self::Address(address),
            (None, None) => Self::Connection(sender.client.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charges_the_user_then_the_address_then_the_connection() {
        let address = Some(IpAddr::from([192, 0, 2, 1]));
        let (client, user) = (ClientId::new("c_1").unwrap(), UserId::new("ada").unwrap());
        let account = |user: Option<&UserId>, address| {
            let sender = Sender { client: client.clone(), user: user.cloned(), prefix: None };
            RoomAccount::of(RoomCreator::Client { sender: &sender, address })
        };
        assert_eq!(account(Some(&user), address), RoomAccount::User(user.clone()));
        assert_eq!(account(None, address), RoomAccount::Address([192, 0, 2, 1].into()));
        assert_eq!(account(None, None), RoomAccount::Connection(client.clone()));
        assert_eq!(RoomAccount::of(RoomCreator::Server), RoomAccount::Server);
    }
}
