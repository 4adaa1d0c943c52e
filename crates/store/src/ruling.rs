//! Rulings: what an office decides beside the course of a matter, recorded by itself in one
//! transaction under the head's lock, so that it has its place in the county's one order.

use zongheng_core::county::County;
use zongheng_core::ids::DivisionCode;
use zongheng_core::ledger::{Act, Class, Stream, canonical};
use zongheng_core::matter::{Actor, FieldFault, Matter, Person, Refusal, Why};
use zongheng_core::powers::PowersAdopted;
use zongheng_core::ruling::{
    ContentWord, Ground, Known, Referrals, Ruled, Ruling, SealedOff, Sealings, rule,
};
use zongheng_core::time::At;

use crate::content::{self, NewContent};
use crate::county::{self, Config, Head};
use crate::db::{On, Tx, row, rows, run};
use crate::error::{Result, StoreError};
use crate::fold::refold;
use crate::ledger::{self, ACT, ActRow, Entry};
use crate::open::Store;
use crate::record::Refused;

/// A ruling on its way to the ledger; as [`crate::Submission`] for commands on matters.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub county: DivisionCode,
    /// Whose keys these are.
    pub scope: String,
    /// As the session knows it; post and unit are looked up anew when it is decided.
    pub actor: Actor,
    pub key: String,
    pub mac: String,
    pub ruling: Ruling,
    /// What was wrong with fields as they came in; told only after everything that outranks it.
    pub faults: Vec<FieldFault>,
    /// The entries that the ruling names, all of them.
    pub contents: Vec<NewContent>,
}

/// Under which key something is asked for, whose keys these are, and the fingerprint of what is asked.
#[derive(Debug, Clone, Copy)]
pub struct Keyed<'a> {
    pub scope: &'a str,
    pub key: &'a str,
    pub mac: &'a str,
}

/// A ruling that stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stands {
    pub acts: Vec<Act>,
    /// The same had come before under its key, and this is the answer again.
    pub replay: bool,
}

impl Store {
    /// Decides and records a ruling at `now`; once under its key.
    ///
    /// # Errors
    /// A refusal, or a key that belongs to something else: nothing is kept then.
    pub async fn rule(&self, wanted: &Wanted, now: At) -> Result<Stands, Refused> {
        let code = wanted.county.as_str();
        let (mut tx, mut head) = self.locked(code).await?;
        let keyed = Keyed { scope: &wanted.scope, key: &wanted.key, mac: &wanted.mac };
        if let Some(known) = earlier(&mut tx, code, keyed).await? {
            return Ok(known);
        }
        let at = head.entry_time(now)?;
        let configuration = self.inner.configurations.at(tx.on(), &head).await?;
        let actor = match (wanted.actor.person, wanted.actor.post) {
            (Person::User(user), Some(post)) => {
                let actor = configuration.actor(user, post, at);
                actor.ok_or(Refusal::NotYours(Why::NoPart))?
            }
            _ => wanted.actor.clone(),
        };
        let found = Found::of(&mut tx, code, &wanted.ruling).await?;
        let ground = Ground {
            now: at,
            actor: &actor,
            county: &configuration,
            content: found.content(),
            referrals: found.referrals.as_ref(),
        };
        let ruled = with_faults(rule(&wanted.ruling, &ground), &wanted.faults)?;
        if let Some(list) = &ruled.list {
            county::keep_configs(&mut tx, code, &[config(code, list)?]).await?;
        }
        let contents = self.brought(wanted, &ruled)?;
        let entry = Entry {
            stream: Stream::from(ruled.stream),
            kind: ruled.kind.to_owned(),
            v: 1,
            by: actor.by(),
            key: wanted.key.clone(),
            body: ruled.body,
            contents,
        };
        let acts = ledger::append_in(&mut tx, &mut head, at, vec![entry], self.vault()).await?;
        remember(&mut tx, keyed, ruled.stream, &head, acts.len()).await?;
        if let (Ruling::Content(sealing), Some(act)) = (&wanted.ruling, acts.first()) {
            content::ruled(&mut tx, self.vault(), code, (sealing, act)).await?;
        }
        county::save(tx.on(), &head).await?;
        tx.commit().await?;
        if matches!(&wanted.ruling, Ruling::Content(sealing) if sealing.word == ContentWord::Destroy)
        {
            self.bytes_too(&wanted.county).await;
        }
        Ok(Stands { acts, replay: false })
    }

    /// Appends what was worked out from a county's configuration and is decided by a person: once under
    /// its key, and only while that configuration stands.
    ///
    /// # Errors
    /// A key that belongs to something else, or [`StoreError::Moved`]: nothing is kept then.
    pub async fn decide_upon(
        &self,
        checked: &County,
        keyed: Keyed<'_>,
        now: At,
        entries: Vec<Entry>,
        configs: &[Config],
    ) -> Result<Stands, Refused> {
        let code = checked.code.as_str();
        let (mut tx, mut head) = self.locked(code).await?;
        if let Some(known) = earlier(&mut tx, code, keyed).await? {
            return Ok(known);
        }
        let standing = self.inner.configurations.at(tx.on(), &head).await?;
        if standing.rev != checked.rev {
            return Err(StoreError::Moved.into());
        }
        county::keep_configs(&mut tx, code, configs).await?;
        let acts = ledger::append_in(&mut tx, &mut head, now, entries, self.vault()).await?;
        if let Some(act) = acts.first() {
            let stream = act.stream.as_str();
            remember(&mut tx, keyed, stream, &head, acts.len()).await?;
        }
        county::save(tx.on(), &head).await?;
        tx.commit().await?;
        Ok(Stands { acts, replay: false })
    }

    /// What was decided under a key, where something was.
    ///
    /// # Errors
    /// A key that belongs to something else.
    pub async fn decided(
        &self,
        county: &DivisionCode,
        keyed: Keyed<'_>,
    ) -> Result<Option<Stands>, Refused> {
        let mut tx = self.db().begin().await?;
        earlier(&mut tx, county.as_str(), keyed).await
    }

    /// The entries that the act names, each as the command brings it.
    fn brought(&self, wanted: &Wanted, ruled: &Ruled) -> Result<Vec<NewContent>, Refused> {
        let mut contents = Vec::with_capacity(ruled.contents.len());
        for named in &ruled.contents {
            let given = wanted.contents.iter().find(|content| content.reference() == *named);
            let what = "the act names it and the command does not bring it";
            let missing = || StoreError::inconsistent("content", named.id, what);
            let content = given.ok_or_else(missing)?;
            if content.text.contains('\0') {
                let what = "a text holds U+0000; leave it out";
                return Err(Refusal::Invalid(vec![FieldFault::new("reason", what)]).into());
            }
            if content.class == Class::Personal {
                self.vault().ring().map_err(StoreError::from)?;
            }
            contents.push(content.clone());
        }
        Ok(contents)
    }
}

/// The normal form of the list that the act names by its hash.
fn config(code: &str, list: &PowersAdopted) -> Result<Config> {
    let bad = |e: String| StoreError::inconsistent("config", &list.config, e);
    let value = serde_json::to_value(list.unnamed()).map_err(|e| bad(e.to_string()))?;
    let body = canonical(&value, "", 0).map_err(|e| bad(e.to_string()))?;
    let (hash, id) = (list.config.clone(), code.to_owned());
    let version = hash.chars().take(16).collect();
    Ok(Config { hash, kind: "powers".to_owned(), id, version, body })
}

/// The ruling, with what was wrong with its fields as they came in beside what the rules say of them.
fn with_faults(ruled: Result<Ruled, Refusal>, read: &[FieldFault]) -> Result<Ruled, Refusal> {
    let told = match ruled {
        Ok(ruled) if read.is_empty() => return Ok(ruled),
        Ok(_) => Vec::new(),
        Err(Refusal::Invalid(told)) => told,
        Err(refusal) => return Err(refusal),
    };
    let known = |fault: &FieldFault| read.iter().any(|first| first.field == fault.field);
    let rest = told.into_iter().filter(|fault| !known(fault));
    Err(Refusal::Invalid(read.iter().cloned().chain(rest).collect()))
}

/// What a ruling looks at besides the configuration.
#[derive(Default)]
struct Found {
    sealing: Option<FoundContent>,
    referrals: Option<Referrals>,
}

struct FoundContent {
    matter: Option<Matter>,
    named: bool,
    sealed: Option<SealedOff>,
    erased: bool,
}

impl Found {
    async fn of(tx: &mut Tx, code: &str, ruling: &Ruling) -> Result<Self> {
        match ruling {
            Ruling::Content(asked) => {
                let (matter, content) = (asked.matter.to_string(), asked.content.to_string());
                let row = row!(
                    tx.on(),
                    (String, Option<i64>),
                    "select stream, erased from content where county = $1 and id = $2",
                    code,
                    &content,
                )?;
                let sealing = FoundContent {
                    named: row.as_ref().is_some_and(|(stream, _)| *stream == matter),
                    erased: row.is_some_and(|(_, erased)| erased.is_some()),
                    sealed: sealings(tx.on(), code).await?.0.remove(&asked.content),
                    matter: refold(tx.on(), code, &matter).await?,
                };
                Ok(Self { sealing: Some(sealing), referrals: None })
            }
            Ruling::Referral(_) => {
                Ok(Self { sealing: None, referrals: Some(referrals(tx.on(), code).await?) })
            }
            Ruling::Proposal { .. } | Ruling::Allow(_) => Ok(Self::default()),
        }
    }

    fn content(&self) -> Option<Known<'_>> {
        self.sealing.as_ref().map(|found| Known {
            matter: found.matter.as_ref(),
            named: found.named,
            sealed: found.sealed.as_ref(),
            erased: found.erased,
        })
    }
}

impl Store {
    /// The county's referrals. Who may know of them is asked of the core.
    pub async fn referrals(&self, county: &DivisionCode) -> Result<Referrals> {
        referrals(self.db().reader().await?.on(), county.as_str()).await
    }

    /// The entries that are sealed off or destroyed.
    pub async fn sealings(&self, county: &DivisionCode) -> Result<Sealings> {
        sealings(self.db().reader().await?.on(), county.as_str()).await
    }
}

async fn sealings(on: On<'_>, county: &str) -> Result<Sealings> {
    let mut sealings = Sealings::default();
    for act in stream(on, county, "content").await? {
        sealings.take_in(&act).map_err(|e| StoreError::inconsistent("act", act.seq, e))?;
    }
    Ok(sealings)
}

async fn referrals(on: On<'_>, county: &str) -> Result<Referrals> {
    let mut referrals = Referrals::default();
    for act in stream(on, county, "referral").await? {
        referrals.take_in(&act).map_err(|e| StoreError::inconsistent("act", act.seq, e))?;
    }
    Ok(referrals)
}

/// A whole stream; those that are read so have few acts.
async fn stream(on: On<'_>, county: &str, name: &str) -> Result<Vec<Act>> {
    let sql = format!("select {ACT} from act where county = $1 and stream = $2 order by seq");
    rows!(on, ActRow, &sql, county, name)?.into_iter().map(ActRow::read).collect()
}

/// The answer of the ruling that came under this key before. Macs that cannot be compared (the vault
/// was shut) are taken as equal.
async fn earlier(tx: &mut Tx, code: &str, keyed: Keyed<'_>) -> Result<Option<Stands>, Refused> {
    let known = row!(
        tx.on(),
        (String, String, i64, i64),
        "select mac, stream, first, last from command where county = $1 and scope = $2 and key = $3",
        code,
        keyed.scope,
        keyed.key,
    )?;
    let Some((mac, stream, first, last)) = known else { return Ok(None) };
    let other = mac != keyed.mac && !mac.is_empty() && !keyed.mac.is_empty();
    if other || Stream(stream).matter().is_some() {
        return Err(Refused::KeyReused);
    }
    let acts = ledger::between(tx.on(), code, first, last).await?;
    let acts = acts.into_iter().map(ActRow::read).collect::<Result<_>>()?;
    Ok(Some(Stands { acts, replay: true }))
}

/// Keeps the key with the last `n` acts.
async fn remember(
    tx: &mut Tx,
    keyed: Keyed<'_>,
    stream: &str,
    head: &Head,
    n: usize,
) -> Result<()> {
    run!(
        tx.on(),
        "insert into command (county, scope, key, mac, stream, first, last) \
         values ($1, $2, $3, $4, $5, $6, $7)",
        &head.code,
        keyed.scope,
        keyed.key,
        keyed.mac,
        stream,
        head.pos + 1 - i64::try_from(n).unwrap_or(1),
        head.pos,
    )?;
    Ok(())
}
