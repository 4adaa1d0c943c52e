//! Who acts. Identity comes from the session, never from the request.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::ids::{GridId, PostId, UnitId, UserId};
use crate::ledger::By;
use crate::organisation::Role;

/// A person as the ledger names one: an account, the holder of a receipt, or the runner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Person {
    User(UserId),
    /// A resident by receipt.
    Receipt,
    System,
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Person::User(id) => id.fmt(f),
            Person::Receipt => f.write_str("receipt"),
            Person::System => f.write_str("system"),
        }
    }
}

impl Serialize for Person {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Person {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        match text.as_str() {
            "receipt" => Ok(Person::Receipt),
            "system" => Ok(Person::System),
            id => id.parse().map(Person::User).map_err(serde::de::Error::custom),
        }
    }
}

/// A person in a post at the moment of the act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub person: Person,
    pub post: Option<PostId>,
    pub unit: Option<UnitId>,
    pub role: Option<Role>,
    /// The grids of a grid post.
    pub grids: Vec<GridId>,
    /// A deputy acts for this post and says so.
    pub acting_for: Option<PostId>,
}

impl Actor {
    /// Somebody who holds the receipt of one matter, or reports without an account.
    pub const fn by_receipt() -> Self {
        Self::without_post(Person::Receipt)
    }

    pub const fn system() -> Self {
        Self::without_post(Person::System)
    }

    const fn without_post(person: Person) -> Self {
        Self { person, post: None, unit: None, role: None, grids: Vec::new(), acting_for: None }
    }

    pub fn by(&self) -> By {
        By {
            user: self.person.to_string(),
            post: self.post,
            unit: self.unit,
            for_: self.acting_for,
        }
    }
}
