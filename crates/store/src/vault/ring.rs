//! The key ring: secrets of 32 bytes in a file of their own, from which all keys are derived.

use std::fmt;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use hmac::{Hmac, Mac};
use rand::RngExt;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zongheng_core::ids::{ContentId, MatterId};

use super::VaultError;
use crate::error::{Result, StoreError};
use crate::open::make_folder;

const NONCE: usize = 12;

/// The secrets of one installation. The first one also keys what must never change (macs of
/// commands, receipt codes); the last one encrypts; every one of them decrypts.
#[derive(Clone, PartialEq, Eq)]
pub struct Ring {
    keys: Vec<RingKey>,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct RingKey {
    pub(super) id: String,
    pub(super) secret: [u8; 32],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RingFile {
    version: u32,
    keys: Vec<KeyFile>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    id: String,
    secret: String,
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<&str> = self.keys.iter().map(|key| key.id.as_str()).collect();
        f.debug_struct("Ring").field("keys", &ids).finish_non_exhaustive()
    }
}

impl Ring {
    /// Makes a ring with one fresh secret and writes it, readable for its owner alone.
    pub fn create(path: &Path) -> Result<Self> {
        let ring = Self::of_secret("1".to_owned(), rand::rng().random());
        ring.write(path)?;
        // The log of erased entries begins with the ring, so that a missing one can be told from an empty one.
        let mut log = path.as_os_str().to_owned();
        log.push(".erased");
        let log = Path::new(&log);
        OpenOptions::new().create(true).append(true).open(log).map_err(StoreError::file(log))?;
        Ok(ring)
    }

    /// Writes the ring where there is no file yet, as after [`Ring::recover`].
    pub fn write(&self, path: &Path) -> Result<()> {
        let keys =
            self.keys.iter().map(|k| KeyFile { id: k.id.clone(), secret: hex::encode(k.secret) });
        let file = RingFile { version: 1, keys: keys.collect() };
        let text = serde_json::to_string_pretty(&file)
            .map_err(|e| StoreError::File { path: path.into(), source: e.into() })?;
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            make_folder(folder)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = match options.open(path) {
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(VaultError::RingExists(path.to_owned()).into());
            }
            other => other.map_err(StoreError::file(path))?,
        };
        writeln!(file, "{text}").and_then(|()| file.sync_all()).map_err(StoreError::file(path))
    }

    /// Adds a fresh secret to the ring of a file: from the next start on what is new is encrypted under it,
    /// and all that there was still opens. The file is replaced as a whole.
    pub fn rotate(path: &Path) -> Result<Self> {
        let ring = Self::read(path)?.rotated();
        let mut new = path.as_os_str().to_owned();
        new.push(".new");
        let new = Path::new(&new);
        if new.exists() {
            // Of a rotation that was cut off before it took effect: nothing is encrypted under it.
            std::fs::remove_file(new).map_err(StoreError::file(new))?;
        }
        ring.write(new)?;
        std::fs::rename(new, path).map_err(StoreError::file(path))?;
        Ok(ring)
    }

    pub(super) fn rotated(mut self) -> Self {
        let last = self.keys.iter().filter_map(|key| key.id.parse::<u32>().ok()).max();
        let id = (last.unwrap_or(0) + 1).to_string();
        self.keys.push(RingKey { id, secret: rand::rng().random() });
        self
    }

    pub fn read(path: &Path) -> Result<Self> {
        let bad = |what: String| VaultError::NotARing { path: path.to_owned(), what };
        let text = std::fs::read_to_string(path).map_err(StoreError::file(path))?;
        let file: RingFile = serde_json::from_str(&text).map_err(|e| bad(e.to_string()))?;
        if file.version != 1 || file.keys.is_empty() {
            return Err(bad("no keys, or of another version".to_owned()).into());
        }
        let keys = file.keys.into_iter().map(|key| {
            let mut secret = [0; 32];
            hex::decode_to_slice(&key.secret, &mut secret)
                .map_err(|_| bad(format!("the secret of key {} is not 64 hex digits", key.id)))?;
            Ok(RingKey { id: key.id, secret })
        });
        Ok(Self { keys: keys.collect::<Result<_, VaultError>>()? })
    }

    /// The ring of a simulated county: the same seed, the same ring.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self::of_secret("1".to_owned(), hmac(seed, &[b"ring"]))
    }

    fn of_secret(id: String, secret: [u8; 32]) -> Self {
        Self::of_keys(vec![RingKey { id, secret }])
    }

    pub(super) fn of_keys(keys: Vec<RingKey>) -> Self {
        Self { keys }
    }

    pub(super) fn keys(&self) -> &[RingKey] {
        &self.keys
    }

    /// Whether a key of this id is in it.
    pub fn has(&self, id: &str) -> bool {
        self.keys.iter().any(|key| key.id == id)
    }

    /// What the database holds to tell this ring from another one.
    pub fn check(&self) -> String {
        check_of(&self.first().secret)
    }

    /// A keyed digest in hex, for a purpose of its own.
    pub fn mac(&self, purpose: &str, bytes: &[u8]) -> String {
        hex::encode(hmac(&hmac(&self.first().secret, &[b"mac ", purpose.as_bytes()]), &[bytes]))
    }

    /// The code on a reporter's receipt: sixteen characters that cannot be mistaken for each other,
    /// derived, so that nothing is kept and a repeated report shows the same code.
    pub fn receipt_code(&self, matter: MatterId) -> String {
        let digest = hmac(&self.first().secret, &[b"receipt ", matter.0.as_bytes()]);
        let text = super::sheet::base32(&digest[..10]);
        format!("{}-{}-{}-{}", &text[..4], &text[4..8], &text[8..12], &text[12..16])
    }

    /// Whether `code` is the receipt code of the matter; spaces, dashes and case do not count, and
    /// the time taken says nothing about how much of it was right.
    pub fn is_receipt_code(&self, matter: MatterId, code: &str) -> bool {
        let plain = |text: &str| -> Vec<u8> {
            let kept = text.bytes().filter(u8::is_ascii_alphanumeric);
            kept.map(|b| super::sheet::read_alike(b.to_ascii_uppercase())).collect()
        };
        let (right, given) = (plain(&self.receipt_code(matter)), plain(code));
        right.len() == given.len()
            && right.iter().zip(&given).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
    }

    /// Encrypts an entry: the id of the key, and nonce and ciphertext in hex.
    pub(crate) fn encrypt(
        &self,
        county: &str,
        id: ContentId,
        plain: &str,
    ) -> Result<(String, String)> {
        let key = self.keys.last().unwrap_or_else(|| self.first());
        let nonce: [u8; NONCE] = rand::rng().random();
        let place = place(county, id);
        let payload = Payload { msg: plain.as_bytes(), aad: place.as_bytes() };
        let sealed = cipher(key, id)
            .encrypt(Nonce::from_slice(&nonce), payload)
            .map_err(|_| VaultError::Unreadable(id))?;
        Ok((key.id.clone(), hex::encode(nonce) + &hex::encode(sealed)))
    }

    /// Opens an entry; fails where a bit of it, its place or its key is another one.
    pub(crate) fn decrypt(
        &self,
        county: &str,
        id: ContentId,
        key: &str,
        sealed: &str,
    ) -> Result<String, VaultError> {
        let unreadable = || VaultError::Unreadable(id);
        let key = self.keys.iter().find(|k| k.id == key).ok_or_else(unreadable)?;
        let bytes = hex::decode(sealed).map_err(|_| unreadable())?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or_else(unreadable)?;
        let place = place(county, id);
        let plain = cipher(key, id)
            .decrypt(Nonce::from_slice(nonce), Payload { msg: sealed, aad: place.as_bytes() })
            .map_err(|_| unreadable())?;
        String::from_utf8(plain).map_err(|_| unreadable())
    }

    /// The key that encrypts a backup with this salt: its id in the ring, and the key itself.
    pub(crate) fn backup_key(&self, salt: &[u8; 32]) -> (&str, [u8; 32]) {
        let key = self.last();
        (&key.id, hmac(&key.secret, &[b"backup ", salt]))
    }

    /// The same key from its id, as long as the ring has it.
    pub(crate) fn backup_key_of(&self, id: &str, salt: &[u8; 32]) -> Option<[u8; 32]> {
        let key = self.keys.iter().find(|key| key.id == id)?;
        Some(hmac(&key.secret, &[b"backup ", salt]))
    }

    fn last(&self) -> &RingKey {
        self.keys.last().unwrap_or_else(|| self.first())
    }

    fn first(&self) -> &RingKey {
        &self.keys[0]
    }
}

pub(crate) fn check_of(secret: &[u8; 32]) -> String {
    hex::encode(&hmac(secret, &[b"check"])[..16])
}

/// A key an entry: no key ever encrypts twice, so the random nonce can never meet another.
fn cipher(key: &RingKey, id: ContentId) -> Aes256Gcm {
    let derived = hmac(&key.secret, &[b"entry ", id.0.as_bytes()]);
    Aes256Gcm::new(Key::<Aes256Gcm>::from_slice(&derived))
}

/// Bound to the ciphertext, so that an entry moved to another place does not open there.
fn place(county: &str, id: ContentId) -> String {
    format!("{county} {id}")
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of every length: this cannot fail.
    let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring() -> Ring {
        Ring::from_seed(&[7; 32])
    }

    #[test]
    fn an_entry_opens_only_with_its_ring_in_its_place_and_whole() {
        let (a, b) = (ContentId(uuid::Uuid::from_u128(1)), ContentId(uuid::Uuid::from_u128(2)));
        let (key, sealed) = ring().encrypt("411524000000", a, "138 0000 0000").unwrap();
        let open = |ring: &Ring, county: &str, id, key: &str, sealed: &str| {
            ring.decrypt(county, id, key, sealed).ok()
        };
        assert_eq!(
            open(&ring(), "411524000000", a, &key, &sealed).as_deref(),
            Some("138 0000 0000")
        );
        assert_eq!(open(&ring(), "411525000000", a, &key, &sealed), None, "another county");
        assert_eq!(open(&ring(), "411524000000", b, &key, &sealed), None, "another entry");
        assert_eq!(
            open(&Ring::from_seed(&[8; 32]), "411524000000", a, &key, &sealed),
            None,
            "another ring"
        );
        assert_eq!(open(&ring(), "411524000000", a, "2", &sealed), None, "another key");
        let last = if sealed.ends_with('0') { "1" } else { "0" };
        let changed = format!("{}{last}", &sealed[..sealed.len() - 1]);
        assert_eq!(open(&ring(), "411524000000", a, &key, &changed), None, "a changed byte");
        assert_eq!(open(&ring(), "411524000000", a, &key, "00"), None, "cut short");
    }

    #[test]
    fn a_receipt_code_forgives_how_it_is_written_but_not_what() {
        let matter = MatterId(uuid::Uuid::from_u128(3));
        let code = ring().receipt_code(matter);
        assert!(ring().is_receipt_code(matter, &code.to_lowercase().replace('-', " ")));
        assert!(!ring().is_receipt_code(MatterId(uuid::Uuid::from_u128(4)), &code));
        assert!(!ring().is_receipt_code(matter, &code[..code.len() - 1]));
        assert!(!ring().is_receipt_code(matter, ""));
    }

    #[test]
    fn a_ring_is_written_once_and_reads_back() {
        let folder = std::env::temp_dir().join(format!("zongheng-ring-{}", uuid::Uuid::now_v7()));
        let path = folder.join("ring.json");
        let made = Ring::create(&path).unwrap();
        assert_eq!(Ring::read(&path).unwrap(), made);
        assert!(Ring::create(&path).is_err(), "a ring is never written over");
        assert_ne!(made.check(), ring().check());
        std::fs::write(&path, "{\"version\":1,\"keys\":[{\"id\":\"1\",\"secret\":\"00\"}]}")
            .unwrap();
        assert!(Ring::read(&path).is_err(), "a secret cut short is no secret");
        std::fs::remove_dir_all(folder).unwrap();
    }
}
