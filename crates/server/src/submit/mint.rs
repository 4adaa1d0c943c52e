//! Where new ids and salts come from: chance in a server, the seed in a simulation.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use uuid::Uuid;
use zongheng_core::ids::ContentId;
use zongheng_core::ledger::Class;
use zongheng_core::time::At;
use zongheng_store::NewContent;

/// Makes ids (UUID version 7: they sort by time), salts and keys.
pub struct Mint {
    rng: ChaCha20Rng,
}

impl Mint {
    /// From the chance of the machine.
    pub fn by_chance() -> Self {
        Self { rng: ChaCha20Rng::from_seed(rand::random()) }
    }

    /// The same seed, the same ids.
    pub fn from_seed(seed: u64) -> Self {
        Self { rng: ChaCha20Rng::seed_from_u64(seed) }
    }

    pub fn id(&mut self, now: At) -> Uuid {
        let millis = u64::try_from(now.seconds()).unwrap_or(0) * 1000;
        let mut chance = [0_u8; 10];
        self.rng.fill_bytes(&mut chance);
        uuid::Builder::from_unix_timestamp_millis(millis, &chance).into_uuid()
    }

    /// An idempotency key for a form that a page shows.
    pub fn key(&mut self) -> String {
        let mut chance = [0_u8; 16];
        self.rng.fill_bytes(&mut chance);
        hex::encode(chance)
    }

    /// An entry beside the ledger.
    pub fn content(&mut self, class: Class, text: String, now: At) -> NewContent {
        let id = ContentId(self.id(now));
        let mut salt = [0_u8; 32];
        self.rng.fill_bytes(&mut salt);
        NewContent { id, class, salt, text, file: None }
    }
}
