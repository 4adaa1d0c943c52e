//! Who held the matter how long: one bar a round, its geometry in attributes, since the content
//! security policy forbids inline style.

use crate::pages::words::Words;

/// Who has the matter in hand; the intervals of all holders partition its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    Centre,
    Unit,
    /// The unit's own time during a granted pause.
    Paused,
    Approver,
    Verifier,
    Reporter,
    Outside,
}

impl Holder {
    const ALL: [Self; 7] = [
        Self::Centre,
        Self::Unit,
        Self::Paused,
        Self::Approver,
        Self::Verifier,
        Self::Reporter,
        Self::Outside,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Centre => "centre",
            Self::Unit => "unit",
            Self::Paused => "paused",
            Self::Approver => "approver",
            Self::Verifier => "verifier",
            Self::Reporter => "reporter",
            Self::Outside => "outside",
        }
    }

    const fn fill(self) -> &'static str {
        match self {
            Self::Centre => "h-desk",
            Self::Unit => "g-ink",
            Self::Paused => "g-soft",
            Self::Approver => "h-ask",
            Self::Verifier => "h-check",
            Self::Reporter => "h-wait",
            Self::Outside => "h-out",
        }
    }

    const fn swatch(self) -> &'static str {
        match self {
            Self::Centre => "desk",
            Self::Unit => "ink",
            Self::Paused => "soft",
            Self::Approver => "ask",
            Self::Verifier => "check",
            Self::Reporter => "wait",
            Self::Outside => "out",
        }
    }
}

/// One stretch of a bar.
#[derive(Debug, Clone)]
pub struct HeldPart {
    pub fill: &'static str,
    /// Per cent of the longest round, with one decimal.
    pub x: String,
    pub width: String,
}

#[derive(Debug, Clone)]
pub struct HeldBar {
    pub label: String,
    pub total: String,
    /// The whole bar in words, for a reader who does not see it.
    pub says: String,
    pub parts: Vec<HeldPart>,
}

/// The bars of a matter and what their fills mean.
#[derive(Debug, Clone, Default)]
pub struct Held {
    pub bars: Vec<HeldBar>,
    /// Class of the swatch, and `承办 5 天`, summed over the rounds.
    pub legend: Vec<(&'static str, String)>,
}

impl Held {
    /// From each round's label and its stretches in order of time: holder and seconds.
    pub fn new(w: Words, rounds: &[(String, Vec<(Holder, i64)>)]) -> Self {
        let sum = |parts: &[(Holder, i64)]| parts.iter().map(|p| p.1).sum::<i64>();
        let longest = rounds.iter().map(|(_, parts)| sum(parts)).max().unwrap_or(0).max(1);
        let per_cent = |seconds: i64| {
            let tenths = seconds.saturating_mul(1000) / longest;
            format!("{}.{}%", tenths / 10, tenths % 10)
        };
        let said = |holder: Holder, seconds: i64| {
            w.ab("held.part", w.name("held", holder.name()), w.span(seconds))
        };
        let bars = rounds
            .iter()
            .map(|(label, stretches)| {
                let mut from = 0;
                let mut parts = Vec::with_capacity(stretches.len());
                for (holder, seconds) in stretches {
                    let (x, width) = (per_cent(from), per_cent(*seconds));
                    parts.push(HeldPart { fill: holder.fill(), x, width });
                    from += seconds;
                }
                let words: Vec<String> = by_holder(stretches)
                    .into_iter()
                    .map(|(holder, seconds)| said(holder, seconds))
                    .collect();
                let says = w.ab("held.says", label, words.join(w.t("join.comma")));
                HeldBar { label: label.clone(), total: w.span(from), says, parts }
            })
            .collect();
        let all: Vec<(Holder, i64)> = rounds.iter().flat_map(|r| r.1.iter().copied()).collect();
        let legend = by_holder(&all)
            .into_iter()
            .map(|(holder, seconds)| (holder.swatch(), said(holder, seconds)))
            .collect();
        Self { bars, legend }
    }
}

/// The sums by holder, in the holders' own order, without those that held nothing.
fn by_holder(stretches: &[(Holder, i64)]) -> Vec<(Holder, i64)> {
    Holder::ALL
        .into_iter()
        .map(|h| (h, stretches.iter().filter(|s| s.0 == h).map(|s| s.1).sum()))
        .filter(|(_, seconds)| *seconds > 0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::words::Locale;

    #[test]
    fn bars_share_one_scale_and_their_parts_meet() {
        let day = 86_400;
        let rounds = [
            ("1".to_owned(), vec![(Holder::Centre, day), (Holder::Unit, 3 * day)]),
            ("2".to_owned(), vec![(Holder::Unit, day), (Holder::Paused, day)]),
        ];
        let held = Held::new(Words::new(Locale::En), &rounds);
        let of = |n: usize| {
            held.bars[n].parts.iter().map(|p| (p.x.as_str(), p.width.as_str())).collect::<Vec<_>>()
        };
        assert_eq!(of(0), [("0.0%", "25.0%"), ("25.0%", "75.0%")]);
        assert_eq!(of(1), [("0.0%", "25.0%"), ("25.0%", "25.0%")]);
        assert_eq!(held.legend.len(), 3);
        assert!(held.legend[1].1.contains('4'), "4 days with units over both rounds");
    }

    #[test]
    fn a_matter_nobody_held_yet_has_empty_bars() {
        let held = Held::new(Words::new(Locale::Zh), &[("1".to_owned(), Vec::new())]);
        assert!(held.bars[0].parts.is_empty() && held.legend.is_empty());
    }
}
