//! Secrets of accounts: passwords as Argon2id, one-time links and tokens as chance of which only the
//! hash is kept.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use zongheng_core::ids::{DivisionCode, UserId};
use zongheng_core::time::At;
use zongheng_store::Store;

use crate::api::caller::hash_secret;

/// How long a one-time link is open, in seconds: three days.
const LINK: i64 = 3 * 86_400;

/// The fewest characters of a password (GB/T 22239 asks for complexity; length is what helps).
pub const SHORTEST: usize = 10;

/// A fresh secret of 256 bits as text, and the hash under which it is kept.
pub fn fresh() -> (String, String) {
    let chance: [u8; 32] = rand::random();
    let secret = hex::encode(chance);
    let hash = hash_secret(&secret);
    (secret, hash)
}

/// Opens a one-time link by which somebody sets the password of an account; its path.
///
/// # Errors
/// Of the database.
pub async fn link(
    store: &Store,
    code: &DivisionCode,
    id: UserId,
    now: At,
) -> zongheng_store::Result<String> {
    let (secret, hash) = fresh();
    store.open_link(code, id, &hash, now.plus_seconds(LINK)).await?;
    Ok(format!("/link/{secret}"))
}

/// Why a login is none.
pub fn login_fault(login: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.-".contains(c);
    let is_one = (3..=40).contains(&login.len()) && login.chars().all(fits);
    (!is_one).then(|| format!("\"{login}\": a login is 3 to 40 of a-z 0-9 _ . -"))
}

/// The password as kept: Argon2id with the recommended cost (19 MiB, two passes).
///
/// # Errors
/// The password is too short or too common to be one.
pub fn hash_password(password: &str) -> Result<String, String> {
    if password.chars().count() < SHORTEST {
        return Err(format!("at least {SHORTEST} characters"));
    }
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| error.to_string())
}

/// What is compared where an account has no password, so that it costs the same time as any other.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$xJ9aAmGcHOBVE8dVNiV4ydCqBnp0d4aUGUkI4uhZBsM";

/// Whether this is the password. An account without one costs the same time as any other.
pub fn is_password(kept: &str, password: &str) -> bool {
    let kept = if kept.is_empty() { NOBODY } else { kept };
    let Ok(hash) = PasswordHash::new(kept) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && kept != NOBODY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_no_other_is() {
        let kept = hash_password("曹寨村第三网格 2026").unwrap();
        assert!(is_password(&kept, "曹寨村第三网格 2026"));
        assert!(!is_password(&kept, "曹寨村第三网格 2025"));
        assert!(!is_password("", "anything at all"));
        assert!(!is_password("no hash", "anything at all"));
        assert!(hash_password("short").is_err());
    }

    #[test]
    fn an_account_without_a_password_costs_what_any_other_does() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let kept = hash_password("曹寨村第三网格 2026").unwrap();
        let kept = PasswordHash::new(&kept).unwrap();
        assert_eq!(
            (nobody.algorithm, nobody.version, &nobody.params),
            (kept.algorithm, kept.version, &kept.params)
        );
        // A hash that cannot be computed fails at once and with another error.
        let compared = Argon2::default().verify_password(b"anything at all", &nobody);
        assert_eq!(compared, Err(argon2::password_hash::Error::PasswordInvalid));
    }
}
