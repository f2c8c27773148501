//! Phrases that no help text, message or comment of the program may contain.

use super::source::sources;

/// Each phrase with the plain words to use instead. Compared without regard to case.
const PHRASES: [(&str, &str); 20] = [
    ("a reader that went away", "the reader closed the pipe"),
    (
        "begin nothing new after this",
        "start nothing new after this",
    ),
    ("brings the books level", "updates the orders"),
    ("by whose word", "by whose decision"),
    ("carried it out was gone", "the worker stopped"),
    ("for the 2. time", "(received 2 times)"),
    ("has ended before its time", "stopped unexpectedly"),
    ("heard out", "finished"),
    ("how it is told", "how it is printed"),
    ("nothing is left to be done\"", "all effects are done"),
    (
        "nobody has decided about it\"",
        "its case is not decided yet",
    ),
    ("says a message", "a notification reports"),
    ("so many at the most", "at most N"),
    ("\"is less than nothing", "must not be negative"),
    (
        "the others come first next time",
        "the rest go first in the next run",
    ),
    ("the time was up", "time limit reached"),
    ("told to nobody", "not reported before"),
    ("type the same again", "try again, run the command again"),
    ("was written down already", "is already recorded"),
    ("without a terminal nobody", "stdin is not a terminal"),
];

#[test]
fn old_phrases_do_not_return() {
    let mut found = Vec::new();
    for source in sources("src") {
        for (index, line) in source.text.lines().enumerate() {
            let line = line.to_lowercase();
            for (phrase, plain) in PHRASES {
                if line.contains(phrase) {
                    let place = format!("{}:{}", source.path, index + 1);
                    found.push(format!("{place}: \"{phrase}\"; write: {plain}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
