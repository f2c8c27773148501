//! Who ordered. Personal data, so it is never shown by `Debug`.

use std::fmt;

/// What a shop told about the person behind an order; any of it may be unknown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Customer {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
}

impl Customer {
    /// Nothing at all is known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.name.is_none() && self.email.is_none() && self.phone.is_none()
    }

    /// Two orders with the same of these come from one person; a name alone does not tell people apart.
    #[must_use]
    pub fn identifies_a_person(&self) -> bool {
        self.email.is_some() || self.phone.is_some()
    }
}

/// What a person corrects about a customer; none: it stays as it is, an empty text: it is not known.
#[derive(Clone, Default)]
pub struct CustomerEdit {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
}

impl CustomerEdit {
    /// The word for the address to which mails go.
    pub const EMAIL: &'static str = "email";

    /// The corrected customer, and the words for what has changed.
    #[must_use]
    pub fn applied_to(&self, before: &Customer) -> (Customer, Vec<&'static str>) {
        let mut after = before.clone();
        let mut changed = Vec::new();
        for (word, field, edit) in [
            ("name", &mut after.name, &self.name),
            (Self::EMAIL, &mut after.email, &self.email),
            ("phone", &mut after.phone, &self.phone),
        ] {
            let Some(text) = edit else { continue };
            let text = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            if *field != text {
                *field = text;
                changed.push(word);
            }
        }
        (after, changed)
    }
}

/// The most letters of a name or an address.
const MAX_LETTERS: usize = 200;

/// Why a text is no name and no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCustomerText {
    #[error("is longer than {MAX_LETTERS} letters")]
    TooLong,
    #[error("has a line break or another control character")]
    NotOneLine,
}

/// What a person or a thing is called, or reached by, is one line of text.
///
/// # Errors
/// As [`InvalidCustomerText`] says, without repeating the text.
pub fn require_one_line(text: &str) -> Result<(), InvalidCustomerText> {
    if text.chars().count() > MAX_LETTERS {
        return Err(InvalidCustomerText::TooLong);
    }
    if text.chars().any(char::is_control) {
        return Err(InvalidCustomerText::NotOneLine);
    }
    Ok(())
}

impl fmt::Debug for Customer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.is_unknown() {
            "Customer(unknown)"
        } else {
            "Customer(…)"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_name_is_one_line() {
        for name in [
            "",
            "Siti; Ali",
            "'\"`$(id)`<b>=1+1",
            "\u{202e}张伟👩\u{200d}💻",
        ] {
            assert_eq!(require_one_line(name), Ok(()), "{name:?}");
        }
        for name in ["a\nb", "a\r\nb", "a\0", "\u{1b}[2J", "a\tb", "\u{9b}31m"] {
            assert_eq!(
                require_one_line(name),
                Err(InvalidCustomerText::NotOneLine),
                "{name:?}"
            );
        }
        assert_eq!(require_one_line(&"ä".repeat(200)), Ok(()));
        assert_eq!(
            require_one_line(&"a".repeat(201)),
            Err(InvalidCustomerText::TooLong)
        );
    }

    #[test]
    fn debug_output_hides_the_customer() {
        let rina = Customer {
            name: Some("Rina".to_owned()),
            email: Some("rina@example.com".to_owned()),
            phone: None,
        };
        assert_eq!(format!("{rina:?}"), "Customer(…)");
        assert!(rina.identifies_a_person());
    }
}
