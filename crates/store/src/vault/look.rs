//! Looking into the vault: shown on need, each look recorded first.

use serde_json::json;
use sqlx::FromRow;
use zongheng_core::ids::{ContentId, DivisionCode, PostId, UserId};
use zongheng_core::ledger::{Hash, canonical};
use zongheng_core::time::At;

use super::VaultError;
use crate::county;
use crate::db::{On, row, rows, run};
use crate::error::{Result, StoreError};
use crate::open::Store;

/// Who looks, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looker {
    pub user: UserId,
    pub post: Option<PostId>,
    /// A word of the program's, such as `call_back`; never a free text.
    pub why: String,
}

/// The first look of the trail that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("look {n} of the trail does not hold")]
pub struct TrailFault {
    pub n: i64,
}

#[derive(FromRow)]
struct Look {
    n: i64,
    at: i64,
    user_id: String,
    post: Option<String>,
    content: String,
    stream: String,
    why: String,
    prev: String,
    hash: String,
}

#[derive(FromRow)]
struct Sealed {
    stream: String,
    cipher_key: String,
    cipher: String,
    erased: Option<i64>,
    /// Since when it is sealed off.
    shut: Option<i64>,
}

impl Store {
    /// Shows an entry of the vault. The look is on the trail before anything is shown.
    pub async fn look(
        &self,
        county: &DivisionCode,
        id: ContentId,
        looker: &Looker,
        now: At,
    ) -> Result<String> {
        let ring = self.vault().ring()?;
        let mut tx = self.db().begin().await?;
        county::lock(&mut tx, county.as_str()).await?;
        let sealed = row!(
            tx.on(),
            Sealed,
            "select stream, cipher_key, cipher, erased, sealed as shut from content \
             where county = $1 and id = $2 and class = 'personal'",
            county.as_str(),
            id.to_string(),
        )?
        .ok_or(VaultError::Unknown(id))?;
        if sealed.erased.is_some() {
            return Err(VaultError::Erased(id).into());
        }
        if sealed.shut.is_some() {
            return Err(VaultError::SealedOff(id).into());
        }
        let text = ring.decrypt(county.as_str(), id, &sealed.cipher_key, &sealed.cipher)?;
        let (last, prev) = trail_head(tx.on(), county.as_str()).await?;
        let mut look = Look {
            n: last + 1,
            at: now.seconds(),
            user_id: looker.user.to_string(),
            post: looker.post.map(|post| post.to_string()),
            content: id.to_string(),
            stream: sealed.stream,
            why: looker.why.clone(),
            prev: prev.to_string(),
            hash: String::new(),
        };
        look.hash = look.computed(county.as_str())?;
        run!(
            tx.on(),
            "insert into trail (county, n, at, user_id, post, content, stream, why, prev, hash) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            county.as_str(),
            look.n,
            look.at,
            &look.user_id,
            look.post.as_deref(),
            &look.content,
            &look.stream,
            &look.why,
            &look.prev,
            &look.hash,
        )?;
        tx.commit().await?;
        Ok(text)
    }

    /// Checks the trail's chain; gives the number of looks and the hash of the last.
    pub async fn verify_trail(
        &self,
        county: &DivisionCode,
    ) -> Result<Result<(i64, Hash), TrailFault>> {
        let mut tx = self.db().snapshot().await?;
        let (mut n, mut prev) = (0, Hash::ZERO);
        loop {
            let page = rows!(
                tx.on(),
                Look,
                "select n, at, user_id, post, content, stream, why, prev, hash from trail \
                 where county = $1 and n > $2 order by n limit 1000",
                county.as_str(),
                n,
            )?;
            if page.is_empty() {
                return Ok(Ok((n, prev)));
            }
            for look in page {
                let holds = look.n == n + 1
                    && look.prev == prev.to_string()
                    && look.hash == look.computed(county.as_str())?;
                match look.hash.parse() {
                    Ok(hash) if holds => (n, prev) = (look.n, hash),
                    _ => return Ok(Err(TrailFault { n: look.n })),
                }
            }
        }
    }
}

impl Look {
    fn computed(&self, county: &str) -> Result<String> {
        let Self { n, at, user_id, post, content, stream, why, prev, .. } = self;
        let at = At::from_seconds(*at);
        let look = json!({
            "county": county, "n": n, "at": at, "user": user_id, "post": post, "content": content,
            "stream": stream, "why": why, "prev": prev,
        });
        let text =
            canonical(&look, "look", 0).map_err(|e| StoreError::inconsistent("trail", n, e))?;
        Ok(Hash::of(text).to_string())
    }
}

/// The number and hash of the last look.
pub(crate) async fn trail_head(on: On<'_>, county: &str) -> Result<(i64, Hash)> {
    let last = row!(
        on,
        (i64, String),
        "select n, hash from trail where county = $1 order by n desc limit 1",
        county,
    )?;
    match last {
        Some((n, hash)) => {
            Ok((n, hash.parse().map_err(|_| StoreError::inconsistent("trail", n, "column hash"))?))
        }
        None => Ok((0, Hash::ZERO)),
    }
}
