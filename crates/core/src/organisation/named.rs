//! What a file means by a name. An id is made from a key and says nothing about it, so what the register
//! writes into a file for people to edit bears ids; they are taken wherever a key is.

use jiff::civil::Date;

use super::{Organisation, files};
use crate::ids::{DivisionCode, PostId, UnitId};

impl Organisation {
    /// The unit that is called by its key, by the code of its division, or by its id. Whether it stands on a
    /// day is for the caller to ask; a division's own unit is that of `on`.
    pub fn unit_named(&self, county: &DivisionCode, name: &str, on: Date) -> Option<UnitId> {
        let by_key = UnitId(files::id(county, "unit", name));
        if self.units.contains_key(&by_key) {
            return Some(by_key);
        }
        let own = self.unit_of_division(&DivisionCode::from(name), on).map(|unit| unit.id);
        own.or_else(|| name.parse().ok().filter(|id| self.units.contains_key(id)))
    }

    /// The post that is called by its unit's key or grid's code, `/` and its own key, or by its id.
    pub fn post_named(&self, county: &DivisionCode, name: &str) -> Option<PostId> {
        let by_key = PostId(files::id(county, "post", name));
        if self.posts.contains_key(&by_key) {
            return Some(by_key);
        }
        name.parse().ok().filter(|id| self.posts.contains_key(id))
    }
}
