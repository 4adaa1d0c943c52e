//! 任职花名册: who is in which post, by accounts. Names and telephones are not read: no act and no account has them.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use zongheng_core::county::County;
use zongheng_core::ids::{PostId, UnitId, UserId};
use zongheng_core::organisation::{
    AskedHolding, Entry, Holding, Organisation, Post, Proposed, backdated,
};
use zongheng_core::secrecy::number_of_a_person;
use zongheng_sheets::words;
use zongheng_store::Store;

use super::listed::{Field, Listed, Reading};
use super::named::unit;
use super::{Count, Given, Taken, Untaken};
use crate::changes::{checked, login_of};
use crate::importing::Names;
use crate::secret::login_fault;
use crate::submit::Mint;

/// By the names that faults of appointments have.
const FIELDS: [Field; 9] = [
    Field {
        name: "user",
        called: &["登录名", "账号", "帐号", "用户名", "login", "user"],
        needed: true,
    },
    Field {
        name: "township",
        called: &["乡镇", "所属乡镇", "乡镇街道", "township"],
        needed: false,
    },
    Field {
        name: "unit",
        called: &["单位", "所在单位", "单位名称", "部门", "unit"],
        needed: false,
    },
    Field { name: "post", called: &["岗位", "岗位名称", "职务", "post"], needed: true },
    Field {
        name: "grid", called: &["网格", "网格编码", "网格编号", "grid"], needed: false
    },
    Field { name: "holding", called: &["任职方式", "方式", "holding"], needed: false },
    Field { name: "own", called: &["本人岗位", "代理人岗位", "own"], needed: false },
    Field {
        name: "from", called: &["起始日", "任职起", "起", "自", "from"], needed: false
    },
    Field { name: "to", called: &["终止日", "任职止", "止", "至", "to"], needed: false },
];

const LOGIN: &str = "write 3 to 40 of a-z 0-9 _ . -, such as the name of the post";

pub(super) async fn take(
    store: &Store,
    county: Arc<County>,
    given: &Given<'_>,
) -> Result<Taken, Untaken> {
    let listed = Listed::of_table(given.path, given.sheet, &FIELDS).map_err(Untaken::File)?;
    let known = store.accounts(&county.code).await?;
    let mut accounts = Accounts {
        known: known.iter().map(|account| (account.login.as_str(), account.id)).collect(),
        new: BTreeMap::new(),
        mint: Mint::by_chance(),
    };
    let mut faults = Vec::new();
    let mut asked = Vec::new();
    let of = Of { county: &county, names: Names::of(&county, given.on), given };
    for row in &listed.rows {
        let mut reading = Reading { row, faults: &mut faults };
        let before = reading.faults.len();
        let value = of.row(&mut reading, &mut accounts);
        if let Some(value) = value.filter(|_| faults.len() == before) {
            asked.push(Entry { origin: row.origin.clone(), value });
        }
    }
    let organisation = &county.organisation;
    let set = organisation.peopled(&asked, given.on);
    faults.extend(set.faults.iter().cloned());
    let recorded = store.head(&county.code).await?.last_at().date();
    faults.extend(backdated(&set.proposed, organisation, recorded));
    let paper = given.paper.map(str::to_owned);
    let proposed = Proposed { paper, ..set.proposed };
    let new = accounts.new;
    let login = |id: UserId| {
        let made = new.iter().find(|(_, made)| **made == id).map(|(login, _)| login.clone());
        made.unwrap_or_else(|| login_of(&known, id))
    };
    let standing = Arc::clone(&county);
    let lines = |organised: &zongheng_core::organisation::Organised| {
        standing.organisation.appointments_in_words(&organised.appointments, &login)
    };
    let checked = match checked(county, &proposed, lines) {
        Ok(checked) if faults.is_empty() => checked,
        Ok(_) => return Err(Untaken::Cells { cells: listed.all(faults), picture: None }),
        Err(more) => {
            faults.extend(more);
            return Err(Untaken::Cells { cells: listed.all(faults), picture: None });
        }
    };
    let (rows, same) = (listed.rows.len(), set.same);
    Ok(Taken {
        checked,
        count: Count { rows, new: set.new, changed: set.changed, same },
        notes: Vec::new(),
        unread: listed.unread,
        picture: None,
        accounts: new.into_iter().collect(),
    })
}

/// The accounts that there are, and those that the table needs.
struct Accounts<'a> {
    known: BTreeMap<&'a str, UserId>,
    new: BTreeMap<String, UserId>,
    mint: Mint,
}

struct Of<'a> {
    county: &'a County,
    names: Names,
    given: &'a Given<'a>,
}

impl Of<'_> {
    fn row(&self, reading: &mut Reading<'_>, accounts: &mut Accounts<'_>) -> Option<AskedHolding> {
        let login = login(reading);
        let from = reading.day("from");
        let on = from.unwrap_or(self.given.on);
        let post = self.post(reading, on);
        let holding = holding(reading);
        let own = reading.words("own").and_then(|key| self.own(reading, &key));
        let to = reading.day("to");
        let (login, post, holding) = (login?, post?, holding?);
        let user = accounts.known.get(login.as_str()).copied().unwrap_or_else(|| {
            let Accounts { new, mint, .. } = accounts;
            *new.entry(login).or_insert_with(|| UserId(mint.id(self.given.now)))
        });
        Some(AskedHolding { post, user, holding, own, from, to })
    }

    fn own(&self, reading: &mut Reading<'_>, key: &str) -> Option<PostId> {
        let post = self.county.organisation.post_named(&self.county.code, key);
        if post.is_none() {
            let mend = "write the unit's key or the grid's code, a stroke, and the post's key";
            reading.bad("own", format!("post \"{key}\" is not known"), mend);
        }
        post
    }

    /// The post by its key (the unit's key or the grid's code, a stroke, its own), or by the names of unit and post.
    fn post(&self, reading: &mut Reading<'_>, on: Date) -> Option<PostId> {
        let said = reading.needed("post", "name the post")?;
        let organisation = &self.county.organisation;
        if let Some(post) = organisation.post_named(&self.county.code, &said) {
            return Some(post);
        }
        let unit = unit(reading, "unit", self.county, &self.names, on)?;
        let grid = reading.words("grid");
        let posts: Vec<&Post> = organisation.posts_in(unit, on).collect();
        let called = |post: &&&Post| words::bare(&post.name) == words::bare(&said);
        let of_grid = |post: &&&Post| covers(organisation, post, grid.as_deref());
        let found: Vec<&&Post> = posts.iter().filter(called).filter(of_grid).collect();
        match found.as_slice() {
            [one] => Some(one.id),
            [] => {
                self.no_post(reading, unit, (&said, grid.as_deref()), &posts);
                None
            }
            several => {
                let grids = several.iter().flat_map(|post| &post.grids);
                let codes = grids.filter_map(|id| Some(organisation.grids.get(id)?.code.as_str()));
                let mut codes: Vec<&str> = codes.collect();
                codes.sort_unstable();
                codes.truncate(3);
                let what = format!("{} posts there are called \"{said}\"", several.len());
                let mend = format!("say of which grid: {} …", codes.join(", "));
                reading.bad("grid", what, &mend);
                None
            }
        }
    }

    fn no_post(
        &self,
        reading: &mut Reading<'_>,
        unit: UnitId,
        (said, grid): (&str, Option<&str>),
        posts: &[&Post],
    ) {
        let of = self.county.organisation.units.get(&unit).map_or("", |unit| &unit.name);
        let named = posts.iter().any(|post| words::bare(&post.name) == words::bare(said));
        if let Some(grid) = grid.filter(|_| named) {
            let what = format!("grid {grid} has no post \"{said}\" in {of}");
            return reading.bad("grid", what, "write the code of a grid of this village");
        }
        let mut all: Vec<&str> = posts.iter().map(|post| post.name.as_str()).collect();
        all.sort_unstable();
        all.dedup();
        let near = words::nearest(said, all.iter().copied());
        let mend = if near.is_empty() {
            format!("it has: {}", all.join("、"))
        } else {
            format!("did you mean {}?", near.join(" or "))
        };
        reading.bad("post", format!("no post of {of} is called \"{said}\""), &mend);
    }
}

/// Whether a post has the grid of a code, and where several have its name no other; any where no grid is said.
fn covers(organisation: &Organisation, post: &Post, code: Option<&str>) -> bool {
    let Some(code) = code else { return true };
    let code = words::bare(code);
    post.grids.iter().any(|id| organisation.grids.get(id).is_some_and(|grid| grid.code == code))
}

fn login(reading: &mut Reading<'_>) -> Option<String> {
    let login = reading.needed("user", LOGIN)?;
    if let Some(what) = login_fault(&login) {
        reading.bad("user", what, "the name of the post is a good one");
        return None;
    }
    if number_of_a_person(&login) {
        let what = "this looks like a telephone or an identity card, and a login is seen by others";
        reading.bad("user", what, LOGIN);
        return None;
    }
    Some(login)
}

fn holding(reading: &mut Reading<'_>) -> Option<Holding> {
    let Some(said) = reading.words("holding") else { return Some(Holding::Holder) };
    match said.to_ascii_lowercase().as_str() {
        "任职" | "专任" | "正式" | "holder" => Some(Holding::Holder),
        "授权代理" | "代理" | "deputy" => Some(Holding::Deputy),
        "b岗" | "副岗" | "second" => Some(Holding::Second),
        _ => {
            let mend = "write 任职, 授权代理 or B岗";
            reading.bad("holding", format!("\"{said}\" is no way of holding a post"), mend);
            None
        }
    }
}
