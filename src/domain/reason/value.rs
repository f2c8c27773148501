//! What a reason is made of: a code, and parameters with names. Words are made elsewhere.

use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use super::Reason;
use crate::domain::{
    CaseAnswer, CaseId, CaseKind, EffectId, EffectKind, EffectStatus, GatewayName, HookName,
    Instant, MoneyError, OrderNumber, OrderStatus, PaymentId, PaymentStatus, Reference, RefundId,
    RefundStatus, Rule, Rupiah, Sku, TransactionId, Trigger,
};

/// Has a stable code and parameters, so that programs need not read sentences.
pub trait Coded {
    fn coding(&self) -> Coding;

    /// One word in snake_case; it never changes its meaning.
    fn code(&self) -> &'static str {
        self.coding().code
    }

    /// In the order of their declaration.
    fn params(&self) -> Params {
        self.coding().params
    }
}

/// The parameters of a code, each with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params(pub Vec<(&'static str, Value)>);

/// A word that somebody else said. It is shown in quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote(pub String);

/// A code with its parameters, whatever type it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coding {
    pub code: &'static str,
    pub params: Params,
}

impl Coded for Coding {
    fn coding(&self) -> Coding {
        self.clone()
    }
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A name, a reference, or a sentence that somebody else wrote.
    Text(String),
    Quote(String),
    Number(i64),
    Amount(Rupiah),
    Instant(Instant),
    /// A word of ours: a status, a kind, a rule.
    Word(&'static str),
    Reason(Coding),
    List(Vec<Coding>),
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) | Self::Quote(text) => serializer.serialize_str(text),
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Amount(amount) => amount.serialize(serializer),
            Self::Instant(at) => at.serialize(serializer),
            Self::Word(word) => serializer.serialize_str(word),
            Self::Reason(reason) => reason.serialize(serializer),
            Self::List(reasons) => reasons.serialize(serializer),
        }
    }
}

impl Serialize for Params {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl Serialize for Coding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut told = serializer.serialize_struct("Coding", 2)?;
        told.serialize_field("code", self.code)?;
        told.serialize_field("params", &self.params)?;
        told.end()
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.coding().serialize(serializer)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&&'static str> for Value {
    fn from(word: &&'static str) -> Self {
        Self::Word(word)
    }
}

impl From<&MoneyError> for Value {
    fn from(error: &MoneyError) -> Self {
        Self::Text(error.to_string())
    }
}

impl From<&Quote> for Value {
    fn from(quote: &Quote) -> Self {
        Self::Quote(quote.0.clone())
    }
}

impl From<&Rupiah> for Value {
    fn from(amount: &Rupiah) -> Self {
        Self::Amount(*amount)
    }
}

impl From<&Instant> for Value {
    fn from(at: &Instant) -> Self {
        Self::Instant(*at)
    }
}

impl From<&u64> for Value {
    fn from(number: &u64) -> Self {
        Self::Number(i64::try_from(*number).unwrap_or(i64::MAX))
    }
}

impl<T: Coded> From<&Box<T>> for Value {
    fn from(coded: &Box<T>) -> Self {
        Self::Reason(coded.coding())
    }
}

impl<T: Coded> From<&Vec<T>> for Value {
    fn from(all: &Vec<T>) -> Self {
        Self::List(all.iter().map(Coded::coding).collect())
    }
}

/// Names are texts, ids are numbers, statuses and kinds are words.
macro_rules! values {
    (names: $($name:ty),+; ids: $($id:ty),+; words: $($word:ty),+ $(,)?) => {
        $(impl From<&$name> for Value {
            fn from(name: &$name) -> Self {
                Self::Text(name.as_str().to_owned())
            }
        })+
        $(impl From<&$id> for Value {
            fn from(id: &$id) -> Self {
                Self::Number(id.0)
            }
        })+
        $(impl From<&$word> for Value {
            fn from(word: &$word) -> Self {
                Self::Word(word.word())
            }
        })+
    };
}

values!(
    names: GatewayName, HookName, OrderNumber, Reference, Sku, TransactionId;
    ids: CaseId, EffectId, PaymentId, RefundId;
    words: CaseAnswer, CaseKind, EffectKind, EffectStatus, OrderStatus, PaymentStatus, RefundStatus, Rule,
    Trigger,
);

/// Declares what can be decided, each with its code and the names of its parameters.
macro_rules! reasons {
    (
        $(#[$doc:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$variant_doc:meta])*
                $variant:ident
                $( ( $($place:ident: $placed:ty),+ $(,)? ) )?
                $( { $($field:ident: $kind:ty),+ $(,)? } )?
                = $code:literal
            ),+ $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        $vis enum $name {
            $( $(#[$variant_doc])* $variant $( ( $($placed),+ ) )? $( { $($field: $kind),+ } )? ),+
        }

        impl $name {
            /// Every code, with the names of its parameters.
            pub const CODES: &'static [(&'static str, &'static [&'static str])] = &[
                $( ($code, &[ $( $(stringify!($place)),+ )? $( $(stringify!($field)),+ )? ]) ),+
            ];
        }

        impl $crate::domain::Coded for $name {
            fn coding(&self) -> $crate::domain::Coding {
                let (code, params) = match self {
                    $( Self::$variant $( ( $($place),+ ) )? $( { $($field),+ } )? => ($code, vec![
                        $( $( (stringify!($place), $crate::domain::Value::from($place)) ),+ )?
                        $( $( (stringify!($field), $crate::domain::Value::from($field)) ),+ )?
                    ]) ),+
                };
                $crate::domain::Coding { code, params: $crate::domain::Params(params) }
            }
        }
    };
}

pub(crate) use reasons;
