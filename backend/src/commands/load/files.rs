//! How many connections the system allows.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::error::LoadError;

/// Files that are open besides connections: standard streams, what tokio waits with, /proc.
const OTHERS: u64 = 32;

/// Makes room for so many connections: the soft limit is raised to the hard one.
pub fn make_room(connections: u64) -> Result<(), LoadError> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let needed = connections.saturating_add(OTHERS);
    if let Some(allowed) = maximum.filter(|&allowed| allowed < needed) {
        return Err(LoadError::Files { connections, needed, allowed });
    }
    // A system that refuses this says so at the first socket that it refuses.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_connections_than_files_are_refused_with_the_limit() {
        assert!(make_room(1).is_ok());
        let Some(allowed) = getrlimit(Resource::Nofile).maximum else { return };
        let error = make_room(allowed).expect_err("no file is left for anything else").to_string();
        assert!(error.contains(&format!("{allowed} is the limit")), "{error}");
    }
}
