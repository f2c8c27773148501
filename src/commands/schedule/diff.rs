//! What changes between two texts, line by line.

/// Lines around a change, for the eye.
const CONTEXT: usize = 2;

/// More pairs of lines than this are not compared one by one.
const MAX_PAIRS: usize = 250_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edit {
    Keep,
    Add,
    Drop,
}

/// The changed lines with `+` and `-` in front, and those around them. Empty if nothing differs.
pub(super) fn diff(old: &str, new: &str) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let edits = edits(&old, &new);
    let is_near = |index: usize| {
        let around = edits.iter().skip(index.saturating_sub(CONTEXT));
        let mut around = around.take(CONTEXT + 1 + CONTEXT.min(index));
        around.any(|(edit, _)| *edit != Edit::Keep)
    };
    let mut shown = Vec::new();
    let mut is_cut = false;
    for (index, (edit, line)) in edits.iter().enumerate() {
        let mark = match edit {
            Edit::Add => '+',
            Edit::Drop => '-',
            Edit::Keep if is_near(index) => ' ',
            Edit::Keep => {
                is_cut = true;
                continue;
            }
        };
        if std::mem::take(&mut is_cut) {
            shown.push("  …".to_owned());
        }
        shown.push(format!("{mark} {line}").trim_end().to_owned());
    }
    if edits.iter().all(|(edit, _)| *edit == Edit::Keep) {
        return Vec::new();
    }
    shown
}

fn edits<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<(Edit, &'t str)> {
    let same = |(one, other): &(&&str, &&str)| one == other;
    let head = old.iter().zip(new).take_while(same).count();
    let (old_rest, new_rest) = (
        old.get(head..).unwrap_or_default(),
        new.get(head..).unwrap_or_default(),
    );
    let tail = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(same)
        .count();
    let middle = |lines: &[&'t str]| -> Vec<&'t str> {
        let end = lines.len().saturating_sub(tail);
        lines.get(..end).unwrap_or_default().to_vec()
    };
    let keep = |lines: &[&'t str]| -> Vec<(Edit, &'t str)> {
        lines.iter().map(|line| (Edit::Keep, *line)).collect()
    };
    let mut all = keep(old.get(..head).unwrap_or_default());
    all.extend(replaced(&middle(old_rest), &middle(new_rest)));
    all.extend(keep(
        old.get(old.len().saturating_sub(tail)..)
            .unwrap_or_default(),
    ));
    all
}

/// By the longest common lines.
fn replaced<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<(Edit, &'t str)> {
    let width = new.len() + 1;
    let mut all = Vec::new();
    let (mut at_old, mut at_new) = (0, 0);
    if old.len().saturating_mul(new.len()) <= MAX_PAIRS {
        // How many lines are common from here on.
        let mut common = vec![0_u32; (old.len() + 1) * width];
        for (i, line) in old.iter().enumerate().rev() {
            for (j, other) in new.iter().enumerate().rev() {
                let get =
                    |i: usize, j: usize| common.get(i * width + j).copied().unwrap_or_default();
                let best = if line == other {
                    get(i + 1, j + 1) + 1
                } else {
                    get(i + 1, j).max(get(i, j + 1))
                };
                if let Some(cell) = common.get_mut(i * width + j) {
                    *cell = best;
                }
            }
        }
        let get = |i: usize, j: usize| common.get(i * width + j).copied().unwrap_or_default();
        while let (Some(line), Some(other)) = (old.get(at_old), new.get(at_new)) {
            if line == other {
                all.push((Edit::Keep, *line));
                (at_old, at_new) = (at_old + 1, at_new + 1);
            } else if get(at_old + 1, at_new) >= get(at_old, at_new + 1) {
                all.push((Edit::Drop, *line));
                at_old += 1;
            } else {
                all.push((Edit::Add, *other));
                at_new += 1;
            }
        }
    }
    all.extend(old.iter().skip(at_old).map(|line| (Edit::Drop, *line)));
    all.extend(new.iter().skip(at_new).map(|line| (Edit::Add, *line)));
    all
}

#[cfg(test)]
mod tests {
    use super::diff;

    #[track_caller]
    fn check(old: &str, new: &str, shown: &[&str]) {
        let spread = |text: &str| text.replace(' ', "\n");
        assert_eq!(diff(&spread(old), &spread(new)), shown);
    }

    #[test]
    fn only_what_differs_is_shown() {
        check("a b c", "a b c", &[]);
        check("", "a b", &["+ a", "+ b"]);
        check("a b", "", &["- a", "- b"]);
        check(
            "a b c d e f",
            "a b c d e f g",
            &["  …", "  e", "  f", "+ g"],
        );
        check(
            "a b c d e",
            "a x c y e",
            &["  a", "- b", "+ x", "  c", "- d", "+ y", "  e"],
        );
        check("a b c d e f", "b c d e f", &["- a", "  b", "  c"]);
    }
}
