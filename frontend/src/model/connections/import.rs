//! Connections from a file added to the list.

use super::{SavedConnections, saved_connections::MAX};

/// Numbers of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Connections that were added.
    pub added: usize,
    /// Added connections that got another name, because theirs was in use.
    pub renamed: usize,
    /// Connections of the file that the list has already, with the same settings.
    pub unchanged: usize,
}

impl SavedConnections {
    /// Appends the connections of a file. Replaces none: one with an id in use gets a new id, and one with a name in
    /// use gets a number behind it. `new_id` returns a random id. Returns `None`, and adds none, if there would be more
    /// than [`MAX`].
    pub fn import(&mut self, file: Self, mut new_id: impl FnMut() -> String) -> Option<Imported> {
        let mut merged = self.clone();
        let mut imported = Imported::default();
        for mut connection in file.connections {
            let known = self.get(&connection.id);
            // An export without tokens is the same connection as before.
            if known.is_some_and(|known| *known == connection || known.without_secrets() == connection) {
                imported.unchanged += 1;
                continue;
            }
            while connection.id.is_empty() || merged.get(&connection.id).is_some() {
                connection.id = new_id();
            }
            let name = merged.free_name(&connection.name);
            imported.renamed += usize::from(name != connection.name);
            connection.name = name;
            imported.added += 1;
            merged.connections.push(connection);
        }
        (merged.connections.len() <= MAX).then(|| {
            *self = merged;
            imported
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::SavedConnection, *};

    fn connection(id: &str, name: &str, url: &str) -> SavedConnection {
        SavedConnection { id: id.into(), name: name.into(), url: url.into(), ..SavedConnection::default() }
    }

    fn list(connections: &[SavedConnection]) -> SavedConnections {
        SavedConnections { connections: connections.to_vec() }
    }

    #[test]
    fn adds_and_never_replaces() {
        let mut saved = list(&[connection("1", "a", "ws://a"), connection("2", "b", "ws://b")]);
        let before = saved.clone();
        let file = list(&[
            connection("1", "a", "ws://other"),
            connection("", "c", "ws://c"),
            connection("2", "b", "ws://b"),
            connection("4", "c", "ws://d"),
        ]);
        let mut ids = ["1", "9", "8"].map(str::to_owned).into_iter();
        let imported = saved.import(file, || ids.next().unwrap());
        assert_eq!(imported, Some(Imported { added: 3, renamed: 2, unchanged: 1 }));
        assert_eq!(saved.connections[..2], before.connections);
        let added = [("9", "a (2)", "ws://other"), ("8", "c", "ws://c"), ("4", "c (2)", "ws://d")];
        assert_eq!(saved.connections[2..], added.map(|(id, name, url)| connection(id, name, url)));
    }

    #[test]
    fn an_export_without_tokens_changes_nothing() {
        let with_token = SavedConnection { token: Some("t".into()), ..connection("1", "a", "ws://a?key=1") };
        let mut saved = list(&[with_token]);
        let before = saved.clone();
        let imported = saved.import(before.without_secrets(), || unreachable!());
        assert_eq!((imported, &saved), (Some(Imported { unchanged: 1, ..Imported::default() }), &before));
    }

    #[test]
    fn adds_nothing_above_the_limit() {
        let all: Vec<_> = (0..MAX).map(|n| connection(&n.to_string(), &n.to_string(), "ws://a")).collect();
        let mut saved = list(&all[1..]);
        let before = saved.clone();
        let file = list(&[all[0].clone(), connection("x", "x", "ws://a")]);
        assert_eq!(saved.import(file, || unreachable!()), None);
        assert_eq!(saved, before);
        assert!(saved.import(list(&all[..1]), || unreachable!()).is_some());
    }
}
