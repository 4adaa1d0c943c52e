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
    /// Where ids of one moment stand in the order in which they are made.
    next: Option<u32>,
}

impl Mint {
    /// From the chance of the machine.
    pub fn by_chance() -> Self {
        Self { rng: ChaCha20Rng::from_seed(rand::random()), next: None }
    }

    /// The same for very many ids of one moment: each stands after the one before, so that tables keep them together.
    pub fn in_order() -> Self {
        Self { next: Some(0), ..Self::by_chance() }
    }

    /// The same seed, the same ids.
    pub fn from_seed(seed: u64) -> Self {
        Self { rng: ChaCha20Rng::seed_from_u64(seed), next: None }
    }

    pub fn id(&mut self, now: At) -> Uuid {
        let millis = u64::try_from(now.seconds()).unwrap_or(0) * 1000;
        let mut chance = [0_u8; 10];
        self.rng.fill_bytes(&mut chance);
        if let Some(next) = &mut self.next {
            // As they stand in an id: four bits of the first byte, the next, six bits, and what follows.
            let last = |n: u32| n.to_be_bytes()[3];
            chance[0] = last(*next >> 28);
            chance[1] = last(*next >> 20);
            chance[2] = last(*next >> 14) & 0x3f;
            chance[3] = last(*next >> 6);
            chance[4] = last(*next << 2) | chance[4] & 0b11;
            *next = next.wrapping_add(1);
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_moment_stand_in_the_order_in_which_they_were_made() {
        let now: At = "2022-04-14T15:00:00+08:00".parse().unwrap();
        let mut mint = Mint { next: Some((1 << 20) - 500), ..Mint::in_order() };
        let ids: Vec<Uuid> = (0..1_000).map(|_| mint.id(now)).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }
}
