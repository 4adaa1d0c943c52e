//! What the ledger then holds, in the words of a scenario: each sort of expectation is worked out here,
//! and compared with what the file says.

use std::collections::BTreeMap;

use zongheng_core::clock::words as reasons;
use zongheng_core::matter::{
    Deadline, Did, Matter, Owner, Part, Reach, Refusal, Request, Satisfied, Share, may_see, reach,
    time_by_holder,
};
use zongheng_core::organisation::Holding;
use zongheng_core::playbook::Stage;
use zongheng_core::time::At;

use super::commands::due_in as moment;
use super::play::{Play, Tale};
use super::text::Token;
use super::words::Words;
use super::world::WORLD;
use crate::shangcheng::person;

/// A sort of expectation and how it is worked out.
pub(crate) struct Facts<'p, 'w> {
    pub(crate) play: &'p Play<'w>,
    pub(crate) tale: &'p Tale,
}

impl Facts<'_, '_> {
    const fn words(&self) -> &Words {
        self.play.words
    }

    const fn matter(&self) -> &Matter {
        &self.tale.matter
    }

    fn mark(&self, key: &str) -> Result<String, String> {
        self.words().say("marks", key)
    }

    /// A list, or `无 none`.
    fn list(&self, members: &[String]) -> Result<String, String> {
        if members.is_empty() { self.mark("none") } else { Ok(members.join(" · ")) }
    }

    fn unit(&self, id: zongheng_core::ids::UnitId) -> Result<String, String> {
        // The county's own unit has a name and a code: the name is the unit, the code the place.
        let mut keys: Vec<&String> =
            WORLD.keys.units.iter().filter(|(_, unit)| **unit == id).map(|(key, _)| key).collect();
        keys.sort_by_key(|key| key.starts_with(|c: char| c.is_ascii_digit()));
        let known = keys.into_iter().find_map(|key| self.words().say("units", key).ok());
        let name = || self.play.county.organisation.units.get(&id).map(|u| u.name.clone());
        known.ok_or_else(|| format!("words.txt lacks the unit {:?}", name()))
    }

    fn post(&self, id: zongheng_core::ids::PostId) -> Result<String, String> {
        let key = WORLD.keys.posts.iter().find(|(_, post)| **post == id).map(|(key, _)| key);
        self.words().say("posts", key.map_or("?", |key| key))
    }

    fn owner(&self, owner: Owner) -> Result<String, String> {
        match owner.post {
            Some(post) => self.post(post),
            None => self.unit(owner.unit),
        }
    }

    fn stage(&self, stage: Stage) -> Result<String, String> {
        match stage {
            Stage::Node(_) => Ok(format!("节点 {stage}")),
            Stage::Monthly(..) => Ok(format!("月报 {stage}")),
            plain => self.words().say("stages", plain.name()),
        }
    }

    /// `办理中 handling · 县城管局 City Management · 办结反馈 settle 2025-03-12 18:00 · 绿灯 green`.
    pub(crate) fn status(&self) -> Result<String, String> {
        let matter = self.matter();
        let mut parts = vec![self.words().say("states", matter.state.name())?];
        if let Some(owner) = matter.owner {
            parts.push(self.owner(owner)?);
        }
        if let Some(next) = matter.next() {
            let unsure = if next.provisional {
                format!(" {}", self.mark("provisional")?)
            } else {
                String::new()
            };
            parts.push(format!("{} {}{unsure}", self.stage(next.stage)?, moment(next.due)));
        }
        parts.push(self.words().say("lamps", matter.lamp(self.play.now).name())?);
        Ok(parts.join(" · "))
    }

    /// What stands behind `= 到期 due` and the like; `given` is what the line says, for sorts that are
    /// asked about something.
    pub(crate) fn shown(&self, sort: &str, given: &[Token]) -> Result<String, String> {
        match sort {
            "due" => self.due(),
            "ledger" => self.ledger(),
            "time" => self.time(),
            "posts" => self.posts(),
            "overdue" => self.overdue(),
            "requests" => self.requests(),
            "shares" => self.shares(),
            "drafts" => self.drafts(),
            "arrivals" => self.arrivals(),
            "nodes" => self.nodes(),
            "round" => Ok(self.matter().round.to_string()),
            "kin" => self.kin(),
            "flags" => self.flags(),
            "calls" => self.calls(),
            "seen_by" => self.seen(given, true),
            "hidden_from" => self.seen(given, false),
            "contact_for" => self.contact(given),
            "acting" => self.acting(given),
            "because" => self.because(given),
            "alike" => self.alike(),
            _ => Err(format!("\"{sort}\" shows nothing")),
        }
    }

    /// Every open deadline, the nearest first.
    fn due(&self) -> Result<String, String> {
        let mut open: Vec<&Deadline> =
            self.matter().deadlines.iter().filter(|d| d.is_open()).collect();
        open.sort_by_key(|d| (d.due, d.n));
        let said = open.iter().map(|d| {
            Ok(format!("{} {} {}", self.stage(d.stage)?, moment(d.due), self.unit(d.whose)?))
        });
        self.list(&said.collect::<Result<Vec<_>, String>>()?)
    }

    /// How many of those told as one are whose.
    fn alike(&self) -> Result<String, String> {
        let mut whose: BTreeMap<String, usize> = BTreeMap::new();
        for told in std::iter::once(self.tale).chain(&self.tale.alike) {
            let owner = told.matter.owner.ok_or("nobody's")?;
            *whose.entry(self.unit(owner.unit)?).or_default() += 1;
        }
        self.list(&whose.into_iter().map(|(unit, n)| format!("{n} {unit}")).collect::<Vec<_>>())
    }

    fn ledger(&self) -> Result<String, String> {
        let kinds =
            self.tale.ledger.iter().map(|(_, act, _)| self.words().say("kinds", act.kind()));
        self.list(&kinds.collect::<Result<Vec<_>, String>>()?)
    }

    /// Whose time it was, in the order in which each had it first.
    fn time(&self) -> Result<String, String> {
        let mut sums: Vec<(String, i64)> = Vec::new();
        for span in time_by_holder(self.matter(), self.play.now) {
            let kind = name_of(span.kind)?;
            let unit = span.unit.map(|id| self.unit(id)).transpose()?;
            let who =
                format!("{} {}", self.words().say("holders", &kind)?, unit.unwrap_or_default());
            let seconds = span.to.seconds_since(span.from);
            match sums.iter_mut().find(|(known, _)| *known == who) {
                Some((_, sum)) => *sum += seconds,
                None => sums.push((who, seconds)),
            }
        }
        let said: Vec<String> =
            sums.iter().map(|(who, sum)| format!("{who} {}", length(*sum))).collect();
        self.list(&said)
    }

    /// How long each post of the lead had it, from the signing to the answer.
    fn posts(&self) -> Result<String, String> {
        let mut sums: Vec<(zongheng_core::ids::PostId, i64)> = Vec::new();
        let mut has: Option<(zongheng_core::ids::PostId, At)> = None;
        let lead = self.matter().lead().map(|s| s.unit);
        for (envelope, act, _) in &self.tale.ledger {
            let next = match &act.did {
                Did::SignedFor(did) if Some(did.unit) == lead => did.post,
                Did::PassedOn(did) if Some(did.unit) == lead => Some(did.to),
                Did::PassedBack(did) if Some(did.unit) == lead => did.to,
                Did::Answered(did) if Some(did.unit) == lead => None,
                _ => continue,
            };
            close(&mut sums, has, envelope.at);
            has = next.map(|post| (post, envelope.at));
        }
        close(&mut sums, has, self.play.now);
        let said =
            sums.iter().map(|(post, sum)| Ok(format!("{} {}", self.post(*post)?, length(*sum))));
        self.list(&said.collect::<Result<Vec<_>, String>>()?)
    }

    /// What was done late or is still open after its due, and by how much.
    fn overdue(&self) -> Result<String, String> {
        let now = self.play.now;
        let late = self.matter().deadlines.iter().filter_map(|d| {
            let until = d.met.or(d.ended).unwrap_or(now);
            (until > d.due).then_some((d, until.seconds_since(d.due)))
        });
        let said = late.map(|(d, by)| {
            Ok(format!("{} {} {}", self.stage(d.stage)?, self.unit(d.whose)?, length(by)))
        });
        self.list(&said.collect::<Result<Vec<_>, String>>()?)
    }

    fn requests(&self) -> Result<String, String> {
        let said = self.matter().requests.iter().map(|r| {
            let kind = self.words().say("requests", r.kind.name())?;
            Ok(format!("{kind} {} {}", self.unit(r.by)?, self.became(r)?))
        });
        self.list(&said.collect::<Result<Vec<_>, String>>()?)
    }

    fn became(&self, request: &Request) -> Result<String, String> {
        let until = |key: &str| Ok(format!("{} {}", self.mark(key)?, moment(request.decide_by)));
        match request.granted {
            Some(true) => self.mark("granted"),
            _ if request.has_lapsed(self.play.now) => until("lapsed"),
            Some(false) => self.mark("refused"),
            None => until("waits"),
        }
    }

    fn shares(&self) -> Result<String, String> {
        let said = self.matter().round_shares().map(|s| {
            let part =
                self.words().say("parts", if s.part == Part::Lead { "lead" } else { "assist" })?;
            let by = if s.by_decision {
                format!(" {}", self.mark("by_decision")?)
            } else {
                String::new()
            };
            Ok(format!("{part} {} {}{by}", self.unit(s.unit)?, self.share(s)?))
        });
        self.list(&said.collect::<Result<Vec<_>, String>>()?)
    }

    fn share(&self, share: &Share) -> Result<String, String> {
        if share.returned.is_some() {
            self.mark("returned")
        } else if share.withdrawn.is_some() {
            self.mark("withdrawn")
        } else if share.answered.is_some() {
            self.mark("answered")
        } else if let Some(until) = share.paused_until.filter(|until| self.play.now < *until) {
            Ok(format!("{} {}", self.mark("paused_until")?, moment(until)))
        } else if share.signed.is_some() {
            self.mark("signed")
        } else {
            self.mark("unsigned")
        }
    }

    fn drafts(&self) -> Result<String, String> {
        let said = self.matter().drafts.iter().map(|d| {
            let kind = name_of(d.drafted.kind())?;
            let mark = if d.waits() { "waits_release" } else { "gone" };
            let kind = self.words().say("drafts", &kind)?;
            Ok(format!("{kind} {} {}", self.unit(d.unit)?, self.mark(mark)?))
        });
        self.list(&said.collect::<Result<Vec<_>, String>>()?)
    }

    fn arrivals(&self) -> Result<String, String> {
        let calls = self.matter().whistles.iter().flat_map(|w| &w.calls);
        let said = calls.map(|call| {
            let came = match call.came {
                Some(came) => self.words().say("came", &name_of(came)?)?,
                None => self.mark("unknown")?,
            };
            let satisfied = call.satisfied.map(|s| self.satisfied(s)).transpose()?;
            let satisfied = satisfied.map_or(String::new(), |s| format!(" {s}"));
            Ok(format!("{} {came}{satisfied}", self.unit(call.unit)?))
        });
        self.list(&said.collect::<Result<Vec<_>, String>>()?)
    }

    fn satisfied(&self, satisfied: Satisfied) -> Result<String, String> {
        self.words().say("satisfied", &name_of(satisfied)?)
    }

    fn nodes(&self) -> Result<String, String> {
        let said = self.matter().plan.iter().map(|node| {
            let stage = self.stage(Stage::Node(node.no))?;
            let done = match node.done {
                Some(at) => format!("{} {}", self.mark("done")?, moment(at)),
                None => self.mark("open")?,
            };
            Ok(format!("{stage} {} {done}", self.unit(node.unit)?))
        });
        self.list(&said.collect::<Result<Vec<_>, String>>()?)
    }

    fn kin(&self) -> Result<String, String> {
        let m = self.matter();
        let ties = [
            ("repeats", m.repeat_of),
            ("main", m.main),
            ("merged_into", m.merged_into),
            ("parent", m.parent),
            ("follows", m.follows),
        ];
        let mut said = Vec::new();
        for (mark, id) in ties {
            let Some(id) = id else { continue };
            let tale = self.play.tales.iter().find(|t| t.matter.id == id);
            let label = tale.ok_or("a matter that nobody has told of")?.label.clone();
            said.push(format!("{} {}", self.mark(mark)?, self.words().say("labels", &label)?));
        }
        self.list(&said)
    }

    fn flags(&self) -> Result<String, String> {
        let m = self.matter();
        let plain = [
            ("restricted", m.restricted),
            ("decided", m.decided),
            ("objected", m.objected),
            ("excluded", m.excluded),
        ];
        let mut said = Vec::new();
        for (mark, _) in plain.iter().filter(|(_, set)| *set) {
            said.push(self.mark(mark)?);
        }
        if let Some(unit) = m.sampled {
            said.push(format!("{} {}", self.mark("sampled")?, self.unit(unit)?));
        }
        self.list(&said)
    }

    /// What the reporter was asked and said.
    fn calls(&self) -> Result<String, String> {
        let said = self.matter().call_backs.iter().map(|call| {
            let answer = |key: &str| self.words().say("answers", key);
            let party = match call.party {
                1 => String::new(),
                n => format!("{} ", self.words().say("parties", &n.to_string())?),
            };
            if !call.reached {
                return Ok(format!("{party}{}", answer("unreached")?));
            }
            let solved = if call.solved == Some(true) { "solved_yes" } else { "solved_no" };
            let satisfied = call.satisfied.map(|s| self.satisfied(s)).transpose()?;
            let satisfied = satisfied.unwrap_or_default();
            Ok(format!("{party}{} {} {satisfied}", answer("reached")?, answer(solved)?))
        });
        self.list(&said.collect::<Result<Vec<_>, String>>()?)
    }

    /// Those of the posts named who see it, or do not.
    fn seen(&self, given: &[Token], sees: bool) -> Result<String, String> {
        let mut said = Vec::new();
        for word in words_of(given) {
            let actor = self.play.actor(word, &mut &[][..])?;
            let date = self.play.now.date();
            if may_see(&actor, self.matter(), &self.play.county.organisation, date) == sees {
                said.push(format!("{} {}", word.zh, word.en));
            }
        }
        self.list(&said)
    }

    /// Whether the posts named may look up how the reporter is reached.
    fn contact(&self, given: &[Token]) -> Result<String, String> {
        let mut said = Vec::new();
        for word in words_of(given).filter(|w| self.words().find("posts", w).is_some()) {
            let actor = self.play.actor(word, &mut &[][..])?;
            let date = self.play.now.date();
            let mark = match reach(self.matter(), &actor, &self.play.county.organisation, date) {
                Reach::Yes => "yes",
                Reach::Hidden => "hidden",
                Reach::No => "no",
            };
            said.push(format!("{} {} {}", word.zh, word.en, self.mark(mark)?));
        }
        self.list(&said)
    }

    /// Who acts in a post today: `县住建局局长 Housing head  由 …`.
    fn acting(&self, given: &[Token]) -> Result<String, String> {
        let word = words_of(given).next().ok_or("name the post")?;
        let post = WORLD.keys.posts[self.words().need("posts", word)?];
        let said = match self.play.county.organisation.acting(post, self.play.now.date()) {
            None => self.mark("none")?,
            Some(appointment) => {
                let of = WORLD.keys.posts.keys().find(|key| person(key) == appointment.user);
                let how = match appointment.holding {
                    Holding::Holder => "holder",
                    Holding::Deputy => "deputy",
                    Holding::Second => "second",
                };
                let who = self.words().say("posts", of.map_or("?", |key| key))?;
                format!("{who} {}", self.mark(how)?)
            }
        };
        Ok(format!("{} {} · {said}", word.zh, word.en))
    }

    /// Why an open deadline is due when it is, in the sentences of the pages.
    fn because(&self, given: &[Token]) -> Result<String, String> {
        let word = words_of(given).next().ok_or("name the stage")?;
        let stage = match &*word.zh {
            "节点" | "月报" => word.en.clone(),
            _ => self.words().need("stages", word)?.to_owned(),
        };
        let stage: Stage = stage.parse().map_err(|_| "no such stage")?;
        let mut deadlines = self.matter().deadlines.iter().rev();
        let found = deadlines.find(|d| d.stage == stage && d.share.is_none());
        let deadline = found.ok_or("it has no such deadline")?;
        let year = self.play.now.date().year();
        let zh: Vec<String> = deadline.because.iter().map(|r| reasons::zh(r, year)).collect();
        let en: Vec<String> = deadline.because.iter().map(|r| reasons::en(r, year)).collect();
        let said = format!("「{}」\"{}\"", zh.join("；"), en.join("; "));
        Ok(format!("{} {} {}", word.zh, word.en, said.replace('\u{a0}', " ")))
    }
}

fn words_of(given: &[Token]) -> impl Iterator<Item = &super::text::Word> {
    given.iter().filter_map(|t| match t {
        Token::Word(word) => Some(word),
        _ => None,
    })
}

fn close<K: PartialEq + Copy>(sums: &mut Vec<(K, i64)>, has: Option<(K, At)>, until: At) {
    let Some((who, since)) = has else { return };
    let seconds = until.seconds_since(since);
    match sums.iter_mut().find(|(known, _)| *known == who) {
        Some((_, sum)) => *sum += seconds,
        None => sums.push((who, seconds)),
    }
}

/// The name by which the ledger keeps a word.
fn name_of(word: impl serde::Serialize) -> Result<String, String> {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        _ => Err("no word".to_owned()),
    }
}

/// `5d3h20m`: days of 24 hours, hours, minutes.
fn length(seconds: i64) -> String {
    let minutes = seconds / 60;
    let parts = [(minutes / 1440, "d"), (minutes / 60 % 24, "h"), (minutes % 60, "m")];
    let there = parts.iter().filter(|(n, _)| *n > 0);
    let said = there.fold(String::new(), |said, (n, unit)| said + &n.to_string() + unit);
    if said.is_empty() { "0m".to_owned() } else { said }
}

/// The class of a refusal, by the name that the API gives it, and what it says, with single quotes.
pub(crate) fn refusal(refusal: &Refusal) -> (&'static str, String) {
    (refusal.code(), refusal.to_string().replace('"', "'"))
}
