//! Uploads: who sends what, and what became of it. How far one has come is the length of its file.

use sqlx::FromRow;
use uuid::Uuid;
use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;

use super::{Attached, Files};
use crate::db::{change, row, rows};
use crate::error::{Result, StoreError};
use crate::open::Store;

/// What no act names is kept for so many days.
pub const KEPT_DAYS: i64 = 30;

/// Of what never became whole nothing is kept for longer.
pub(super) const BEGUN_DAYS: i64 = 2;
/// The owner of all uploads without an account.
pub const PUBLIC: &str = "public";
/// Whoever has none sends within minutes or never: seconds.
const BEGUN_PUBLIC: i64 = 7_200;

/// An upload that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    pub id: Uuid,
    /// The account's id, or one word for all callers without an account.
    pub owner: String,
    pub name: String,
    /// The bytes that will come.
    pub size: u64,
}

/// An upload as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub id: Uuid,
    pub owner: String,
    pub name: String,
    pub size: u64,
    pub begun: At,
    /// What is kept of it; none until all of it is there.
    pub kept: Option<Attached>,
    /// An act names it.
    pub named: bool,
}

/// What came of beginning one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// It stands, now or from before.
    Stands(Upload),
    /// The id is another upload's.
    Taken,
}

/// What somebody has sent that no act names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loose {
    pub files: u64,
    /// As they were said to be; a picture that is kept is smaller.
    pub bytes: u64,
}

#[derive(FromRow)]
struct UploadRow {
    id: String,
    owner: String,
    name: String,
    size: i64,
    begun: i64,
    sha256: String,
    media: String,
    bytes: i64,
    named: i64,
}

const COLUMNS: &str = "id, owner, name, size, begun, sha256, media, bytes, named";

impl UploadRow {
    fn read(self) -> Result<Upload> {
        let bad = |what: &str| StoreError::inconsistent("upload", &self.id, what);
        let size = |n: i64| u64::try_from(n).map_err(|_| bad("a size below nothing"));
        Ok(Upload {
            id: self.id.parse().map_err(|_| bad("id"))?,
            owner: self.owner.clone(),
            name: self.name.clone(),
            size: size(self.size)?,
            begun: At::from_seconds(self.begun),
            named: self.named == 1,
            kept: if self.sha256.is_empty() {
                None
            } else {
                Some(Attached {
                    name: self.name.clone(),
                    media: self.media.clone(),
                    size: size(self.bytes)?,
                    sha256: self.sha256.clone(),
                })
            },
        })
    }
}

impl Store {
    /// The folder of a county's files; none where this store was opened without.
    pub fn files(&self, county: &DivisionCode) -> Option<Files> {
        self.inner.files.as_ref().map(|folder| Files::new(folder.join(county.as_str())))
    }

    /// Begins an upload, or finds the same one again.
    ///
    /// # Errors
    /// Of the database.
    pub async fn begin_upload(
        &self,
        county: &DivisionCode,
        new: &NewUpload,
        now: At,
    ) -> Result<Begun> {
        self.trusted()?;
        let size = i64::try_from(new.size).unwrap_or(i64::MAX);
        change!(
            self,
            "insert into upload (county, id, owner, name, size, begun, sha256, media, bytes, named) \
             values ($1, $2, $3, $4, $5, $6, '', '', 0, 0) on conflict do nothing",
            county.as_str(),
            new.id.to_string(),
            &new.owner,
            &new.name,
            size,
            now.seconds(),
        );
        let stands = self.upload(county, new.id).await?;
        // What is kept bears a name that was made plain.
        let same = |stands: &Upload| {
            (&stands.owner, stands.size) == (&new.owner, new.size)
                && (stands.kept.is_some() || stands.name == new.name)
        };
        Ok(stands.filter(same).map_or(Begun::Taken, Begun::Stands))
    }

    /// An upload by its id.
    ///
    /// # Errors
    /// Of the database.
    pub async fn upload(&self, county: &DivisionCode, id: Uuid) -> Result<Option<Upload>> {
        let sql = format!("select {COLUMNS} from upload where county = $1 and id = $2");
        let on = self.db().reader().await?;
        let mut on = on;
        let found = row!(on.on(), UploadRow, &sql, county.as_str(), id.to_string())?;
        found.map(UploadRow::read).transpose()
    }

    /// Says what is kept of an upload. To be said before its bytes get their name, under the lock of the folder, so
    /// that no bytes stand there which nothing names. False where the upload is gone.
    ///
    /// # Errors
    /// Of the database.
    pub async fn upload_is(
        &self,
        county: &DivisionCode,
        id: Uuid,
        kept: &Attached,
    ) -> Result<bool> {
        let changed = change!(
            self,
            "update upload set sha256 = $3, media = $4, bytes = $5, name = $6 \
             where county = $1 and id = $2",
            county.as_str(),
            id.to_string(),
            &kept.sha256,
            &kept.media,
            i64::try_from(kept.size).unwrap_or(i64::MAX),
            &kept.name,
        );
        Ok(changed > 0)
    }

    /// Forgets an upload of which nothing is kept.
    ///
    /// # Errors
    /// Of the database.
    pub async fn drop_upload(&self, county: &DivisionCode, id: Uuid) -> Result<()> {
        change!(
            self,
            "delete from upload where county = $1 and id = $2 and sha256 = ''",
            county.as_str(),
            id.to_string(),
        );
        Ok(())
    }

    /// What an owner has sent or announced that no act names.
    ///
    /// # Errors
    /// Of the database.
    pub async fn loose(&self, county: &DivisionCode, owner: &str) -> Result<Loose> {
        let found = row!(
            self.db().reader().await?.on(),
            (i64, i64),
            "select count(*), cast(coalesce(sum(size), 0) as bigint) from upload \
             where county = $1 and owner = $2 and named = 0",
            county.as_str(),
            owner,
        )?;
        let (files, bytes) = found.unwrap_or_default();
        let size = |n: i64| u64::try_from(n).unwrap_or(0);
        Ok(Loose { files: size(files), bytes: size(bytes) })
    }

    /// Whether a command of this key was accepted before.
    ///
    /// # Errors
    /// Of the database.
    pub async fn remembers(&self, county: &DivisionCode, scope: &str, key: &str) -> Result<bool> {
        let found = rows!(
            self.db().reader().await?.on(),
            (i64,),
            "select first from command where county = $1 and scope = $2 and key = $3",
            county.as_str(),
            scope,
            key,
        )?;
        Ok(!found.is_empty())
    }

    /// The uploads that are over at `now`, the oldest first.
    pub(super) async fn uploads_over(
        &self,
        county: &DivisionCode,
        now: At,
    ) -> Result<Vec<(String, String)>> {
        rows!(
            self.db().reader().await?.on(),
            (String, String),
            "select id, sha256 from upload where county = $1 \
             and (begun < $2 or sha256 = '' and (begun < $3 or owner = $4 and begun < $5)) \
             order by begun, id limit 100",
            county.as_str(),
            now.plus_seconds(-KEPT_DAYS * 86_400).seconds(),
            now.plus_seconds(-BEGUN_DAYS * 86_400).seconds(),
            PUBLIC,
            now.plus_seconds(-BEGUN_PUBLIC).seconds(),
        )
    }

    /// Forgets an upload, unless something else is kept of it meanwhile.
    pub(super) async fn forget_upload(
        &self,
        county: &DivisionCode,
        id: &str,
        sha256: &str,
    ) -> Result<bool> {
        let gone = change!(
            self,
            "delete from upload where county = $1 and id = $2 and sha256 = $3",
            county.as_str(),
            id,
            sha256,
        );
        Ok(gone > 0)
    }
}
