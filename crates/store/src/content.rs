//! Contents: texts and personal data kept beside the ledger, named there by id and salted digest.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::FromRow;
use zongheng_core::ids::{ContentId, DivisionCode};
use zongheng_core::ledger::{Act, Class, ContentRef, Hash, Stream};
use zongheng_core::ruling::{ContentWord, Sealing};
use zongheng_core::time::At;

use crate::db::{On, Tx, row, rows, run};
use crate::error::{Result, StoreError};
use crate::file::{Attached, NewFile};
use crate::open::Store;
use crate::statement::{Rows, Statement, add, fields};
use crate::vault::{Vault, VaultError, append_line};

/// An entry to be kept. Its salt is chance of the caller's, kept with it and erased with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContent {
    pub id: ContentId,
    pub class: Class,
    pub salt: [u8; 32],
    pub text: String,
    /// Of class `file`: its bytes, which stand in the folder already.
    pub file: Option<NewFile>,
}

/// An entry as a page may show it. Personal data are not here: [`Store::look`] shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub id: ContentId,
    pub class: Class,
    /// `None` for personal data, and for what was erased or is sealed off.
    pub text: Option<String>,
    pub erased: Option<At>,
    /// Since when it is sealed off (内容封存).
    pub sealed: Option<At>,
}

impl Content {
    /// What it says of its bytes; none of a text, and of what was erased or is sealed off.
    pub fn attached(&self) -> Option<Attached> {
        let text = self.text.as_ref().filter(|_| self.class == Class::File)?;
        serde_json::from_str(text).ok()
    }
}

#[derive(FromRow)]
struct ContentRow {
    id: String,
    class: String,
    text: String,
    erased: Option<i64>,
    sealed: Option<i64>,
}

impl NewContent {
    /// What the act holds of it.
    pub fn reference(&self) -> ContentRef {
        let digest = Hash::of_content(&self.salt, self.text.as_bytes());
        ContentRef { id: self.id, class: self.class, digest }
    }
}

impl Store {
    /// Entries by id; what is not there is left out.
    pub async fn texts(
        &self,
        county: &DivisionCode,
        ids: &[ContentId],
    ) -> Result<BTreeMap<ContentId, Content>> {
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        texts_in(self.db().reader().await?.on(), county, ids).await
    }

    /// Erases an entry for ever: salt, text and ciphertext go, the act that names it stays and still
    /// verifies. Id, time, who erases it and on what basis go to a log beside the key, so that a restored
    /// backup forgets it too. Says whether there was anything left to erase.
    ///
    /// # Errors
    /// It is sealed off: two persons destroy that, by rulings of theirs.
    pub async fn erase(
        &self,
        county: &DivisionCode,
        id: ContentId,
        now: At,
        [by, basis]: [&str; 2],
    ) -> Result<bool> {
        let mut tx = self.db().begin().await?;
        // Held from here on: what somebody seals off in this very moment is for two to destroy.
        let held = run!(
            tx.on(),
            "update content set erased = null where county = $1 and id = $2 and erased is null \
             and sealed is null",
            county.as_str(),
            id.to_string(),
        )?;
        if held == 0 {
            let sealed = row!(
                tx.on(),
                (i64,),
                "select sealed from content where county = $1 and id = $2 and erased is null \
                 and sealed is not null",
                county.as_str(),
                id.to_string(),
            )?;
            tx.rollback().await?;
            return sealed.map_or(Ok(false), |_| Err(VaultError::SealedOff(id).into()));
        }
        if let Some(log) = self.vault().beside("erased") {
            let why = json!({ "by": by, "basis": basis });
            append_line(&log, &format!("{county} {id} {now} {why}"))?;
        }
        erase_in(&mut tx, county.as_str(), &id.to_string(), now).await?;
        tx.commit().await?;
        self.bytes_too(county).await;
        Ok(true)
    }

    /// The bytes of what was just erased. Where they cannot be removed now, the next sweep does it.
    pub(crate) async fn bytes_too(&self, county: &DivisionCode) {
        if let Err(error) = self.forget_files(county).await {
            tracing::error!(%county, %error, "the files of an erased entry stand until the next sweep");
        }
    }

    /// An entry of class `file`, and the stream to which it belongs; none where there is none, it was erased or is
    /// sealed off.
    ///
    /// # Errors
    /// Of the database.
    pub async fn file_entry(
        &self,
        county: &DivisionCode,
        id: ContentId,
    ) -> Result<Option<(Stream, Attached)>> {
        let found = row!(
            self.db().reader().await?.on(),
            (String, String),
            "select stream, text from content where county = $1 and id = $2 and class = 'file' \
             and erased is null and sealed is null",
            county.as_str(),
            id.to_string(),
        )?;
        let bad = |e| StoreError::inconsistent("content", id, e);
        found
            .map(|(stream, text)| Ok((Stream(stream), serde_json::from_str(&text).map_err(bad)?)))
            .transpose()
    }
}

/// Entries by id, on whichever state of the database that is.
pub(crate) async fn texts_in(
    on: On<'_>,
    county: &DivisionCode,
    ids: &[ContentId],
) -> Result<BTreeMap<ContentId, Content>> {
    let found = rows!(
        on,
        ContentRow,
        "select id, class, text, erased, sealed from content where county = $1 and id {in 2}",
        county.as_str(),
        json!(ids).to_string(),
    )?;
    found.into_iter().map(|row| row.read().map(|content| (content.id, content))).collect()
}

async fn erase_in(tx: &mut Tx, county: &str, id: &str, now: At) -> Result<bool> {
    let gone = run!(
        tx.on(),
        "update content set salt = '', text = '', cipher_key = '', cipher = '', erased = $3 \
         where county = $1 and id = $2 and erased is null",
        county,
        id,
        now.seconds(),
    )?;
    Ok(gone > 0)
}

/// What the ruling on an entry makes of it, in the transaction of its act. What is destroyed is written to
/// the log beside the key first: cut off after that, the entry is gone at the next start, and the second
/// person says it once more.
pub(crate) async fn ruled(
    tx: &mut Tx,
    vault: &Vault,
    county: &str,
    (sealing, act): (&Sealing, &Act),
) -> Result<()> {
    let id = sealing.content.to_string();
    let sealed = match sealing.word {
        ContentWord::Seal => Some(act.at.seconds()),
        ContentWord::Release => None,
        ContentWord::Destroy => {
            if let Some(log) = vault.beside("erased") {
                let why = json!({ "by": act.by.user, "basis": sealing.number });
                append_line(&log, &format!("{county} {id} {} {why}", act.at))?;
            }
            erase_in(tx, county, &id, act.at).await?;
            return Ok(());
        }
    };
    run!(
        tx.on(),
        "update content set sealed = $3 where county = $1 and id = $2",
        county,
        &id,
        sealed,
    )?;
    Ok(())
}

impl ContentRow {
    fn read(self) -> Result<Content> {
        let bad = |what: &str| StoreError::inconsistent("content", &self.id, what);
        let id = self.id.parse().map(ContentId).map_err(|_| bad("id"))?;
        let class = class(&self.class).ok_or_else(|| bad("class"))?;
        let erased = self.erased.map(At::from_seconds);
        let sealed = self.sealed.map(At::from_seconds);
        let shown = erased.is_none() && sealed.is_none() && class != Class::Personal;
        Ok(Content { id, class, text: shown.then_some(self.text), erased, sealed })
    }
}

fn class(text: &str) -> Option<Class> {
    [Class::Text, Class::File, Class::Personal].into_iter().find(|class| class.as_str() == text)
}

/// Keeps entries, personal data encrypted. Fails for personal data with the vault shut.
pub(crate) fn statement(
    county: &str,
    contents: &[(Stream, NewContent)],
    vault: &Vault,
) -> Result<Option<Statement>> {
    let mut rows = Rows::default();
    for (stream, content) in contents {
        let (text, key, cipher) = if content.class == Class::Personal {
            let (key, cipher) = vault.ring()?.encrypt(county, content.id, &content.text)?;
            ("", key, cipher)
        } else {
            (content.text.as_str(), String::new(), String::new())
        };
        let salt = hex::encode(content.salt);
        rows.begin();
        fields!(rows, content.id, stream, content.class, salt, text, key, cipher);
        if let Some(file) = &content.file {
            rows.field(&file.sha256);
        }
        rows.end();
    }
    // Most batches bring texts alone, whose rows need no further column.
    let text = if contents.iter().any(|(_, content)| content.file.is_some()) {
        "insert into content (county, id, stream, class, salt, text, cipher_key, cipher, sha256) \
         select $1, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, \
         coalesce(value->>7, '') from {each 2}"
    } else {
        "insert into content (county, id, stream, class, salt, text, cipher_key, cipher) \
         select $1, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6 \
         from {each 2}"
    };
    Statement::of(text, county, rows)
}

/// Says of uploads that an act names them.
pub(crate) fn uploads(
    county: &str,
    contents: &[(Stream, NewContent)],
) -> Result<Option<Statement>> {
    let mut rows = Rows::default();
    for file in contents.iter().filter_map(|(_, content)| content.file.as_ref()) {
        add!(rows, file.upload);
    }
    Statement::of(
        "update upload set named = 1 where county = $1 and id in (select value->>0 from {each 2})",
        county,
        rows,
    )
}
