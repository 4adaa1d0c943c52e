//! A matter that follows its row: reported on its day, settled on the day of its completion, and never where the
//! file has none.

use jiff::civil::{Date, time};
use zongheng_core::matter::State;
use zongheng_core::playbook::Stage;
use zongheng_core::time::At;

use crate::commands::simulate::chance::Chance;
use crate::commands::simulate::fate::{Of, Twin};
use crate::commands::simulate::life::{Life, Once};
use crate::commands::simulate::moment::{Go, LEAST, Moment};
use crate::commands::simulate::step::Step;

/// What a row says of a matter.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// Its place among the rows that are played.
    pub(crate) row: usize,
    pub(crate) number: String,
    /// An address, by which a village of the county stands for it.
    pub(crate) place: String,
    pub(crate) settled: Option<Date>,
    /// The file calls it a duplicate.
    pub(crate) duplicate: bool,
    /// The earlier row that it repeats, where that can be said.
    pub(crate) of: Option<usize>,
}

/// When work on a day's completions begins; what was reported that day is in hand by then.
const SETTLING: jiff::civil::Time = time(14, 0, 0, 0);

impl Life {
    pub(in crate::commands::simulate) fn follows_its_row(
        &self,
        moment: &Moment<'_>,
        chance: &mut Chance,
    ) -> Go {
        let settled = self.fate.script.as_ref().and_then(|script| script.settled);
        let step = match self.matter.state {
            State::Reported => match self.fate.of {
                Some(Of::Twin(Twin::Merged { .. }, into)) if !self.did(Once::Merged) => {
                    Step::Merge(into)
                }
                _ => Step::File,
            },
            State::Filed => Step::Dispatch,
            State::Dispatched => match self.lead() {
                Some(lead) => Step::Sign(lead),
                None => return Go::Rest,
            },
            State::Handling => {
                let (Some(day), Some(lead)) = (settled, self.lead()) else { return Go::Rest };
                let at = At::on(day, SETTLING).plus_seconds(chance.between(0, 3_600));
                return Go::Do(at.max(moment.now.plus_seconds(LEAST)), Step::Answer(lead));
            }
            State::Answered => Step::Verify(true),
            State::Verified if self.matter.open_deadline(Stage::SignOff, None).is_some() => {
                Step::SignOff
            }
            State::Verified => Step::CallBack(true),
            _ => return Go::Rest,
        };
        Go::Do(moment.at_once(chance, (20, 25)), step)
    }
}
