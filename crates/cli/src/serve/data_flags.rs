//! Flags of `yodel serve` for rooms that are kept on a disk.

use std::path::PathBuf;

use clap::Args;
use yodel_server::config::{DataConfig, Durability};

use super::error::ServeError;
use crate::value;

/// Flags of `yodel serve` for rooms that are kept on a disk.
#[derive(Args, Clone, Debug)]
pub struct DataFlags {
    /// Folder that keeps rooms, histories and keys of idempotent publishes over a restart [default: only memory]
    ///
    /// It is created if it does not exist. One server at a time can use it.
    #[arg(long, help_heading = "Data", env = "YODEL_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Promise for an acknowledged message, with --data [default: commit]
    #[arg(long, help_heading = "Data", env = "YODEL_DURABILITY", value_name = "PROMISE", value_enum)]
    pub durability: Option<Durability>,

    /// Size of the folder of --data [default: no limit]
    ///
    /// Near this limit the largest rooms discard their oldest messages, as for --history-total, and publishes fail until
    /// they have. It acts as the next lower power of two up to 4GiB, and then as the next lower multiple of 4GiB.
    #[arg(long, help_heading = "Data", env = "YODEL_DATA_MAX", value_name = "SIZE", value_parser = value::folder_size)]
    pub data_max: Option<usize>,
}

impl DataFlags {
    /// Converts the flags to the settings of the library; `None` without --data. `has_redis` is true with --redis.
    ///
    /// # Errors
    /// Returns an error if a flag needs --data, or --data and --redis are combined.
    pub fn config(&self, has_redis: bool) -> Result<Option<DataConfig>, ServeError> {
        let Some(dir) = &self.data else {
            let unused = [("--durability", self.durability.is_some()), ("--data-max", self.data_max.is_some())];
            return match unused.into_iter().find(|(_, is_given)| *is_given) {
                Some((flag, _)) => Err(ServeError::WithoutData(flag)),
                None => Ok(None),
            };
        };
        if has_redis {
            return Err(ServeError::DataWithRedis);
        }
        let max_bytes = self.data_max.map(|size| size as u64);
        let durability = self.durability.unwrap_or_default();
        Ok(Some(DataConfig { durability, max_bytes, ..DataConfig::new(dir) }))
    }
}

#[cfg(test)]
mod tests {
    use clap::{Command, FromArgMatches};

    use super::*;

    fn config(arguments: &str, has_redis: bool) -> Result<Option<DataConfig>, String> {
        let command = DataFlags::augment_args(Command::new("yodel")).mut_args(|flag| flag.env(None::<&str>));
        let matches = command.no_binary_name(true).get_matches_from(arguments.split_whitespace());
        let flags = DataFlags::from_arg_matches(&matches).unwrap();
        flags.config(has_redis).map_err(|error| error.to_string())
    }

    #[test]
    fn a_folder_selects_commit() {
        assert_eq!(config("", true), Ok(None));
        assert_eq!(config("--data d", false), Ok(Some(DataConfig::new("d"))));
        let relaxed = DataConfig { durability: Durability::Relaxed, max_bytes: Some(1 << 20), ..DataConfig::new("d") };
        assert_eq!(config("--data d --durability relaxed --data-max 1MiB", false), Ok(Some(relaxed)));
    }

    #[test]
    fn flags_that_contradict_each_other_are_named() {
        for (arguments, flag) in [("--durability commit", "--durability"), ("--data-max 1GiB", "--data-max")] {
            let error = config(arguments, false).unwrap_err();
            assert!(error.starts_with(flag) && error.contains("--data"), "{error}");
        }
        let error = config("--data d", true).unwrap_err();
        assert!(error.contains("--data") && error.contains("--redis"), "{error}");
    }
}
