//! Code blocks of the documents, which tests run.

use std::path::Path;

use crate::yodel::root;

/// Returns the Markdown documents for users, each with its path and text.
pub fn all() -> Vec<(String, String)> {
    let files = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"].map(str::to_owned);
    let entries = std::fs::read_dir(root().join("docs")).expect("folder exists");
    let docs = entries.map(|entry| format!("docs/{}", entry.expect("folder is readable").file_name().display()));
    let mut paths: Vec<String> = files
        .into_iter()
        .chain(docs.filter(|path| Path::new(path).extension().is_some_and(|ending| ending == "md")))
        .collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), text(&path))).collect()
}

/// Returns the text of a document. The path is relative to the root of the repository.
pub fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the content of all code blocks in this language. The indentation of a block in a list is removed.
pub fn code_blocks(text: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(indent) = line.strip_suffix(&format!("```{language}")) else { continue };
        let content = lines.by_ref().take_while(|line| line.trim() != "```");
        let content: Vec<&str> = content.map(|line| line.strip_prefix(indent).unwrap_or(line)).collect();
        blocks.push(content.join("\n"));
    }
    blocks
}

/// Returns the only code block in this language that contains a text.
///
/// # Panics
/// Panics if there is no such block, or more than one.
pub fn code_block(path: &str, language: &str, contained: &str) -> String {
    let mut blocks = code_blocks(&text(path), language);
    blocks.retain(|block| block.contains(contained));
    assert_eq!(blocks.len(), 1, "blocks with {contained} in {path}: {blocks:?}");
    blocks.remove(0)
}

#[cfg(test)]
mod tests {
    use super::code_blocks;

    #[test]
    fn finds_blocks_of_one_language_in_lists() {
        let text = "a\n```sh\none\n  two\n```\n- item\n\n  ```sh\n  three\n  ```\n```js\nfour\n```\n```\n```\n";
        assert_eq!(code_blocks(text, "sh"), ["one\n  two", "three"]);
        assert_eq!(code_blocks(text, "js"), ["four"]);
    }
}
