//! The end of files: those of erased entries at once, those that no act names after a month; and which should be there.

use std::time::Duration;

use zongheng_core::ids::DivisionCode;
use zongheng_core::time::At;

use super::folder::Lock;
use super::upload::BEGUN_DAYS;
use super::{Attached, Files};
use crate::db::{On, change, row, rows};
use crate::error::{Result, StoreError};
use crate::open::Store;

/// Names of files asked for at a time.
const PAGE: i64 = 500;

impl Store {
    /// Removes the bytes of entries that were erased or destroyed, unless another living entry, or an upload that no
    /// act names yet, has the same. Cut off, the next call goes on.
    ///
    /// # Errors
    /// Of database and disk.
    pub async fn forget_files(&self, county: &DivisionCode) -> Result<u64> {
        let Some(files) = self.files(county) else { return Ok(0) };
        let mut gone = 0;
        loop {
            let found = rows!(
                self.db().reader().await?.on(),
                (String,),
                "select distinct sha256 from content where county = $1 and sha256 <> '' \
                 and erased is not null limit 100",
                county.as_str(),
            )?;
            if found.is_empty() {
                return Ok(gone);
            }
            for (sha256,) in found {
                let held = self.held(&files).await?;
                if self.is_named(county, &sha256, "").await? {
                    drop(held);
                } else {
                    self.take_away(&files, &sha256, held).await?;
                    gone += 1;
                }
                change!(
                    self,
                    "delete from upload where county = $1 and sha256 = $2 and named = 1",
                    county.as_str(),
                    &sha256,
                );
                change!(
                    self,
                    "update content set sha256 = '' where county = $1 and sha256 = $2 \
                     and erased is not null",
                    county.as_str(),
                    &sha256,
                );
            }
        }
    }

    /// Removes uploads that are over at `now`, and their bytes where nothing living names them.
    ///
    /// # Errors
    /// Of database and disk.
    pub async fn sweep_files(&self, county: &DivisionCode, now: At) -> Result<u64> {
        self.trusted()?;
        let mut swept = self.forget_files(county).await?;
        let Some(files) = self.files(county) else { return Ok(swept) };
        loop {
            let over = self.uploads_over(county, now).await?;
            if over.is_empty() {
                break;
            }
            for (id, sha256) in over {
                let held = self.held(&files).await?;
                if !sha256.is_empty() && !self.is_named(county, &sha256, &id).await? {
                    self.take_away(&files, &sha256, held).await?;
                    swept += 1;
                }
                // Last: cut off before, the next call finds it again.
                let forgotten = self.forget_upload(county, &id, &sha256).await?;
                if let Ok(id) = id.parse()
                    && forgotten
                {
                    let files = files.clone();
                    on_disk(move || {
                        files.drop_part(id);
                        Ok(())
                    })
                    .await?;
                }
            }
            tokio::task::yield_now().await;
        }
        let days = Duration::from_secs(BEGUN_DAYS.unsigned_abs() * 86_400);
        let parts = on_disk(move || files.sweep_parts(days)).await?;
        Ok(swept + parts)
    }

    /// The names of the folder, held; waited for on a thread that may.
    ///
    /// # Errors
    /// Of the disk.
    pub async fn held(&self, files: &Files) -> Result<Lock> {
        let files = files.clone();
        on_disk(move || files.lock()).await
    }

    async fn take_away(&self, files: &Files, sha256: &str, held: Lock) -> Result<()> {
        let (files, sha256) = (files.clone(), sha256.to_owned());
        on_disk(move || files.remove(&sha256, &held)).await
    }

    /// Whether something living has these bytes, other than this upload.
    async fn is_named(&self, county: &DivisionCode, sha256: &str, but: &str) -> Result<bool> {
        // Uploads first: one that is named in between is then found by its entry.
        let upload = row!(
            self.db().reader().await?.on(),
            (String,),
            "select id from upload where county = $1 and sha256 = $2 and sha256 <> '' \
             and named = 0 and id <> $3 limit 1",
            county.as_str(),
            sha256,
            but,
        )?;
        Ok(upload.is_some() || self.names_file(county, sha256).await?)
    }

    /// Whether a living entry has these bytes.
    pub(crate) async fn names_file(&self, county: &DivisionCode, sha256: &str) -> Result<bool> {
        let entry = row!(
            self.db().reader().await?.on(),
            (String,),
            "select id from content where county = $1 and sha256 = $2 and sha256 <> '' \
             and erased is null limit 1",
            county.as_str(),
            sha256,
        )?;
        Ok(entry.is_some())
    }

    /// The files that living entries name and that are not there; looks at no bytes.
    ///
    /// # Errors
    /// Of the database.
    pub async fn files_missing(&self, county: &DivisionCode) -> Result<(u64, Vec<String>)> {
        let (mut all, mut missing, mut after) = (0, Vec::new(), String::new());
        let Some(files) = self.files(county) else { return Ok((0, missing)) };
        loop {
            let page = named_files(self.db().reader().await?.on(), county, &after).await?;
            let Some(last) = page.last() else { return Ok((all, missing)) };
            after.clone_from(last);
            all += page.len() as u64;
            let files = files.clone();
            let gone = on_disk(move || {
                Ok(page.into_iter().filter(|sha256| !files.has(sha256)).collect::<Vec<_>>())
            });
            missing.extend(gone.await?);
        }
    }

    /// What is wrong with the files that living entries name: missing, damaged, or named otherwise than the entry says.
    pub(crate) async fn check_files(
        &self,
        county: &DivisionCode,
        mut told: impl FnMut(String),
    ) -> Result<()> {
        let Some(files) = self.files(county) else { return Ok(()) };
        let mut after = (String::new(), String::new());
        loop {
            let page = rows!(
                self.db().reader().await?.on(),
                (String, String, String),
                "select sha256, id, text from content where county = $1 and sha256 <> '' \
                 and erased is null and (sha256, id) > ($2, $3) order by sha256, id limit $4",
                county.as_str(),
                &after.0,
                &after.1,
                PAGE,
            )?;
            let Some((sha256, id, _)) = page.last() else { return Ok(()) };
            after = (sha256.clone(), id.clone());
            for (sha256, id, text) in page {
                let said = serde_json::from_str::<Attached>(&text).ok();
                if said.is_none_or(|said| said.sha256 != sha256) {
                    told(format!("table content, row {id}, column sha256: its text names another"));
                }
                let (files, name) = (files.clone(), sha256.clone());
                match on_disk(move || files.is_whole(&name)).await? {
                    Some(true) => {}
                    Some(false) => told(format!("file {sha256}: it is damaged (entry {id})")),
                    None => told(format!("file {sha256}: it is not there (entry {id})")),
                }
            }
        }
    }
}

/// The SHA-256 of files that living entries name, after one of them, in their order.
pub(crate) async fn named_files(
    on: On<'_>,
    county: &DivisionCode,
    after: &str,
) -> Result<Vec<String>> {
    let found = rows!(
        on,
        (String,),
        "select distinct sha256 from content where county = $1 and sha256 <> '' \
         and erased is null and sha256 > $2 order by sha256 limit $3",
        county.as_str(),
        after,
        PAGE,
    )?;
    Ok(found.into_iter().map(|(sha256,)| sha256).collect())
}

/// Waits for the disk on a thread that may.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| StoreError::inconsistent("file", "the disk", e))?
}
