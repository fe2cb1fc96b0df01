//! The commit of a checkout, read from Git's files: building needs no `git`.

use std::fs;
use std::path::{Path, PathBuf};

/// How many digits of the commit's hash are shown.
const DIGITS: usize = 10;

/// The commit that a checkout is at.
#[derive(Debug, PartialEq, Eq)]
pub struct Commit {
    /// The first digits of its hash.
    pub short: String,
    /// Files of which one changes when the checkout moves to another commit. All exist: Cargo builds again each time
    /// when one does not.
    pub files: Vec<PathBuf>,
}

impl Commit {
    /// Returns the commit of the checkout in this folder, `None` if it is not one.
    pub fn find(checkout: &Path) -> Option<Self> {
        let git = git_folder(&checkout.join(".git"))?;
        let common = common_folder(&git);
        let head = git.join("HEAD");
        let text = fs::read_to_string(&head).ok()?;
        let (hash, reference) = match text.trim().strip_prefix("ref: ") {
            None => (text.trim().to_owned(), None),
            Some(name) => (resolve(&common, name)?, Some(common.join(name))),
        };
        let short = hash.get(..DIGITS).filter(|_| hash.bytes().all(|byte| byte.is_ascii_hexdigit()))?.to_owned();
        // The log of HEAD grows with each commit, also with the first one after the branch was packed.
        let candidates = [Some(head), Some(git.join("logs/HEAD")), reference, Some(common.join("packed-refs"))];
        let files = candidates.into_iter().flatten().filter(|file| file.is_file()).collect();
        Some(Self { short, files })
    }
}

/// Returns the folder that `.git` is, or names: in a worktree it is a file.
fn git_folder(git: &Path) -> Option<PathBuf> {
    if git.is_dir() {
        return Some(git.to_owned());
    }
    let text = fs::read_to_string(git).ok()?;
    Some(git.parent()?.join(text.trim().strip_prefix("gitdir: ")?))
}

/// Returns the folder with the branches: a worktree shares them.
fn common_folder(git: &Path) -> PathBuf {
    match fs::read_to_string(git.join("commondir")) {
        Ok(path) => git.join(path.trim()),
        Err(_) => git.to_owned(),
    }
}

/// Returns the hash that a branch is at.
fn resolve(common: &Path, name: &str) -> Option<String> {
    if let Ok(hash) = fs::read_to_string(common.join(name)) {
        return Some(hash.trim().to_owned());
    }
    let packed = fs::read_to_string(common.join("packed-refs")).ok()?;
    let mut refs = packed.lines().filter_map(|line| line.split_once(' '));
    refs.find(|(_, packed)| *packed == name).map(|(hash, _)| hash.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "9115469abc0123456789abcdef0123456789abcd";

    /// Makes a folder with these files.
    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, content) in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
            fs::write(file, content).expect("a file");
        }
        folder
    }

    /// Returns the commit and the names of the files, without the folder.
    fn found(folder: &Path, checkout: &str) -> Option<(String, Vec<String>)> {
        let root = folder.canonicalize().expect("it exists");
        let commit = Commit::find(&folder.join(checkout))?;
        let name = |file: &PathBuf| {
            let file = file.canonicalize().expect("it exists");
            file.strip_prefix(&root).expect("inside").display().to_string()
        };
        Some((commit.short, commit.files.iter().map(name).collect()))
    }

    fn expected(files: &[&str]) -> (String, Vec<String>) {
        (HASH[..10].to_owned(), files.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn reads_a_branch_from_its_file_or_from_the_packed_ones() {
        let hash = format!("{HASH}\n");
        let loose = folder(&[(".git/HEAD", "ref: refs/heads/main\n"), (".git/refs/heads/main", &hash)]);
        assert_eq!(found(loose.path(), ""), Some(expected(&[".git/HEAD", ".git/refs/heads/main"])));
        let packed = format!("# pack-refs with: peeled\n{} refs/heads/mai\n{HASH} refs/heads/main\n", "0".repeat(40));
        let packed =
            folder(&[(".git/HEAD", "ref: refs/heads/main\n"), (".git/logs/HEAD", ""), (".git/packed-refs", &packed)]);
        assert_eq!(found(packed.path(), ""), Some(expected(&[".git/HEAD", ".git/logs/HEAD", ".git/packed-refs"])));
    }

    #[test]
    fn reads_a_detached_head() {
        let detached = folder(&[(".git/HEAD", &format!("{HASH}\n"))]);
        assert_eq!(found(detached.path(), ""), Some(expected(&[".git/HEAD"])));
    }

    #[test]
    fn reads_a_worktree() {
        let worktree = folder(&[
            ("tree/.git", "gitdir: ../main/.git/worktrees/tree\n"),
            ("main/.git/worktrees/tree/HEAD", "ref: refs/heads/side\n"),
            ("main/.git/worktrees/tree/commondir", "../..\n"),
            ("main/.git/refs/heads/side", HASH),
            ("main/.git/HEAD", "ref: refs/heads/main\n"),
        ]);
        let files = ["main/.git/worktrees/tree/HEAD", "main/.git/refs/heads/side"];
        assert_eq!(found(worktree.path(), "tree"), Some(expected(&files)));
    }

    #[test]
    fn finds_nothing_outside_a_checkout_or_before_the_first_commit() {
        for files in [
            &[("README.md", "")][..],
            &[(".git", "not a path")],
            &[(".git/HEAD", "ref: refs/heads/main\n")],
            &[(".git/HEAD", "<html>not a hash</html>")],
            &[(".git/HEAD", "9115469")],
        ] {
            assert_eq!(found(folder(files).path(), ""), None, "{files:?}");
        }
    }
}
