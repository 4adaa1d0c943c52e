//! 商城县 with everybody in the own post, but where a scenario says otherwise.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use zongheng_core::calendar::Calendar;
use zongheng_core::county::County;
use zongheng_core::organisation::files::{Keys, Source};
use zongheng_core::organisation::{Appointment, Fault, Holding};
use zongheng_core::reorganisation::{self, Before};

use crate::shangcheng::{COUNTY, FILES, appointed, holder, person, take_in};

/// The county before anybody is in a post.
pub(crate) struct World {
    pub(crate) keys: &'static Keys,
    pub(crate) calendar: &'static Calendar,
}

pub(crate) static WORLD: LazyLock<World> =
    LazyLock::new(|| World { keys: &FILES.keys, calendar: &COUNTY.calendar });

/// Somebody who is in a post not as everybody is: the post's key, who, and how.
#[derive(Debug, Clone)]
pub(crate) struct Holds {
    pub(crate) post: String,
    /// The key of the post that this person has otherwise.
    pub(crate) person: String,
    pub(crate) holding: Holding,
    pub(crate) from: Date,
    pub(crate) to: Option<Date>,
}

/// A post that nobody holds between two days, the second not included.
#[derive(Debug, Clone)]
pub(crate) struct Vacant {
    pub(crate) post: String,
    pub(crate) from: Date,
    pub(crate) to: Option<Date>,
}

/// A unit that is closed on a day, with all its posts, and the one that goes on with its work.
#[derive(Debug, Clone)]
pub(crate) struct Merged {
    pub(crate) unit: String,
    pub(crate) into: String,
    pub(crate) on: Date,
}

impl World {
    /// The decision that merges a unit, taken in the day before it holds.
    ///
    /// # Errors
    /// What no reorganisation may leave behind.
    pub(crate) fn merge(&self, county: &mut County, merged: &Merged) -> Result<(), String> {
        let Merged { unit, into, on } = merged;
        let own = |key: &&String| key.rsplit_once('/').is_some_and(|(of, _)| of == unit);
        let ends = self.keys.posts.keys().filter(own);
        let ends: Vec<String> = ends.map(|key| format!("[[end]]\npost = \"{key}\"\n")).collect();
        let ends = ends.concat();
        let text = format!(
            "paper = \"商编〔2025〕1号\"\ndecided_by = \"县委编委\"\non = \"{on}\"\n\
             [[close]]\nunit = \"{unit}\"\nsuccessors = [\"{into}\"]\n{ends}"
        );
        let told = |faults: Vec<Fault>| {
            faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        };
        let plan = reorganisation::read(Source { name: "plan.toml", text: &text }, county);
        let before = Before {
            organisation: &county.organisation,
            powers: &county.powers,
            open: &BTreeMap::new(),
            recorded: on.yesterday().map_err(|e| e.to_string())?,
        };
        let planned = reorganisation::check(&plan.map_err(told)?, &before).map_err(told)?;
        let body = serde_json::to_value(&planned.decision).map_err(|e| e.to_string())?;
        county.take_in("reorganised", 1, &body).map_err(|e| e.to_string())
    }

    /// The county with everybody in the own post but where a scenario says otherwise.
    ///
    /// # Errors
    /// What no organisation may have: a deputy who does not hold the own post on the day, two holders
    /// of a post for one.
    pub(crate) fn staffed(&self, holds: &[Holds], vacant: &[Vacant]) -> Result<County, String> {
        let mut people = Vec::new();
        for key in self.keys.posts.keys() {
            let own = holder(key);
            let mut from = Some(own.from);
            for gap in vacant.iter().filter(|v| v.post == *key) {
                people.extend(from.map(|from| Appointment {
                    from,
                    to: Some(gap.from),
                    ..own.clone()
                }));
                from = gap.to;
            }
            people.extend(from.map(|from| Appointment { from, ..own }));
        }
        people.extend(holds.iter().map(|h| Appointment {
            user: person(&h.person),
            holding: h.holding,
            from: h.from,
            to: h.to,
            own: (h.holding == Holding::Deputy).then(|| self.keys.posts[&h.person]),
            ..holder(&h.post)
        }));
        let mut county = COUNTY.clone();
        let acts = appointed(&county.organisation, people).map_err(|faults| {
            let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
            told.join("; ")
        })?;
        take_in(&mut county, &acts);
        Ok(county)
    }
}
