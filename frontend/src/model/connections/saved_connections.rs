//! All saved connections, in the order of the user.

use super::{SavedConnection, saved_connection::checked_name};
use yodel_client::target::without_secrets;

/// Maximum number of connections.
pub const MAX: usize = 200;

/// All saved connections, in the order of the user. Ids and names are unique.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedConnections {
    /// At most [`MAX`].
    pub connections: Vec<SavedConnection>,
}

impl SavedConnections {
    /// Returns the connection with this id.
    pub fn get(&self, id: &str) -> Option<&SavedConnection> {
        self.connections.iter().find(|connection| connection.id == id)
    }

    /// Returns the connection with this id, to change it.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut SavedConnection> {
        self.connections.iter_mut().find(|connection| connection.id == id)
    }

    /// Returns whether a connection has this name.
    pub fn has_name(&self, name: &str) -> bool {
        self.connections.iter().any(|connection| connection.name == name)
    }

    /// Appends a connection with a new id and name. Returns `false` if there are [`MAX`] or it is too large.
    pub fn add(&mut self, connection: SavedConnection) -> bool {
        self.insert(self.connections.len(), connection)
    }

    /// Renames a connection. Returns `false` if another one has the name, or there is no such connection.
    pub fn rename(&mut self, id: &str, name: &str) -> bool {
        let is_taken = self.connections.iter().any(|other| other.id != id && other.name == name);
        let (false, Some(connection)) = (is_taken, self.get_mut(id)) else { return false };
        name.clone_into(&mut connection.name);
        true
    }

    /// Inserts a copy after a connection, with its own id and a name like this one. Returns `false` if there are
    /// [`MAX`] connections, or there is no such connection.
    pub fn duplicate(&mut self, id: &str, copy_id: String, copy_name: &str) -> bool {
        let Some(at) = self.position(id) else { return false };
        let copy = SavedConnection { id: copy_id, name: self.free_name(copy_name), ..self.connections[at].clone() };
        self.insert(at + 1, copy)
    }

    /// Moves a connection up (`-1`) or down (`1`). At the end of the list it stays where it is.
    pub fn shift(&mut self, id: &str, by: isize) {
        let Some(at) = self.position(id) else { return };
        let to = at.saturating_add_signed(by).min(self.connections.len() - 1);
        let connection = self.connections.remove(at);
        self.connections.insert(to, connection);
    }

    /// Removes a connection; returns its position and the connection itself, for [`Self::restore`].
    pub fn remove(&mut self, id: &str) -> Option<(usize, SavedConnection)> {
        let at = self.position(id)?;
        Some((at, self.connections.remove(at)))
    }

    /// Inserts a removed connection again. Its name gets a number if another one has it by now. Returns `false` if
    /// there are [`MAX`] connections.
    pub fn restore(&mut self, at: usize, mut connection: SavedConnection) -> bool {
        if self.get(&connection.id).is_some() {
            return true;
        }
        connection.name = self.free_name(&connection.name);
        self.insert(at.min(self.connections.len()), connection)
    }

    /// Returns the ids of the connections whose name or public address contains a text, in any case.
    pub fn search(&self, text: &str) -> Vec<String> {
        let wanted = text.trim().to_lowercase();
        let matches = |connection: &&SavedConnection| {
            let has = |text: &str| text.to_lowercase().contains(&wanted);
            has(&connection.name) || has(&without_secrets(&connection.url))
        };
        self.connections.iter().filter(matches).map(|connection| connection.id.clone()).collect()
    }

    /// Returns this name, with a number if a connection has it already: `Local (2)`. It is shortened to the limit.
    pub fn free_name(&self, name: &str) -> String {
        let numbered = |number: usize| {
            let end = if number > 1 { format!(" ({number})") } else { String::new() };
            let mut base: Vec<char> = name.chars().collect();
            loop {
                let name = base.iter().collect::<String>() + &end;
                if checked_name(&name).is_some() || base.pop().is_none() {
                    return name;
                }
            }
        };
        (1..=self.connections.len() + 1).map(numbered).find(|name| !self.has_name(name)).unwrap_or_default()
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.connections.iter().position(|connection| connection.id == id)
    }

    fn insert(&mut self, at: usize, connection: SavedConnection) -> bool {
        let fits = self.connections.len() < MAX && connection.fits();
        if fits {
            self.connections.insert(at, connection);
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::{super::saved_connection::MAX_NAME_CHARS, *};

    fn saved(names: &[&str]) -> SavedConnections {
        let connection = |name: &&str| SavedConnection {
            id: format!("id{name}"),
            name: (*name).to_owned(),
            url: format!("ws://{name}.test/ws?token=secret"),
            ..SavedConnection::default()
        };
        SavedConnections { connections: names.iter().map(connection).collect() }
    }

    fn names(saved: &SavedConnections) -> Vec<&str> {
        saved.connections.iter().map(|connection| connection.name.as_str()).collect()
    }

    #[test]
    fn renames_to_a_free_name_only() {
        let mut list = saved(&["a", "b"]);
        assert!(!list.rename("ida", "b"));
        assert!(list.rename("ida", "a"), "its own name");
        assert!(list.rename("ida", "c"));
        assert!(!list.rename("missing", "d"));
        assert_eq!(names(&list), ["c", "b"]);
    }

    #[test]
    fn duplicates_everything_but_id_and_name() {
        let mut list = saved(&["a", "b"]);
        list.get_mut("ida").unwrap().token = Some("t".into());
        assert!(list.duplicate("ida", "x".into(), "a copy"));
        assert!(list.duplicate("ida", "y".into(), "a copy"));
        assert_eq!(names(&list), ["a", "a copy (2)", "a copy", "b"]);
        let copy = list.get("x").unwrap();
        assert_eq!((&copy.token, copy.url.as_str()), (&Some("t".into()), "ws://a.test/ws?token=secret"));
        assert!(!list.duplicate("missing", "z".into(), "n"));
    }

    #[test]
    fn moves_within_the_list() {
        let mut list = saved(&["a", "b", "c"]);
        list.shift("idc", -1);
        assert_eq!(names(&list), ["a", "c", "b"]);
        list.shift("ida", -1);
        list.shift("idb", 1);
        list.shift("missing", 1);
        assert_eq!(names(&list), ["a", "c", "b"], "the ends");
        list.shift("ida", 1);
        assert_eq!(names(&list), ["c", "a", "b"]);
    }

    #[test]
    fn restores_a_removed_connection_without_replacing_another() {
        let mut list = saved(&["a", "b", "c"]);
        let (at, removed) = list.remove("idb").unwrap();
        assert_eq!(list.remove("idb"), None);
        list.rename("ida", "b");
        assert!(list.restore(at, removed.clone()));
        assert_eq!(names(&list), ["b", "b (2)", "c"]);
        assert!(list.restore(at, removed), "twice");
        assert_eq!(list.connections.len(), 3);
    }

    #[test]
    fn finds_names_and_addresses_without_secrets() {
        let list = saved(&["Alpha", "beta"]);
        let found = |text| list.search(text);
        assert_eq!(found(" ALPHA"), ["idAlpha"]);
        assert_eq!(found("beta.TEST/ws"), ["idbeta"]);
        assert_eq!(found("").len(), 2);
        assert!(found("secret").is_empty());
    }

    #[test]
    fn shortens_a_name_for_its_number() {
        let long = "é".repeat(MAX_NAME_CHARS);
        let list = SavedConnections {
            connections: vec![SavedConnection { name: long.clone(), ..SavedConnection::default() }],
        };
        let free = list.free_name(&long);
        assert!(free.ends_with("é (2)") && free.chars().count() == MAX_NAME_CHARS, "{free}");
    }

    #[test]
    fn limits_the_number() {
        let all: Vec<String> = (0..MAX).map(|n| n.to_string()).collect();
        let mut list = saved(&all.iter().map(String::as_str).collect::<Vec<_>>());
        let more = SavedConnection { id: "more".into(), name: "more".into(), ..SavedConnection::default() };
        assert!(!list.add(more.clone()) && !list.duplicate("id1", "x".into(), "y") && !list.restore(0, more.clone()));
        list.remove("id1");
        assert!(list.add(more));
    }
}
