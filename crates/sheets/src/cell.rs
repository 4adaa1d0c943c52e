//! One cell and where it stands.

use crate::words::narrow;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    #[default]
    Empty,
    Text(String),
    /// A number that is not shown as a date.
    Number(f64),
    /// A number that is shown as a date: days since the turn of 1900, with the part of the day.
    Serial(f64),
    Truth(bool),
    /// What a formula that failed shows, such as `#REF!`.
    Error(String),
}

/// A cell as it was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    pub value: Value,
    /// Its value is worked out: it changes with the sheet and is kept nowhere.
    pub formula: bool,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        let value = if text.trim().is_empty() { Value::Empty } else { Value::Text(text) };
        Self { value, formula: false }
    }

    pub const fn is_empty(&self) -> bool {
        matches!(self.value, Value::Empty)
    }

    /// Whether it is a number of more digits than a spreadsheet keeps: it has rounded it, and which it was nobody knows.
    pub fn is_rounded(&self) -> bool {
        match &self.value {
            Value::Number(n) => n.fract() == 0.0 && n.abs() >= 1e15,
            Value::Text(text) => is_scientific(&narrow(text)),
            _ => false,
        }
    }

    /// The words as they are shown, without spaces around them; a whole number without its ".0".
    pub fn shown(&self) -> String {
        match &self.value {
            Value::Empty => String::new(),
            Value::Text(text) => text.trim().to_owned(),
            Value::Number(n) | Value::Serial(n) => shown_number(*n),
            Value::Truth(true) => "TRUE".to_owned(),
            Value::Truth(false) => "FALSE".to_owned(),
            Value::Error(what) => what.clone(),
        }
    }
}

/// 2.02204E+13, as a spreadsheet writes a long number into a CSV.
fn is_scientific(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.trim().split_once(['E', 'e']).is_some_and(|(number, power)| {
        let (whole, rest) = number.split_once('.').unwrap_or((number, "0"));
        digits(whole) && digits(rest) && power.strip_prefix('+').is_some_and(digits)
    })
}

fn shown_number(n: f64) -> String {
    // Beyond 15 digits a spreadsheet has rounded: what is left is shown as it is.
    if n.fract() == 0.0 && n.abs() < 1e15 { format!("{n:.0}") } else { format!("{n}") }
}

/// The address of a cell as the spreadsheet shows it: column and row both count from 0 and from 1.
///
/// ```
/// assert_eq!(zongheng_sheets::address(17, 2), "C17");
/// assert_eq!(zongheng_sheets::address(1, 26), "AA1");
/// ```
pub fn address(row: u32, column: usize) -> String {
    format!("{}{row}", column_name(column))
}

/// The letters of a column that counts from 0.
pub fn column_name(column: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
        left /= 26;
    }
    letters.iter().rev().collect()
}
