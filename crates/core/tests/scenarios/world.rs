//! 商城县 with everybody in the own post, but where a scenario says otherwise.

use std::sync::LazyLock;

use jiff::civil::Date;
use zongheng_core::calendar::Calendar;
use zongheng_core::county::County;
use zongheng_core::organisation::files::Keys;
use zongheng_core::organisation::{Appointment, Holding};

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

impl World {
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
