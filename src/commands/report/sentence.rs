//! The morning sentence.

use crate::commands::standing::ShopStanding;
use crate::output::counted::counted;

/// `All level; one question for you.`
pub(super) fn sentence(shop: &ShopStanding) -> String {
    let troubles: Vec<&str> = shop.troubles().map(|need| need.text.as_str()).collect();
    words(&troubles, shop.questions())
}

fn words(troubles: &[&str], questions: u64) -> String {
    let asked = match questions {
        0 => None,
        1 => Some("one question for you".to_owned()),
        more => Some(format!("{} for you", counted(more, "question"))),
    };
    match (troubles, asked) {
        ([], None) => "All level; nothing waits for you.".to_owned(),
        ([], Some(asked)) => format!("All level; {asked}."),
        (troubles, None) => format!("Not level: {}.", troubles.join(", ")),
        (troubles, Some(asked)) => format!("Not level: {}; {asked}.", troubles.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_morning_begins_with_one_sentence() {
        for (troubles, questions, said) in [
            (&[][..], 0, "All level; nothing waits for you."),
            (&[], 1, "All level; one question for you."),
            (&[], 3, "All level; 3 questions for you."),
            (
                &["expire is overdue", "midtrans does not answer"],
                0,
                "Not level: expire is overdue, midtrans does not answer.",
            ),
            (
                &["expire is overdue"],
                2,
                "Not level: expire is overdue; 2 questions for you.",
            ),
        ] {
            assert_eq!(words(troubles, questions), said);
        }
    }
}
