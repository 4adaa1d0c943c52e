//! The simulated county, as its ledger has made it.

use std::sync::LazyLock;

use zongheng_core::county::{County, configures};
use zongheng_core::ids::{DivisionCode, UnitId};
use zongheng_core::ledger::Act;

use crate::year::YEAR;

pub(crate) struct World {
    pub(crate) county: County,
    /// Every act in the county's order.
    pub(crate) acts: Vec<Act>,
}

pub(crate) static WORLD: LazyLock<World> = LazyLock::new(|| {
    let lines = YEAR.lines().filter(|line| !line.contains(r#""seal":"#));
    let acts: Vec<Act> = lines.map(|line| Act::from_line(line.as_bytes()).unwrap()).collect();
    let mut county = County::empty(DivisionCode::from("411524000000"));
    for act in acts.iter().filter(|act| configures(act.stream.as_str())) {
        county.apply(act).unwrap();
    }
    World { county, acts }
});

impl World {
    /// A unit by its key in the county's files, which its English name follows.
    pub(crate) fn unit(&self, key: &str) -> UnitId {
        let words = key.replace('_', " ");
        let mut units = self.county.organisation.units.values();
        units.find(|unit| unit.name_en.to_lowercase() == words).unwrap().id
    }
}
