//! A county's configuration as its ledger has made it: everything a decision looks at besides the
//! matter and the actor.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::allowance::Allowed;
use crate::calendar::{Calendar, Row};
use crate::ids::{DivisionCode, PostId, UserId};
use crate::ledger::{Act, Hash};
use crate::matter::{Actor, BadBody, Context, Kin, Matter, Person, Versions};
use crate::organisation::{HandedOver, Holding, Organisation, Organised, Reorganised};
use crate::playbook::{Catalogue, Clock, Playbook, PlaybookAdopted};
use crate::powers::{PowerAdopted, PowerProposed, PowerRefused, Powers, PowersAdopted};
use crate::rules::Rule;
use crate::time::At;

/// The body of `calendar_adopted`: one published year of the State Council's calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarAdopted {
    /// The year.
    pub year: i16,
    /// Every day of the year, with whether it is worked.
    pub rows: Vec<Row>,
}

/// The configuration streams folded; cheap to share, replaced whole when the ledger goes on.
#[derive(Debug, Clone)]
pub struct County {
    pub code: DivisionCode,
    /// The county's order up to which this is folded.
    pub rev: u64,
    pub organisation: Organisation,
    pub powers: Powers,
    pub catalogue: Catalogue,
    pub calendar: Calendar,
    rows: Vec<Row>,
    powers_hash: Hash,
    calendar_hash: Hash,
    /// Every clock with its hash, so that no act works one out again.
    clock_hashes: Vec<(Clock, Hash)>,
}

/// The streams that configure a county.
pub fn configures(stream: &str) -> bool {
    matches!(stream, "org" | "calendar" | "powers" | "access") || stream.starts_with("playbook:")
}

impl County {
    /// A county of which nothing is decided yet.
    ///
    /// # Panics
    /// Never: a calendar without a year is well-formed.
    pub fn empty(code: DivisionCode) -> Self {
        Self {
            code,
            rev: 0,
            organisation: Organisation::default(),
            powers: Powers::default(),
            catalogue: Catalogue::default(),
            calendar: Calendar::unpublished(),
            rows: Vec::new(),
            powers_hash: Hash::of(b""),
            calendar_hash: Hash::of(b""),
            clock_hashes: Vec::new(),
        }
    }

    /// Folds one act of a configuration stream.
    ///
    /// # Errors
    /// A kind that this program does not know, or a body that does not fit it.
    pub fn apply(&mut self, act: &Act) -> Result<(), BadBody> {
        self.take_in(&act.kind, act.v, &act.body_value())
    }

    /// The same from kind, version and body.
    pub fn take_in(&mut self, kind: &str, v: u32, body: &Value) -> Result<(), BadBody> {
        let misshapen = |why: String| BadBody::Misshapen { kind: kind.to_owned(), why };
        let text = |e: serde_json::Error| misshapen(e.to_string());
        let hash = |config: &str| config.parse().map_err(|_| misshapen("config is no hash".into()));
        match (kind, v) {
            ("organised", 1) => {
                let organised = Organised::deserialize(body).map_err(text)?;
                self.organisation.apply(&organised);
            }
            ("reorganised", 1) => {
                let decision = Reorganised::deserialize(body).map_err(text)?;
                if let Some(config) = &decision.powers {
                    self.powers_hash = hash(config)?;
                }
                self.organisation.reorganise(&decision);
                self.powers.reorganise(&decision);
            }
            ("handed_over", 1) => {
                let signed = HandedOver::deserialize(body).map_err(text)?;
                self.organisation.hand_over(&signed);
            }
            ("powers_adopted", 1) => {
                let adopted = PowersAdopted::deserialize(body).map_err(text)?;
                self.powers_hash = hash(&adopted.config)?;
                self.powers.apply(&adopted);
            }
            ("power_proposed", 1) => {
                let proposed = PowerProposed::deserialize(body).map_err(text)?;
                self.powers.propose(&proposed);
            }
            ("power_adopted", 1) => {
                let adopted = PowerAdopted::deserialize(body).map_err(text)?;
                self.powers_hash = hash(&adopted.config)?;
                self.powers.adopt(&adopted);
            }
            ("power_refused", 1) => {
                let refused = PowerRefused::deserialize(body).map_err(text)?;
                self.powers.refuse(&refused);
            }
            ("allowed", 1) => {
                let allowed = Allowed::deserialize(body).map_err(text)?;
                match Rule::named(&allowed.rule) {
                    Some(Rule::Establishment) => self.organisation.allowed.push(allowed),
                    Some(rule) if !rule.allowed_by().is_empty() => {
                        self.powers.allowed.push(allowed);
                    }
                    _ => return Err(misshapen(format!("nobody allows \"{}\"", allowed.rule))),
                }
            }
            ("playbook_adopted", 1) => {
                let adopted = PlaybookAdopted::deserialize(body).map_err(text)?;
                self.catalogue.apply(&adopted);
                if self.clock_hashes.iter().all(|(known, _)| *known != adopted.clock) {
                    let hash = adopted.clock.hash();
                    self.clock_hashes.push((adopted.clock, hash));
                }
            }
            ("calendar_adopted", 1) => {
                let adopted = CalendarAdopted::deserialize(body).map_err(text)?;
                self.rows.retain(|row| row.date.year() != adopted.year);
                self.rows.extend(adopted.rows);
                self.rows.sort_by_key(|row| row.date);
                self.calendar =
                    Calendar::from_rows(self.rows.iter().cloned()).map_err(|faults| {
                        misshapen(
                            faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
                        )
                    })?;
                let known: Vec<String> =
                    self.rows.iter().map(|r| format!("{} {}\n", r.date, r.working)).collect();
                self.calendar_hash = Hash::of(known.concat().as_bytes());
            }
            _ => return Err(BadBody::UnknownKind { kind: kind.to_owned(), v }),
        }
        Ok(())
    }

    /// What the calendar's days make, as acts name it.
    pub const fn calendar_hash(&self) -> Hash {
        self.calendar_hash
    }

    /// The versions that an act of a matter under `clock` names.
    pub fn versions(&self, clock: &Clock) -> Versions {
        let known = self.clock_hashes.iter().find(|(known, _)| known == clock);
        let clock = known.map_or_else(|| clock.hash(), |(_, hash)| *hash);
        Versions { calendar: self.calendar_hash, powers: self.powers_hash, clock }
    }

    /// The playbook and clock that a matter was opened with.
    pub fn rules_of(&self, matter: &Matter) -> Option<(&Playbook, &Clock)> {
        self.catalogue.by_hash(&matter.playbook.hash)
    }

    /// What a decision on a matter looks at.
    pub fn context<'a>(
        &'a self,
        now: At,
        actor: &'a Actor,
        playbook: &'a Playbook,
        clock: &'a Clock,
        versions: &'a Versions,
    ) -> Context<'a> {
        Context {
            now,
            actor,
            organisation: &self.organisation,
            powers: &self.powers,
            catalogue: &self.catalogue,
            calendar: &self.calendar,
            playbook,
            clock,
            versions,
            kin: Kin::NONE,
            exception: None,
        }
    }

    /// `user` in `post` at `now`, if the user may act there: as holder, deputy or second of a post
    /// that stands. The head of a unit answers for an empty post from the own one.
    pub fn actor(&self, user: UserId, post: PostId, now: At) -> Option<Actor> {
        let posts = self.organisation.posts_of(user, now.date());
        let (post, holding) = posts.into_iter().find(|(p, _)| p.id == post)?;
        Some(Actor {
            person: Person::User(user),
            post: Some(post.id),
            unit: Some(post.unit),
            role: Some(post.role),
            grids: post.grids.clone(),
            acting_for: (holding != Holding::Holder).then_some(post.id),
        })
    }
}
