//! Scripts that run on the server.

use std::sync::LazyLock;

use ::redis::{Cmd, ToRedisArgs, cmd};

/// Script that runs on the server, atomically.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Claim,
    Generation,
    Publish,
    Read,
    Check,
    Keep,
    Signal,
    SetPresence,
    Presence,
    Rooms,
    Users,
}

static HASHES: LazyLock<[String; Script::ALL.len()]> =
    LazyLock::new(|| Script::ALL.map(|script| ::redis::Script::new(script.source()).get_hash().to_owned()));

impl Script {
    pub const ALL: [Self; 11] = [
        Self::Claim,
        Self::Generation,
        Self::Publish,
        Self::Read,
        Self::Check,
        Self::Keep,
        Self::Signal,
        Self::SetPresence,
        Self::Presence,
        Self::Rooms,
        Self::Users,
    ];

    /// Returns the text of the script.
    ///
    /// Because of the first line, a replica refuses the script even if it would write nothing: its answer could be
    /// outdated. So does a server without memory, except for scripts that add little or nothing.
    pub fn source(self) -> &'static str {
        macro_rules! script {
            ($flags:literal $($file:literal)*) => {
                concat!(
                    "#!lua",
                    $flags,
                    "\n",
                    include_str!("scripts/common.lua"),
                    $(include_str!(concat!("scripts/", $file))),*
                )
            };
        }
        match self {
            Self::Claim => script!(" flags=allow-oom" "claim.lua"),
            Self::Generation => script!(" flags=allow-oom" "generation.lua"),
            Self::Publish => script!("" "publish.lua"),
            Self::Read => script!(" flags=allow-oom" "history.lua" "read.lua"),
            Self::Check => script!(" flags=allow-oom" "check.lua"),
            Self::Keep => script!(" flags=allow-oom" "keep.lua"),
            Self::Signal => script!(" flags=allow-oom" "signal.lua"),
            Self::SetPresence => script!("" "set_presence.lua"),
            Self::Presence => script!(" flags=allow-oom" "presence.lua"),
            Self::Users => script!("" "users.lua"),
            Self::Rooms => script!(" flags=allow-oom" "history.lua" "rooms.lua"),
        }
    }

    /// Returns a command that runs the script with keys; arguments can be added.
    pub fn call<K: ToRedisArgs>(self, keys: &[K]) -> Cmd {
        let mut command = cmd("EVALSHA");
        command.arg(&HASHES[self as usize]).arg(keys.len()).arg(keys);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_in_the_order_of_the_scripts() {
        for (index, script) in Script::ALL.into_iter().enumerate() {
            assert_eq!(script as usize, index);
        }
    }
}
