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
    pub fn is_recognisable(&self) -> bool {
        self.email.is_some() || self.phone.is_some()
    }
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
    use super::Customer;

    #[test]
    fn a_person_does_not_reach_a_debug_print() {
        let rina = Customer {
            name: Some("Rina".to_owned()),
            email: Some("rina@example.com".to_owned()),
            phone: None,
        };
        assert_eq!(format!("{rina:?}"), "Customer(…)");
        assert!(rina.is_recognisable());
    }
}
