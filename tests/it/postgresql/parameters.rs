//! Values for the parameters of a statement, by what the statement does with them.

use fastrand::Rng;
use rusqlite::types::Value;

use super::sample::{Held, last_column};

/// What a statement does with one of its parameters.
#[derive(Default)]
pub(super) struct Parameter {
    /// The column that it is put into, or compared with.
    column: String,
    /// What stands before it where it is used: `<`, `LIMIT`.
    before: String,
    /// Whether it may be empty, and then does not filter.
    is_optional: bool,
}

impl Parameter {
    /// A value; a limit of a range is mostly wide.
    pub(super) fn value(
        &self,
        is_text: bool,
        row: (&str, usize),
        held: &Held,
        chance: &mut Rng,
    ) -> Value {
        let is_empty = self.is_optional && chance.bool();
        let mut draw = || held.value((&self.column, is_text), row, chance);
        match self.before.as_str() {
            "LIMIT" => Value::Integer(1_000),
            "OFFSET" => Value::Integer(0),
            _ if is_empty => Value::Null,
            "<" | "<=" => larger(larger(draw(), draw()), draw()),
            ">" | ">=" => smaller(smaller(draw(), draw()), draw()),
            _ => draw(),
        }
    }
}

fn larger(one: Value, other: Value) -> Value {
    if is_less(&one, &other) { other } else { one }
}

fn smaller(one: Value, other: Value) -> Value {
    if is_less(&one, &other) { one } else { other }
}

fn is_less(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Integer(one), Value::Integer(other)) => one < other,
        (Value::Text(one), Value::Text(other)) => one < other,
        _ => false,
    }
}

/// The parameters of a statement in their order.
pub(super) fn parameters(text: &str) -> Vec<Parameter> {
    let lines = text.lines();
    let lines = lines.filter(|line| !line.trim_start().starts_with("--"));
    let text = lines.collect::<Vec<_>>().join(" ");
    let inserted = inserted(&text);
    let mut parameters: Vec<Parameter> = Vec::new();
    let mut parts = text.split('$');
    let mut before = parts.next().unwrap_or_default();
    for part in parts {
        let digits = part.find(|letter: char| !letter.is_ascii_digit());
        let (number, after) = part.split_at(digits.unwrap_or(part.len()));
        let place = number.parse::<usize>().unwrap() - 1;
        if place == parameters.len() {
            parameters.push(Parameter::default());
        }
        let parameter = &mut parameters[place];
        if after.starts_with(" AS TEXT) IS NULL") || after.starts_with(" AS BIGINT) IS NULL") {
            parameter.is_optional = true;
        } else if parameter.column.is_empty() {
            let column = inserted.get(place).copied().or(last_column(before));
            parameter.column = column.unwrap_or_default().to_owned();
            let word = before.trim_end().rsplit(' ').next();
            parameter.before = word.unwrap_or_default().to_owned();
        }
        before = after;
    }
    parameters
}

/// The columns of an `INSERT` that is given its values in their order.
fn inserted(text: &str) -> Vec<&str> {
    let Some((head, _)) = text.split_once(" VALUES (") else {
        return Vec::new();
    };
    let columns = head.split(['(', ')', ',']).skip(1);
    columns.map(str::trim).collect()
}
