//! Appointments one by one: a holder, a dated deputy (授权代理), a second post (B岗), and their ends. A whole
//! unit at once is a roster.

use jiff::civil::Date;
use serde::Deserialize;

use super::check::{Entry, Fault, Origin, Proposed};
use super::files::{Lists, Source};
use super::{Appointment, Holding, Organisation};
use crate::ids::{DivisionCode, PostId, UserId};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Appoint {
    post: String,
    user: String,
    holding: Holding,
    /// The post that a deputy holds in the own name.
    own: Option<String>,
    from: Date,
    /// The first day on which it is over.
    to: Option<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    post: String,
    user: String,
    holding: Holding,
    on: Date,
}

/// Reads `paper`, each `[[appoint]]` and each `[[end]]`, as records to be checked like any other. Posts are
/// called as in the county's files, persons by their login.
///
/// # Errors
/// What cannot be read; a post, account or appointment that is not known; a deputy without an end; nothing
/// at all.
pub fn appointments(
    source: Source<'_>,
    code: &DivisionCode,
    organisation: &Organisation,
    account: &dyn Fn(&str) -> Option<UserId>,
) -> Result<Proposed, Vec<Fault>> {
    let mut faults = Vec::new();
    let lists = Lists::headed(source, &["paper"], &["appoint", "end"], &mut faults);
    let Some(lists) = lists else { return Err(faults) };
    let mut known = Known { code, organisation, account, faults: &mut faults };
    let mut appointments = Vec::new();
    for Entry { origin, value } in lists.list::<Appoint>("appoint", known.faults) {
        if value.holding == Holding::Deputy && value.to.is_none() {
            let (what, mend) =
                ("a deputy acts until a day", "write the first day on which it is over");
            known.faults.push(Fault::new(&origin, "to", what, mend));
        }
        let own = value.own.as_deref().map(|own| known.post(own, "own", &origin));
        let (post, user) =
            (known.post(&value.post, "post", &origin), known.user(&value.user, &origin));
        let (Some(post), Some(user), None | Some(Some(_))) = (post, user, own) else { continue };
        let Appoint { holding, from, to, .. } = value;
        let value = Appointment { post, user, holding, from, to, own: own.flatten() };
        appointments.push(Entry { origin, value });
    }
    for Entry { origin, value } in lists.list::<End>("end", known.faults) {
        let (post, user) =
            (known.post(&value.post, "post", &origin), known.user(&value.user, &origin));
        let (Some(post), Some(user)) = (post, user) else { continue };
        let runs = organisation.appointed(post).find(|a| {
            let same = (a.user, a.holding) == (user, value.holding);
            same && a.from <= value.on && a.to.is_none_or(|to| to > value.on)
        });
        let Some(runs) = runs else {
            let what = format!("{} does not act for {} so on {}", value.user, value.post, value.on);
            known.faults.push(Fault::new(&origin, "on", what, "name one that runs on that day"));
            continue;
        };
        let value = Appointment { to: Some(value.on), ..runs.clone() };
        appointments.push(Entry { origin, value });
    }
    if appointments.is_empty() && faults.is_empty() {
        let what = "nobody is appointed, and nothing ends";
        faults.push(Fault::new(&source.at(0), "", what, "add an [[appoint]] or an [[end]]"));
    }
    faults.sort();
    let paper = Some(lists.head("paper").to_owned());
    let proposed = Proposed { paper, appointments, ..Proposed::default() };
    if faults.is_empty() { Ok(proposed) } else { Err(faults) }
}

struct Known<'a> {
    code: &'a DivisionCode,
    organisation: &'a Organisation,
    account: &'a dyn Fn(&str) -> Option<UserId>,
    faults: &'a mut Vec<Fault>,
}

impl Known<'_> {
    fn post(&mut self, key: &str, field: &str, origin: &Origin) -> Option<PostId> {
        let known = self.organisation.post_named(self.code, key);
        if known.is_none() {
            let what = format!("post \"{key}\" is not known");
            let mend = "write the unit's key or the grid's code, a stroke, and the post's key";
            self.faults.push(Fault::new(origin, field, what, mend));
        }
        known
    }

    fn user(&mut self, login: &str, origin: &Origin) -> Option<UserId> {
        let user = (self.account)(login);
        if user.is_none() {
            let what = format!("no account is called {login}");
            self.faults.push(Fault::new(origin, "user", what, "make the account first"));
        }
        user
    }
}

impl Organisation {
    /// What appointments change, a line each, in Chinese and English.
    pub fn appointments_in_words(
        &self,
        appointments: &[Appointment],
        name: &dyn Fn(UserId) -> String,
    ) -> Vec<(String, String)> {
        let line = |appointment: &Appointment| {
            let Appointment { post, user, holding, from, to, .. } = appointment;
            let post = self.posts.get(post);
            let unit = post.and_then(|post| self.units.get(&post.unit));
            let (zh, en) = unit.map_or(("", ""), |unit| (&unit.name, &unit.name_en));
            let (post, post_en) = post.map_or(("", ""), |post| (&post.name, &post.name_en));
            let (way, way_en) = holding.names();
            let known = self
                .appointed(appointment.post)
                .any(|a| (a.user, a.holding, a.from) == (*user, *holding, *from));
            let login = name(*user);
            match to {
                Some(to) if known => (
                    format!("{zh}{post}：{login}（{way}）{to}起不再任"),
                    format!("{post_en} of {en}: {login} ({way_en}) ends on {to}"),
                ),
                Some(to) => (
                    format!("{zh}{post}：{login}（{way}），{from}起，{to}前"),
                    format!("{post_en} of {en}: {login} ({way_en}) from {from} until before {to}"),
                ),
                None => (
                    format!("{zh}{post}：{login}（{way}），{from}起"),
                    format!("{post_en} of {en}: {login} ({way_en}) from {from}"),
                ),
            }
        };
        appointments.iter().map(line).collect()
    }
}

impl Holding {
    /// Its name in Chinese and English.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Holder => ("任职", "holder"),
            Self::Deputy => ("授权代理", "deputy"),
            Self::Second => ("B岗", "second post"),
        }
    }
}
