//! Finds what some tests need; without it they are ignored: `cfg(nginx)`, `cfg(promtool)`, `cfg(haproxy)` and
//! `cfg(redis)` for the programs that `scripts/deployment` has installed, `cfg(ipv6)` for a loopback address of IPv6,
//! which most containers lack.

use std::net::TcpListener;
use std::path::Path;

fn main() {
    let folder = Path::new("../.tools/bin");
    // A missing folder counts as changed, so that its first program is found.
    println!("cargo::rerun-if-changed={}", folder.display());
    for program in ["nginx", "promtool", "haproxy"] {
        set(program, folder.join(program).exists());
    }
    set("redis", ["redis-server", "redis-cli"].iter().all(|program| folder.join(program).exists()));
    set("ipv6", TcpListener::bind("[::1]:0").is_ok());
}

fn set(name: &str, is_set: bool) {
    println!("cargo::rustc-check-cfg=cfg({name})");
    if is_set {
        println!("cargo::rustc-cfg={name}");
    }
}
