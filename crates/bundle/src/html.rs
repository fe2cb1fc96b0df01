//! Minifies `index.html`: the page's own markup, whose spaces between elements have no meaning.

use crate::error::Error;
use crate::tool::run_with_input;

/// Removes comments and the spaces between elements, and minifies the scripts.
///
/// # Errors
/// Returns an error if `esbuild` is missing or rejects a script.
pub fn minify(page: &str) -> Result<String, Error> {
    let mut minified = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("<script") {
        let (attributes, after) = after.split_once('>').unwrap_or((after, ""));
        let (script, after) = after.split_once("</script>").unwrap_or((after, ""));
        minified.push_str(&markup(before));
        minified.push_str("<script");
        minified.push_str(attributes);
        minified.push('>');
        minified.push_str(minify_script(script)?.trim());
        minified.push_str("</script>");
        rest = after;
    }
    minified.push_str(&markup(rest));
    Ok(minified)
}

fn minify_script(script: &str) -> Result<String, Error> {
    run_with_input("esbuild", ["--minify", "--loader=js", "--charset=utf8", "--log-level=warning"], script)
}

/// Returns markup without comments and spaces between elements.
fn markup(text: &str) -> String {
    let mut rest = text;
    let mut plain = String::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once("<!--") {
        plain.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn removes_comments_and_indentation() {
        assert_eq!(markup("<ul>\n  <!-- a\n list -->\n  <li>one two</li>\n</ul>\n"), "<ul><li>one two</li></ul>");
    }
}
