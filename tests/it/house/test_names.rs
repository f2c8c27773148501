//! Test names are short sentences.

use super::{check, source::sources};

const MAX_WORDS: usize = 8;

#[test]
fn names_are_sentences_of_at_most_eight_words() {
    let mut broken = Vec::new();
    for folder in ["src", "tests/it"] {
        for source in sources(folder) {
            for name in test_names(&source.text) {
                let words = sentence(name);
                if words.len() > MAX_WORDS {
                    broken.push(format!("{}: {name} has {} words", source.path, words.len()));
                }
                if words.contains(&"test") {
                    broken.push(format!("{}: {name} says \"test\"", source.path));
                }
            }
        }
    }
    check("test names", broken);
}

/// The functions below `#[test]` and `#[tokio::test]`, also inside `proptest!`.
fn test_names(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut is_marked = false;
    for line in text.lines().map(str::trim_start) {
        is_marked |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        let Some((_, declared)) = line.split_once("fn ").filter(|_| is_marked) else {
            continue;
        };
        names.extend(declared.split(['(', '<']).next());
        is_marked = false;
    }
    names
}

/// The words of a name without the rules in front: `p6_`, `o11b_`.
fn sentence(name: &str) -> Vec<&str> {
    let words = name.split('_').filter(|word| !word.is_empty());
    words.skip_while(|word| is_rule(word)).collect()
}

fn is_rule(word: &str) -> bool {
    let number = word.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let number = number.strip_suffix('b').unwrap_or(number);
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number && word.find(number) == Some(1)
}

#[test]
fn rules_in_front_do_not_count() {
    let text = "#[test]\n#[cfg(unix)]\nfn p6_o11b_money_is_in() {}\nfn helper() {}\n#[tokio::test]\nasync fn utf_16_is_read() {}\n";
    assert_eq!(test_names(text), ["p6_o11b_money_is_in", "utf_16_is_read"]);
    assert_eq!(sentence("p6_o11b_money_is_in"), ["money", "is", "in"]);
    assert_eq!(sentence("utf_16_is_read"), ["utf", "16", "is", "read"]);
}
