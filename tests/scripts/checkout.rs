//! A checkout with the real scripts and stubs of the tools.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A temporary folder with a copy of `scripts/`. Programs of `.tools/bin` precede those on `PATH`.
pub struct Checkout {
    folder: TempDir,
    root: PathBuf,
}

impl Checkout {
    /// Creates a checkout in a new folder of this name.
    pub fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let root = folder.path().join(name);
        let scripts = root.join("scripts");
        fs::create_dir_all(&scripts).expect("folder is writable");
        fs::create_dir_all(root.join(".tools/bin")).expect("folder is writable");
        for entry in fs::read_dir(support::yodel::root().join("scripts")).expect("scripts exist") {
            let path = entry.expect("folder is readable").path();
            if path.is_file() {
                fs::copy(&path, scripts.join(path.file_name().expect("a name"))).expect("folder is writable");
            }
        }
        Self { folder, root }
    }

    /// Writes a stub: a shell script in place of a program on `PATH`.
    pub fn program(&self, name: &str, script: &str) {
        self.executable(&format!(".tools/bin/{name}"), script);
    }

    /// Writes a shell script in place of a script of the project.
    pub fn script(&self, name: &str, script: &str) {
        self.executable(&format!("scripts/{name}"), script);
    }

    fn executable(&self, path: &str, script: &str) {
        let path = self.root.join(path);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("folder is writable");
        fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("own file");
    }

    /// Writes a file.
    pub fn file(&self, name: &str, content: &str) {
        fs::write(self.root.join(name), content).expect("folder is writable");
    }

    /// Returns whether a file exists.
    pub fn has_file(&self, name: &str) -> bool {
        self.root.join(name).exists()
    }

    /// Returns the folder of the checkout.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Runs a script with additional environment variables until it exits.
    pub fn run(&self, name: &str, variables: &[(&str, &str)]) -> Output {
        let mut command = Command::new(self.root.join("scripts").join(name));
        command.env_remove("CI").env_remove("CARGO_TARGET_DIR").env_remove("CARGO_BUILD_TARGET_DIR");
        command.env("HOME", self.folder.path()).env("CARGO_HOME", self.folder.path().join("cargo"));
        command.envs(variables.iter().copied()).output().expect("script can be run")
    }
}

/// Returns standard output and standard error of a finished script.
pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
