//! Line by line comparison of two texts.

/// Largest number of compared lines of each text: the table of the comparison has a cell for each pair.
pub const MAX_LINES: usize = 2_000;

/// Kind of a line of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The line is in both texts.
    Same,
    /// The line is in the first text only.
    Removed,
    /// The line is in the second text only.
    Added,
}

/// A line of the result.
pub type DiffLine<'a> = (Change, &'a str);

/// Returns the lines of both texts with the smallest number of changes; removed lines are before added ones. `None` if
/// a text has more than [`MAX_LINES`] lines. O(product of the lines that differ).
pub fn diff<'a>(before: &'a str, after: &'a str) -> Option<Vec<DiffLine<'a>>> {
    let (before, after) = (lines(before)?, lines(after)?);
    let start = before.iter().zip(&after).take_while(|(before, after)| before == after).count();
    let (before_rest, after_rest) = (&before[start..], &after[start..]);
    let end =
        before_rest.iter().rev().zip(after_rest.iter().rev()).take_while(|(before, after)| before == after).count();
    let (before_middle, after_middle) =
        (&before_rest[..before_rest.len() - end], &after_rest[..after_rest.len() - end]);

    let same = |lines: &[&'a str]| lines.iter().map(|line| (Change::Same, *line)).collect::<Vec<_>>();
    let mut result = same(&before[..start]);
    result.extend(middle(before_middle, after_middle));
    result.extend(same(&before[before.len() - end..]));
    Some(result)
}

fn lines(text: &str) -> Option<Vec<&str>> {
    let lines: Vec<_> = text.lines().take(MAX_LINES + 1).collect();
    (lines.len() <= MAX_LINES).then_some(lines)
}

/// Compares lines by the longest common subsequence.
fn middle<'a>(before: &[&'a str], after: &[&'a str]) -> Vec<DiffLine<'a>> {
    let common = Common::new(before, after);
    let (mut row, mut column) = (0, 0);
    let mut result = Vec::with_capacity(before.len() + after.len());
    loop {
        match (before.get(row), after.get(column)) {
            (Some(line), Some(other)) if line == other => {
                result.push((Change::Same, *line));
                (row, column) = (row + 1, column + 1);
            }
            (Some(line), other) if other.is_none() || common.at(row + 1, column) >= common.at(row, column + 1) => {
                result.push((Change::Removed, *line));
                row += 1;
            }
            (_, Some(line)) => {
                result.push((Change::Added, *line));
                column += 1;
            }
            _ => return result,
        }
    }
}

/// Number of lines that the ends of two texts have in common, from each pair of lines on.
struct Common {
    lengths: Vec<u16>,
    width: usize,
}

impl Common {
    fn new(before: &[&str], after: &[&str]) -> Self {
        let width = after.len() + 1;
        let mut common = Self { lengths: vec![0; (before.len() + 1) * width], width };
        for row in (0..before.len()).rev() {
            for column in (0..after.len()).rev() {
                common.lengths[row * width + column] = if before[row] == after[column] {
                    common.at(row + 1, column + 1) + 1
                } else {
                    common.at(row + 1, column).max(common.at(row, column + 1))
                };
            }
        }
        common
    }

    fn at(&self, row: usize, column: usize) -> u16 {
        self.lengths[row * self.width + column]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the lines with their signs.
    fn signed(before: &str, after: &str) -> Vec<String> {
        let sign = |change| match change {
            Change::Same => ' ',
            Change::Removed => '-',
            Change::Added => '+',
        };
        diff(before, after).unwrap().into_iter().map(|(change, line)| format!("{}{line}", sign(change))).collect()
    }

    #[test]
    fn marks_removed_and_added_lines() {
        assert_eq!(signed("a\nb\nc\nd", "a\nx\nc\nd\ne"), [" a", "-b", "+x", " c", " d", "+e"]);
        assert_eq!(signed("", "a"), ["+a"]);
        assert_eq!(signed("a", ""), ["-a"]);
        assert_eq!(signed("a\nb", "a\nb"), [" a", " b"]);
        assert_eq!(signed("", ""), [""; 0]);
    }

    #[test]
    fn finds_the_smallest_number_of_changes() {
        let result = signed("a\nb\nc\na\nb\nb\na", "c\nb\na\nb\na\nc");
        assert_eq!(result.iter().filter(|line| !line.starts_with(' ')).count(), 5, "{result:?}");
    }

    #[test]
    fn the_result_contains_both_texts() {
        let mut random = 7_u32;
        let mut text = || {
            let mut line = || {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (random >> 30).to_string()
            };
            (0..30).map(|_| line()).collect::<Vec<_>>().join("\n")
        };
        for _ in 0..200 {
            let (before, after) = (text(), text());
            let result = diff(&before, &after).unwrap();
            let of = |not: Change| {
                let lines = result.iter().filter(|(change, _)| *change != not).map(|(_, line)| *line);
                lines.collect::<Vec<_>>().join("\n")
            };
            assert_eq!((of(Change::Added), of(Change::Removed)), (before, after));
        }
    }

    #[test]
    fn rejects_texts_with_too_many_lines() {
        let long = "x\n".repeat(MAX_LINES + 1);
        assert!(diff(&long, "x").is_none() && diff("x", &long).is_none());
        let (long, other) = ("x\n".repeat(MAX_LINES), "y\n".repeat(MAX_LINES));
        assert_eq!(diff(&long, &other).unwrap().len(), 2 * MAX_LINES);
    }
}
