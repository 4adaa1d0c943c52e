//! Whose time it was: every minute of a matter's open life is held by exactly one holder.

use zongheng_core::matter::{Matter, time_by_holder};
use zongheng_core::time::At;

/// A stretch of time, from its first moment up to its last.
type Stretch = (At, At);

/// When a matter was open, told by the state after each of its acts and by nothing else.
#[derive(Debug, Default)]
pub(super) struct OpenLife {
    over: Vec<Stretch>,
    since: Option<At>,
}

impl OpenLife {
    /// One more act made this of the matter.
    pub(super) fn follow(&mut self, matter: &Matter) {
        match (matter.state.is_open(), self.since) {
            // Closed and opened again in one moment, it was open all the while.
            (true, None) => {
                let closed_now = self.over.pop_if(|(_, to)| *to == matter.updated);
                self.since = Some(closed_now.map_or(matter.updated, |(from, _)| from));
            }
            (false, Some(since)) => {
                self.over.push((since, matter.updated));
                self.since = None;
            }
            _ => {}
        }
    }

    /// Where the matter's time by holder is not its open life up to `now`, cut without gap or overlap.
    pub(super) fn fault(&self, matter: &Matter, now: At) -> Option<String> {
        // Nothing is known yet of the time between the tick and an act that came after it.
        let now = now.max(matter.updated);
        let mut held: Vec<Stretch> = Vec::new();
        for span in time_by_holder(matter, now) {
            if span.from >= span.to {
                return Some(format!("a holder has it from {} to {}", span.from, span.to));
            }
            match held.last_mut() {
                Some((_, to)) if span.from < *to => {
                    return Some(format!("two hold it from {} to {to}", span.from));
                }
                Some((_, to)) if span.from == *to => *to = span.to,
                _ => held.push((span.from, span.to)),
            }
        }
        let open = self.over.iter().copied().chain(self.since.map(|since| (since, now)));
        let open: Vec<Stretch> = open.filter(|(from, to)| from < to).collect();
        let told = |stretch: Option<&Stretch>| match stretch {
            Some((from, to)) => format!("from {from} to {to}"),
            None => "not at all".to_owned(),
        };
        (0..held.len().max(open.len())).find(|n| held.get(*n) != open.get(*n)).map(|n| {
            let (open, held) = (told(open.get(n)), told(held.get(n)));
            format!("by its acts it was open {open}, by its holders {held}")
        })
    }
}
