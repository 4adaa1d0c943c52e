//! The organisation as acts: body version 1 of `organised`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Appointment, Division, Grid, Organisation, Post, Shape, Unit, chunk};

/// The body of `organised`: records that are new or changed, whole. A large set comes in several
/// acts, `part` of `of`, that all name the same `config`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organised {
    /// SHA-256 of the whole set's normal form, in hex.
    pub config: String,
    /// Which of the acts of this set this is, from 1.
    pub part: u32,
    /// How many acts the set has.
    pub of: u32,
    /// The number of the paper by which it was decided, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<String>,
    /// Statistical divisions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub divisions: Vec<Division>,
    /// Outlines of divisions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shapes: Vec<Shape>,
    /// Units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<Unit>,
    /// Grids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grids: Vec<Grid>,
    /// Posts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub posts: Vec<Post>,
    /// Who holds which post from when to when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appointments: Vec<Appointment>,
}

/// Whether an act changes units or posts: all that the register's rows and the sight of them hang on. Who holds a post,
/// the ground and the papers change none of them.
pub fn changes_units(kind: &str, body: &Value) -> bool {
    let parts = ["divisions", "units", "posts"];
    kind == "reorganised"
        || kind == "organised" && parts.iter().any(|part| body.get(part).is_some())
}

impl Organised {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        let Self { divisions, shapes, units, grids, posts, appointments, .. } = self;
        divisions.is_empty()
            && shapes.is_empty()
            && units.is_empty()
            && grids.is_empty()
            && posts.is_empty()
            && appointments.is_empty()
    }

    /// Puts the records in order of their names and names the set by its hash, as part 1 of 1.
    #[must_use]
    pub fn whole(mut self) -> Self {
        self.divisions.sort_by(|a, b| a.code.cmp(&b.code));
        self.shapes.sort_by(|a, b| a.division.cmp(&b.division));
        self.units.sort_by_key(|u| u.id);
        self.grids.sort_by_key(|g| g.id);
        self.posts.sort_by_key(|p| p.id);
        self.appointments.sort_by_key(|a| (a.post, a.from, a.holding, a.user));
        (self.config, self.part, self.of) = (String::new(), 1, 1);
        self.config = chunk::digest(&self);
        self
    }

    /// The same in bodies of at most `limit` bytes of canonical JSON each, divisions first, then what
    /// refers to them.
    pub fn chunks(&self, limit: usize) -> Vec<Self> {
        let mut pages = chunk::Pages::<Self>::new(limit);
        for d in &self.divisions {
            pages.put(d, |page| page.divisions.push(d.clone()));
        }
        for s in &self.shapes {
            pages.put(s, |page| page.shapes.push(s.clone()));
        }
        for u in &self.units {
            pages.put(u, |page| page.units.push(u.clone()));
        }
        for g in &self.grids {
            pages.put(g, |page| page.grids.push(g.clone()));
        }
        for p in &self.posts {
            pages.put(p, |page| page.posts.push(p.clone()));
        }
        for a in &self.appointments {
            pages.put(a, |page| page.appointments.push(a.clone()));
        }
        pages.numbered(|page, part, of| Self {
            config: self.config.clone(),
            part,
            of,
            paper: self.paper.clone(),
            ..page
        })
    }
}

impl Organisation {
    /// Takes in one act; a record of a known name is replaced. A grid that begins later than the one it
    /// replaces goes on with another border from that day.
    pub fn apply(&mut self, organised: &Organised) {
        for d in &organised.divisions {
            self.index.divided(d);
            self.divisions.insert(d.code.clone(), d.clone());
        }
        for s in &organised.shapes {
            self.shapes.insert(s.division.clone(), s.clone());
        }
        for u in &organised.units {
            let old = self.units.insert(u.id, u.clone());
            self.index.founded(old.as_ref(), u);
        }
        for g in &organised.grids {
            match self.grids.insert(g.id, g.clone()) {
                // Its border changes from a day on: until then a point is found within the old one.
                Some(old) if old.from < g.from => self.past.keep_grid(g.from, old),
                Some(old) => self.tree.take_out(&old),
                None => {}
            }
            self.tree.put_in(g);
        }
        for p in &organised.posts {
            let old = self.posts.insert(p.id, p.clone());
            self.index.created(old.as_ref(), p);
        }
        for a in &organised.appointments {
            let same = |b: &Appointment| {
                (b.post, b.user, b.holding, b.from) == (a.post, a.user, a.holding, a.from)
            };
            let known = self
                .index
                .appointed_to(a.post)
                .find(|n| self.appointments.get(*n).is_some_and(same))
                .and_then(|n| self.appointments.get_mut(n));
            if let Some(known) = known {
                known.to = a.to;
            } else {
                self.index.appointed(self.appointments.len(), a);
                self.appointments.push(a.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::changes_units;

    #[test]
    fn a_person_in_a_post_changes_no_unit() {
        for (kind, body, wanted) in [
            ("organised", json!({"part": 1, "appointments": [{}]}), false),
            ("organised", json!({"part": 1, "grids": [{}], "shapes": [{}]}), false),
            ("organised", json!({"part": 1, "appointments": [{}], "posts": [{}]}), true),
            ("organised", json!({"part": 1, "units": [{}]}), true),
            ("reorganised", json!({}), true),
            ("handed_over", json!({}), false),
            ("allowed", json!({}), false),
        ] {
            assert_eq!(changes_units(kind, &body), wanted, "{kind} {body}");
        }
    }
}
