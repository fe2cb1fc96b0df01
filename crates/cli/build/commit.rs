//! The commit of a Git checkout, read from the files in `.git`, so that a build does not need `git`.

use std::fs;
use std::path::{Path, PathBuf};

/// Number of hexadecimal digits in the abbreviated hash.
const DIGITS: usize = 10;

/// The commit that is checked out.
#[derive(Debug, PartialEq, Eq)]
pub struct Commit {
    /// The abbreviated hash.
    pub short: String,
    /// Files that change when another commit is checked out. All of them exist: Cargo would rebuild every time for a
    /// missing one.
    pub files: Vec<PathBuf>,
}

impl Commit {
    /// Returns the commit of the checkout in this folder, or `None` if the folder is not a checkout or has no commit.
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
        // The log of HEAD grows with each commit, even when the branch is only in packed-refs.
        let candidates = [Some(head), Some(git.join("logs/HEAD")), reference, Some(common.join("packed-refs"))];
        let files = candidates.into_iter().flatten().filter(|file| file.is_file()).collect();
        Some(Self { short, files })
    }
}

/// Returns the Git directory: `.git` itself, or in a worktree the path in the file `.git`.
fn git_folder(git: &Path) -> Option<PathBuf> {
    if git.is_dir() {
        return Some(git.to_owned());
    }
    let text = fs::read_to_string(git).ok()?;
    Some(git.parent()?.join(text.trim().strip_prefix("gitdir: ")?))
}

/// Returns the folder that holds the branches, which all worktrees share.
fn common_folder(git: &Path) -> PathBuf {
    match fs::read_to_string(git.join("commondir")) {
        Ok(path) => git.join(path.trim()),
        Err(_) => git.to_owned(),
    }
}

/// Returns the hash of a branch's tip.
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

    /// Creates a temporary folder with these files.
    fn create_folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("create a folder");
        for (name, content) in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().expect("the path has a parent")).expect("create a folder");
            fs::write(file, content).expect("write a file");
        }
        folder
    }

    /// Returns the commit and its files, relative to the folder.
    fn found(folder: &Path, checkout: &str) -> Option<(String, Vec<String>)> {
        let root = folder.canonicalize().expect("the path exists");
        let commit = Commit::find(&folder.join(checkout))?;
        let name = |file: &PathBuf| {
            let file = file.canonicalize().expect("the path exists");
            file.strip_prefix(&root).expect("the file is in the folder").display().to_string()
        };
        Some((commit.short, commit.files.iter().map(name).collect()))
    }

    fn expected(files: &[&str]) -> (String, Vec<String>) {
        (HASH[..10].to_owned(), files.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn reads_a_branch_from_a_loose_or_packed_ref() {
        let hash = format!("{HASH}\n");
        let loose = create_folder(&[(".git/HEAD", "ref: refs/heads/main\n"), (".git/refs/heads/main", &hash)]);
        assert_eq!(found(loose.path(), ""), Some(expected(&[".git/HEAD", ".git/refs/heads/main"])));
        let packed = format!("# pack-refs with: peeled\n{} refs/heads/mai\n{HASH} refs/heads/main\n", "0".repeat(40));
        let packed = create_folder(&[
            (".git/HEAD", "ref: refs/heads/main\n"),
            (".git/logs/HEAD", ""),
            (".git/packed-refs", &packed),
        ]);
        assert_eq!(found(packed.path(), ""), Some(expected(&[".git/HEAD", ".git/logs/HEAD", ".git/packed-refs"])));
    }

    #[test]
    fn reads_a_detached_head() {
        let detached = create_folder(&[(".git/HEAD", &format!("{HASH}\n"))]);
        assert_eq!(found(detached.path(), ""), Some(expected(&[".git/HEAD"])));
    }

    #[test]
    fn reads_a_worktree() {
        let worktree = create_folder(&[
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
            assert_eq!(found(create_folder(files).path(), ""), None, "{files:?}");
        }
    }
}
