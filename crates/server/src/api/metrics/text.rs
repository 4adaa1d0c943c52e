//! The text format of Prometheus, version 0.0.4.

use std::fmt::{Display, Write as _};

/// The text being written: each family with its help and its kind.
#[derive(Default)]
pub(super) struct Text(String);

impl Text {
    pub(super) fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a text does not fail.
        let _ = writeln!(self.0, "# HELP zongheng_{name} {help}\n# TYPE zongheng_{name} {kind}");
    }

    pub(super) fn value(&mut self, name: &str, labels: &str, value: impl Display) {
        let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
        let _ = writeln!(self.0, "zongheng_{name}{labels} {value}");
    }

    pub(super) fn one(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        self.family(name, kind, help);
        self.value(name, "", value);
    }

    /// The rows of one histogram; `within` are the counts up to each bound, the lower ones included.
    pub(super) fn histogram<B: Display>(
        &mut self,
        name: &str,
        labels: &str,
        within: impl Iterator<Item = (B, u64)>,
        (count, sum): (u64, f64),
    ) {
        let comma = if labels.is_empty() { "" } else { "," };
        for (bound, n) in within {
            self.value(&format!("{name}_bucket"), &format!("{labels}{comma}le=\"{bound}\""), n);
        }
        self.value(&format!("{name}_bucket"), &format!("{labels}{comma}le=\"+Inf\""), count);
        self.value(&format!("{name}_sum"), labels, sum);
        self.value(&format!("{name}_count"), labels, count);
    }

    pub(super) fn whole(self) -> String {
        self.0
    }
}
