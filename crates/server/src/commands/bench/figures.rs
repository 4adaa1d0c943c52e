//! What was measured, by name.

use std::fmt::{self, Write as _};
use std::time::Duration;

use serde_json::{Map, Value, json};

#[derive(Debug, Default)]
pub(super) struct Figures(Map<String, Value>);

impl Figures {
    /// Says it at once, too: a run that is cut off has told what it had.
    pub(super) fn set(&mut self, name: &str, value: Value) {
        eprintln!("{name} {value}");
        self.0.insert(name.to_owned(), value);
    }

    pub(super) fn per_second(&mut self, name: &str, n: u64, took: Duration) {
        self.set(&format!("{name}_per_second"), json!(per_second(n, took)));
    }

    /// The median and the one in a hundred.
    pub(super) fn times(&mut self, name: &str, mut took: Vec<Duration>) {
        took.sort();
        for (word, part) in [("p50", 50), ("p99", 99)] {
            let at = took.get(took.len() * part / 100).copied().unwrap_or_default();
            self.set(&format!("{name}_{word}_ms"), json!(millis(at)));
        }
    }

    pub(super) fn json(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.0 {
            let mut shown = String::new();
            match value.as_str() {
                Some(text) => shown.push_str(text),
                None => write!(shown, "{value}")?,
            }
            writeln!(f, "{name:<36} {shown:>14}")?;
        }
        Ok(())
    }
}

pub(super) fn per_second(n: u64, took: Duration) -> u64 {
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1);
    n.saturating_mul(1_000_000) / micros
}

/// Milliseconds with two digits.
pub(super) fn millis(took: Duration) -> f64 {
    (took.as_secs_f64() * 100_000.0).round() / 100.0
}

/// With three digits.
pub(super) fn ratio(part: Duration, whole: Duration) -> f64 {
    (part.as_secs_f64() / whole.as_secs_f64().max(f64::MIN_POSITIVE) * 1000.0).round() / 1000.0
}
