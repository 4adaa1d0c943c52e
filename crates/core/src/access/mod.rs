//! The access table: which role may do which act, by what it is to the matter. It is not written down
//! anywhere: each cell asks the rules themselves, on a small model county with one post of the role
//! in a unit of the relation.

mod model;

use std::collections::BTreeMap;
use std::fmt;

use crate::matter::{ActName, Refusal, Why};
use crate::organisation::Role;
use crate::playbook::Playbook;

/// What a unit is to a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// The unit in which such a post stands for this matter (the centre for its desks, the township of
    /// the place for its hall); for a post of any unit, that of the desk that files and dispatches.
    OwnDesk,
    Lead,
    Assist,
    /// It had a share in this round and returned it.
    Former,
    /// Above the lead.
    Above,
    /// Below the lead.
    Below,
    /// No part in it, but it may see it: the matter lies in its place.
    InScope,
    /// No part in it and no sight of it, unless the post sees the whole county.
    OutOfScope,
}

impl Relation {
    pub const ALL: [Relation; 8] = [
        Relation::OwnDesk,
        Relation::Lead,
        Relation::Assist,
        Relation::Former,
        Relation::Above,
        Relation::Below,
        Relation::InScope,
        Relation::OutOfScope,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Relation::OwnDesk => "own_desk",
            Relation::Lead => "lead",
            Relation::Assist => "assist",
            Relation::Former => "former",
            Relation::Above => "above",
            Relation::Below => "below",
            Relation::InScope => "in_scope",
            Relation::OutOfScope => "out_of_scope",
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Whether an act can ever be somebody's; at which moment it may be done is another table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    Allowed,
    /// The matter is not even seen.
    Unseen,
    Refused(Why),
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub act: ActName,
    /// None: the reporter by receipt.
    pub role: Option<Role>,
    /// None: the reporter by receipt.
    pub relation: Option<Relation>,
    pub access: Access,
}

/// Every act for every role in every relation, and for the reporter by receipt.
pub fn table(playbook: &Playbook) -> Vec<Row> {
    let models = model::models(playbook);
    let mut rows = Vec::new();
    for act in ActName::all() {
        for role in Role::ALL {
            for relation in Relation::ALL {
                let access = best(&models, |m| m.ask(act, role, relation, playbook));
                rows.push(Row { act, role: Some(role), relation: Some(relation), access });
            }
        }
        let access = best(&models, |m| m.ask_by_receipt(act, playbook));
        rows.push(Row { act, role: None, relation: None, access });
    }
    rows
}

/// A kind of matter may have several desks: what is allowed at one of them is allowed.
fn best<M>(models: &[M], ask: impl Fn(&M) -> Result<(), Refusal>) -> Access {
    let mut first = None;
    for answer in models.iter().map(ask) {
        let access = match answer {
            Ok(()) => return Access::Allowed,
            Err(Refusal::NotYours(why)) => Access::Refused(why),
            Err(_) => Access::Unseen,
        };
        first = match (first, access) {
            (None | Some(Access::Unseen), access) => Some(access),
            (known, _) => known,
        };
    }
    first.unwrap_or(Access::Unseen)
}

/// The table as text: a block an act, a line for the roles of the same answers, a column a relation.
#[derive(Debug)]
pub struct Printed<'a>(pub &'a [Row]);

impl fmt::Display for Printed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for act in ActName::all() {
            let columns: Vec<String> =
                Relation::ALL.iter().map(|r| format!("{:13}", r.name())).collect();
            writeln!(f, "{act:15}{}", columns.concat().trim_end())?;
            for (cells, roles) in self.lines(act) {
                let cells: Vec<String> = cells.iter().map(|c| format!("{c:13}")).collect();
                writeln!(f, "{:15}{}{}", "", cells.concat(), roles.join(" "))?;
            }
        }
        Ok(())
    }
}

impl Printed<'_> {
    /// The different lines of an act in the order of their first role.
    fn lines(&self, act: ActName) -> Vec<(Vec<&'static str>, Vec<&'static str>)> {
        let mut by_role: BTreeMap<(bool, Option<Role>), Vec<&'static str>> = BTreeMap::new();
        for row in self.0.iter().filter(|row| row.act == act) {
            by_role.entry((row.role.is_none(), row.role)).or_default().push(match row.access {
                Access::Allowed => "yes",
                Access::Unseen => "-",
                Access::Refused(_) => "no",
            });
        }
        let mut lines: Vec<(Vec<&'static str>, Vec<&'static str>)> = Vec::new();
        for ((_, role), cells) in by_role {
            let name = role.map_or("receipt", Role::name);
            match lines.iter_mut().find(|(known, _)| *known == cells) {
                Some((_, roles)) => roles.push(name),
                None => lines.push((cells, vec![name])),
            }
        }
        lines
    }
}
