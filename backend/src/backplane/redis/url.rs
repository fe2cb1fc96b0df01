//! Address of the store in the settings.

use std::path::PathBuf;

use super::address::Address;
use super::credentials::RedisCredentials;

const DEFAULT_PORT: u16 = 6379;
const DEFAULT_SENTINEL_PORT: u16 = 26379;

/// Parsed address of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RedisUrl {
    pub topology: Topology,
    /// User and password of the servers with data.
    pub credentials: RedisCredentials,
    pub database: i64,
    pub tls: bool,
    /// PEM file with the authorities of certificates.
    pub ca: Option<PathBuf>,
}

/// Topology of the servers of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Topology {
    /// One server.
    Single(Address),
    /// The master with this name; the sentinels know its address.
    Sentinel { sentinels: Vec<Address>, master: String, credentials: RedisCredentials },
    /// A Cluster, by the addresses of some of its servers.
    Cluster(Vec<Address>),
}

/// Error of an invalid address. The texts contain no part of it, because a password whose characters are not
/// percent-encoded could be anywhere in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum UrlError {
    #[error(
        "the scheme of the store's address is one of redis, rediss, redis+sentinel, rediss+sentinel, redis+cluster and \
         rediss+cluster, followed by ://"
    )]
    Scheme,
    #[error("the store's address has no host, or an empty one in its list")]
    Host,
    #[error("redis:// and rediss:// have one host; a list of hosts needs redis+cluster:// or redis+sentinel://")]
    ManyHosts,
    #[error(
        "the port in the store's address is not a number from 1 to 65535; special characters in a password are \
         percent-encoded"
    )]
    Port,
    #[error("the store's address has a user without a password: USER:PASSWORD@ or :PASSWORD@")]
    Password,
    #[error("the percent-encoding in the store's address is invalid")]
    Encoding,
    #[error("the database in the store's address is not a number")]
    Database,
    #[error("a Redis Cluster has only database 0, so its address has no path")]
    ClusterDatabase,
    #[error("the address of sentinels ends with the name of the master: redis+sentinel://HOST:PORT/MASTER")]
    Master,
    #[error("the options of the store's address are ca, sentinel_username and sentinel_password")]
    Option,
}

impl RedisUrl {
    /// Parses an address in one of the forms of [`RedisConfig::url`](super::RedisConfig::url).
    pub fn parse(url: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = url.split_once("://").ok_or(UrlError::Scheme)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user_info, hosts) = match authority.rsplit_once('@') {
            Some((user_info, hosts)) => (Some(user_info), hosts),
            None => (None, authority),
        };
        let options = UrlOptions::parse(query)?;
        let (tls, kind) = parse_scheme(scheme)?;
        let mut database = 0;
        let topology = match kind {
            "" => {
                database = parse_database(path)?;
                single(hosts)?
            }
            "sentinel" => Topology::Sentinel {
                sentinels: parse_hosts(hosts, DEFAULT_SENTINEL_PORT)?,
                master: decode(path).and_then(|master| non_empty(master, UrlError::Master))?,
                credentials: options.sentinel,
            },
            _ if path.is_empty() => Topology::Cluster(parse_hosts(hosts, DEFAULT_PORT)?),
            _ => return Err(UrlError::ClusterDatabase),
        };
        let credentials = user_info.map_or(Ok(RedisCredentials::default()), parse_user_info)?;
        Ok(Self { topology, credentials, database, tls, ca: options.ca })
    }
}

#[derive(Default)]
struct UrlOptions {
    ca: Option<PathBuf>,
    sentinel: RedisCredentials,
}

impl UrlOptions {
    fn parse(query: &str) -> Result<Self, UrlError> {
        let mut options = Self::default();
        for option in query.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').ok_or(UrlError::Option)?;
            let value = decode(value)?;
            match name {
                "ca" => options.ca = Some(value.into()),
                "sentinel_username" => options.sentinel.username = Some(value),
                "sentinel_password" => options.sentinel.password = Some(value),
                _ => return Err(UrlError::Option),
            }
        }
        Ok(options)
    }
}

fn parse_scheme(scheme: &str) -> Result<(bool, &str), UrlError> {
    let (base, kind) = scheme.split_once('+').unwrap_or((scheme, ""));
    let tls = match base {
        "redis" => false,
        "rediss" => true,
        _ => return Err(UrlError::Scheme),
    };
    let known = matches!(kind, "sentinel" | "cluster") || (kind.is_empty() && !scheme.ends_with('+'));
    known.then_some((tls, kind)).ok_or(UrlError::Scheme)
}

fn parse_user_info(user_info: &str) -> Result<RedisCredentials, UrlError> {
    let (username, password) = user_info.split_once(':').ok_or(UrlError::Password)?;
    let password = non_empty(decode(password)?, UrlError::Password)?;
    let username = Some(decode(username)?).filter(|name| !name.is_empty());
    Ok(RedisCredentials { username, password: Some(password) })
}

fn single(hosts: &str) -> Result<Topology, UrlError> {
    let mut hosts = parse_hosts(hosts, DEFAULT_PORT)?.into_iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => Ok(Topology::Single(host)),
        (Some(_), Some(_)) => Err(UrlError::ManyHosts),
        (None, _) => Err(UrlError::Host),
    }
}

fn parse_hosts(hosts: &str, default_port: u16) -> Result<Vec<Address>, UrlError> {
    hosts.split(',').map(|host| parse_host(host, default_port)).collect()
}

fn parse_host(host: &str, default_port: u16) -> Result<Address, UrlError> {
    let (name, port) = if let Some(rest) = host.strip_prefix('[') {
        let (name, rest) = rest.split_once(']').ok_or(UrlError::Host)?;
        (name, if rest.is_empty() { None } else { Some(rest.strip_prefix(':').ok_or(UrlError::Port)?) })
    } else {
        match host.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, None),
        }
    };
    let port = port.map_or(Ok(default_port), |port| port.parse().map_err(|_| UrlError::Port))?;
    if port == 0 {
        return Err(UrlError::Port);
    }
    Ok(Address::new(non_empty(name.to_owned(), UrlError::Host)?, port))
}

fn parse_database(path: &str) -> Result<i64, UrlError> {
    if path.is_empty() {
        return Ok(0);
    }
    path.parse::<u32>().map(i64::from).map_err(|_| UrlError::Database)
}

fn non_empty(text: String, error: UrlError) -> Result<String, UrlError> {
    if text.is_empty() { Err(error) } else { Ok(text) }
}

/// Decodes percent-encoded text.
fn decode(text: &str) -> Result<String, UrlError> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|digit| char::from(digit).to_digit(16)).ok_or(UrlError::Encoding);
        let value = digit()? * 16 + digit()?;
        decoded.push(u8::try_from(value).map_err(|_| UrlError::Encoding)?);
    }
    String::from_utf8(decoded).map_err(|_| UrlError::Encoding)
}

#[cfg(test)]
#[path = "tests/url.rs"]
mod tests;
